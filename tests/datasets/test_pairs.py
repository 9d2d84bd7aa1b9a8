"""Pairs come of the closest kin, a clip once a criterion, gaps even, the better one first in half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqa_eval.datasets.dataset import Dataset, Terms
from aqa_eval.datasets.mannequin import loader as mannequin
from aqa_eval.datasets.pairs import BINS, pairs
from aqa_eval.vocabulary import FIRST, Clip, Criterion, Item, Label, Scale, Task

TERMS = Terms("CC0", "nobody", "made up", may_embed=True, may_send=True)
KNEES = Criterion("knees", "squat", "The knees stay out.", "The knees cave in.")
SCORE = Criterion("score", "squat", "perfect", "poor", scale=Scale(0, 100, "points"))
ERRORS = Criterion("errors", "squat", "none", "many", scale=Scale(0, 100, "errors", higher_is_better=False))


def made(rows: Sequence[tuple[Clip, Criterion, bool | float]]) -> Dataset:
    return Dataset(
        "made",
        "Made",
        TERMS,
        {c.id: c for _, c, _ in rows},
        [clip for clip, _, _ in rows],
        [[Label(clip.id, criterion.id, value)] for clip, criterion, value in rows],
    )


def clip(n: int, **fields: str) -> Clip:
    return Clip(f"c{n:04d}", "made", fields.pop("action", "squat"), None, **{"cluster": f"k{n}", **fields})


def goodness(dataset: Dataset, item: Item, place: int) -> float:
    values = {c.id: labels[0].value for c, labels in zip(dataset.clips, dataset.labels, strict=True)}
    value = float(values[item.clips[place].id])
    scale = item.criterion.scale
    return value if scale is not None and scale.higher_is_better else -value


def scored(values: Sequence[float], criterion: Criterion = SCORE, groups: int = 1) -> Dataset:
    return made([(clip(n, cluster=f"e{n % groups}"), criterion, v) for n, v in enumerate(values)])


def test_the_closest_kin_are_paired_first() -> None:
    dataset = made(
        [
            (clip(0, match="m", subject="anna"), KNEES, True),
            (clip(1, match="m", subject="anna"), KNEES, False),
            (clip(2, subject="ben"), KNEES, True),
            (clip(3, subject="ben"), KNEES, False),
            (clip(4, subject="carl", cluster="day 1"), KNEES, True),
            (clip(5, subject="dora", cluster="day 1"), KNEES, False),
            (clip(6, subject="emil"), KNEES, True),
            (clip(7, subject="fritz"), KNEES, False),
        ]
    )
    found = [{c.id for c in item.clips} for item in pairs(dataset, (Task.COMPARE,), "test", 1, 100)]
    assert found == [{"c0000", "c0001"}, {"c0002", "c0003"}, {"c0004", "c0005"}, {"c0006", "c0007"}]


def test_no_pair_across_actions_views_or_splits() -> None:
    dataset = made(
        [
            (clip(0), KNEES, True),
            (clip(1, action="lunge"), KNEES, False),
            (clip(2, view="side"), KNEES, False),
            (clip(3, split="train"), KNEES, False),
        ]
    )
    assert list(pairs(dataset, (Task.COMPARE,), "test", 1, 100)) == []


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.integers(0, 20), min_size=2, max_size=60),
    seed=st.integers(0, 5),
    count=st.integers(1, 40),
    criterion=st.sampled_from([SCORE, ERRORS]),
)
def test_each_clip_once_the_better_one_is_better_and_first_in_half(
    values: list[int], seed: int, count: int, criterion: Criterion
) -> None:
    dataset = scored(values, criterion, groups=3)
    items = list(pairs(dataset, (Task.COMPARE,), "test", seed, count))
    assert items == list(pairs(dataset, (Task.COMPARE,), "test", seed, count))
    assert len(items) <= count
    used = Counter(c.id for item in items for c in item.clips)
    assert all(times == 1 for times in used.values())
    assert abs(sum(item.truth == FIRST for item in items) - len(items) / 2) <= 0.5
    for item in items:
        assert item.task is Task.COMPARE
        better, worse = (0, 1) if item.truth == FIRST else (1, 0)
        lead = goodness(dataset, item, better) - goodness(dataset, item, worse)
        assert lead > 0
        assert item.gap == pytest.approx(lead)


def test_gaps_are_spread_evenly_over_the_bins() -> None:
    dataset = scored(np.random.default_rng(0).uniform(0, 100, 400).tolist())
    items = list(pairs(dataset, (Task.COMPARE,), "test", 3, 50))
    gaps = np.array([item.gap for item in items])
    widest = max(float(labels[0].value) for labels in dataset.labels) - min(
        float(labels[0].value) for labels in dataset.labels
    )
    counted = np.histogram(gaps, bins=np.linspace(0, widest * (1 + 1e-9), BINS + 1))[0]
    assert counted.tolist() == [10] * BINS


def test_pairs_by_score_keep_within_the_event_where_they_can() -> None:
    dataset = scored(np.random.default_rng(1).uniform(0, 100, 300).tolist(), groups=2)
    items = list(pairs(dataset, (Task.COMPARE,), "test", 3, 40))
    assert len(items) == 40
    assert all(item.clips[0].cluster == item.clips[1].cluster for item in items)


def test_equal_scores_and_one_truth_make_no_pair() -> None:
    assert list(pairs(scored([5.0] * 10), (Task.COMPARE,), "test", 0, 10)) == []
    only_faults = made([(clip(n), KNEES, True) for n in range(10)])
    assert list(pairs(only_faults, (Task.COMPARE,), "test", 0, 10)) == []


def test_where_other_tasks_are_asked_too_pairs_are_about_their_criteria() -> None:
    rows = [(clip(n), KNEES, n % 2 == 0) for n in range(20)]
    both = made([*rows, *((clip(n + 20), SCORE, float(n)) for n in range(20))])
    chosen = {
        tasks: {item.criterion.id for item in pairs(both, tasks, "test", 1, 10)}
        for tasks in ((Task.COMPARE,), (Task.COMPARE, Task.VERIFY), (Task.SCORE, Task.COMPARE))
    }
    assert list(chosen.values()) == [{"knees", "score"}, {"knees"}, {"score"}]


def test_the_gap_of_a_fault_is_the_difference_of_its_measured_amounts() -> None:
    dataset = mannequin.load(
        mannequin.MannequinOptions(subjects=4, movements=("squat",), criteria=("squat.depth",), sizes=(5, 20))
    )
    items = list(pairs(dataset, (Task.VERIFY, Task.COMPARE), "test", 1, 100))
    # Four people, two sizes, each so many degrees on either side of the threshold.
    assert sorted(item.gap for item in items) == [10.0] * 4 + [40.0] * 4
    for item in items:
        first, second = item.clips
        assert first.match == second.match


def test_a_table_s_own_pairs_are_turned_so_that_the_better_one_is_first_in_half() -> None:
    one, other = clip(0), clip(1)
    own = [Item(Task.COMPARE, (one, other), KNEES, FIRST, gap=float(n)) for n in range(10)]
    dataset = replace(made([(one, KNEES, False), (other, KNEES, True)]), pairs=own)
    items = list(pairs(dataset, (Task.COMPARE,), "test", 1, 0))
    assert [item.gap for item in items] == [float(n) for n in range(10)]
    assert sum(item.truth == FIRST for item in items) == 5
    assert all(item.clips[0 if item.truth == FIRST else 1] == one for item in items)


def test_another_seed_makes_other_pairs() -> None:
    dataset = scored(np.random.default_rng(0).uniform(0, 100, 200).tolist())
    ids = [[i.id for i in pairs(dataset, (Task.COMPARE,), "test", seed, 20)] for seed in (1, 2)]
    assert ids[0] != ids[1]
