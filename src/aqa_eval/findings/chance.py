"""Is the judge better than chance at telling clips with a fault from clips without it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, judgements, observer, polarities
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.agreement import Agreement, agreement
from aqa_eval.measures.estimate import by_construction, impossible
from aqa_eval.vocabulary import Finding, Task

NAME = "chance"


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Balanced accuracy of every judge, over all criteria and for each."""
    return [finding for trials in asked(table, Task.VERIFY) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    answered = judgements(trials.answered())
    found = agreement(answered, settings.plan)
    lacking = left_out(found.left_out, "not both classes are in two clusters")
    silent = impossible("no trial of this criterion was answered", 0, 0)
    each = {name: found.criteria.get(name, Agreement(silent, silent, silent)) for name in trials.criteria}
    for criterion, measured in {ALL: found.overall, **each}.items():
        note = lacking if criterion == ALL else ""
        yield _finding(trials, criterion, _fixed(trials, answered.fixed, measured), note, settings)


def _fixed(trials: Asked, fixed: bool, found: Agreement) -> Agreement:
    if not (trials.constant_by_construction and fixed):
        return found
    why = "the judge is constant by construction"
    return replace(found, balanced_accuracy=by_construction(found.balanced_accuracy, why))


def _finding(trials: Asked, criterion: str, found: Agreement, note: str, settings: Settings) -> Finding:
    planted = observer(trials, settings)
    estimate = found.balanced_accuracy
    reading = against(
        estimate,
        0.5,
        "Tells clips with the fault from clips without it better than chance, in balanced accuracy",
        "Does worse than chance, its answers go against the truth; balanced accuracy",
        "whether it is better than chance",
    )
    return statement(
        NAME,
        "balanced_accuracy",
        trials,
        criterion,
        estimate,
        words(reading, note),
        chance=0.5,
        parts={"sensitivity": found.sensitivity.value, "specificity": found.specificity.value},
        planted=planted.balanced_accuracy(polarities(trials.of(criterion))) if planted else None,
    )
