"""How much does the judge see, and how reluctant is it to say "fault"?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, observer, polarities
from aqa_eval.findings.families import corrected
from aqa_eval.findings.reading import against, left_out, of_a_constant, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.confusion_measures import confusion_measures
from aqa_eval.measures.detection import Detection, detection
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.observer import Observer
from aqa_eval.vocabulary import Finding, Task

NAME = "detection"


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """D' and c of every judge, over all criteria and for each; F1 and MCC over all."""
    return [finding for trials in asked(table, Task.VERIFY) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    answered = trials.judged()
    found = detection(answered, settings.plan)
    constant = trials.constant_by_construction and answered.fixed
    lacking = left_out(found.left_out, "not both classes are in two clusters")
    silent = Detection(*[impossible("no trial of this criterion was answered", 0, 0)] * 6)
    planted = observer(trials, settings)
    yield from _findings(trials, ALL, found.overall, lacking, planted, constant)
    yield from _confusion(trials, settings)
    single = [
        finding
        for criterion in trials.criteria
        for finding in _findings(
            trials, criterion, found.criteria.get(criterion, silent), "", planted, constant
        )
    ]
    yield from corrected(single, lambda finding: finding.measure, "criteria")


def _confusion(trials: Asked, settings: Settings) -> Iterator[Finding]:
    """F1, macro-F1 and MCC as other work reports them, over all criteria. Only MCC has a line of no sight
    that holds whatever the prevalence.
    """
    found = confusion_measures(trials.judged(), settings.plan)
    one, blind = found.overall, found.overall.always_fault
    lacking = left_out(found.left_out, "not both classes are in two clusters")
    note = "It moves with how common faults are: see balanced accuracy for sight."
    f1 = (
        _undirected(one.f1)
        if blind is None
        else against(
            one.f1,
            blind,
            f'F1 of faults beyond that of saying "fault" every time ({blind:.2f})',
            f'F1 of faults below that of saying "fault" every time ({blind:.2f})',
            f'whether F1 of faults is beyond that of saying "fault" every time ({blind:.2f})',
        )
    )
    yield statement(NAME, "f1", trials, ALL, one.f1, words(f1, note, lacking), chance=blind)
    macro = (
        f"Macro-F1 is {stated(one.macro_f1)}."
        if one.macro_f1.value is not None
        else _undirected(one.macro_f1)
    )
    yield statement(NAME, "macro_f1", trials, ALL, one.macro_f1, words(macro, note, lacking))
    mcc = against(
        one.mcc,
        0.0,
        "Its answers go with the truth, in Matthews' correlation",
        "Its answers go against the truth, in Matthews' correlation",
        "whether its answers go with the truth, in Matthews' correlation",
    )
    yield statement(NAME, "mcc", trials, ALL, one.mcc, words(mcc, lacking), chance=0.0)


def _undirected(estimate: Estimate) -> str:
    return f"Cannot be estimated: {estimate.reason}."


def _findings(
    trials: Asked, criterion: str, found: Detection, note: str, planted: Observer | None, constant: bool
) -> Iterator[Finding]:
    seen = of_a_constant(found.d_prime) if constant else _seen(found.d_prime)
    yield statement(
        NAME,
        "d_prime",
        trials,
        criterion,
        found.d_prime,
        words(seen, note),
        chance=0.0,
        tested=criterion != ALL and not constant,
        planted=planted.measured_d_prime(polarities(trials.of(criterion))) if planted else None,
    )
    reluctant = of_a_constant(found.c) if constant else _reluctant(found.c)
    yield statement(
        NAME,
        "c",
        trials,
        criterion,
        found.c,
        words(reluctant, note),
        chance=0.0,
        parts={"c_positive": found.c_positive.value, "c_negative": found.c_negative.value},
        tested=criterion != ALL and not constant,
        planted=_mean_threshold(planted, trials.of(criterion)) if planted else None,
    )


def _seen(d_prime: Estimate) -> str:
    return against(
        d_prime,
        0.0,
        "Sees something of the fault (d' of 0 is blind)",
        "Its evidence points the wrong way (d' below 0)",
        "whether it sees anything of the fault",
    )


def _reluctant(c: Estimate) -> str:
    return against(
        c,
        0.0,
        'Reluctant to say "fault" (c above 0)',
        'Ready to say "fault" (c below 0)',
        'whether it is reluctant or ready to say "fault"',
    )


def _mean_threshold(planted: Observer, rows: pl.DataFrame) -> float:
    sides = polarities(rows)
    return sum(planted.measured_c(side) for side in sides) / len(sides)
