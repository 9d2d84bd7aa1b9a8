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
    """P(wrong, sure, and with a false visual claim) over the answered trials, for every judge that has words
    of its own, in the tasks in which a verdict is right or wrong.

    An answer has a false visual claim where geometry contradicts one of those that it can check (as it does
    all of them where none is supported). Of an answer that makes observations of which none can be checked,
    and of one that gives no confidence, it is not known: both are left out, right or wrong, and the bounds
    take every such answer once as no covert failure, and once as one where it may be.
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
    told = rows.select(
        wrong=~pl.col("right"),
        false=pl.col("contradicted").fill_null(0) > 0,
        checked=(pl.col("contradicted") + pl.col("supported")).fill_null(0) > 0,
        spoken=pl.col("observations").fill_null(0) > 0,
        stated=pl.col("confidence").is_not_null(),
        sure=pl.col("confidence").cast(pl.Float64).fill_null(0.0) >= SURE,
    )
    wrong, false, checked, spoken, stating, sure = (
        told[name].to_numpy().astype(np.bool_) for name in told.columns
    )
    open_claims = spoken & ~checked
    known = stating & ~open_claims
    parts: dict[str, float | None] = {
        "at_least": float((wrong & sure & false).mean()),
        "at_most": float((wrong & (sure | ~stating) & (false | open_claims)).mean()),
        "wrong": float(wrong.mean()),
        "confident_errors": float((wrong & sure)[stating].mean()) if stating.any() else None,
        "without_confidence": float((~stating).mean()),
        "nothing_checkable": float(open_claims.mean()),
    }
    bounds = f"between {parts['at_least']:.2f} and {parts['at_most']:.2f}"
    why = (
        "nothing that its answers say of the clip can be checked"
        if not checked.any()
        else "no answer states a confidence"
        if not stating.any()
        else "no answer that states a confidence says what can be checked"
        if not known.any()
        else ""
    )
    if why:
        estimate = impossible(why, rows.height, rows["cluster"].n_unique())
        reading = f"Cannot be estimated: {why}. It lies {bounds}."
    else:
        estimate = share((wrong & sure & false)[known], rows["cluster"].to_numpy()[known], settings.plan)
        reading = words(
            f"Wrong, at least {SURE:.0%} sure, and with a false claim about the clip: {stated(estimate)} of "
            "its answers.",
            _missing(int((~stating).sum()), int((stating & open_claims).sum()), bounds),
        )
    yield statement(NAME, MEASURE, trials, "all", estimate, reading, parts=parts)


def _missing(unstated: int, unchecked: int, bounds: str) -> str:
    """How many answers are not in the number, and between what it lies with them."""
    left = [f"{unstated:,} answers give no confidence"] if unstated else []
    left += [f"of {unchecked:,} nothing that they say of the clip can be checked"] if unchecked else []
    said = " and ".join(left)
    told = f"{said[:1].upper()}{said[1:]}; they are not in it, and with them it lies {bounds}."
    return told if left else ""
