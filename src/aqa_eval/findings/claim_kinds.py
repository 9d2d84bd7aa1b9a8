"""Does the reasoning say what was seen, or what is usual? The share of each kind of claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from aqa_eval.findings.claimed import Claimed, placed
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.prevalence import Labelled, prevalence
from aqa_eval.traces.accuracy import labelled
from aqa_eval.traces.claim import KINDS, Kind
from aqa_eval.vocabulary import Finding

NAME = "traces"
_MEANING = {
    "observation": "say what was seen",
    "rule": "restate the rule",
    "prior": "argue from what is usual, and not from the clip",
    "hedge": "say that it cannot be told",
}


def find(claimed: Claimed, settings: Settings) -> Iterator[Finding]:
    """The share of each kind among the claims of a trace, corrected for the errors of the reader that the
    labelled sentences show (Rogan and Gladen 1978). What is cited is left out: all of it is given as seen.
    """
    for trace, rows in claimed.traces():
        if trace == "cited":
            continue
        for kind in KINDS:
            yield placed(_of(claimed, trace, kind, rows, settings), trace)


def _of(claimed: Claimed, trace: str, kind: Kind, rows: pl.DataFrame, settings: Settings) -> Finding:
    positive = (rows["kind"] == kind).to_numpy()
    truth, said = labelled(kind)
    parts: dict[str, float | None] = {"as_read": float(positive.mean()), "labelled": float(len(truth))}
    if not len(truth):
        estimate = impossible("no labelled sentences say how well the reader tells them", len(rows), 0)
    else:
        ids = np.array([f"labelled {n}" for n in range(len(truth))])
        clusters = rows["cluster"].to_numpy()
        found = prevalence(positive, clusters, Labelled(truth, said, ids), settings.plan)
        estimate = replace(found.corrected, n=rows.height, clusters=len(np.unique(clusters.astype(str))))
        parts |= {
            "reader_sensitivity": found.sensitivity.value,
            "reader_specificity": found.specificity.value,
        }
    reading = words(_reading(kind, estimate, float(positive.mean())), _of_what(trace))
    planted = settings.planted.get(claimed.trials.judge, {}).get("trace_prior")
    known = planted if kind == "prior" else None if planted is None else 1.0 - planted
    return statement(
        NAME,
        f"{kind}_share",
        claimed.trials,
        "all",
        estimate,
        reading,
        parts=parts,
        planted=known if kind in {"prior", "observation"} else None,
    )


def _reading(kind: str, estimate: Estimate, read: float) -> str:
    if estimate.value is None:
        return f"Cannot be estimated: {estimate.reason}."
    return (
        f"Of its claims {stated(estimate)} {_MEANING[kind]}; {read:.2f} were read so, which is corrected for "
        "the reader's own errors."
    )


def _of_what(trace: str) -> str:
    if trace == "summary":
        return "The trace is a summary that the endpoint made: it is not to be ranked against raw traces."
    return ""
