"""A donor has the opposite label and comes from the closest kin; for scores the rank is mirrored."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_dataset import ERRORS, GRIP, KNEES, SCORE, STILL, clip, made

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.donors import NO_DONOR, NO_OPPOSITE, NO_RECORDING, NO_TASK, Donors
from aqa_eval.datasets.sampling import Sample, items
from aqa_eval.vocabulary import Clip, Criterion, Item, LabelValue, Task

TASKS = (Task.VERIFY, Task.CHOOSE, Task.SCORE)


def swapped(dataset: Dataset, seed: int = 1) -> dict[str, tuple[Clip, Any] | str]:
    """Clip -> its donor."""
    donors = Donors.of(dataset, "test", TASKS, seed)
    return {item.clips[0].id: donors.donor(item) for item in dataset.items(TASKS, "test")}


def names(found: dict[str, tuple[Clip, Any] | str]) -> dict[str, str]:
    return {name: it if isinstance(it, str) else it[0].id for name, it in found.items()}


def test_the_closest_kin_of_the_other_truth_stands_in() -> None:
    anna = {"subject": "anna", "cluster": "day 1"}
    dataset = made(
        [
            (clip(0, match="m", **anna), KNEES, True),
            (clip(1, match="m", **anna), KNEES, False),
            (clip(2, subject="ben", cluster="day 2"), KNEES, True),
            (clip(3, subject="ben", cluster="day 1"), KNEES, False),
            (clip(4, cluster="day 3"), KNEES, True),
            (clip(5, cluster="day 3"), KNEES, False),
        ]
    )
    found = names(swapped(dataset))
    assert {found["c00000"], found["c00001"]} == {"c00001", "c00000"}
    assert (found["c00002"], found["c00003"]) == ("c00003", "c00002")
    assert (found["c00004"], found["c00005"]) == ("c00005", "c00004")


@pytest.mark.parametrize(
    "odd", [{"action": "lunge"}, {"view": "side"}, {"split": "train"}, {"media": STILL}, {"media": None}]
)
def test_nobody_of_another_action_view_split_or_kind_stands_in(odd: dict[str, Any]) -> None:
    dataset = made([(clip(0), KNEES, True), (clip(1, **odd), KNEES, False), (clip(2), KNEES, True)])
    assert swapped(dataset)["c00000"] == NO_DONOR


def test_a_picture_stands_in_for_a_picture() -> None:
    dataset = made([(clip(n, media=STILL if n % 2 else clip(n).media), KNEES, n < 4) for n in range(8)])
    for name, donor in swapped(dataset).items():
        assert not isinstance(donor, str)
        assert (donor[0].media == STILL) == (int(name[1:]) % 2 == 1)


def test_what_compares_locates_or_controls_is_not_swapped() -> None:
    dataset = made([(clip(0), KNEES, True), (clip(1), KNEES, False)])
    donors = Donors.of(dataset, "test", TASKS, 1)
    for task in (Task.COMPARE, Task.LOCATE, Task.CONTROL):
        assert donors.donor(Item(task, (clip(0),), KNEES, True)) == NO_TASK


def test_an_option_is_swapped_for_any_other_whatever_order_they_are_shown_in() -> None:
    dataset = made([(clip(n), GRIP, ("wide", "wide", "narrow", "none")[n % 4]) for n in range(400)])
    donors = Donors.of(dataset, "test", TASKS, 1)
    truths = {c.id: labels[0].value for c, labels in zip(dataset.clips, dataset.labels, strict=True)}
    pairs = Counter()
    for item in items(dataset, (Task.CHOOSE,), Sample(), 1)():
        donor, truth = donors.donor(item)
        assert truths[donor.id] == truth != item.truth
        pairs[item.truth, truth] += 1
    # From `narrow` to `wide` in 200 of the 300 others: 67 of 100, standard deviation 5.
    assert abs(pairs["narrow", "wide"] - 67) < 20
    assert pairs["narrow", "none"] == 100 - pairs["narrow", "wide"]


@pytest.mark.parametrize("criterion", [SCORE, ERRORS])
def test_the_lowest_gets_the_highest_and_the_middle_nothing(criterion: Criterion) -> None:
    dataset = made([(clip(n), criterion, float(v)) for n, v in enumerate((30, 10, 50, 20, 40))])
    found = names(swapped(dataset))
    assert found == {
        "c00001": "c00002",
        "c00002": "c00001",
        "c00003": "c00004",
        "c00004": "c00003",
        "c00000": NO_OPPOSITE,
    }


def test_scores_are_mirrored_within_their_action_and_view() -> None:
    rows = [(clip(n, view="side"), SCORE, float(n)) for n in range(4)]
    rows += [(clip(n, view="front"), SCORE, 10.0 + n) for n in range(4, 8)]
    found = names(swapped(made(rows)))
    assert found["c00000"] == "c00003"
    assert found["c00007"] == "c00004"


def test_a_relative_near_the_mirrored_rank_is_preferred_and_one_on_the_same_side_never() -> None:
    # Of 20 ranks two are near enough: 0.1 * 20. The mirror of rank 0 is 19; anna's other clip has rank 17.
    kin = {0: "anna", 17: "anna", 1: "ben", 3: "ben", 9: "carl", 10: "carl"}
    dataset = made([(clip(n, subject=kin.get(n, ""), cluster="all"), SCORE, float(n)) for n in range(20)])
    found = names(swapped(dataset))
    assert found["c00000"] == "c00017"
    assert found["c00001"] == "c00018"  # ben's other one has rank 3
    assert found["c00009"] == "c00010"
    # All share a cluster, in which the mirrored one itself is the nearest.
    assert found["c00002"] == "c00017"
    assert found["c00017"] == "c00000"  # anna's own; rank 2 would be the mirror


labels = {
    KNEES.id: st.booleans(),
    GRIP.id: st.sampled_from(GRIP.options),
    SCORE.id: st.integers(0, 6).map(float),
}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), criterion=st.sampled_from([KNEES, GRIP, SCORE]), seed=st.integers(0, 3))
def test_never_itself_always_another_label_of_the_same_kind(
    data: Any, criterion: Criterion, seed: int
) -> None:
    values: list[LabelValue] = data.draw(st.lists(labels[criterion.id], min_size=1, max_size=40))
    fields = st.fixed_dictionaries(
        {
            "view": st.sampled_from(["side", "front"]),
            "subject": st.sampled_from(["", "anna", "ben"]),
            "cluster": st.sampled_from(["x", "y"]),
            "media": st.sampled_from([clip(0).media, STILL, None]),
        }
    )
    dataset = made([(clip(n, **data.draw(fields)), criterion, value) for n, value in enumerate(values)])
    truths = {c.id: (c, v) for c, v in zip(dataset.clips, values, strict=True)}
    found = swapped(dataset, seed)
    assert found == swapped(dataset, seed)
    for name, donor in found.items():
        own, value = truths[name]
        others = [
            v
            for c, v in truths.values()
            if c.view == own.view and c.media is not None and c.media == own.media and v != value
        ]
        if isinstance(donor, str):
            assert donor in (NO_DONOR, NO_OPPOSITE, NO_RECORDING)
            assert (donor == NO_RECORDING) == (own.media is None)
            if own.media is not None and criterion is not SCORE:
                assert not others
            continue
        other, truth = donor
        assert truths[other.id] == (other, truth)
        assert truth != value
        assert (other.view, other.media) == (own.view, own.media)


def test_another_seed_chooses_others() -> None:
    dataset = made([(clip(n), KNEES, n % 2 == 0) for n in range(200)])
    assert swapped(dataset, 1) != swapped(dataset, 2)
    assert len({donor[0].id for donor in swapped(dataset, 1).values()}) > 100


def test_a_limit_changes_no_donor() -> None:
    dataset = made([(clip(n), KNEES, n % 2 == 0) for n in range(50)])
    donors = Donors.of(dataset, "test", TASKS, 1)
    item = next(dataset.items(TASKS, "test"))
    assert donors.donor(item) == donors.donor(replace(item, moment=1.0))
