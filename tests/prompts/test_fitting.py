"""What makes no sense is said to make none, with the reason; what a study asked before still fits."""

from __future__ import annotations

import pytest

from aqa_eval.prompts import fits
from aqa_eval.vocabulary import Condition, Sampling, Task


@pytest.mark.parametrize("task", list(Task))
def test_the_plain_way_always_fits(task: Task) -> None:
    assert fits(task, Condition()) == ""
    if task is not Task.VERIFY:  # how a study asks what has no polarity
        assert fits(task, Condition(framing="neutral")) == ""


@pytest.mark.parametrize(
    ("task", "way", "reason"),
    [
        (Task.COMPARE, Condition(strategy="two-step"), "'two-step' is not for the task 'compare'"),
        (Task.CONTROL, Condition(strategy="guidelines"), "'guidelines' is not for the task 'control'"),
        (Task.VERIFY, Condition(strategy="grounding", representation="none"), "needs something to look at"),
        (Task.CHOOSE, Condition(paraphrase=9), "wordings 0 to 3"),
        (
            Task.VERIFY,
            Condition(representation="pose-text", transport="video"),
            "no pictures to send as a video",
        ),
        (Task.VERIFY, Condition(transport="video", sampling=Sampling(count=1)), "a single frame is no video"),
        (Task.VERIFY, Condition(strategy="cited", representation="pose-text"), "no picture to point into"),
        (Task.SCORE, Condition(framing="negative"), "'framing' has no meaning for the task 'score'"),
        (Task.CHOOSE, Condition(answer_key="yes-no"), "'answer_key' has no meaning"),
        (Task.VERIFY, Condition(framing="neutral", negated=True), "no statement to deny"),
        (Task.VERIFY, Condition(framing="neutral", answer_key="yes-no"), "answered by A or B"),
        (Task.VERIFY, Condition(order="swapped"), "'order' has no meaning"),
        (Task.SCORE, Condition(ties=True), "'ties' has no meaning"),
        (Task.VERIFY, Condition(strategy="cited", answer_format="choice"), "answered in JSON only"),
        (Task.VERIFY, Condition(strategy="cited", answer_format="letters"), "answered in JSON only"),
        (Task.VERIFY, Condition(strategy="structured", answer_format="json"), "leaves no room for them"),
        (Task.SCORE, Condition(answer_format="letters"), "answered by numbers"),
        (Task.COMPARE, Condition(answer_format="words"), "letters, not words"),
        (Task.VERIFY, Condition(answer_format="letters"), "under the answer key a-b"),
        (Task.SCORE, Condition(cue="fake-praise"), "'fake-praise' is not for the task 'score'"),
        (Task.VERIFY, Condition(cue="rumour"), "there is no cue 'rumour'"),
        (Task.VERIFY, Condition(cue="instruction-frame", representation="none"), "written into pictures"),
        (Task.VERIFY, Condition(cue="instruction-frame", transport="native"), "sent as it is"),
        (Task.VERIFY, Condition(strategy="structured", shots=2), "cannot show the reasoning"),
        (Task.VERIFY, Condition(shot_labels="random"), "no meaning without examples"),
        (Task.CONTROL, Condition(representation="none"), "about pictures"),
        (Task.CONTROL, Condition(shots=1), "no examples"),
    ],
)
def test_reasons(task: Task, way: Condition, reason: str) -> None:
    assert reason in fits(task, way)
