"""Differences made into findings, with what many of them at once do to chance.

Of twenty differences that are none, one will have an interval that does not contain 0. So each carries its p
after Holm's correction over all differences of its kind about the same judge, and one that only stands alone
is called a hint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aqa_eval.findings.asked import ALL, Asked
from aqa_eval.findings.choices import MARGIN as SKILL
from aqa_eval.findings.families import hint
from aqa_eval.findings.pairing import Compared
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.statement import statement
from aqa_eval.measures.equivalence import MARGIN
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.multiplicity import holm
from aqa_eval.vocabulary import Finding

HEADLINES = {
    "balanced_accuracy": "balanced accuracy",
    "choice_skill": "choice skill",
    "spearman": "rank correlation",
    "temporal_iou": "temporal overlap",
}
"""The headline measures in words."""

MARGINS = {"balanced_accuracy": MARGIN, "choice_skill": SKILL, "spearman": SKILL, "temporal_iou": MARGIN}
"""Headline -> the difference that is too small to matter. Skill and rank correlation run from 0 to 1 where
balanced accuracy runs from 1/2 to 1 (with two answers alike, skill and correlation are both twice what it has
over 1/2), so theirs is twice as large.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference about `trials`, against `versus`, before it is put in words.

    `texts`: what is said if it lies above 0, below 0, and what is open otherwise, as in `reading.against`;
    `note` is said after it. `headline`: the measure that it is a difference of.
    """

    name: str
    measure: str
    trials: Asked
    versus: str
    estimate: Estimate
    texts: tuple[str, str, str]
    criterion: str = ALL
    parts: Mapping[str, float | None] = field(default_factory=dict)
    note: str = ""
    line: float = 0.0
    headline: str = ""


def sides(compared: Compared) -> dict[str, float | None]:
    """The parts that every paired difference is made of."""
    return {
        "this": compared.first,
        "versus": compared.second,
        "questions": float(compared.questions),
        "questions_asked": float(compared.asked),
    }


def stated(differences: Sequence[Difference]) -> list[Finding]:
    """The findings, in order; Holm's correction (1979) runs over the differences of one name and judge."""
    families: dict[tuple[str, str], list[int]] = {}
    ps = [difference.estimate.p_value(difference.line) for difference in differences]
    for place, (difference, p) in enumerate(zip(differences, ps, strict=True)):
        if p is not None:
            families.setdefault((difference.name, difference.trials.judge), []).append(place)
    corrected: dict[int, tuple[float, int]] = {}
    for places in families.values():
        adjusted = holm([p for place in places if (p := ps[place]) is not None])
        corrected |= {place: (float(p), len(places)) for place, p in zip(places, adjusted, strict=True)}
    return [_finding(d, p, corrected.get(i)) for i, (d, p) in enumerate(zip(differences, ps, strict=True))]


def _finding(difference: Difference, p: float | None, corrected: tuple[float, int] | None) -> Finding:
    parts: dict[str, float | None] = dict(difference.parts)
    if p is not None and corrected is not None:
        parts |= {"p": p, "p_holm": corrected[0]}
    return statement(
        difference.name,
        difference.measure,
        difference.trials,
        difference.criterion,
        difference.estimate,
        words(
            against(difference.estimate, difference.line, *difference.texts),
            _among(p, corrected),
            difference.note,
        ),
        chance=difference.line,
        parts=parts,
        versus=difference.versus,
    )


def _among(p: float | None, corrected: tuple[float, int] | None) -> str:
    return "" if corrected is None else hint(p, *corrected, "differences of this kind about this judge")


def common(compared: Compared) -> str:
    """How many of the questions asked on both sides were answered on both, where some were not."""
    if compared.questions == compared.asked:
        return ""
    return (
        f"It rests on the {compared.questions:,} of {compared.asked:,} questions asked both ways that were "
        "answered both ways."
    )
