"""d' of pairs and of yes/no on one scale: published fractions, and recovery of one planted d'."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.crossed import Between
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.one_scale import Answers, Form, d_prime, gain, of_accuracy
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=1, resamples=100)


def accuracy(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(value, low, high, low, high, "m", 100, 20)


def test_the_same_sight_is_638_in_a_thousand_pairs_and_599_yes_or_no() -> None:
    assert of_accuracy(accuracy(0.6382, 0.5, 0.7), Form.PAIR).value == pytest.approx(0.5, abs=0.001)
    assert of_accuracy(accuracy(0.5987, 0.5, 0.7), Form.YES_NO).value == pytest.approx(0.5, abs=0.001)


def test_limits_are_transformed_and_infinite_ones_left_out() -> None:
    found = of_accuracy(accuracy(0.9, 0.8, 1.0), Form.YES_NO)
    assert found.low == pytest.approx(2 * stats.norm.ppf(0.8))
    assert found.high is None
    perfect = of_accuracy(accuracy(1.0, 0.8, 1.0), Form.PAIR)
    assert perfect.value is None
    assert perfect.low == pytest.approx(np.sqrt(2) * stats.norm.ppf(0.8))
    assert "not finite" in perfect.reason
    assert of_accuracy(impossible("no", 0, 0), Form.PAIR).reason == "no"


def planted(rng: np.random.Generator, people: int, pairs: float, single: float) -> tuple[Answers, Answers]:
    """Every person judged four times and in four pairs, with the d' given for each way."""
    order = rng.permutation(people)
    first = np.concatenate([order] * 2 + [order] * 2)
    second = np.concatenate([np.roll(order, step) for step in (1, 2, 3, 4)])
    evidence = pairs + rng.normal(0, np.sqrt(2), len(first))
    side = rng.random(len(first)) < 0.5
    both = Answers((evidence > 0).astype(float), side, Between(first, second, people))
    alone = np.repeat(np.arange(people), 4)
    seen = single / 2 + rng.normal(0, 1, len(alone))
    one = Answers(
        (seen > 0).astype(float), np.tile([True, False], len(alone) // 2), Between(alone, alone, people)
    )
    return both, one


def test_equal_sight_is_no_gain_whatever_the_accuracies() -> None:
    held, gains, apart = 0, [], []
    for run in range(150):
        both, one = planted(np.random.default_rng(run), 40, 1.0, 1.0)
        apart.append(both.right.mean() - one.right.mean())
        found = gain(both, one, PLAN)
        held += bool(found.contains(0.0))
        gains.append(found.value)
    # Phi(1 / sqrt 2) - Phi(1 / 2) = 0.760 - 0.691.
    assert np.mean(apart) == pytest.approx(0.069, abs=0.01)
    assert np.mean(gains) == pytest.approx(0.0, abs=0.05)
    # 95% of 150 is 142.5, standard deviation 2.7; comparisons here are independent.
    assert held >= 135
    more = gain(*planted(np.random.default_rng(1), 200, 1.5, 0.5), PLAN)
    assert more.low is not None
    assert more.low > 0.5


def test_degenerate_answers() -> None:
    ring = Between(np.arange(20), (np.arange(20) + 1) % 20, 20)
    sides = np.arange(20) % 2 == 0
    always = d_prime(Answers(np.ones(20), sides, ring), Form.PAIR, PLAN)
    assert always.value == pytest.approx(np.sqrt(2) * stats.norm.ppf(20.5 / 21))
    assert always.low is not None
    assert always.low < always.value  # type: ignore[operator]
    one_side = Answers(np.ones(20), np.ones(20, bool), ring)
    assert d_prime(one_side, Form.PAIR, PLAN).value is None
    assert gain(one_side, one_side, PLAN).reason
