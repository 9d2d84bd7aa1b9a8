"""Does the judge say "correct" whatever it is shown?"""

from __future__ import annotations

import polars as pl

from aqa_eval.findings.both_polarities import Bias, find_bias
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Finding

BIAS = Bias(
    name="correctness_bias",
    reading=(
        'Leans to "correct" whatever is shown',
        "Leans to finding fault whatever is shown",
        'whether it leans to "correct" or to fault',
    ),
    probability=lambda polarity: polarity.correctness,
    deviate=lambda detection: detection.correctness,
    planted_probability=lambda observer: observer.correctness_bias(),
    planted_deviate=lambda observer: observer.correctness_deviate(),
)


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The bias on the scale of probabilities and in units of z, over all criteria and for each."""
    return find_bias(BIAS, table, settings)
