"""Is the judge wrong, sure of itself, and plausible? The covert failure: nothing in the answer shows it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from aqa_eval.findings.asked import Asked, asked
from aqa_eval.findings.claimed import NONE, claimed
from aqa_eval.findings.evidence_holds import JUDGED, evidence, with_right
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import impossible
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding, Task

NAME = "covert"
MEASURE = "covert_failures"
SURE = 0.8
"""A judge that states this confidence or more is sure."""


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """P(wrong, sure, and with a false or unsupported visual claim) over the answered trials, for every judge
    that has words of its own, in the tasks in which a verdict is right or wrong.

    A visual claim is false where geometry contradicts it, and unsupported where an answer makes observations
    of which none is supported. Where an answer gives no confidence the bounds take it as unsure and as sure.
    """
    return [
        finding
        for task in Task
        if task in JUDGED
        for trials in asked(table, task)
        for finding in _of(trials, task, settings)
    ]


def _of(trials: Asked, task: Task, settings: Settings) -> Iterator[Finding]:
    said = claimed(trials, settings)
    if said is None:
        return
    rows = with_right(trials.answered(), task)
    if rows.is_empty() or said.rows.is_empty():
        why = NONE if rows.height else "no trial was answered"
        estimate = impossible(why, rows.height, rows["cluster"].n_unique())
        yield statement(NAME, MEASURE, trials, "all", estimate, f"Cannot be estimated: {why}.")
        return
    rows = rows.join(evidence(said.rows), on="key", how="left", maintain_order="left")
    false = (pl.col("contradicted") > 0).fill_null(value=False)
    unsupported = ((pl.col("observations") > 0) & (pl.col("supported") == 0)).fill_null(value=False)
    unfounded = rows.select(~pl.col("right") & (false | unsupported)).to_series().to_numpy().astype(np.bool_)
    falsely = rows.select(~pl.col("right") & false).to_series().to_numpy().astype(np.bool_)
    confidence = rows["confidence"].cast(pl.Float64)
    known = confidence.is_not_null().to_numpy()
    sure = (confidence.fill_null(0.0) >= SURE).to_numpy()
    parts: dict[str, float | None] = {
        "at_least": float((unfounded & sure).mean()),
        "at_most": float((unfounded & (sure | ~known)).mean()),
        "wrong": float((~rows["right"].to_numpy().astype(np.bool_)).mean()),
        "without_confidence": float((~known).mean()),
        "false_claims_only": float((falsely & sure).mean()),
    }
    if not known.any():
        why = "no answer states a confidence"
        bounds = f"It lies between {parts['at_least']:.2f} and {parts['at_most']:.2f}."
        estimate = impossible(why, rows.height, rows["cluster"].n_unique())
        yield statement(
            NAME, MEASURE, trials, "all", estimate, f"Cannot be estimated: {why}. {bounds}", parts=parts
        )
        return
    estimate = share((unfounded & sure)[known], rows["cluster"].to_numpy()[known], settings.plan)
    reading = (
        f"Wrong, at least {SURE:.0%} sure, and with a false or unsupported claim about the clip: "
        f"{stated(estimate)} of its answers."
    )
    missing = ""
    if not known.all():
        missing = (
            f"{int((~known).sum()):,} answers give no confidence and are not in it; with them it lies "
            f"between {parts['at_least']:.2f} and {parts['at_most']:.2f}."
        )
    yield statement(NAME, MEASURE, trials, "all", estimate, words(reading, missing), parts=parts)
