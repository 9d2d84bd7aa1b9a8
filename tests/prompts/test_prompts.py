"""Every kind of question is put in whole sentences, with its pictures in their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqa_eval.prompts import compose, prompt_text, strategies
from aqa_eval.prompts.texts import digest
from aqa_eval.vocabulary import (
    FIRST,
    Clip,
    Condition,
    Criterion,
    Frame,
    Item,
    Media,
    Scale,
    Still,
    Task,
    VideoFile,
)

DEPTH = Criterion("depth", "squat", "The squat is deep.", "The squat is shallow.")
GRIP = Criterion("grip", "squat", "", "", question="How is the bar held?", options=("wide", "narrow"))
ERRORS = Criterion(
    "errors", "squat", "There is no error.", "Everything is wrong.", Scale(0, 9, "errors", False)
)
VIDEO, PHOTO = VideoFile(Path("a.mp4")), Still(Path("a.jpg"))


def put(task: Task, criterion: Criterion, media: Media = VIDEO, framing: str = "positive") -> str:
    clips = tuple(Clip(f"c{n}", "d", "squat", media, "s") for n in range(2 if task is Task.COMPARE else 1))
    shown = 1 if isinstance(media, Still) else 2
    frames = [Frame(n, n / 2, "0" * 64, 8, 8, clip) for clip in range(len(clips)) for n in range(shown)]
    item = Item(task, clips, criterion, FIRST)
    condition = Condition(framing=framing)  # type: ignore[arg-type]
    _, parts = compose(prompt_text(task, "base"), item, condition, frames)
    return "\n".join(part if isinstance(part, str) else f"<{part.clip}:{part.number}>" for part in parts)


def test_options_are_lettered_in_the_order_of_the_criterion() -> None:
    assert put(Task.CHOOSE, GRIP).endswith(
        "Question: How is the bar held?\nA) wide\nB) narrow\n\n"
        "Which answer is right? Answer with one letter, A or B."
    )


def test_two_performances_are_shown_one_after_the_other() -> None:
    text = put(Task.COMPARE, DEPTH)
    assert text.index("Video A: the next 2 images") < text.index("<0:0>") < text.index("<0:1>")
    assert text.index("<0:1>") < text.index("Video B: the next 2 images") < text.index("<1:0>")
    assert "Video B, frame 2, 0.50 s:\n<1:1>" in text
    assert "This is how it should be: The squat is deep." in text


def test_where_less_is_better_the_better_end_is_what_it_should_be() -> None:
    assert "This is how it should be: There is no error." in put(Task.COMPARE, ERRORS)
    assert "9: Everything is wrong.\n0: There is no error." in put(Task.SCORE, ERRORS)


@pytest.mark.parametrize("task", list(Task))
def test_a_single_picture_is_not_called_a_video(task: Task) -> None:
    criterion = {Task.CHOOSE: GRIP, Task.SCORE: ERRORS}.get(task, DEPTH)
    text = put(task, criterion, PHOTO)
    assert "video" not in text.lower()
    assert "image" in text.lower()
    assert text.count("<") == (2 if task is Task.COMPARE else 1)


def test_what_is_said_of_a_still_changes_only_the_digest_of_stills() -> None:
    text = prompt_text(Task.VERIFY, "base")
    edited = text.model_copy(update={"still": "A picture."})
    assert digest(text, still=False) == digest(edited, still=False)
    assert digest(text, still=True) != digest(edited, still=True)


def test_every_strategy_has_every_task() -> None:
    for strategy in strategies():
        for task in Task:
            assert prompt_text(task, strategy).task is task


def test_a_question_needs_options() -> None:
    lonely = Criterion("grip", "squat", "", "", question="How?", options=("wide",))
    with pytest.raises(ValueError, match="1 options"):
        put(Task.CHOOSE, lonely)
