"""A question as a sample of Inspect: what is sent as chat messages, the truth as target and metadata."""

from __future__ import annotations

from typing import Any

from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageSystem,
    ChatMessageUser,
    Content,
    ContentImage,
    ContentText,
    ContentVideo,
)

from aqa_eval.inspect_tasks.questions import Question
from aqa_eval.plan import condition_text
from aqa_eval.vocabulary import Film, Frame, TimeSpan, Truth


def sample(question: Question) -> Sample:
    """The sample. Its pictures are named by their files, so that a million samples are held without one, and
    so that Inspect's log holds none with `--no-log-images`.
    """
    request = question.request
    user = ChatMessageUser(content=[_content(part, question) for part in request.parts])
    system: list[ChatMessage] = [ChatMessageSystem(content=request.system)] if request.system else []
    return Sample(
        id=question.id, input=[*system, user], target=_target(question), metadata=_metadata(question)
    )


def _content(part: str | Frame | Film, question: Question) -> Content:
    if isinstance(part, str):
        return ContentText(text=part)
    file = str(question.files[part.digest])
    return ContentImage(image=file) if isinstance(part, Frame) else ContentVideo(video=file, format="mp4")


def _target(question: Question) -> str | list[str]:
    """The allowed answers that are true, or the number."""
    truth, answers = question.trial.truth, question.request.answers
    right = [word for word, meaning in answers.items() if meaning == truth]
    return right or str(truth)


def _metadata(question: Question) -> dict[str, Any]:
    item, condition = question.item, question.condition
    return {
        "item": item.id,
        "dataset": item.dataset,
        "task": str(item.task),
        "criterion": item.criterion.id,
        "cluster": f"{item.dataset}:{item.cluster}",
        "truth": _plain(question.trial.truth),
        "framing": condition.framing,
        "condition": condition_text(condition),
        "frames": [[frame.number, frame.time, frame.digest] for frame in question.request.frames],
    }


def _plain(truth: Truth) -> bool | float | str | list[float]:
    return [truth.start, truth.end] if isinstance(truth, TimeSpan) else truth
