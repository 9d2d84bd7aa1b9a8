"""How often was there no verdict, and how far could that move the result?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, judgements
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import finding
from aqa_eval.findings.table import MISSING, UNASKED
from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding, Status, Task

NAME = "failures"

_STATUSES = (*(str(status) for status in Status if status not in UNASKED), MISSING)


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Failure rate of every judge with the count of each status, and the bounds of its balanced accuracy."""
    return [finding for task in Task for trials in asked(table, task) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    for criterion in (ALL, *trials.criteria):
        yield _rate(trials, criterion, settings)
    if trials.way["task"] == Task.VERIFY and trials.failed().height:
        yield _bounds(trials, settings)


def _rate(trials: Asked, criterion: str, settings: Settings) -> Finding:
    rows = trials.of(criterion)
    counts = {status: int(rows["status"].eq(status).sum()) for status in _STATUSES}
    estimate = _share_failed(rows.filter(~pl.col("status").is_in(UNASKED)), settings)
    parts = {"planned": float(rows.height), **{status: float(count) for status, count in counts.items()}}
    return finding(
        NAME, "failure_rate", trials, criterion, estimate, _reading(trials, counts, estimate), parts=parts
    )


def _share_failed(rows: pl.DataFrame, settings: Settings) -> Estimate:
    if rows.is_empty():
        return impossible("nothing has been asked yet", 0, 0)
    failed = rows["status"].ne(str(Status.OK)).to_numpy().astype(np.bool_)
    return share(failed, rows["cluster"].to_numpy(), settings.plan)


def _reading(trials: Asked, counts: dict[str, int], estimate: Estimate) -> str:
    missing = f"{counts[MISSING]:,} trials have not been asked yet." if counts[MISSING] else ""
    if estimate.value is None:
        return words("Nothing can be said of failures.", missing)
    failed = {name: count for name, count in counts.items() if name not in (Status.OK, MISSING) and count}
    if not failed:
        least = "" if estimate.high is None else f"In the long run failures may be up to {estimate.high:.1%}."
        return words(f"Every one of {estimate.n:,} trials gave a verdict.", least, missing)
    listed = ", ".join(f"{count:,} {name}" for name, count in failed.items())
    total = sum(failed.values())
    effect = (
        "See the bounds of balanced accuracy for what they could change."
        if trials.way["task"] == Task.VERIFY
        else "They could have been any score: what they would do to rank correlation is not bounded here."
    )
    said = f"{total:,} of {estimate.n:,} trials gave no verdict ({listed}): a rate of {stated(estimate)}."
    return words(said, effect, missing)


def _bounds(trials: Asked, settings: Settings) -> Finding:
    """Balanced accuracy were every failure wrong, and were every failure right."""
    asked_rows = trials.rows.filter(~pl.col("status").is_in(UNASKED))
    worst, best = (
        agreement(judgements(_filled(asked_rows, answer)), settings.plan).overall.balanced_accuracy
        for answer in (~pl.col("truth_fault"), pl.col("truth_fault"))
    )
    answered = agreement(judgements(trials.answered()), settings.plan).overall.balanced_accuracy
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
        "balanced_accuracy_bounds",
        trials,
        ALL,
        estimate,
        _bounds_reading(worst, best),
        chance=0.5,
        parts={"all_failures_wrong": worst.value, "all_failures_right": best.value},
    )


def _filled(rows: pl.DataFrame, answer: pl.Expr) -> pl.DataFrame:
    return rows.with_columns(fault=pl.col("fault").fill_null(answer))


def _bounds_reading(worst: Estimate, best: Estimate) -> str:
    if worst.value is None or best.value is None:
        return f"Cannot be estimated: {worst.reason}."
    span = (
        f"Were every failure wrong, balanced accuracy would be {stated(worst)}; "
        f"were every one right, {stated(best)}."
    )
    if worst.low is not None and worst.low > 0.5:
        return f"{span} Better than chance either way."
    if best.high is not None and best.high < 0.5:
        return f"{span} Worse than chance either way."
    return f"{span} Undecided against chance when failures are allowed for."
