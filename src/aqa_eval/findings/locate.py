"""Does the judge know when the fault happens?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.reading import stated
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import impossible
from aqa_eval.measures.shares import mean
from aqa_eval.measures.spans import temporal_iou
from aqa_eval.vocabulary import Finding, Task

NAME = "locate"
_SPANS = ("start", "end", "truth_start", "truth_end")


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The mean temporal IoU of every judge's spans with the true ones, over all criteria and for each."""
    return [finding for trials in asked(table, Task.LOCATE) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    for criterion in (ALL, *trials.criteria):
        rows = trials.answered(criterion).drop_nulls(_SPANS)
        parts: dict[str, float | None] = {}
        if rows.is_empty():
            estimate = impossible("no trial was answered with a time span", 0, 0)
            reading = f"Cannot be estimated: {estimate.reason}."
        else:
            overlap = temporal_iou(*(rows[name].to_numpy() for name in _SPANS))
            estimate = mean(overlap, rows["cluster"].to_numpy(), (0.0, 1.0), settings.plan)
            parts = {f"recall_at_{level}": float((overlap >= level).mean()) for level in (0.5, 0.7)}
            reading = f"The spans it names overlap the true ones by {stated(estimate)} on average."
        yield statement(NAME, "temporal_iou", trials, criterion, estimate, reading, parts=parts)
