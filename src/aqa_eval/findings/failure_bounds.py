"""How far could the trials without a verdict move the headline measure of a task?

Nothing is guessed: all of them are taken at their worst for the lower limit and at their best for the upper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked, choices, judgements
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import finding
from aqa_eval.findings.table import UNASKED
from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.choices import skill
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.rank_bounds import RhoBounds, rho_bounds_within
from aqa_eval.vocabulary import Finding, Task

NAME = "failures"


def find(trials: Asked, settings: Settings) -> Iterator[Finding]:
    """The bounds of balanced accuracy, choice skill or rank correlation, by the task; none of other tasks."""
    of_task = _OF.get(Task(trials.way["task"]))
    if of_task is not None:
        yield of_task(trials, settings)


def _accuracy_bounds(trials: Asked, settings: Settings) -> Finding:
    """Balanced accuracy were every failure wrong, and were every failure right."""
    asked_rows = _asked(trials)
    worst, best = (
        agreement(judgements(asked_rows.with_columns(pl.col("fault").fill_null(answer))), settings.plan)
        for answer in (~pl.col("truth_fault"), pl.col("truth_fault"))
    )
    answered = trials.agreed(settings.plan).overall.balanced_accuracy
    limits = worst.overall.balanced_accuracy, best.overall.balanced_accuracy
    return _between(trials, "balanced_accuracy", answered, limits, 0.5, "balanced accuracy")


def _skill_bounds(trials: Asked, settings: Settings) -> Finding:
    """The same for the chance-corrected accuracy of choices."""
    asked_rows = _asked(trials)
    worst, best, answered = (
        skill(choices(rows), settings.plan).overall
        for rows in (
            asked_rows.with_columns(pl.col("choice").fill_null("")),  # no answer is called so: never right
            asked_rows.with_columns(pl.col("choice").fill_null(pl.col("truth_choice"))),
            trials.answered(),
        )
    )
    return _between(trials, "choice_skill", answered, (worst, best), 0.0, "choice skill (0 is chance)")


def _between(
    trials: Asked,
    measure: str,
    answered: Estimate,
    limits: tuple[Estimate, Estimate],
    line: float,
    name: str,
) -> Finding:
    worst, best = limits
    estimate = replace(
        answered,
        low=worst.low,
        high=best.high,
        n=worst.n,
        clusters=worst.clusters,
        fragile=worst.fragile,
        method=f"failures all wrong for the lower limit, all right for the upper; {worst.method}",
    )
    return finding(
        NAME,
        f"{measure}_bounds",
        trials,
        ALL,
        estimate,
        _bounds_reading(worst, best, line, name),
        chance=line,
        parts={"all_failures_wrong": worst.value, "all_failures_right": best.value},
    )


def _bounds_reading(worst: Estimate, best: Estimate, line: float, name: str) -> str:
    if worst.value is None or best.value is None:
        return f"Cannot be estimated: {worst.reason or best.reason}."
    span = f"Were every failure wrong, {name} would be {stated(worst)}; were every one right, {stated(best)}."
    return words(span, _either_way(worst.low, best.high, line))


def _either_way(low: float | None, high: float | None, line: float) -> str:
    if low is not None and low > line:
        return "Better than chance either way."
    if high is not None and high < line:
        return "Worse than chance either way."
    return "Undecided against chance when failures are allowed for."


def _rank_bounds(trials: Asked, settings: Settings) -> Finding:
    """Rho were every failure a score that does most harm, or most good: bounds that hold for any scores, with
    the sampling error of the scores that were given added to them.
    """
    answered = trials.ranked(ALL, settings)
    bounds, eventful = _lowest_and_highest(trials)
    rho = answered.within if eventful else answered.pooled
    n, clusters = _asked(trials).height, _asked(trials)["cluster"].n_unique()
    where = "within events" if eventful else "over all clips"
    if bounds is None:
        reason = f"the true scores do not vary {where}"
        return _of_rank(trials, impossible(reason, n, clusters), None, f"Cannot be estimated: {reason}.")
    low, high = _widened(bounds, rho)
    estimate = replace(
        rho,
        low=low,
        high=high,
        n=n,
        clusters=clusters,
        method=f"failures given the scores that do most harm and most good; {rho.method}",
    )
    reading = words(
        f"Whatever the failures would have scored, rank correlation of these clips {where} would lie between "
        f"{bounds.low:.2f} and {bounds.high:.2f}.",
        _either_way(low, high, 0.0),
    )
    return _of_rank(trials, estimate, bounds, reading)


def _of_rank(trials: Asked, estimate: Estimate, bounds: RhoBounds | None, reading: str) -> Finding:
    parts = {
        "failures_at_their_worst": None if bounds is None else bounds.low,
        "failures_at_their_best": None if bounds is None else bounds.high,
    }
    return finding(NAME, "spearman_bounds", trials, ALL, estimate, reading, chance=0.0, parts=parts)


def _lowest_and_highest(trials: Asked) -> tuple[RhoBounds | None, bool]:
    """The bounds, and whether they are within events."""
    rows = _asked(trials).drop_nulls(["truth_score"])
    eventful = bool(rows["event"].fill_null("").ne("").any())
    kept = rows.filter(pl.col("event").fill_null("") != "") if eventful else rows
    places = [pl.col("criterion"), *([pl.col("event")] if eventful else [])]
    group = kept.select(pl.struct(places).rank("dense")).to_series().to_numpy().astype(np.int64)
    given = kept["score"].cast(pl.Float64).fill_null(math.nan).to_numpy()
    given = np.where(np.isinf(given), np.nan, given)
    return rho_bounds_within(kept["truth_score"].to_numpy(), given, group), eventful


def _widened(bounds: RhoBounds, rho: Estimate) -> tuple[float | None, float | None]:
    """The bounds with the sampling error that the answered rows have added on either side."""
    if rho.value is None or rho.low is None or rho.high is None:
        return None, None
    return max(bounds.low - (rho.value - rho.low), -1.0), min(bounds.high + (rho.high - rho.value), 1.0)


def _asked(trials: Asked) -> pl.DataFrame:
    return trials.rows.filter(~pl.col("status").is_in(UNASKED))


_OF: Mapping[Task, Callable[[Asked, Settings], Finding]] = {
    Task.VERIFY: _accuracy_bounds,
    Task.CHOOSE: _skill_bounds,
    Task.COMPARE: _skill_bounds,
    Task.SCORE: _rank_bounds,
}
EFFECTS = {
    Task.VERIFY: "See the bounds of balanced accuracy for what they could change.",
    Task.CHOOSE: "See the bounds of choice skill for what they could change.",
    Task.COMPARE: "See the bounds of choice skill for what they could change.",
    Task.SCORE: "See the bounds of rank correlation for what they could change.",
}
