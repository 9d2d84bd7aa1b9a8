"""d' of pairs and of yes/no on one scale: published fractions, and recovery of one planted d'."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.crossed import Between
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.one_scale import ONE_SIDE, Form, Singly, d_prime, gain, of_accuracy
from aqa_eval.measures.pairs import FIRST, SECOND, Comparisons
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


def planted(
    rng: np.random.Generator,
    people: int,
    pairs: float,
    single: float,
    reluctance: float = 0.0,
    place: float = 0.0,
    polarities: tuple[float, ...] = (0.0,),
) -> tuple[Comparisons, Singly]:
    """Every person in four pairs and judged four times in each of the `polarities`, with the d' given for
    each way. `reluctance` moves the criterion against "fault", `place` the comparison towards the first,
    both in standard deviations of the evidence; `polarities` move the criterion of each beside.
    """
    order = rng.permutation(people)
    first = np.concatenate([order] * 4)
    second = np.concatenate([np.roll(order, step) for step in (1, 2, 3, 4)])
    better = np.where(rng.random(len(first)) < 0.5, FIRST, SECOND)
    evidence = better * pairs + rng.normal(0, np.sqrt(2), len(first)) + place * np.sqrt(2)
    preferred = np.where(evidence > 0, FIRST, SECOND)
    pair = np.arange(len(first))
    both = Comparisons(better, preferred, pair, np.zeros(len(pair), bool), Between(first, second, people))
    alone = np.tile(np.repeat(np.arange(people), 4), len(polarities))
    polarity = np.repeat(np.arange(len(polarities)), 4 * people)
    truth = np.tile([True, False], len(alone) // 2)
    seen = np.where(truth, single, -single) / 2 + rng.normal(0, 1, len(alone))
    moved = reluctance + np.array(polarities)[polarity]
    return both, Singly(seen > moved, truth, polarity, Between(alone, alone, people))


def test_equal_sight_is_no_gain_whatever_the_accuracies() -> None:
    held, gains, apart = 0, [], []
    for run in range(150):
        both, one = planted(np.random.default_rng(run), 40, 1.0, 1.0)
        apart.append((both.better == both.preferred).mean() - (one.fault == one.truth).mean())
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


@pytest.mark.parametrize(
    "bias",
    [
        {"reluctance": 1.0},
        {"place": 0.8},
        {"reluctance": -0.7, "place": -0.8},
        {"polarities": (1.0, -1.0)},  # acquiescence: the criterion goes with the words
    ],
)
def test_a_bias_is_no_gain(bias: dict[str, Any]) -> None:
    """A judge with d' = 1 and c = 1 is right in (Phi(-1/2) + Phi(3/2)) / 2 = 0.62 of judgements: 2 z(0.62)
    is 0.62, which is not what it sees.
    """
    found = [gain(*planted(np.random.default_rng(run), 60, 1.0, 1.0, **bias), PLAN) for run in range(100)]
    assert np.mean([one.value for one in found]) == pytest.approx(0.0, abs=0.06)
    assert sum(bool(one.contains(0.0)) for one in found) >= 90


def test_without_a_bias_it_is_the_closed_form_of_the_accuracy() -> None:
    """80 of 100 right on either side, in 400 + 2 halves: H = 80.5 / 101, F = 20.5 / 101 = 1 - H."""
    side = np.arange(200) % 2 == 0
    right = np.arange(200) // 2 % 5 != 0
    alone = Between(np.arange(200), np.arange(200), 200)
    corrected = accuracy(80.5 / 101, None, None)
    singly = Singly(side == right, side, np.zeros(200, int), alone)
    expected = of_accuracy(corrected, Form.YES_NO).value
    assert d_prime(singly, PLAN).value == pytest.approx(expected)
    ring = Between(np.arange(200), (np.arange(200) + 1) % 200, 200)
    better = np.where(side, FIRST, SECOND)
    pairs = Comparisons(better, np.where(right, better, -better), np.arange(200), np.zeros(200, bool), ring)
    assert d_prime(pairs, PLAN).value == pytest.approx(of_accuracy(corrected, Form.PAIR).value)


def test_degenerate_answers() -> None:
    ring = Between(np.arange(20), (np.arange(20) + 1) % 20, 20)
    sides = np.where(np.arange(20) % 2 == 0, FIRST, SECOND)
    none = np.zeros(20, bool)
    always = d_prime(Comparisons(sides, sides, np.arange(20), none, ring), PLAN)
    # H = 10.5 / 11, F = 0.5 / 11.
    assert always.value == pytest.approx(np.sqrt(2) * stats.norm.ppf(10.5 / 11))
    assert always.low is not None
    assert always.low < always.value  # type: ignore[operator]
    truth, alone = sides == FIRST, Between(np.arange(20), np.arange(20), 20)
    faultless = Singly(none, truth, np.zeros(20, int), alone)
    constant = d_prime(faultless, PLAN)
    assert constant.value == 0.0
    assert constant.low is not None
    assert constant.low < 0.0
    one_side = Comparisons(np.full(20, FIRST), sides, np.arange(20), none, ring)
    assert d_prime(one_side, PLAN).value is None
    assert gain(one_side, faultless, PLAN).reason
    only_faults = Singly(none, ~none, np.zeros(20, int), alone)
    assert d_prime(only_faults, PLAN).reason == ONE_SIDE
    nothing = Singly(none[:0], none[:0], np.zeros(0, int), alone.only(np.zeros(0, int)))
    assert d_prime(nothing, PLAN).value is None


def test_a_polarity_of_one_class_is_left_out() -> None:
    """The second polarity asks about faults alone: d' is that of the first."""
    _, both = planted(np.random.default_rng(5), 30, 1.0, 1.0, polarities=(0.0, 0.0))
    lacking = (both.polarity == 0) | both.truth
    lame = Singly(
        both.fault[lacking], both.truth[lacking], both.polarity[lacking], both.between.only(lacking)
    )
    first = both.polarity == 0
    own = Singly(both.fault[first], both.truth[first], both.polarity[first], both.between.only(first))
    assert d_prime(lame, PLAN).value == d_prime(own, PLAN).value
