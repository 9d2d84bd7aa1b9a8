"""What an observer is made of under one condition: its strength, and which way a cue pushes it."""

from __future__ import annotations

from aqa_eval.measures.planted import Way
from aqa_eval.prompts import CUES
from aqa_eval.vocabulary import Condition, Scale, Task


def way(condition: Condition) -> Way:
    """The condition as far as strength depends on it."""
    return Way(
        condition.representation,
        condition.perturbation,
        condition.keypoints,
        condition.strategy,
        condition.shots,
        condition.shot_labels,
    )


def push(cue: str, task: Task, scale: Scale | None = None) -> int:
    """+1 where a cue pushes towards a fault or a greater number, -1 away from it, 0 where it pushes nowhere.

    "high" is a good score, which is the greater number unless the scale says otherwise.
    """
    pushes = CUES[cue].pushes.get(task, "none")
    if pushes in {"fault", "no fault"}:
        return 1 if pushes == "fault" else -1
    if pushes == "none":
        return 0
    upward = scale is None or scale.higher_is_better
    return 1 if (pushes == "high") is upward else -1
