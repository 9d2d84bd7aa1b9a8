"""Does the judge know when the fault happens?

Faults happen at much the same time in many clips, so that a span named blindly meets the true one too. What
that alone would reach stands beside every overlap: of each clip, the mean true span of its criterion in the
other clusters, as a judge would name who knew the criterion and saw nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.reading import against, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import mean
from aqa_eval.measures.spans import temporal_iou
from aqa_eval.vocabulary import Finding, Task

NAME = "locate"
_SPANS = ("start", "end", "truth_start", "truth_end")


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The mean temporal IoU of every judge's spans with the true ones, against that of always naming the same
    span, over all criteria and for each.
    """
    return [finding for trials in asked(table, Task.LOCATE) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    for criterion in (ALL, *trials.criteria):
        rows = trials.answered(criterion).drop_nulls(_SPANS)
        blind = _always_the_same(trials.rows, rows)
        parts: dict[str, float | None] = {"always_the_same": blind}
        if rows.is_empty():
            estimate = impossible("no trial was answered with a time span", 0, 0)
            reading = f"Cannot be estimated: {estimate.reason}."
        else:
            overlap = temporal_iou(*(rows[name].to_numpy() for name in _SPANS))
            estimate = mean(overlap, rows["cluster"].to_numpy(), (0.0, 1.0), settings.plan)
            parts |= {f"recall_at_{level}": float((overlap >= level).mean()) for level in (0.5, 0.7)}
            reading = _reading(estimate, blind)
        yield statement(NAME, "temporal_iou", trials, criterion, estimate, reading, chance=blind, parts=parts)


def _always_the_same(planned: pl.DataFrame, rows: pl.DataFrame) -> float | None:
    """The mean IoU of the true spans of `rows` with the mean true span of the same criterion in the other
    clusters of `planned`, each item counted once; None without rows, or where one has no other cluster.
    """
    items = planned.drop_nulls(("truth_start", "truth_end")).unique("item", keep="first", maintain_order=True)
    within = items.group_by("criterion", "cluster", maintain_order=True).agg(
        pl.len().cast(pl.Float64).alias("items"), pl.col("truth_start", "truth_end").sum().name.suffix("_sum")
    )
    totals = ("items", "truth_start_sum", "truth_end_sum")
    others = within.with_columns(pl.col(name).sum().over("criterion") - pl.col(name) for name in totals)
    named = (
        rows.join(others, on=["criterion", "cluster"], how="left", maintain_order="left")
        .filter(pl.col("items") > 0)
        .with_columns(pl.col("truth_start_sum", "truth_end_sum") / pl.col("items"))
    )
    if named.is_empty() or named.height < rows.height:
        return None
    columns = ("truth_start_sum", "truth_end_sum", "truth_start", "truth_end")
    return float(temporal_iou(*(named[name].to_numpy() for name in columns)).mean())


def _reading(estimate: Estimate, blind: float | None) -> str:
    if blind is None:
        return (
            f"The spans it names overlap the true ones by {stated(estimate)} on average. What the same span "
            "for every clip would reach cannot be said: a criterion has clips of one cluster only."
        )
    said = against(
        estimate,
        blind,
        "The spans it names meet the true ones better than the same span for every clip would",
        "The spans it names meet the true ones worse than the same span for every clip would",
        "whether the spans it names meet the true ones better than the same span for every clip would",
    )
    return words(said, f"The mean span of the other clusters, named every time, reaches {blind:.2f}.")
