"""Controls have one right answer that stands anywhere, come from many clusters, and grow by adding."""

from __future__ import annotations

from collections import Counter

import pytest
from made_dataset import KNEES, STILL, clip, made

from aqa_eval.datasets import LOADERS
from aqa_eval.datasets.controls import ELSEWHERE, MOVEMENT, NUMBER, ORDER, controls
from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.mannequin import loader as mannequin
from aqa_eval.datasets.sampling import Sample, items
from aqa_eval.vocabulary import Item, Task


def people(count: int, clips: int = 1, **fields: object) -> Dataset:
    """`count` clusters of `clips` clips each."""
    return made(
        [
            (clip(clips * n + m, cluster=f"p{n}", **fields), KNEES, m % 2 == 0)
            for n in range(count)
            for m in range(clips)
        ]
    )


def of(found: list[Item], name: str) -> list[Item]:
    return [item for item in found if item.criterion.id == name]


def test_every_kind_has_one_right_answer_among_different_options() -> None:
    found = list(controls(people(50), "test", 3, 50))
    assert Counter(item.criterion.id for item in found) == {MOVEMENT: 50, NUMBER: 50, ORDER: 50}
    for item in found:
        options = item.criterion.options
        assert item.task is Task.CONTROL
        assert item.criterion.question
        assert len(set(options)) == len(options) == (2 if item.criterion.id == ORDER else 4)
        assert item.truth in options
        if item.criterion.id != MOVEMENT:
            assert all(10 <= int(option) <= 99 for option in options)


def test_the_right_answer_stands_in_every_place_and_is_no_greater_than_the_others() -> None:
    found = list(controls(people(2000), "test", 3, 2000))
    for name, options in ((MOVEMENT, 4), (NUMBER, 4), (ORDER, 2)):
        own = of(found, name)
        places = Counter(item.criterion.options.index(str(item.truth)) for item in own)
        # 2000 / 4 = 500, standard deviation 19; 2000 / 2 = 1000, standard deviation 22.
        assert all(abs(places[p] - 2000 / options) < 100 for p in range(options))
    least = sum(int(str(i.truth)) == min(map(int, i.criterion.options)) for i in of(found, ORDER))
    assert abs(least - 1000) < 100


def test_other_movements_are_the_dataset_s_own_unless_they_are_too_alike() -> None:
    actions = (
        "Inline Lunge (Left)",
        "inline lunges, right",
        "deep squat",
        "push-up",
        "hurdle step",
        "bridge",
    )
    dataset = made([(clip(n, action=action), KNEES, True) for n, action in enumerate(actions)])
    by_action = {i.clips[0].action: i for i in of(list(controls(dataset, "test", 1, 10)), MOVEMENT)}
    assert {i.truth for i in by_action.values()} == set(actions)
    lunge = set(by_action["Inline Lunge (Left)"].criterion.options) - {"Inline Lunge (Left)"}
    assert lunge < set(actions) - {"inline lunges, right"}
    only = made([(clip(0, action="rope climbing, legless"), KNEES, True)])
    options = next(controls(only, "test", 1, 1)).criterion.options
    assert set(options) - {"rope climbing, legless"} < set(ELSEWHERE) - {"rope climbing"}


def test_clusters_come_once_before_any_comes_twice_and_a_larger_count_adds() -> None:
    dataset = people(10, clips=3)
    for count in (1, 7, 10, 20):
        few = list(controls(dataset, "test", 5, count))
        used = Counter(item.cluster for item in of(few, NUMBER))
        assert max(used.values()) - min(used.get(f"p{n}", 0) for n in range(10)) <= 1
        more = list(controls(dataset, "test", 5, count + 5))
        assert more[: len(few)] == few
    assert list(controls(dataset, "test", 6, 5)) != list(controls(dataset, "test", 5, 5))
    assert list(controls(dataset, "train", 5, 5)) == []
    assert list(controls(dataset, "test", 5, 0)) == []


def test_pictures_are_asked_no_order_and_clips_without_recording_nothing() -> None:
    rows = [
        (clip(n, media=(None, STILL)[n % 2] if n < 20 else clip(n).media), KNEES, True) for n in range(30)
    ]
    found = list(controls(made(rows), "test", 1, 10))
    assert Counter(item.criterion.id for item in found) == {MOVEMENT: 10, NUMBER: 10, ORDER: 10}
    assert all(item.clips[0].media is not None for item in found)
    assert {item.clips[0].media for item in of(found, ORDER)} == {clip(0).media}
    assert STILL in {item.clips[0].media for item in of(found, NUMBER)}


def test_controls_come_first_and_no_limit_counts_them() -> None:
    dataset = people(40)
    plain = list(items(dataset, (Task.VERIFY,), Sample(limit=8), 1)())
    stream = items(dataset, (Task.VERIFY,), Sample(limit=8, controls=4), 1)
    assert list(stream()) == list(stream()) == [*controls(dataset, "test", 1, 4), *plain]
    assert len(plain) == 8
    assert list(items(dataset, (Task.SCORE,), Sample(controls=4), 1)()) == []


def test_the_movements_of_the_mannequin_can_be_told_apart() -> None:
    dataset = mannequin.load(mannequin.MannequinOptions(subjects=4))
    for item in of(list(controls(dataset, "test", 1, 100)), MOVEMENT):
        assert len(item.criterion.options) == 4
    assert {i.truth for i in of(list(controls(dataset, "test", 1, 100)), MOVEMENT)} == {
        c.action for c in dataset.clips
    }


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_movement_of_the_list_is_one_that_a_dataset_shows(name: str) -> None:
    known = {c.action for loader in LOADERS.values() if loader.criteria for c in loader.criteria().values()}
    assert known
    assert all(name.split(maxsplit=1)[0].casefold() not in action.casefold() for action in known)
