"""The biases that only both polarities together can tell apart, measured for every criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aqa_eval.findings.asked import ALL, Asked, judgements
from aqa_eval.findings.reading import left_out
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.detection import Detection, detection
from aqa_eval.measures.estimate import by_construction, impossible
from aqa_eval.measures.polarity import Polarity, polarity


@dataclass(frozen=True, slots=True)
class Biases:
    """The polarity design on both scales, and a `note` on what the mean does not contain."""

    polarity: Polarity
    detection: Detection
    note: str = ""


def biases(trials: Asked, settings: Settings) -> Mapping[str, Biases]:
    """The biases over all criteria, then of each criterion by name; empty if only neutral questions were
    put, since then there is nothing to tell apart.
    """
    if trials.rows["framing"].eq("neutral").all():
        return {}
    answered = judgements(trials.answered())
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
    return Biases(Polarity(*(by_construction(e, why) for e in known)), found.detection, found.note)
