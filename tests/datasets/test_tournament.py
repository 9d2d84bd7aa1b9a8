"""Everybody meets as many others, nobody twice and no equal, the better one first in half, rounds nested."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_dataset import ERRORS, KNEES, SCORE, clip, made

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.sampling import Sample, items
from aqa_eval.datasets.tournament import tournaments
from aqa_eval.vocabulary import FIRST, Criterion, Item, Task

BOTH = (Task.SCORE, Task.COMPARE)


def scored(values: list[float], events: int = 0, criterion: Criterion = SCORE) -> Dataset:
    return made(
        [(clip(n, event=f"e{n % events}" if events else ""), criterion, v) for n, v in enumerate(values)]
    )


def played(dataset: Dataset, rounds: int, seed: int = 1) -> list[Item]:
    return [item for held in tournaments(dataset, BOTH, "test", seed, rounds) for item in held]


def met(found: list[Item]) -> Counter[str]:
    return Counter(c.id for item in found for c in item.clips)


def connected(found: list[Item]) -> int:
    """Into how many parts the graph of who met whom falls."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for item in found:
        group[root(item.clips[0].id)] = root(item.clips[1].id)
    return len({root(name) for name in list(group)})


@pytest.mark.parametrize("count", [40, 41])
@pytest.mark.parametrize("rounds", [1, 2, 4, 7])
def test_everybody_meets_as_many_others(count: int, rounds: int) -> None:
    found = played(scored(np.random.default_rng(0).uniform(0, 100, count).tolist()), rounds)
    times = met(found)
    # Of an odd number of clips in an odd number of rounds one has to sit out.
    assert sum(times.values()) == 2 * (count * rounds // 2)
    assert min(times.get(f"c{n:05d}", 0) for n in range(count)) >= rounds - count % 2
    assert max(times.values()) == rounds
    if rounds >= 4:
        assert connected(found) == 1


def test_within_the_event_as_far_as_it_goes() -> None:
    found = played(scored(np.random.default_rng(0).uniform(0, 100, 60).tolist(), events=3), 4)
    assert met(found) == {f"c{n:05d}": 4 for n in range(60)}
    assert all(item.clips[0].event == item.clips[1].event for item in found)
    small = played(scored([float(n) for n in range(12)], events=6), 3)
    assert met(small) == {f"c{n:05d}": 3 for n in range(12)}
    # Six events of two: one pair within each, the other 12 of 18 pairs across.
    assert sum(item.clips[0].event == item.clips[1].event for item in small) == 6


def test_no_other_action_or_view_and_only_criteria_with_a_scale() -> None:
    rows = [(clip(n, view=("side", "front")[n % 2]), SCORE, float(n)) for n in range(20)]
    found = played(made([*rows, *[(clip(n), KNEES, n % 2 == 0) for n in range(20, 40)]]), 3)
    assert {item.criterion.id for item in found} == {"score"}
    assert all(item.clips[0].view == item.clips[1].view for item in found)


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.integers(0, 8).map(float), min_size=0, max_size=40),
    events=st.integers(0, 4),
    rounds=st.integers(1, 5),
    seed=st.integers(0, 3),
    criterion=st.sampled_from([SCORE, ERRORS]),
)
def test_nobody_twice_no_equal_balanced_nested(
    values: list[float], events: int, rounds: int, seed: int, criterion: Criterion
) -> None:
    dataset = scored(values, events, criterion)
    truth = {c.id: v for c, v in zip(dataset.clips, values, strict=True)}
    found = played(dataset, rounds, seed)
    assert found == played(dataset, rounds, seed)
    assert played(dataset, rounds + 1, seed)[: len(found)] == found
    assert len({frozenset(c.id for c in item.clips) for item in found}) == len(found)
    assert max(met(found).values(), default=0) <= rounds
    assert abs(sum(item.truth == FIRST for item in found) - len(found) / 2) <= 0.5
    for item in found:
        better, worse = item.clips if item.truth == FIRST else item.clips[::-1]
        lead = truth[better.id] - truth[worse.id]
        lead = lead if criterion is SCORE else -lead
        assert lead > 0
        assert item.gap == lead


def test_a_tournament_takes_the_place_of_pairs_by_score_alone() -> None:
    rows = [(clip(n), SCORE, float(n)) for n in range(20)]
    dataset = made([*rows, *[(clip(n), KNEES, n % 2 == 0) for n in range(20, 40)]])
    stream = items(dataset, (Task.VERIFY, *BOTH), Sample(pairs=5, tournament=2), 1)
    compared = [item for item in stream() if item.task is Task.COMPARE]
    assert Counter(item.criterion.id for item in compared) == {"knees": 5, "score": 20}
    assert list(stream()) == list(stream())
    plain = items(dataset, (Task.VERIFY, *BOTH), Sample(pairs=5), 1)
    assert [i for i in plain() if i.criterion.id == "knees"] == [
        i for i in stream() if i.criterion.id == "knees"
    ]
    verified = items(dataset, (Task.VERIFY, Task.COMPARE), Sample(pairs=5, tournament=2), 1)
    assert {i.criterion.id for i in verified() if i.task is Task.COMPARE} == {"knees"}


def test_who_is_paired_by_the_dataset_itself_does_not_meet_again() -> None:
    dataset = scored([1.0, 2.0, 3.0, 4.0])
    own = Item(Task.COMPARE, (dataset.clips[0], dataset.clips[1]), SCORE, "second")
    [held] = tournaments(dataset, BOTH, "test", 1, 3, [own])
    found = {frozenset(c.id for c in item.clips) for item in held}
    # Six pairs are possible of four clips, and one of them is taken.
    assert len(found) == 5
    assert frozenset(c.id for c in own.clips) not in found
