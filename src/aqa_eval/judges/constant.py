"""The judge that always says the same: the floor that any real judge must leave behind."""

from __future__ import annotations

from typing import Literal

from aqa_eval.judges.respondent import JUDGING, JudgeOptions, Protocol, Respondent, Sight, Training
from aqa_eval.judges.saying import say, say_score
from aqa_eval.vocabulary import Answer, Judge, Request, Task


class ConstantOptions(JudgeOptions):
    """`says`: hold every performance for correct, or for faulty. A score is the middle of the scale, an
    option the first in alphabetical order, wherever it stands, and of two performances the one shown first.
    """

    says: Literal["correct", "faulty"] = "correct"


class Constant(Respondent):
    """Answers without looking, whatever is shown."""

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """The same judgement every time, worded for the framing at hand."""
        scale = request.criterion.scale
        match request.task:
            case Task.COMPARE:
                return say(str(next(iter(request.answers.values()))), request)
            case Task.CHOOSE:
                return say(min(request.criterion.options), request)
            case Task.SCORE if scale is not None:
                return say_score((scale.minimum + scale.maximum) / 2, request)
        return say(dict(self.judge.decoding)["says"] == "faulty", request)


def _build(judge: Judge, train: Training) -> Constant:
    return Constant(judge)


PROTOCOL = Protocol(
    name="constant",
    title="always says the same",
    options=ConstantOptions,
    tasks=JUDGING,
    build=_build,
)
