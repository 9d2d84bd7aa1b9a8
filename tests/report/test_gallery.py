from __future__ import annotations

import base64

from aqa_eval.report.gallery import exhibits
from aqa_eval.vocabulary import Status, Verdict
from report.example_study import JUDGES, frames, specimen


def test_trials_about_the_same_pictures_are_one_exhibit():
    shown = exhibits([specimen(), specimen("constant"), specimen(frames=frames(3))], JUDGES)
    assert [len(exhibit.cases) for exhibit in shown] == [2, 1]
    assert [len(exhibit.pictures) for exhibit in shown] == [8, 3]


def test_pictures_are_the_bytes_that_were_sent():
    sent = frames(2)
    picture = exhibits([specimen(frames=sent)], JUDGES)[0].pictures[1]
    assert base64.b64decode(picture.url.removeprefix("data:image/jpeg;base64,")) == sent[1][1]
    assert picture.words == "Picture 2 of 2: frame 12 of the recording, 0.40 s"


def test_outcomes():
    def outcome(verdict: Verdict, truth: bool | float) -> str:
        return exhibits([specimen(verdict=verdict, truth=truth)], JUDGES)[0].cases[0].outcome

    assert outcome(Verdict(Status.OK, False, True), True) == "right"
    assert outcome(Verdict(Status.OK, True, False), True) == "wrong"
    assert outcome(Verdict(Status.REFUSED), True) == "none"
    assert outcome(Verdict(Status.OK, 7.5, 7.5), 8.0) == "number"


def test_withheld_pictures_say_why():
    why = "16 frames were sent; the terms of fitness-aqa forbid showing them."
    shown = exhibits([specimen(frames=(), withheld=why)], JUDGES)[0]
    assert shown.pictures == ()
    assert shown.withheld == why


def test_truth_in_words():
    assert [exhibits([specimen(truth=t)], JUDGES)[0].truth for t in (True, False, 48.5)] == [
        "fault present",
        "no fault",
        "48.50",
    ]
