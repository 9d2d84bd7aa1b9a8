"""Is the road intact? Positive controls come before any verdict of "chance".

Each is a question that any judge answers who is shown what we sent: which movement it is, which number is
burnt into a frame, which of two numbered frames came first. A judge that fails one has a broken road
(transport, template, frames), and nothing that is said of its sight means anything.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from aqa_eval.findings.asked import Asked, asked
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import impossible
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding, Task

NAME = "controls"
SHOWN = {
    "control.movement": ("names the movement", 0.25),
    "control.number": ("reads a number that is burnt into a frame", 0.25),
    "control.order": ("tells which of two frames came first", 0.5),
}
"""Criterion -> what a judge that passes does, and how often it would by chance."""


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The share of each control that every judge answers rightly, against guessing."""
    return [finding for trials in asked(table, Task.CONTROL) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    for criterion in trials.criteria:
        does, chance = SHOWN[criterion]
        rows = trials.answered(criterion)
        if rows.is_empty():
            estimate = impossible("no trial of this control was answered", 0, 0)
        else:
            right = (rows["choice"] == rows["truth_choice"]).to_numpy().astype(np.bool_)
            estimate = share(right, rows["cluster"].to_numpy(), settings.plan)
        reading = against(
            estimate,
            chance,
            f"The road is intact: the judge {does}",
            f"The road is broken: the judge {does} less often than by guessing",
            f"whether the judge {does}",
        )
        doubt = "" if estimate.low is not None and estimate.low > chance else DOUBT
        yield statement(
            NAME, "control_accuracy", trials, criterion, estimate, words(reading, doubt), chance=chance
        )


DOUBT = "Until it does, nothing said here of this judge's sight can be trusted: check how it is served."
