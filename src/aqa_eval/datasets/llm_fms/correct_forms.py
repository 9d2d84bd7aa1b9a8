"""LLM-FMS: which answer to a rule is the correct form. The authors do not state it.

It is what most keyframes with the full score of 3 show, looked up on the train subjects only: the labels that
are asked about have no part in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aqa_eval.datasets.llm_fms.movement_rules import Movement
from aqa_eval.datasets.llm_fms.samples import Sample

FULL = 3

RuleKey = tuple[str, str]
"""Movement and rule."""


@dataclass(frozen=True, slots=True)
class Form:
    """The correct answer to a rule, and how many of the `full` keyframes of train with score 3 show it."""

    option: str
    shown: int
    full: int

    def __str__(self) -> str:
        return f"{self.option} ({self.shown} of {self.full} train keyframes with score {FULL})"


def find(
    train: Iterable[Sample], movements: Mapping[str, Movement], problems: list[str]
) -> dict[RuleKey, Form]:
    """Find the correct answer to each rule; where there is none, or two, that is told in `problems`."""
    shown: dict[RuleKey, Counter[str]] = defaultdict(Counter)
    for sample in train:
        if sample.score == FULL:
            for rule, option in sample.answers.items():
                shown[sample.movement, rule][option] += 1
    found = {}
    for movement in movements.values():
        for rule in movement.rules:
            counts = shown[movement.id, rule].most_common()
            if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
                seen = ", ".join(f"{option} {n} times" for option, n in counts) or "nothing"
                problems.append(
                    f"{movement.id}.{rule}: train keyframes with score {FULL} show {seen}: its correct form "
                    "is not known; it is asked as a choice and not verified"
                )
            else:
                found[movement.id, rule] = Form(counts[0][0], counts[0][1], sum(n for _, n in counts))
    return found
