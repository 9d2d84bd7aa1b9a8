"""The judge that always says the same: the floor that any real judge must leave behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from aqa_eval.judges.respondent import JudgeOptions, Protocol, Respondent, Sight
from aqa_eval.judges.saying import say_fault, say_score
from aqa_eval.vocabulary import Answer, Item, Judge, Request, Task


class ConstantOptions(JudgeOptions):
    """`says`: hold every performance for correct, or for faulty. A score is the middle of the scale."""

    says: Literal["correct", "faulty"] = "correct"


class Constant(Respondent):
    """Answers without looking, whatever is shown."""

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """The same judgement every time, worded for the framing at hand."""
        scale = request.criterion.scale
        if scale is not None:
            return say_score((scale.minimum + scale.maximum) / 2, request)
        return say_fault(dict(self.judge.decoding)["says"] == "faulty", request)


def _build(judge: Judge, train: Sequence[Item]) -> Constant:
    return Constant(judge)


PROTOCOL = Protocol(
    name="constant",
    title="always says the same",
    options=ConstantOptions,
    tasks=(Task.VERIFY, Task.SCORE),
    build=_build,
)
