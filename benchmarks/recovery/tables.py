"""The outcome of all simulations as a page of the documentation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from benchmarks.recovery.simulation import Outcome

NARROW, WIDE, BIASED = "narrow", "wide", "biased"
_REJECTIONS = (0.035, 0.065)


def error(share: float, simulations: int) -> float:
    """1.96 standard errors of a share over simulations."""
    return 1.96 * math.sqrt(share * (1.0 - share) / simulations)


def mark(outcome: Outcome) -> str:
    """What is wrong with an outcome beyond the error of its simulation; empty if nothing is."""
    least, most = 0.93 - error(0.93, outcome.simulations), 0.97 + error(0.97, outcome.simulations)
    marks = []
    if not math.isfinite(outcome.planted):
        return "nothing planted is known"
    if outcome.covered < least:
        marks.append(NARROW)
    if outcome.covered > most:
        marks.append(WIDE)
    # A bias is itself known up to its standard error, as is a planted value that was simulated.
    unsure = math.hypot(outcome.deviation / math.sqrt(outcome.simulations), outcome.error)
    if abs(outcome.bias) - 1.96 * unsure > 0.25 * outcome.deviation:
        marks.append(BIASED)
    return ", ".join(marks)


def coverage(outcomes: Sequence[Outcome]) -> str:
    """Bias and coverage by case, measure and number of clusters."""
    clusters = sorted({outcome.clusters for outcome in outcomes})
    head = ["judge", "measure", "planted", *(f"{k}" for k in clusters)]
    rows = []
    for case, measure in _pairs(outcomes):
        own = {o.clusters: o for o in outcomes if (o.case, o.measure) == (case, measure)}
        any_ = next(iter(own.values()))
        planted = f"{any_.planted:.3f}" + (f" ± {any_.error:.3f}" if any_.error else "")
        rows.append([case, measure, planted, *(_cell(own.get(k)) for k in clusters)])
    return _table(head, rows)


def rejections(outcomes: Sequence[Outcome]) -> str:
    """How often a null that holds is rejected, and beside it the rate of row-wise inference."""
    nulls = [outcome for outcome in outcomes if outcome.is_null]
    clusters = sorted({outcome.clusters for outcome in nulls})
    head = ["judge", "measure", *(f"{k}" for k in clusters)]
    rows = []
    for case, measure in _pairs(nulls):
        own = {o.clusters: o for o in nulls if (o.case, o.measure) == (case, measure)}
        rows.append([case, measure, *(_rejected(own.get(k)) for k in clusters)])
    return _table(head, rows)


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many cells hold what is promised."""
    marks = [mark(outcome) for outcome in outcomes]
    nulls = [outcome for outcome in outcomes if outcome.is_null]
    held = sum(_holds(outcome) for outcome in nulls)
    wise = sum(1.0 - outcome.naive for outcome in nulls) / max(len(nulls), 1)
    return (
        f"{len(outcomes)} cells of {outcomes[0].simulations:,} simulations: in "
        f"{sum(not words for words in marks)} bias stays under a quarter of the standard deviation and "
        f"coverage within 93-97%, up to the error of the simulation; too narrow: "
        f"{sum(NARROW in words for words in marks)}, too wide: {sum(WIDE in words for words in marks)}, "
        f"biased: {sum(BIASED in words for words in marks)}. Of {len(nulls)} cells in which the null holds, "
        f"{held} reject in 3.5-6.5%, up to the error of the simulation; row-wise inference rejects in "
        f"{wise:.0%} on average."
    )


def _holds(outcome: Outcome) -> bool:
    rate = 1.0 - outcome.covered
    low, high = _REJECTIONS
    return low - error(low, outcome.simulations) <= rate <= high + error(high, outcome.simulations)


def _pairs(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((outcome.case, outcome.measure) for outcome in outcomes))


def _cell(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    words = mark(outcome)
    said = f"{100 * outcome.covered:.1f} ({outcome.ratio:.2f}; {outcome.width:.2f})"
    none = f", none in {outcome.without:.0%}" if outcome.without >= 0.005 else ""
    return f"**{said}** {words}{none}" if words else said + none


def _rejected(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    said = f"{100 * (1.0 - outcome.covered):.1f}"
    return f"{said if _holds(outcome) else f'**{said}**'} / {100 * (1.0 - outcome.naive):.0f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
