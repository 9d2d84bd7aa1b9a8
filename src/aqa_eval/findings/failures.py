"""How often was there no verdict, and how far could that move the result?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from aqa_eval.findings import failure_bounds
from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import finding
from aqa_eval.findings.table import MISSING, UNASKED
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding, Status, Task

NAME = "failures"

_STATUSES = (*(str(status) for status in Status if status not in UNASKED), MISSING)


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Failure rate of every judge with the count of each status, and the bounds of its headline measure."""
    return [finding for task in Task for trials in asked(table, task) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    for criterion in (ALL, *trials.criteria):
        yield _rate(trials, criterion, settings)
    if trials.failures():
        yield from failure_bounds.find(trials, settings)


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
    effect = failure_bounds.EFFECTS.get(
        Task(trials.way["task"]), "What they would do to the measures of this task is not bounded here."
    )
    said = f"{total:,} of {estimate.n:,} trials gave no verdict ({listed}): a rate of {stated(estimate)}."
    return words(said, effect, missing)
