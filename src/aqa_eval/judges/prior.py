"""The judge that knows only the base rates: the majority of the training labels, or their mean.

It looks at nothing. A model that does no better has shown no sight, only knowledge of how such data
usually turn out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

import orjson

from aqa_eval.errors import JudgeError
from aqa_eval.judges.respondent import JudgeOptions, Protocol, Respondent, Sight
from aqa_eval.judges.saying import say_fault, say_score
from aqa_eval.vocabulary import Answer, Condition, Item, Judge, Request, Task


class Prior(Respondent):
    """Answers each criterion with its training mean: a share of faults above one half is a fault."""

    def __init__(self, judge: Judge, means: Mapping[str, float]) -> None:
        super().__init__(judge)
        self.means = means

    @property
    def identity(self) -> Mapping[str, object]:
        """What was learnt belongs to who answers: other training labels make another judge."""
        learnt = hashlib.sha256(orjson.dumps(self.means, option=orjson.OPT_SORT_KEYS)).hexdigest()
        return {**super().identity, "learnt": learnt}

    def refuses(self, item: Item, condition: Condition) -> str:
        """A criterion without training labels has no prior."""
        known = item.criterion.id in self.means
        return "" if known else f"no training labels for criterion '{item.criterion.id}'"

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """The majority, or the mean; a tie is held for correct."""
        mean = self.means[request.criterion.id]
        if request.task is Task.SCORE:
            return say_score(mean, request)
        return say_fault(mean > 0.5, request)


def criterion_values(train: Sequence[Item]) -> dict[str, list[float]]:
    """Criterion id -> its training labels as numbers (a fault is 1).

    Raises:
        JudgeError: a label is not a number or a truth value.
    """
    values: dict[str, list[float]] = defaultdict(list)
    for item in train:
        if isinstance(item.truth, str):
            raise JudgeError(f"item '{item.id}': the label '{item.truth}' is a text; expected a number")
        values[item.criterion.id].append(float(item.truth))
    return dict(values)


def _build(judge: Judge, train: Sequence[Item]) -> Prior:
    means = {name: sum(values) / len(values) for name, values in criterion_values(train).items()}
    return Prior(judge, means)


PROTOCOL = Protocol(
    name="prior",
    title="training majority or mean, without looking",
    options=JudgeOptions,
    tasks=(Task.VERIFY, Task.SCORE),
    build=_build,
)
