"""The Inspect task: a study's questions, asked once each, scored by our own readers."""

from __future__ import annotations

import inspect_ai
from inspect_ai.dataset import MemoryDataset
from inspect_ai.solver import generate

from aqa_eval.errors import StudyError
from aqa_eval.inspect_tasks.questions import RIGHT_OR_WRONG, Selection, questions
from aqa_eval.inspect_tasks.samples import sample
from aqa_eval.inspect_tasks.scoring import distance, judgement


@inspect_ai.task
def judging(
    study: str,
    root: str | None = None,
    dataset: str | None = None,
    task: str | None = None,
    representation: str | None = None,
    strategy: str | None = None,
    framing: str | None = None,
    send_restricted: bool = False,
) -> inspect_ai.Task:
    """Everything that a study asks, or the part of it with this dataset, task, representation, strategy and
    framing, of the model that Inspect is given. The study's judges are left out; its repeats are epochs.

    `root` stands in for the root of the study's only dataset that has one. `send_restricted`: also frames
    whose dataset's terms forbid that they leave the machine, for a model that is on it.

    Raises:
        StudyError: the study cannot be read, nothing is chosen, what is chosen is no one Inspect task, or its
            frames must not be sent.
        DataError, MediaError: the data or a recording cannot be read.
    """
    selection = Selection(study, root, dataset, task, representation, strategy, framing)
    asked = questions(selection)
    if asked.restricted and not send_restricted:
        raise StudyError(
            f"the terms of {', '.join(asked.restricted)} do not allow frames to be sent to others; if the "
            "model is on this machine, add -T send_restricted=true "
            "(and --no-log-images, to keep them out of logs)"
        )
    right_or_wrong = all(question.item.task in RIGHT_OR_WRONG for question in asked.asked.values())
    scored = judgement if right_or_wrong else distance
    return inspect_ai.Task(
        dataset=MemoryDataset([sample(question) for question in asked.asked.values()], name=study),
        solver=generate(),
        scorer=scored(study, root, dataset, task, representation, strategy, framing),
        epochs=asked.repeats,
    )
