"""The claims of one judge asked in one way, beside its verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.baselines import REFERENCES
from aqa_eval.findings.setting import AXES
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Finding, Task

TASKS = (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.COMPARE, Task.LOCATE)
"""The tasks whose answers are audited: all but the controls."""
NONE = "no claim was read in its answers"
_OF_A_QUESTION = ("judge", "dataset", "task", "item", "representation", "strategy", "frames", "framing")


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was asked, and its claims with the cluster of their trial (`cluster`), the kind of trace (`trace`:
    raw, summary, inline, else answer or cited) and how far in its text each stands (`depth`, 0 to 1).
    """

    trials: Asked
    rows: pl.DataFrame

    def traces(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """The claims of each kind of trace apart: a summary is never put together with a raw trace."""
        for (kind,), rows in self.rows.partition_by("trace", as_dict=True, maintain_order=True).items():
            yield str(kind), rows


def claimed(trials: Asked, settings: Settings) -> Claimed | None:
    """The claims of a judge's answered trials; None for a judge that has no words of its own: a reference
    judge, or a simulated one in which no reasoning was planted.
    """
    planted = settings.planted.get(trials.judge, {})
    silent = trials.simulated and not any(name.startswith("trace_") for name in planted)
    if silent or trials.way["protocol"] in REFERENCES:
        return None
    claims = settings.claims
    answered = trials.answered().select("key", "cluster", "criterion", "item", "trace_kind")
    trace = (
        pl.when(pl.col("source") == "trace")
        .then(pl.when(pl.col("trace_kind") == "").then(pl.lit("inline")).otherwise(pl.col("trace_kind")))
        .otherwise(pl.col("source"))
    )
    last = pl.col("place").max().over("key", "source")
    depth = pl.when(last > 0).then(pl.col("place") / last).otherwise(1.0)
    rows = claims.join(answered, on="key", how="inner", maintain_order="left")
    return Claimed(trials, rows.with_columns(trace=trace, depth=depth))


def otherwise(trials: Asked, table: pl.DataFrame, axis: str, value: str) -> pl.DataFrame:
    """The rows of the same questions to the same judge in the same way, but for one axis that is `value`."""
    same = (*_OF_A_QUESTION, *(name for name in AXES if name != axis))
    keys = trials.rows.select(same).unique()
    other = table.filter(pl.col(axis) == value)
    return other.join(keys, on=same, how="semi", nulls_equal=True, maintain_order="left")


def placed(finding: Finding, trace: str) -> Finding:
    """The finding with the kind of trace among what it is about."""
    return replace(finding, about={**finding.about, "trace": trace})
