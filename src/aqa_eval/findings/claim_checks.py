"""Is what the reasoning says of the body true of it? Observations held against the pose."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.claimed import Claimed, placed
from aqa_eval.findings.reading import against, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding

NAME = "traces"
DECIDED = ("supported", "contradicted")


def find(claimed: Claimed, settings: Settings) -> Iterator[Finding]:
    """Of the observations that geometry decides, the share that is so, for each kind of trace; beside it how
    many of the same claims would be so of another clip of the same criterion.
    """
    for trace, rows in claimed.traces():
        yield placed(_supported(claimed, rows, settings), trace)
        if trace == "cited":
            yield placed(_cited(claimed, rows, settings, "point"), trace)
            yield placed(_cited(claimed, rows, settings, "time"), trace)


def _supported(claimed: Claimed, rows: pl.DataFrame, settings: Settings) -> Finding:
    seen = rows.filter(pl.col("kind") == "observation")
    decided = seen.filter(pl.col("check").is_in(DECIDED))
    elsewhere = decided.filter(pl.col("partner_check").is_in(DECIDED))
    line = _share(elsewhere, "partner_check") if elsewhere.height else None
    parts: dict[str, float | None] = {
        "observations": float(seen.height),
        "checkable": decided.height / seen.height if seen.height else None,
    }
    for name, rest in _stretches(decided):
        parts[f"supported_{name}"] = _share(rest, "check") if rest.height else None
    if decided.is_empty():
        why = "it makes no observation" if seen.is_empty() else f"no observation can be checked: {_why(seen)}"
        estimate = impossible(why, 0, 0)
        reading = f"Cannot be estimated: {estimate.reason}."
    else:
        right = (decided["check"] == "supported").to_numpy()
        estimate = share(right, decided["cluster"].to_numpy(), settings.plan)
        reading = _reading(estimate, line, decided.height, seen.height)
    return statement(NAME, "supported_share", claimed.trials, "all", estimate, reading, line, parts)


def _stretches(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every step, not only the last: thirds of the text, and the tagged steps where there are any."""
    yield "first_third", rows.filter(pl.col("depth") < 1 / 3)
    yield "middle_third", rows.filter((pl.col("depth") >= 1 / 3) & (pl.col("depth") < 2 / 3))
    yield "last_third", rows.filter(pl.col("depth") >= 2 / 3)
    for step in ("look", "decompose", "analyse"):
        tagged = rows.filter(pl.col("step") == step)
        if tagged.height:
            yield f"in_{step}", tagged


def _share(rows: pl.DataFrame, column: str) -> float:
    return float((rows[column] == "supported").to_numpy().mean())


def _why(seen: pl.DataFrame) -> str:
    counted = (
        seen.group_by("reason", maintain_order=True).len().sort("len", descending=True, maintain_order=True)
    )
    return "; ".join(f"{reason or 'unknown'} ({n:,})" for reason, n in counted.head(3).iter_rows())


def _reading(estimate: Estimate, line: float | None, decided: int, seen: int) -> str:
    checked = f"{decided:,} of {seen:,} observations can be checked by geometry."
    if line is None:
        said = (
            f"Of what it says it sees, {stated(estimate)} is so; no other clip says what chance would give."
        )
        return words(said, checked)
    said = against(
        estimate,
        line,
        "What it says it sees is so more often than of another clip",
        "What it says it sees is so less often than of another clip",
        "whether what it says it sees is so more often than of another clip",
    )
    return words(said, f"Of another clip of the criterion {line:.2f} of it would be so.", checked)


def _cited(claimed: Claimed, rows: pl.DataFrame, settings: Settings, what: str) -> Finding:
    """Of the cited points (times) that can be held against a keypoint (a span), the share that is right."""
    measure = {"point": "cited_points", "time": "cited_times"}[what]
    decided = rows.drop_nulls(f"{what}_right")
    other = rows.drop_nulls([f"{what}_right", f"partner_{what}"])
    line = float(other[f"partner_{what}"].to_numpy().mean()) if other.height else None
    if decided.is_empty():
        lacking = {
            "point": "no cited point names a keypoint of a body that was found",
            "time": "no cited time can be held against the span of a fault",
        }[what]
        estimate = impossible(lacking, 0, 0)
        reading = f"Cannot be estimated: {estimate.reason}."
    else:
        right = decided[f"{what}_right"].to_numpy()
        estimate = share(right, decided["cluster"].to_numpy(), settings.plan)
        good = {
            "point": "lie at the body part that they name (within 0.2 of the trunk's length)",
            "time": "lie in the time in which the fault can be seen",
        }[what]
        reading = f"Of the {what}s that it cites {stated(estimate)} {good}."
        if line is not None:
            reading = words(
                against(
                    estimate,
                    line,
                    f"The {what}s that it cites {good} more often than in another clip",
                    f"The {what}s that it cites {good} less often than in another clip",
                    f"whether the {what}s that it cites {good} more often than in another clip",
                ),
                f"In another clip of the criterion {line:.2f} of them would.",
            )
    return statement(NAME, measure, claimed.trials, "all", estimate, reading, line)
