"""The rendered dataset: who is faulty, where the dials lie, what is labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.mannequin.loader import LOADER, MannequinOptions, load
from aqa_eval.mannequin import MOVEMENTS, fingerprint, quality
from aqa_eval.vocabulary import Label, Rendered, Task

FAULTS = {f.criterion.id: f for m in MOVEMENTS.values() for f in m.faults}
MARGINS = {"degrees": 6.0, "centimetres": 2.0}
FIRST_SQUAT = {"depth": 117.2, "knees_in": 7.0}
QUICK = {
    "movements": ("squat", "overhead_press"),
    "criteria": ("squat.depth", "squat.knees_in", "overhead_press.lockout"),
}


def dial_of(fault):
    """The fault's dial, and its movement."""
    movement = next(m for m in MOVEMENTS.values() if fault in m.faults)
    return next(d for d in movement.dials if d.name == fault.dial)


def by_clip(dataset: Dataset) -> dict[str, Sequence[Label]]:
    return {clip.id: labels for clip, labels in zip(dataset.clips, dataset.labels, strict=True)}


@pytest.fixture(scope="module")
def dataset():
    return load(MannequinOptions())


def of(dataset, split):
    return [clip for clip in dataset.clips if clip.split == split]


@pytest.mark.parametrize("split", ["train", "test"])
def test_each_execution_is_filmed_from_the_views_that_its_criteria_need(dataset, split):
    needed = {(m.action, v) for m in MOVEMENTS.values() for f in m.faults for v in f.criterion.views}
    clips = of(dataset, split)
    assert Counter((c.action, c.view) for c in clips) == dict.fromkeys(needed, 10)
    assert len({c.cluster for c in clips}) == 10
    assert all(c.cluster == c.subject and not c.match for c in clips)
    assert len({c.id for c in dataset.clips}) == len(dataset.clips)


def test_the_quickstart_keeps_its_thirty_clips_and_their_draws():
    """The first draws of seed 7: a criterion that is added draws for itself alone."""
    made = load(MannequinOptions(**QUICK))
    clips = of(made, "test")
    assert Counter((c.action, c.view) for c in clips) == {
        ("bodyweight squat", "side"): 10,
        ("bodyweight squat", "front"): 10,
        ("standing barbell overhead press", "front"): 10,
    }
    first = next(c for c in clips if c.id == "squat-test01-side")
    assert dict(first.media.dials) == FIRST_SQUAT | {"heel_lift": 0.0, "trunk_lean": 0.0}
    assert set(made.criteria) == {*QUICK["criteria"], "squat.quality", "overhead_press.quality"}


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
        labels = [label for c in of(made, split) for label in by_clip(made)[c.id]]
        for criterion, fault in FAULTS.items():
            values = [label.value for label in labels if label.criterion == criterion]
            half = subjects // 2 * len(fault.criterion.views)
            assert sorted(values) == [False] * half + [True] * half


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


@pytest.mark.parametrize(("margin", "margin_cm"), [(2.0, 1.0), (6.0, 2.0)])
def test_no_dial_falls_within_the_margin_and_all_of_the_rest_is_used(margin, margin_cm):
    made = load(MannequinOptions(subjects=200, margin=margin, margin_cm=margin_cm))
    margins = {"degrees": margin, "centimetres": margin_cm}
    for movement in MOVEMENTS.values():
        for fault in movement.faults:
            dial = next(d for d in movement.dials if d.name == fault.dial)
            films = [c.media for c in made.clips if c.media.movement == movement.name]
            amounts = [dict(media.dials)[dial.name] for media in films]
            assert min(abs(a - fault.threshold) for a in amounts) >= margins[dial.unit] - 1e-9
            slack = 0.05 * (dial.maximum - dial.minimum)
            assert min(amounts) == pytest.approx(dial.minimum, abs=slack)
            assert max(amounts) == pytest.approx(dial.maximum, abs=slack)


def test_one_execution_is_the_same_from_every_side(dataset):
    pairs = {}
    for clip in dataset.clips:
        pairs.setdefault((clip.subject, clip.action), []).append(clip.media)
    for films in pairs.values():
        assert len({(m.movement, m.dials, m.seed) for m in films}) == 1
        assert len({m.view for m in films}) == len(films)


def test_faults_of_one_subject_are_drawn_independently():
    made = load(MannequinOptions(subjects=400, seed=3, movements=("squat",)))
    truth, labels = {}, by_clip(made)
    for clip in of(made, "test"):
        for label in labels[clip.id]:
            if label.criterion in FAULTS:
                truth[clip.subject, label.criterion] = label.value
    subjects = {subject for subject, _ in truth}
    assert len(subjects) == 400
    both = sum(truth[s, "squat.depth"] and truth[s, "squat.knees_in"] for s in subjects)
    assert 75 <= both <= 125  # 100 expected, standard deviation 5


def test_the_same_options_give_the_same_dataset(dataset):
    again = load(MannequinOptions())
    assert [(c.id, c.media) for c in again.clips] == [(c.id, c.media) for c in dataset.clips]
    assert list(again.labels) == list(dataset.labels)
    other = load(MannequinOptions(seed=8))
    assert {c.media for c in other.clips}.isdisjoint(c.media for c in dataset.clips)


def test_every_recipe_can_be_filmed(dataset):
    assert all(isinstance(c.media, Rendered) for c in dataset.clips)
    assert len({fingerprint(c.media) for c in dataset.clips}) == len(dataset.clips)


def test_items_and_facts():
    dataset = load(MannequinOptions(**QUICK))
    verify = list(dataset.items([Task.VERIFY], "test"))
    assert Counter(i.criterion.id for i in verify) == dict.fromkeys(QUICK["criteria"], 10)
    assert len(list(dataset.items([Task.SCORE], "test"))) == 30
    assert dataset.facts["test clips"] == "30 of 10 subjects (clusters)"
    assert dataset.facts["test squat.depth"] == "10 items, 5 faulty (50%)"
    assert dataset.facts["pictures"].startswith("rendered")
    assert dataset.notes == []
    assert dataset.terms.may_embed
    assert dataset.terms.may_send
    assert LOADER.tasks == (Task.VERIFY, Task.SCORE)


def pairs_of(dataset, split="test"):
    pairs = {}
    for clip in of(dataset, split):
        pairs.setdefault(clip.match, []).append(clip)
    return pairs


def check_pair(dataset, pair):
    """Two clips of one pair differ in one dial, and in the label of the fault it makes."""
    one, other = pair
    differing = set(one.media.dials) ^ set(other.media.dials)
    assert len({name for name, _ in differing}) == 1
    assert (one.media.seed, one.view, one.subject) == (other.media.seed, other.view, other.subject)
    labels = [by_clip(dataset)[clip.id] for clip in pair]
    (criterion,) = {label.criterion for own in labels for label in own} & set(FAULTS)
    values = {label.value for own in labels for label in own if label.criterion == criterion}
    assert values == {False, True}
    assert FAULTS[criterion].dial == differing.pop()[0]
    return criterion


def test_matched_pairs_differ_in_one_dial():
    made = load(MannequinOptions(subjects=4, matched=True))
    pairs = pairs_of(made)
    found = Counter(check_pair(made, pair) for pair in pairs.values())
    assert found == {name: 4 * len(fault.criterion.views) for name, fault in FAULTS.items()}
    for clip in made.clips:
        label = next(lb for lb in by_clip(made)[clip.id] if lb.criterion in FAULTS)
        fault = FAULTS[label.criterion]
        away = abs(dict(clip.media.dials)[fault.dial] - fault.threshold)
        assert away >= MARGINS[dial_of(fault).unit] - 1e-9
    assert len({c.id for c in made.clips}) == len(made.clips)


def test_the_other_dials_of_matched_pairs_are_drawn_as_ever():
    options = {"subjects": 20, "movements": ("squat",)}
    plain = {c.subject: dict(c.media.dials) for c in of(load(MannequinOptions(**options)), "test")}
    made = load(MannequinOptions(matched=True, **options))
    for clip in of(made, "test"):
        tested = next(lb.criterion for lb in by_clip(made)[clip.id] if lb.criterion in FAULTS)
        own = dict(clip.media.dials)
        del own[FAULTS[tested].dial]
        assert own.items() <= plain[clip.subject].items()


def test_with_sizes_every_subject_is_there_at_every_size():
    criteria = ("squat.depth", "squat.knees_in", "squat.heel_lift")
    made = load(MannequinOptions(subjects=2, criteria=criteria, sizes=(5.0, 20.0, 45.0), sizes_cm=(1.0, 3.5)))
    seen = Counter()
    for pair in pairs_of(made).values():
        criterion = check_pair(made, pair)
        fault = FAULTS[criterion]
        low, high = sorted(dict(c.media.dials)[fault.dial] for c in pair)
        assert fault.threshold - low == pytest.approx(high - fault.threshold)
        seen[criterion, high - fault.threshold] += 1
    # depth goes from 50 to 130, threshold 100; knees in from 0 to 34, threshold 20; heels 0 to 9, 4.
    assert seen == dict.fromkeys(
        [
            ("squat.depth", 5.0), ("squat.depth", 20.0), ("squat.knees_in", 5.0),
            ("squat.heel_lift", 1.0), ("squat.heel_lift", 3.5),
        ],
        2,
    )  # fmt: skip
    assert len(made.notes) == 3
    assert made.notes[0].startswith("squat.depth: no pair of size 45 degrees: the dial goes from 50 to 130")


def test_dials_that_are_not_tested_are_neutral():
    made = load(MannequinOptions(criteria=("squat.knees_in",)))
    assert {c.view for c in made.clips} == {"front"}
    neutral = MOVEMENTS["squat"].neutral
    for clip in made.clips:
        own = dict(clip.media.dials)
        del own["knees_in"]
        assert own.items() <= neutral.items()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subjects": 7}, "multiple of 2"),
        ({"movements": ["sqat"]}, "did you mean 'squat'"),
        ({"movements": ["squat", "squat"]}, "named twice"),
        ({"movements": []}, "at least 1"),
        ({"margin": 40}, "'squat.depth': a margin of 40 leaves no room on one side: its dial goes from 50"),
        ({"movements": ["squat"], "margin_cm": 5}, "'squat.heel_lift': a margin of 5 leaves no room"),
        ({"criteria": ["squat.depht"]}, "did you mean 'squat.depth'"),
        ({"criteria": ["squat.quality"]}, "no fault is called 'squat.quality'"),
        (
            {"movements": ["overhead_press"], "criteria": ["squat.depth"]},
            "belongs to no movement of overhead",
        ),
        (
            {"movements": ["squat", "overhead_press"], "criteria": ["squat.depth"]},
            "of the movement 'overhead_press'",
        ),
        ({"movements": ["squat"], "sizes": [5]}, "'squat.heel_lift': its dial needs sizes in centimetres"),
        ({"criteria": ["squat.knees_in"], "sizes": [25]}, "none of the sizes fits"),
        ({"criteria": ["squat.knees_in"], "sizes": [-5]}, "greater than 0"),
        ({"bodies": 3}, "Extra inputs"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        MannequinOptions(**options)


def test_one_movement_alone():
    made = load(MannequinOptions(movements=("overhead_press",), subjects=2))
    assert {c.media.movement for c in made.clips} == {"overhead_press"}
    assert set(made.criteria) == {c.id for c in MOVEMENTS["overhead_press"].criteria}
