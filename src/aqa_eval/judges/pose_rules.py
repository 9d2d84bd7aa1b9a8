"""The judge that measures: joint geometry from a real pose network against each criterion's threshold.

It is shown the same JPEG frames as any model and has no access to the truth. It says what can be read
from the body by plain geometry: a model that does worse has not looked, or cannot measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from aqa_eval.judges.respondent import JudgeOptions, Protocol, Respondent, Sight, Training
from aqa_eval.judges.saying import say, say_cannot_tell
from aqa_eval.media.geometry import QUANTITIES
from aqa_eval.vocabulary import (
    FIRST,
    PICTURELESS,
    SECOND,
    Answer,
    Condition,
    Item,
    Judge,
    PoseRule,
    Request,
    Task,
)

RULES_VERSION = 1
"""Enters the key of its trials: raised whenever the geometry or the pose network changes."""


class PoseRules(Respondent):
    """Finds the body in every frame, measures the criterion's quantity, compares."""

    @property
    def identity(self) -> Mapping[str, object]:
        """The rules' version belongs to who answers."""
        return {**super().identity, "rules": RULES_VERSION}

    def cannot(self, task: Task, condition: Condition) -> str:
        """It needs pictures of a body, frame by frame."""
        if condition.representation in PICTURELESS:
            return "it judges pictures, and the condition shows none"
        if condition.representation == "skeleton":
            return "it finds the body in pictures of a person, and the condition shows a drawn skeleton"
        if condition.transport == "native":
            return "it judges frames, and the condition sends the recording itself"
        return ""

    def refuses(self, item: Item, condition: Condition) -> str:
        """It needs a criterion that geometry can decide from this clip's view."""
        criterion = item.criterion
        if why := self.cannot(item.task, condition):
            return why
        if criterion.rule is None:
            return f"criterion '{criterion.id}' has no pose rule"
        if criterion.views and item.clips[0].view not in criterion.views:
            return f"criterion '{criterion.id}' cannot be judged from the view '{item.clips[0].view}'"
        return ""

    def depends_on(self, item: Item) -> object:
        """The rule it measures by."""
        return asdict(item.criterion.rule) if item.criterion.rule else None

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """Fault or no fault, or which of two clips is further from it; where the body is not found in one of
        them, that it cannot tell.
        """
        rule = request.criterion.rule
        if rule is None:
            return say_cannot_tell("the criterion has no pose rule", request)
        values = []
        for place in sorted({frame.clip for frame in request.frames if frame.clip >= 0}):
            keypoints, visibility = await sight.poses([f for f in request.frames if f.clip == place])
            value = QUANTITIES[rule.quantity](keypoints, visibility)
            if value is None:
                return say_cannot_tell(f"{rule.quantity} could not be measured in these frames", request)
            values.append(value)
        if request.task is Task.COMPARE:
            first, second = values if rule.faulty_side == "below" else [-value for value in values]
            return say(FIRST if first > second else SECOND, request)
        return say(breaks(rule, values[0]), request)


def breaks(rule: PoseRule, value: float) -> bool:
    """Whether `value` lies at or beyond the rule's threshold on its faulty side."""
    return value >= rule.threshold if rule.faulty_side == "above" else value <= rule.threshold


def _build(judge: Judge, train: Training) -> PoseRules:
    return PoseRules(judge)


PROTOCOL = Protocol(
    name="pose-rules",
    title="joint geometry from a pose network",
    options=JudgeOptions,
    tasks=(Task.VERIFY, Task.COMPARE),
    build=_build,
)
