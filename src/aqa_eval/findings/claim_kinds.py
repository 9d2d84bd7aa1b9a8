"""Does the reasoning say what was seen, or what is usual? The share of each kind of claim."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from aqa_eval.findings.claimed import Claimed, placed
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.misclassification import Checked, mix
from aqa_eval.traces.accuracy import labelled, published, recall
from aqa_eval.traces.claim import KINDS, Kind
from aqa_eval.traces.lexicon_files import CLASSES, NONE
from aqa_eval.vocabulary import Finding

NAME = "traces"
_MEANING = {
    "observation": "say what was seen",
    "rule": "restate the rule",
    "prior": "argue from what is usual, and not from the clip",
    "hedge": "say that it cannot be told",
}


def find(claimed: Claimed, settings: Settings) -> Iterator[Finding]:
    """The share of each kind among the claims of a trace, corrected for the errors that the reader makes on
    the labelled sentences, all kinds at once (see `measures.misclassification`). What is cited is left out:
    all of it is given as seen.

    Lines that claim nothing are read as claims at times: how many were read as nothing, the gaps between
    claims tell, up to the last claim of a text.
    """
    truth, said = labelled()
    checked = Checked(truth, said, len(CLASSES))
    for trace, rows in claimed.traces():
        if trace == "cited":
            continue
        nothing = _without_claim(rows)
        lines = [*rows["kind"], *[NONE] * nothing.height]
        read = np.array([CLASSES.index(kind) for kind in lines], np.int64)
        clusters = [*rows["cluster"], *nothing["cluster"]]
        among = [CLASSES.index(kind) for kind in KINDS]
        for kind, estimate in zip(KINDS, mix(read, clusters, checked, among, settings.plan), strict=True):
            yield placed(_of(claimed, trace, kind, rows, nothing.height, estimate), trace)


def _without_claim(rows: pl.DataFrame) -> pl.DataFrame:
    """The `cluster` of every line before the last claim of its text that was read as no claim."""
    gaps = rows.group_by("key", maintain_order=True).agg(
        pl.col("cluster").first(), count=pl.col("place").max() + 1 - pl.col("place").n_unique().cast(pl.Int64)
    )
    return gaps.select(pl.col("cluster").repeat_by("count")).explode("cluster").drop_nulls()


def _of(
    claimed: Claimed, trace: str, kind: Kind, rows: pl.DataFrame, nothing: int, estimate: Estimate
) -> Finding:
    read = float((rows["kind"] == kind).to_numpy().mean())
    counted = published()
    parts: dict[str, float | None] = {
        "as_read": read,
        "labelled": float(sum(counted.values())),
        "reader_sensitivity": recall(counted, kind).value,
        "lines_without_claim": float(nothing),
    }
    reading = words(_reading(kind, estimate, read), _of_what(trace))
    # What was planted in a simulated judge (`trace_prior`) is not held against this: its sentences are few
    # and plain, and read better or worse than the labelled ones, so that the correction is not made for them.
    return statement(NAME, f"{kind}_share", claimed.trials, "all", estimate, reading, parts=parts)


def _reading(kind: str, estimate: Estimate, read: float) -> str:
    if estimate.value is None:
        return f"Cannot be estimated: {estimate.reason}."
    return (
        f"Of its claims {stated(estimate)} {_MEANING[kind]}; {read:.2f} were read so, which is corrected for "
        "the errors that the reader makes on the labelled sentences."
    )


def _of_what(trace: str) -> str:
    if trace == "summary":
        return "The trace is a summary that the endpoint made: it is not to be ranked against raw traces."
    return ""
