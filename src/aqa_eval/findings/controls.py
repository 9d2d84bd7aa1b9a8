"""Is the road intact? Positive controls come before any verdict of "chance".

Each is a question that any judge answers who is shown what we sent: which movement it is, which number is
burnt into a frame, which of two numbered frames came first. A judge that fails one has a broken road
(transport, template, frames), and nothing that is said of its sight means anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import polars as pl

from aqa_eval.findings.asked import Asked, asked
from aqa_eval.findings.reading import against, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding, Task

NAME = "controls"
SHOWN = {
    "control.movement": ("names the movement", 0.25),
    "control.number": ("reads a number that is burnt into a frame", 0.25),
    "control.order": ("tells which of two frames came first", 0.5),
}
"""Criterion -> what a judge that passes does, and how often it would by chance."""

PASS = 0.9
"""The share of a control that a judge on an intact road answers rightly; the rest is slips."""

State = Literal["intact", "impaired", "broken", "undecided"]


def state(finding: Finding) -> State:
    """What a control says of the road: *intact* if the judge is right in `PASS` of them or more and the
    interval lies above guessing; *impaired* if it lies above guessing but fewer are right; *broken* if it
    does not lie above guessing and stays below `PASS`; else *undecided*, as it is wherever guessing has no
    known rate, unless the interval stays below `PASS` (impaired).
    """
    value, low, high, chance = finding.estimate, finding.low, finding.high, finding.chance
    fails = high is not None and high < PASS
    if value is None:
        return "undecided"
    if chance is None:
        return "impaired" if fails else "undecided"
    if low is not None and low > chance:
        return "intact" if value >= PASS else "impaired"
    return "broken" if fails else "undecided"


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The share of each control that every judge answers rightly, against guessing."""
    return [finding for trials in asked(table, Task.CONTROL) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    for criterion in trials.criteria:
        does, chance = SHOWN.get(criterion, (f"passes {criterion}", None))
        rows = trials.answered(criterion)
        if rows.is_empty():
            estimate = impossible("no trial of this control was answered", 0, 0)
        else:
            right = (rows["choice"] == rows["truth_choice"]).fill_null(value=False)
            estimate = share(right.to_numpy().astype(np.bool_), rows["cluster"].to_numpy(), settings.plan)
        found = statement(NAME, "control_accuracy", trials, criterion, estimate, "", chance=chance)
        yield replace(found, reading=words(_reading(found, estimate, does), found.reading))


def _reading(found: Finding, estimate: Estimate, does: str) -> str:
    if estimate.value is None:
        return words(f"Cannot be estimated: {estimate.reason}.", DOUBT)
    said, known = stated(estimate), state(found)
    if known == "intact":
        return f"The road is intact, as far as {estimate.n:,} questions tell: the judge {does}: {said}."
    if known == "impaired":
        beyond = "more often than by guessing but " if found.chance is not None else ""
        return words(
            f"The road is impaired: the judge {does} {beyond}in fewer than {PASS:.0%}: {said}.", PARTLY
        )
    if known == "broken":
        return words(
            f"The road is broken: nothing shows that the judge {does} more often than by guessing, and it "
            f"stays below {PASS:.0%}: {said}.",
            DOUBT,
        )
    if found.chance is None:
        guessing = "How often this control is passed by guessing is not known, so that it cannot be decided."
        return words(f"Undecided whether the judge {does}: {said}.", guessing)
    return words(against(estimate, found.chance, "", "", f"whether the judge {does}"), DOUBT)


PARTLY = "Part of what was sent may not have reached it: what it fails to see may not have been shown."
DOUBT = "Until it does, nothing said here of this judge's sight can be trusted: check how it is served."
