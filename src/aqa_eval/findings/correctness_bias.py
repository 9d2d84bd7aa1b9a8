"""Does the judge say "correct" whatever it is shown?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import Asked, asked, observer
from aqa_eval.findings.both_polarities import biases
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.vocabulary import Finding, Task

NAME = "correctness_bias"

_READING = (
    'Leans to "correct" whatever is shown',
    "Leans to finding fault whatever is shown",
    'whether it leans to "correct" or to fault',
)


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Correctness bias on the scale of probabilities and in units of z, over all criteria and for each."""
    return [finding for trials in asked(table, Task.VERIFY) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    planted = observer(trials, settings)
    for criterion, found in biases(trials, settings).items():
        probability, deviate = found.polarity.correctness, found.detection.correctness
        yield statement(
            NAME,
            "correctness_bias",
            trials,
            criterion,
            probability,
            words(against(probability, 0.0, *_READING), found.note),
            chance=0.0,
            parts={
                "true_to_requirement": found.polarity.true_positive_statement.value,
                "true_to_fault": found.polarity.true_negative_statement.value,
            },
            planted=planted.correctness_bias() if planted else None,
        )
        yield statement(
            NAME,
            "correctness_bias_z",
            trials,
            criterion,
            deviate,
            words(against(deviate, 0.0, *_READING), "In units of z, which d' does not shrink.", found.note),
            chance=0.0,
            parts={
                "c_positive": found.detection.c_positive.value,
                "c_negative": found.detection.c_negative.value,
            },
            planted=planted.criterion if planted else None,
        )
