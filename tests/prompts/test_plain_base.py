"""The plainest way to ask says, word for word, what it said before there was any other: old answers hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aqa_eval.prompts import compose, digest
from aqa_eval.vocabulary import FIRST, Condition, Criterion, Frame, Item, Sampling, Scale, Shown, Task

from .situations import DEPTH, ERRORS, PHOTO, VIDEO, clip

RECORDED = json.loads((Path(__file__).parent / "plain_base.json").read_text("utf-8"))
CRITERIA = {
    "depth": DEPTH,
    "grip": Criterion(
        "grip", "squat", "", "", question="How is the bar held?", options=("wide", "narrow", "not at all")
    ),
    "errors": ERRORS,
    "dive": Criterion(
        "dive", "dive", "The dive is flawless.", "The dive fails.", Scale(-6.25, 104.5, "points")
    ),
}


@pytest.mark.parametrize("name", RECORDED["digests"])
def test_digests_are_what_they_were(name: str) -> None:
    task, kind = name.split()
    assert digest(Task(task), Condition(), kind == "still") == RECORDED["digests"][name]


@pytest.mark.parametrize("name", RECORDED["digests"])
def test_digests_of_conditions_that_there_were_are_what_they_were(name: str) -> None:
    task, kind = name.split()
    for condition in (
        Condition(representation="none"),
        Condition(representation="crop", sampling=Sampling(count=None, fps=4.0)),
        Condition(framing="neutral" if Task(task) is not Task.VERIFY else "negative"),
    ):
        assert digest(Task(task), condition, kind == "still") == RECORDED["digests"][name]


@pytest.mark.parametrize("name", RECORDED["texts"])
def test_texts_are_what_they_were(name: str) -> None:
    task, criterion, kind, seen, framing = name.split()
    count = 0 if seen == "blind" else 1 if kind == "still" else 3
    media = PHOTO if kind == "still" else VIDEO
    clips = tuple(clip(f"c{n}", media) for n in range(2 if task == "compare" else 1))
    shown = [Shown(tuple(Frame(n, n * 0.625, "0" * 64, 8, 8) for n in range(count))) for _ in clips]
    asked = Item(Task(task), clips, CRITERIA[criterion], FIRST)
    condition = replace(
        Condition(representation="none" if seen == "blind" else "rgb"),
        framing=framing,  # type: ignore[arg-type]
    )
    composed = compose(asked, condition, shown)
    said = [p if isinstance(p, str) else f"<{p.clip}:{p.number}>" for p in composed.parts]  # type: ignore[union-attr]
    assert [composed.system, *said] == RECORDED["texts"][name]
