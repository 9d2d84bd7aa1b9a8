"""No prompt tells the truth of an item, in any way of asking that there is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args, get_type_hints

import pytest

from aqa_eval.prompts import CUES, captions, fits, paraphrases, strategies
from aqa_eval.prompts.answer_texts import is_json, sort_of_answer
from aqa_eval.prompts.strategy_texts import prompted
from aqa_eval.vocabulary import Condition, Sampling, Still, Task, VideoFile

from .situations import PHOTO, VIDEO, item, put, told

AXES = get_type_hints(Condition)


def values(axis: str) -> tuple[str, ...]:
    return get_args(AXES[axis])


def ways(task: Task) -> Iterator[Condition]:
    """Every way of asking that fits: words in all combinations, then what is shown and the wordings."""
    words = itertools.product(
        strategies(), values("framing"), (False, True), values("answer_key"), values("answer_format"), CUES
    )
    found = [
        Condition(strategy=s, framing=f, negated=n, answer_key=k, answer_format=a, cue=c)  # type: ignore[arg-type]
        for s, f, n, k, a, c in words
    ]
    plain = [way for way in found if way.cue == "none" and not way.negated]
    varied = [
        {"representation": "pose-text"},
        {"representation": "none"},
        {"representation": "skeleton", "transport": "video"},
        {"transport": "native"},
        {"sampling": Sampling(count=1)},
        {"shots": 3},
        {"shots": 2, "transport": "native"},
        {"order": "swapped", "ties": True},
        {"permuted": True, "shots": 2},
        *({"paraphrase": number} for number in range(1, paraphrases(task) + 1)),
    ]
    found += [replace(way, **change) for way in plain for change in varied]  # type: ignore[arg-type]
    yield from (way for way in found if not fits(task, way))


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("media", [VIDEO, PHOTO], ids=["video", "still"])
def test_two_items_that_differ_in_truth_alone_are_asked_in_the_same_words(
    task: Task, media: VideoFile | Still
) -> None:
    asked = 0
    for way in ways(task):
        if media is PHOTO and (way.transport == "native" or task is Task.LOCATE):
            continue
        one, other = (put(item(task, media, which=which), way) for which in (0, 1))
        text = f"{one.system}\n{told(one)}"
        assert one == other
        assert text.isascii(), text
        assert "$" not in text, text
        assert not re.search(r"[ \t]\n|\n{3}", text), text
        names_its_answers(task, way, one.answers, text)
        asked += 1
    assert asked >= (0 if media is PHOTO and task is Task.LOCATE else 1)


def names_its_answers(task: Task, way: Condition, answers: object, text: str) -> None:
    """The words that the request offers are the allowed answers and no other."""
    sort = sort_of_answer(task, way)
    request = text.rsplit("\n\n", maxsplit=1)[-1]
    offered = set(re.findall(r"\b(?:True|False|Yes|No|[A-Z])\b", request))
    if sort in {"word", "letter"}:
        assert offered == set(answers), text  # type: ignore[call-overload]
    else:
        assert not offered, text
    wants_json = is_json(way, prompted(way))
    assert wants_json == ('"confidence"' in request or '"start"' in request)


@pytest.mark.parametrize("task", [task for task in Task if task is not Task.CONTROL])
def test_what_is_written_into_frames_does_not_depend_on_the_truth(task: Task) -> None:
    for way in ways(task):
        one, other = (captions(item(task, which=which), way) for which in (0, 1))
        assert one == other


def test_a_still_is_not_called_a_video() -> None:
    for task in set(Task) - {Task.LOCATE}:
        for way in ways(task):
            if way.transport != "native":
                text = told(put(item(task, PHOTO), way)).lower()
                assert not re.search(r"\b(?:videos?|frames?|seconds)\b", text), text
