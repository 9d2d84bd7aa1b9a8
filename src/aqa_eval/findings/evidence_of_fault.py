"""How strongly an answer speaks for a fault: log-odds from its token, its repeats, or what it states."""

from __future__ import annotations

import numpy as np
import polars as pl

from aqa_eval.findings.confidence import LEAST_REPEATS, STATED, TOKEN
from aqa_eval.findings.pairing import QUESTION
from aqa_eval.measures.clusters import FloatArray

SAMPLES = "repeats"
IN_WORDS = {
    TOKEN: "the probability of the answer's token",
    SAMPLES: "the share of repeats",
    STATED: "the confidence it states",
}
_CEILING = 1e-4
"""Probabilities nearer to 0 or 1 than this are taken as this near: what is nearer is rounding."""


def log_odds(probability: FloatArray) -> FloatArray:
    """ln(p / (1 - p)), p kept from 0 and 1."""
    kept = np.clip(probability, _CEILING, 1.0 - _CEILING)
    odds: FloatArray = np.log(kept) - np.log1p(-kept)
    return odds


def graded(
    rows: pl.DataFrame, sources: tuple[str, ...] = (TOKEN, SAMPLES, STATED)
) -> tuple[str, pl.DataFrame]:
    """Answered yes/no rows with a column `evidence`, the log-odds of a fault, by the first source that all of
    them or nearly all (nine in ten) carry; the others are left out. An empty name if there is none.
    """
    for source in sources:
        found = _by_repeats(rows) if source == SAMPLES else _by_confidence(rows, source)
        if rows.height and found.height >= 0.9 * rows.height:
            return source, found
    return "", rows.clear()


def _by_confidence(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    sure = pl.col("confidence")
    kept = rows.filter((pl.col("confidence_source") == source) & sure.is_not_null() & sure.is_not_nan())
    kept = kept.filter(sure.is_between(0.0, 1.0))
    probability = kept.select(pl.when(pl.col("fault")).then(sure).otherwise(1.0 - sure)).to_series()
    return kept.with_columns(evidence=pl.Series(log_odds(probability.to_numpy()), dtype=pl.Float64))


def _by_repeats(rows: pl.DataFrame) -> pl.DataFrame:
    """The log-odds of the share of a question's repeats that said "fault", half an answer added to either."""
    times, faults = pl.len().over(QUESTION), pl.col("fault").sum().over(QUESTION)
    asked = rows.with_columns(_times=times, _share=(faults + 0.5) / (times + 1.0))
    kept = asked.filter(pl.col("_times") >= LEAST_REPEATS)
    evidence = pl.Series(log_odds(kept["_share"].to_numpy()), dtype=pl.Float64)
    return kept.with_columns(evidence=evidence).drop("_times", "_share")
