"""A fault is located where it is there and its time is known; times are worked out when asked for."""

from __future__ import annotations

import pytest

from aqa_eval.datasets import LOADERS
from aqa_eval.datasets.dataset import Dataset, Terms
from aqa_eval.datasets.mannequin import loader as mannequin
from aqa_eval.datasets.mannequin import moments
from aqa_eval.datasets.sampling import Sample, items
from aqa_eval.mannequin import showings
from aqa_eval.vocabulary import Clip, Criterion, Label, Scale, Task, TimeSpan

TERMS = Terms("CC0", "nobody", "made up", may_embed=True, may_send=True)
KNEES = Criterion("knees", "squat", "Good.", "Bad.")
SCORE = Criterion("score", "squat", "Good.", "Bad.", scale=Scale(0, 10, "points"))
SPAN = TimeSpan(1.0, 2.5)
LOCATE = (Task.LOCATE,)


def made(*labels: Label) -> Dataset:
    clips = [Clip(label.clip, "made", "squat", None, label.clip) for label in labels]
    return Dataset("made", "Made", TERMS, {"knees": KNEES, "score": SCORE}, clips, [[it] for it in labels])


def test_only_a_fault_that_is_there_at_a_known_time_is_located() -> None:
    dataset = made(
        Label("a", "knees", True, span=SPAN, moment=2.0),
        Label("b", "knees", False, moment=2.0),
        Label("c", "knees", True),
        Label("d", "score", 3.0, span=SPAN),
    )
    [item] = dataset.items(LOCATE, "test")
    assert (item.id, item.truth, item.span, item.moment) == ("locate:knees:a", SPAN, SPAN, 2.0)
    verified = list(dataset.items((Task.VERIFY,), "test"))
    assert [(i.truth, i.span, i.moment) for i in verified] == [
        (True, SPAN, 2.0),
        (False, None, 2.0),
        (True, None, None),
    ]
    both = [i.id for i in items(dataset, (Task.VERIFY, Task.LOCATE), Sample(), 1)()]
    assert both == ["verify:knees:a", "locate:knees:a", "verify:knees:b", "verify:knees:c"]


@pytest.mark.parametrize("name", ["mannequin", "fitness-aqa"])
def test_locating_has_to_be_named(name: str) -> None:
    assert Task.LOCATE in LOADERS[name].optional
    assert Task.LOCATE not in LOADERS[name].tasks


def test_mannequin_times_are_those_of_the_recipe_and_only_faults_have_a_span() -> None:
    dataset = mannequin.load(mannequin.MannequinOptions(subjects=4, movements=("squat", "push_up")))
    for clip, labels in zip(dataset.clips, dataset.labels, strict=True):
        shown = showings(clip.media)
        *faults, score = labels
        assert (score.span, score.moment) == (None, None)
        for label in faults:
            own = shown[label.criterion]
            assert label.moment == own.moment
            assert label.span == (TimeSpan(own.start, own.end) if label.value else None)
    located = list(dataset.items(LOCATE, "test"))
    # Two of four people are faulty by each of the eight criteria, each of which shows from one side.
    assert len(located) == 2 * 8
    assert dataset.labels[-1] == dataset.labels[len(dataset.labels) - 1]


def test_loading_works_out_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: object) -> None:
        raise AssertionError("asked for before anybody looked")

    monkeypatch.setattr(moments, "showings", never)
    dataset = mannequin.load(mannequin.MannequinOptions(subjects=200))
    assert len(dataset.labels) == len(dataset.clips) > 1000
    with pytest.raises(AssertionError):
        dataset.labels[0]
