"""Does the judge agree with whatever the statement says?"""

from __future__ import annotations

import polars as pl

from aqa_eval.findings.both_polarities import Bias, find_bias
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Finding

BIAS = Bias(
    name="acquiescence",
    reading=(
        "Leans to agreeing, whatever the statement says",
        "Leans to denying, whatever the statement says",
        "whether it leans to agreeing or denying",
    ),
    probability=lambda polarity: polarity.acquiescence,
    deviate=lambda detection: detection.acquiescence,
    planted_probability=lambda observer: observer.acquiescence_bias(),
    planted_deviate=lambda observer: observer.acquiescence_deviate(),
)


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The bias on the scale of probabilities and in units of z, over all criteria and for each."""
    return find_bias(BIAS, table, settings)
