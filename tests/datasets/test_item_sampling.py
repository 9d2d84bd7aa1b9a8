"""A draw is even over criteria, balanced where wished, nested in its limit, and always the same."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.datasets.dataset import Dataset, Terms
from aqa_eval.datasets.sampling import Sample, items, shares
from aqa_eval.vocabulary import Clip, Criterion, Label, Task

TERMS = Terms("CC0", "nobody", "made up", may_embed=True, may_send=True)
CRITERIA = {
    "common": Criterion("common", "squat", "Good.", "Bad."),
    "rare": Criterion("rare", "squat", "Fine.", "Poor."),
    "grip": Criterion("grip", "squat", "", "", question="Which grip?", options=("wide", "narrow", "none")),
}


def dataset(clips: int = 120) -> Dataset:
    """Every clip is labelled for `common`, every fourth for `rare` and every second for `grip`."""
    labels = []
    for n in range(clips):
        own = [Label(f"c{n}", "common", n % 10 == 0)]
        own += [Label(f"c{n}", "rare", n % 8 == 0)] if n % 4 == 0 else []
        own += [Label(f"c{n}", "grip", ("wide", "wide", "narrow", "none")[n // 2 % 4])] if n % 2 == 0 else []
        labels.append(own)
    made = [Clip(f"c{n}", "made", "squat", None, f"s{n}") for n in range(clips)]
    return Dataset("made", "Made", TERMS, CRITERIA, made, labels)


TASKS = (Task.VERIFY, Task.CHOOSE)


def ids(sample: Sample, seed: int = 1, tasks: tuple[Task, ...] = TASKS) -> list[str]:
    return [item.id for item in items(dataset(), tasks, sample, seed)()]


def test_without_a_limit_everything_comes_in_the_order_of_the_clips() -> None:
    found = ids(Sample())
    assert len(found) == 120 + 30 + 60
    assert found[:3] == ["verify:common:c0", "verify:rare:c0", "choose:grip:c0"]


def test_a_limit_is_shared_out_evenly_over_the_criteria() -> None:
    counted = Counter(name.split(":")[1] for name in ids(Sample(limit=60)))
    assert counted == {"common": 20, "rare": 20, "grip": 20}
    counted = Counter(name.split(":")[1] for name in ids(Sample(limit=150)))
    assert counted == {"common": 60, "rare": 30, "grip": 60}  # `rare` has no more than 30


def test_a_larger_limit_keeps_what_a_smaller_one_chose() -> None:
    small, large = set(ids(Sample(limit=30))), set(ids(Sample(limit=90)))
    assert small < large
    assert small != set(ids(Sample(limit=30), seed=2))
    assert ids(Sample(limit=30)) == ids(Sample(limit=30))


@pytest.mark.parametrize("limit", [None, 24])
def test_balanced_truths(limit: int | None) -> None:
    stream = items(dataset(), TASKS, Sample(limit=limit, balanced=True), 1)
    counted = Counter((item.criterion.id, item.truth) for item in stream())
    # 12 of 120 are faulty by `common`, 15 of 30 by `rare`; of the grips 15 are narrow and 15 none.
    each = {"common": 12, "rare": 15, "grip": 15} if limit is None else {"common": 4, "rare": 4}
    for name, count in each.items():
        assert counted[name, True] + counted[name, "narrow"] == count
        assert counted[name, False] + counted[name, "none"] == count
    if limit is not None:
        # A share of 8 of three options: two of each, since a third round would not be whole.
        assert sorted(n for (name, _), n in counted.items() if name == "grip") == [2, 2, 2]


def test_a_criterion_of_one_truth_cannot_be_balanced_and_is_left_out() -> None:
    made = dataset()
    only = Dataset("m", "m", TERMS, CRITERIA, made.clips, [[Label(c.id, "rare", True)] for c in made.clips])
    assert list(items(only, TASKS, Sample(balanced=True), 1)()) == []


def test_the_right_option_stands_in_every_place_equally_often() -> None:
    found = list(items(dataset(3000), (Task.CHOOSE,), Sample(), 1)())
    assert all(sorted(i.criterion.options) == ["narrow", "none", "wide"] for i in found)
    places = Counter(i.criterion.options.index(str(i.truth)) for i in found)
    # 1500 items, 500 expected in each place, standard deviation 18.
    assert all(abs(n - 500) < 75 for n in places.values())


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.integers(1, 300))
def test_shares_are_as_even_as_can_be(sizes: list[int], limit: int) -> None:
    taken = shares(sizes, limit)
    assert sum(taken) == min(limit, sum(sizes))
    assert all(t <= size for t, size in zip(taken, sizes, strict=True))
    not_full = [t for t, size in zip(taken, sizes, strict=True) if t < size]
    if not_full:
        assert max(taken) - min(not_full) <= 1


def test_what_raters_chose_turns_with_the_options() -> None:
    made = dataset(60)
    rated = [
        [replace(own, ratings=(0.0, 2.0, math.nan)) if own.criterion == "grip" else own for own in labels]
        for labels in made.labels
    ]
    turned = 0
    for item in items(replace(made, labels=rated), (Task.CHOOSE,), Sample(), 1)():
        first, second, silent = item.ratings
        assert (item.criterion.options[int(first)], item.criterion.options[int(second)]) == ("wide", "none")
        assert math.isnan(silent)
        turned += item.criterion.options[0] != "wide"
    assert turned > 0
