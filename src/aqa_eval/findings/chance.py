"""Is the judge better than chance at telling clips with a fault from clips without it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, observer, polarities
from aqa_eval.findings.baselines import REFERENCES
from aqa_eval.findings.equivalence import no_better
from aqa_eval.findings.families import corrected
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.agreement import Agreement, headline
from aqa_eval.measures.equivalence import MARGIN, at_90
from aqa_eval.measures.estimate import by_construction, impossible
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.permutation import permuted_balanced_accuracy
from aqa_eval.vocabulary import Finding, Task

NAME = "chance"
CHANCE = 0.5
DRAWS = 999
"""Permutations of the labels behind a p."""
MOST_PERMUTED = 20_000
"""Answers beyond which they would take too long, and an interval says as much."""


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Balanced accuracy of every judge, over all criteria and for each."""
    return [finding for trials in asked(table, Task.VERIFY) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    answered = trials.judged()
    found = trials.agreed(settings.plan)
    lacking = left_out(found.left_out, "not both classes are in two clusters")
    silent = impossible("no trial of this criterion was answered", 0, 0)
    each = {name: found.criteria.get(name, Agreement(silent, silent, silent)) for name in trials.criteria}
    single: list[Finding] = []
    permuted, told = _permuted(trials, answered, settings)
    for criterion, measured in {ALL: found.overall, **each}.items():
        known = _fixed(trials, answered.fixed, measured)
        if criterion != ALL:
            single.append(_finding(trials, criterion, known, "", settings))
            continue
        equivalent = _equivalent(answered, known, settings) if known is measured else ""
        note = words(lacking, equivalent, told)
        yield _finding(trials, criterion, known, note, settings, {"permutation_p": permuted})
    yield from corrected(single, lambda finding: finding.measure, "criteria")


def _permuted(trials: Asked, answered: Judgements, settings: Settings) -> tuple[float | None, str]:
    """The p of the headline when labels are permuted within criteria, for judges that are no yardsticks,
    asked plainly; and why there is none where one could be missed.
    """
    plain = trials.way["strategy"] == "base" and not trials.way["setting"]
    if trials.way["protocol"] in REFERENCES or not plain or not len(answered):
        return None, ""
    if len(answered) > MOST_PERMUTED:
        return None, f"Labels are not permuted beyond {MOST_PERMUTED:,} answers."
    if len(np.unique(answered.item)) < len(np.unique(2 * answered.item + answered.truth)):
        return None, "Labels are not permuted, since an item has more than one."
    return permuted_balanced_accuracy(answered, settings.seed, DRAWS).p, ""


def _equivalent(answered: Judgements, found: Agreement, settings: Settings) -> str:
    """Whether the headline is shown to be chance, within the margin."""
    narrow = headline(answered, at_90(settings.plan))
    if narrow is None:
        return ""
    return no_better(found.balanced_accuracy, narrow.estimates(at_90(settings.plan))[0], CHANCE, MARGIN)


def _fixed(trials: Asked, fixed: bool, found: Agreement) -> Agreement:
    if not (trials.constant_by_construction and fixed):
        return found
    why = "the judge is constant by construction"
    return replace(found, balanced_accuracy=by_construction(found.balanced_accuracy, why))


def _finding(
    trials: Asked,
    criterion: str,
    found: Agreement,
    note: str,
    settings: Settings,
    beside: Mapping[str, float | None] | None = None,
) -> Finding:
    planted = observer(trials, settings)
    estimate = found.balanced_accuracy
    reading = against(
        estimate,
        CHANCE,
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
        chance=CHANCE,
        parts={
            "sensitivity": found.sensitivity.value,
            "specificity": found.specificity.value,
            **(beside or {}),
        },
        tested=criterion != ALL,
        planted=planted.balanced_accuracy(polarities(trials.of(criterion))) if planted else None,
    )
