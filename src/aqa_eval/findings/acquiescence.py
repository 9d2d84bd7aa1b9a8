"""Does the judge agree with whatever the statement says?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import Asked, asked, observer
from aqa_eval.findings.both_polarities import biases
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.vocabulary import Finding, Task

NAME = "acquiescence"

_READING = (
    "Leans to agreeing, whatever the statement says",
    "Leans to denying, whatever the statement says",
    "whether it leans to agreeing or denying",
)


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Acquiescence on the scale of probabilities and in units of z, over all criteria and for each."""
    return [finding for trials in asked(table, Task.VERIFY) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    planted = observer(trials, settings)
    for criterion, found in biases(trials, settings).items():
        probability, deviate = found.polarity.acquiescence, found.detection.acquiescence
        yield statement(
            NAME,
            "acquiescence",
            trials,
            criterion,
            probability,
            words(against(probability, 0.0, *_READING), found.note),
            chance=0.0,
            parts={
                "true_to_requirement": found.polarity.true_positive_statement.value,
                "true_to_fault": found.polarity.true_negative_statement.value,
            },
            planted=planted.acquiescence_bias() if planted else None,
        )
        yield statement(
            NAME,
            "acquiescence_z",
            trials,
            criterion,
            deviate,
            words(against(deviate, 0.0, *_READING), "In units of z, which d' does not shrink.", found.note),
            chance=0.0,
            parts={
                "c_positive": found.detection.c_positive.value,
                "c_negative": found.detection.c_negative.value,
            },
            planted=planted.acquiescence if planted else None,
        )
