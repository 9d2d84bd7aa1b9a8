"""The rendered dataset: who is faulty, where the dials lie, what is labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.mannequin import LOADER, MannequinOptions, load
from aqa_eval.mannequin import MOVEMENTS, fingerprint, quality
from aqa_eval.vocabulary import Label, Rendered, Task

FAULTS = {f.criterion.id: f for m in MOVEMENTS.values() for f in m.faults}


def by_clip(dataset: Dataset) -> dict[str, Sequence[Label]]:
    return {clip.id: labels for clip, labels in zip(dataset.clips, dataset.labels, strict=True)}


@pytest.fixture(scope="module")
def dataset():
    return load(MannequinOptions())


def of(dataset, split):
    return [clip for clip in dataset.clips if clip.split == split]


@pytest.mark.parametrize("split", ["train", "test"])
def test_thirty_clips_of_ten_subjects(dataset, split):
    clips = of(dataset, split)
    assert len(clips) == 30
    assert Counter((c.action, c.view) for c in clips) == {
        ("bodyweight squat", "side"): 10,
        ("bodyweight squat", "front"): 10,
        ("standing barbell overhead press", "front"): 10,
    }
    assert len({c.cluster for c in clips}) == 10
    assert all(c.cluster == c.subject for c in clips)
    assert len({c.id for c in dataset.clips}) == 60


def test_no_body_is_in_both_splits(dataset):
    seeds = [{c.media.seed for c in of(dataset, split)} for split in ("train", "test")]
    assert not seeds[0] & seeds[1]
    assert [len(s) for s in seeds] == [10, 10]
    assert not seeds[1] & {c.media.seed for c in load(MannequinOptions(seed=8)).clips}


@pytest.mark.parametrize("subjects", [2, 10, 16])
@pytest.mark.parametrize("seed", [0, 7, 123])
def test_exactly_half_are_faulty_by_every_criterion(subjects, seed):
    made = load(MannequinOptions(subjects=subjects, seed=seed))
    for split in ("train", "test"):
        for criterion in FAULTS:
            labels = [label for c in of(made, split) for label in by_clip(made)[c.id]]
            values = [label.value for label in labels if label.criterion == criterion]
            assert sorted(values) == [False] * (subjects // 2) + [True] * (subjects // 2)


def test_labels_follow_from_the_dials_and_the_views(dataset):
    for clip in dataset.clips:
        dials = dict(clip.media.dials)
        labels = {label.criterion: label.value for label in by_clip(dataset)[clip.id]}
        movement = MOVEMENTS[clip.media.movement]
        judged = {f.criterion.id for f in movement.faults if clip.view in f.criterion.views}
        assert set(labels) == judged | {movement.score.id}
        assert labels[movement.score.id] == quality(clip.media)
        for criterion in judged:
            assert labels[criterion] is FAULTS[criterion].present(dials)


@pytest.mark.parametrize("margin", [2.0, 6.0, 12.0])
def test_no_dial_falls_within_the_margin_and_all_of_the_rest_is_used(margin):
    made = load(MannequinOptions(subjects=400, margin=margin))
    for movement in MOVEMENTS.values():
        for fault in movement.faults:
            dial = next(d for d in movement.dials if d.name == fault.dial)
            films = [c.media for c in made.clips if c.media.movement == movement.name]
            amounts = [dict(media.dials)[dial.name] for media in films]
            assert min(abs(a - fault.threshold) for a in amounts) >= margin - 1e-9
            assert min(amounts) == pytest.approx(dial.minimum, abs=1.0)
            assert max(amounts) == pytest.approx(dial.maximum, abs=1.0)


def test_one_squat_is_filmed_from_both_sides(dataset):
    pairs = {}
    for clip in dataset.clips:
        pairs.setdefault((clip.subject, clip.action), []).append(clip.media)
    for films in pairs.values():
        assert len({(m.movement, m.dials, m.seed) for m in films}) == 1
        assert len({m.view for m in films}) == len(films)


def test_faults_of_one_subject_are_drawn_independently():
    made = load(MannequinOptions(subjects=400, seed=3))
    truth = {}
    for clip in of(made, "test"):
        for label in by_clip(made)[clip.id]:
            if label.criterion in FAULTS:
                truth[clip.subject, label.criterion] = label.value
    subjects = {subject for subject, _ in truth}
    assert len(subjects) == 400
    both = sum(truth[s, "squat.depth"] and truth[s, "squat.knees_in"] for s in subjects)
    assert 75 <= both <= 125  # 100 expected, standard deviation 5


def test_the_same_options_give_the_same_dataset(dataset):
    again = load(MannequinOptions())
    assert [(c.id, c.media) for c in again.clips] == [(c.id, c.media) for c in dataset.clips]
    assert again.labels == dataset.labels
    other = load(MannequinOptions(seed=8))
    assert {c.media for c in other.clips}.isdisjoint(c.media for c in dataset.clips)


def test_every_recipe_can_be_filmed(dataset):
    assert all(isinstance(c.media, Rendered) for c in dataset.clips)
    assert len({fingerprint(c.media) for c in dataset.clips}) == len(dataset.clips)


def test_items_and_facts(dataset):
    verify = list(dataset.items([Task.VERIFY], "test"))
    assert Counter(i.criterion.id for i in verify) == dict.fromkeys(FAULTS, 10)
    assert len(list(dataset.items([Task.SCORE], "test"))) == 30
    assert dataset.facts["test clips"] == "30 of 10 subjects (clusters)"
    assert dataset.facts["test squat.depth"] == "10 items, 5 faulty (50%)"
    assert dataset.facts["pictures"].startswith("rendered")
    assert dataset.terms.may_embed
    assert dataset.terms.may_send
    assert LOADER.tasks == (Task.VERIFY, Task.SCORE)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subjects": 7}, "multiple of 2"),
        ({"movements": ["sqat"]}, "did you mean 'squat'"),
        ({"movements": ["squat", "squat"]}, "named twice"),
        ({"movements": []}, "at least 1"),
        ({"margin": 40}, "less than or equal to 12"),
        ({"bodies": 3}, "Extra inputs"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        MannequinOptions(**options)


def test_one_movement_alone():
    made = load(MannequinOptions(movements=("overhead_press",), subjects=2))
    assert {c.media.movement for c in made.clips} == {"overhead_press"}
    assert set(made.criteria) == {"overhead_press.lockout", "overhead_press.quality"}
