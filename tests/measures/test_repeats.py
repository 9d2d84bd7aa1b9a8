"""Flips beyond re-asking: by hand, and by recovering a judge that is noisy but unbiased."""

from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.measures.crossed import Between
from aqa_eval.measures.repeats import Repeats, flips
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=1, resamples=200)


def simulated(
    rng: np.random.Generator, items: int, repeats: int, one: float, other: float, clusters: int
) -> Repeats:
    """Answers of 1 with probability `one` in the first condition and `other` in the second."""
    item = np.repeat(np.arange(items), 2 * repeats)
    condition = np.tile(np.repeat([False, True], repeats), items)
    answer = rng.random(len(item)) < np.where(condition, other, one)
    codes = np.arange(items) % clusters
    return Repeats(answer.astype(np.int64), item.astype(np.int64), condition, Between(codes, codes, clusters))


def test_by_hand() -> None:
    # Item 1: TTF against TFF. Across 9 pairs: T-T 2, F-F 2 alike, so 5/9 differ. Within TTF 2 of 3 pairs
    # differ, within TFF 2 of 3: excess 5/9 - 2/3 = -1/9. Item 2: TT against FF: across 1, within 0: excess 1.
    answer = list("TTFTFF") + list("TTFF")
    item = ["1"] * 6 + ["2"] * 4
    condition = [False] * 3 + [True] * 3 + [False] * 2 + [True] * 2
    found = flips(Repeats.of(answer, item, condition, item), PLAN)
    assert found.between.value == pytest.approx((5 / 9 + 1) / 2)
    assert found.within.value == pytest.approx((2 / 3 + 0) / 2)
    assert found.excess.value == pytest.approx((-1 / 9 + 1) / 2)
    assert (found.items, found.re_asked) == (2, 2)


def test_a_judge_at_seventy_per_cent_flips_42_of_100_times_and_no_more_than_that() -> None:
    held, excess, between = 0, [], []
    for run in range(200):
        found = flips(simulated(np.random.default_rng(run), 100, 5, 0.7, 0.7, 25), PLAN)
        held += bool(found.excess.contains(0.0))
        excess.append(found.excess.value)
        between.append(found.between.value)
    assert np.mean(between) == pytest.approx(0.42, abs=0.005)
    assert np.mean(excess) == pytest.approx(0.0, abs=0.003)
    # 95% of 200 is 190, standard deviation 3.1.
    assert 182 <= held <= 199


def test_a_planted_bias_is_the_excess() -> None:
    # 0.9 against 0.5: across 0.9 * 0.5 + 0.1 * 0.5 = 0.5; within (0.18 + 0.5) / 2 = 0.34; excess 0.16.
    found = flips(simulated(np.random.default_rng(4), 3000, 4, 0.9, 0.5, 300), PLAN)
    assert found.excess.value == pytest.approx(0.16, abs=0.01)
    assert found.excess.low is not None
    assert found.excess.low > 0


def test_asked_once_says_that_flips_cannot_be_told_from_re_asking() -> None:
    found = flips(simulated(np.random.default_rng(5), 40, 1, 0.7, 0.7, 20), PLAN)
    assert found.between.value is not None
    assert found.excess.value is None
    assert "re-asking" in found.excess.reason
    assert found.re_asked == 0


def test_a_steady_judge_has_no_excess_but_not_for_sure() -> None:
    found = flips(simulated(np.random.default_rng(6), 40, 3, 1.0, 1.0, 20), PLAN)
    assert found.excess.value == 0.0
    # 20 clusters, 20 without another: at most 1 - 0.025 ** (1/20) of the items are not steady.
    assert found.excess.high == pytest.approx(1 - 0.025 ** (1 / 20))


def test_nothing_asked_and_one_condition_say_why() -> None:
    assert flips(Repeats.of([], [], [], []), PLAN).between.reason
    found = flips(Repeats.of(["T", "F"], ["1", "2"], [True, True], ["a", "b"]), PLAN)
    assert found.between.value is None
    with pytest.raises(ValueError, match="one length"):
        Repeats.of(["T"], [], [], [])
    with pytest.raises(ValueError, match="the same in all of its rows"):
        Repeats.of(["T", "F"], ["1", "1"], [True, False], ["a", "b"])
