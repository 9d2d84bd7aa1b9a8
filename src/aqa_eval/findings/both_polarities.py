"""The biases that only both polarities together can tell apart, measured for every criterion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, observer
from aqa_eval.findings.reading import against, left_out, of_a_constant, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.detection import Detection, detection
from aqa_eval.measures.estimate import Estimate, by_construction, impossible
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.polarity import Polarity, polarity
from aqa_eval.vocabulary import Finding, Task


@dataclass(frozen=True, slots=True)
class Biases:
    """The polarity design on both scales, a `note` on what the mean does not contain, and whether the judge
    is `constant` by construction.
    """

    polarity: Polarity
    detection: Detection
    note: str = ""
    constant: bool = False


@dataclass(frozen=True, slots=True)
class Bias:
    """One of the two biases: its name, its reading (above 0, below 0, undecided), and where its estimates
    and planted values stand on the scale of probabilities and in units of z.
    """

    name: str
    reading: tuple[str, str, str]
    probability: Callable[[Polarity], Estimate]
    deviate: Callable[[Detection], Estimate]
    planted_probability: Callable[[Observer], float]
    planted_deviate: Callable[[Observer], float]


def find_bias(bias: Bias, table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The bias on the scale of probabilities and in units of z, over all criteria and for each."""
    return [finding for trials in asked(table, Task.VERIFY) for finding in _of(bias, trials, settings)]


def _of(bias: Bias, trials: Asked, settings: Settings) -> Iterator[Finding]:
    planted = observer(trials, settings)
    for criterion, found in biases(trials, settings).items():
        probability, deviate = bias.probability(found.polarity), bias.deviate(found.detection)
        yield statement(
            bias.name,
            bias.name,
            trials,
            criterion,
            probability,
            words(against(probability, 0.0, *bias.reading), found.note),
            chance=0.0,
            parts={
                "true_to_requirement": found.polarity.true_positive_statement.value,
                "true_to_fault": found.polarity.true_negative_statement.value,
            },
            planted=bias.planted_probability(planted) if planted else None,
        )
        yield statement(
            bias.name,
            f"{bias.name}_z",
            trials,
            criterion,
            deviate,
            words(
                of_a_constant(deviate)
                if found.constant
                else words(against(deviate, 0.0, *bias.reading), "In units of z, which d' does not shrink."),
                found.note,
            ),
            chance=0.0,
            parts={
                "c_positive": found.detection.c_positive.value,
                "c_negative": found.detection.c_negative.value,
            },
            planted=bias.planted_deviate(planted) if planted else None,
        )


def biases(trials: Asked, settings: Settings) -> Mapping[str, Biases]:
    """The biases over all criteria, then of each criterion by name; empty if only neutral questions were
    put, since then there is nothing to tell apart.
    """
    if trials.rows["framing"].eq("neutral").all():
        return {}
    answered = trials.judged()
    on_p, on_z = polarity(answered, settings.plan), detection(answered, settings.plan)
    silent = impossible("no trial of this criterion was answered in both polarities", 0, 0)
    note = left_out(on_p.left_out, "not asked in both polarities with both classes present")
    found = {ALL: Biases(on_p.overall, on_z.overall, note)}
    for name in trials.criteria:
        found[name] = Biases(
            on_p.criteria.get(name, Polarity(*[silent] * 4)),
            on_z.criteria.get(name, Detection(*[silent] * 6)),
        )
    if trials.constant_by_construction and answered.fixed:
        return {name: _fixed(each) for name, each in found.items()}
    return found


def _fixed(found: Biases) -> Biases:
    """Of a judge known to be constant the rates of "true" are known, and with them both biases."""
    why = "the judge is constant by construction"
    on_p = found.polarity
    known = (on_p.correctness, on_p.acquiescence, on_p.true_positive_statement, on_p.true_negative_statement)
    return Biases(Polarity(*(by_construction(e, why) for e in known)), found.detection, found.note, True)
