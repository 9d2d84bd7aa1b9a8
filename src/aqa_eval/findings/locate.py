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
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import mean
from aqa_eval.measures.spans import LEVELS, recall, temporal_iou
from aqa_eval.vocabulary import Finding, Task

NAME = "locate"
_SPANS = ("start", "end", "truth_start", "truth_end")


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The mean temporal IoU of every judge's spans with the true ones, and the share of spans that overlap by
    0.5 or 0.7 and more, against those of always naming the same span, over all criteria and for each.
    """
    return [finding for trials in asked(table, Task.LOCATE) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    for criterion in (ALL, *trials.criteria):
        rows = trials.answered(criterion).drop_nulls(_SPANS)
        named = _always_the_same(trials.rows, rows)
        blind = None if named is None else float(named.mean())
        parts: dict[str, float | None] = {"always_the_same": blind}
        overlap = temporal_iou(*(rows[name].to_numpy() for name in _SPANS))
        if rows.is_empty():
            estimate = impossible("no trial was answered with a time span", 0, 0)
            reading = f"Cannot be estimated: {estimate.reason}."
        else:
            estimate = mean(overlap, rows["cluster"].to_numpy(), (0.0, 1.0), settings.plan)
            reading = _reading(estimate, blind)
        yield statement(NAME, "temporal_iou", trials, criterion, estimate, reading, chance=blind, parts=parts)
        for level in LEVELS:
            found = recall(overlap, level, rows["cluster"].to_numpy(), settings.plan)
            line = None if named is None else float((named >= level).mean())
            told = _recalled(found, level, line)
            yield statement(NAME, f"recall_at_{level}", trials, criterion, found, told, chance=line)


def _always_the_same(planned: pl.DataFrame, rows: pl.DataFrame) -> FloatArray | None:
    """The IoU (n,) of the true spans of `rows` with the mean true span of the same criterion in the other
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
    return temporal_iou(*(named[name].to_numpy() for name in columns))


def _recalled(found: Estimate, level: float, blind: float | None) -> str:
    if found.value is None:
        return f"Cannot be estimated: {found.reason}."
    if blind is None:
        return f"Of the spans it names {stated(found)} overlap the true one by {level} or more."
    said = against(
        found,
        blind,
        f"More of its spans overlap the true one by {level} than the same span for every clip would",
        f"Fewer of its spans overlap the true one by {level} than the same span for every clip would",
        f"whether more of its spans overlap the true one by {level} than the same span for every clip would",
    )
    return words(said, f"The mean span of the other clusters, named every time, reaches {blind:.2f}.")


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
