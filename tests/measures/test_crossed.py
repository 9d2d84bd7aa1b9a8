"""Rows between two clusters: by hand, against the dyadic sandwich spelt out, and by simulated coverage."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.crossed import TOO_FEW, Between, Crossed, difference
from aqa_eval.measures.crossed_means import disjoint, mean, still_slack, weighted_mean
from aqa_eval.measures.resampling import Resampling, Target, infer
from aqa_eval.measures.shares import mean_measure as clustered_mean

PLAN = Resampling(seed=1, resamples=200)
RATE = (0.0, 1.0)


def all_pairs(people: int) -> Between:
    chosen = np.array(list(combinations(range(people), 2)))
    return Between(chosen[:, 0], chosen[:, 1], people)


def identity_mean(values: FloatArray, between: Between) -> Crossed:
    support = between.effective(np.ones(len(values)))
    target = Target(len(values), between.count, support)
    return Crossed(lambda w: weighted_mean(values, w)[:, None], between, (target,), np.ones((1, len(values))))


def test_rows_of_one_cluster_are_the_ordinary_jackknife() -> None:
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(12), 3)
    values = rng.normal(size=36)
    found = identity_mean(values, Between(codes, codes, 12)).estimates(PLAN)[0]
    sums = np.bincount(codes, weights=values)

    def statistic(weights: FloatArray) -> FloatArray:
        return (weights @ sums / (weights.sum(axis=1) * 3))[:, None]

    usual = infer(statistic, 12, [Target(36, 12, 12)], PLAN, 36)[0]
    assert found.low == pytest.approx(usual.low)
    assert found.high == pytest.approx(usual.high)
    assert found.boot_low == pytest.approx(usual.boot_low)


def test_the_variance_is_the_sum_over_all_pairs_of_rows_that_share_a_person() -> None:
    # Aronow, Samii and Assenova, eq. 3, with every pair of rows spelt out; for a mean residuals are y - mean.
    rng = np.random.default_rng(1)
    between = all_pairs(12)
    values = rng.normal(size=12)[between.first] + rng.normal(size=12)[between.second]
    residual = (values - values.mean()) / len(values)
    sandwich = 0.0
    for i in range(len(values)):
        for j in range(len(values)):
            one, other = ({int(between.first[k]), int(between.second[k])} for k in (i, j))
            sandwich += residual[i] * residual[j] * bool(one & other)
    # 12 people with a share of 1/6 each: 1 - 12/36 = 2/3.
    found = identity_mean(values, between).estimates(PLAN)[0]
    assert found.low is not None
    assert found.high is not None
    half = stats.t.ppf(0.975, 11) * np.sqrt(sandwich / (2 / 3))
    assert (found.high - found.low) / 2 == pytest.approx(half)


def test_three_independent_pairs_twice_over_by_hand() -> None:
    # Two rows of each of four dyads without a common person, rows of a dyad alike: 1, 1, 0, 0. Each of eight
    # clusters moves the mean 1/2 by (+-1/2)/4, so do the dyads: 8/64 - 4/64 = 1/16. Shares are 1/4 each:
    # 1 - 8/16 = 1/2, so 1/8. The floor is 4/64 * 4/3 = 1/12, below it.
    first = np.repeat([0, 2, 4, 6], 2)
    values = np.repeat([1.0, 1.0, 0.0, 0.0], 2)
    found = identity_mean(values, Between(first, first + 1, 8)).estimates(PLAN)[0]
    assert found.high == pytest.approx(0.5 + stats.t.ppf(0.975, 7) * np.sqrt(1 / 8))


def test_where_the_sum_is_negative_dyads_count_as_independent() -> None:
    # A cycle of eight, right and wrong by turns: every person's two rows cancel, so that the first sum is 0.
    first = np.arange(8)
    found = identity_mean(np.arange(8) % 2.0, Between(first, (first + 1) % 8, 8)).estimates(PLAN)[0]
    # Each dyad moves the mean by (1/2)/8: 8/256 * 8/7 = 1/28.
    assert found.high == pytest.approx(0.5 + stats.t.ppf(0.975, 7) * np.sqrt(1 / 28))


def test_too_few_people_and_a_person_in_all_pairs_have_no_interval() -> None:
    four = identity_mean(np.array([1.0, 0, 1, 0, 1, 1]), all_pairs(4)).estimates(PLAN)[0]
    assert four.value is not None
    assert four.low is None
    assert four.reason == TOO_FEW
    star = Between(np.zeros(9, np.int64), np.arange(1, 10), 10)
    hub = mean(np.arange(9) % 2.0, star, RATE, PLAN, "")
    assert hub.low is None
    assert hub.reason
    one = mean(np.array([1.0]), Between.of(["a"], ["b"]), RATE, PLAN, "")
    assert one.value == 1.0
    assert one.low == 0.0 or one.low is None
    assert mean(np.array([]), Between.of([]), RATE, PLAN, "nothing").reason == "nothing"


def test_always_right_is_bounded_by_pairs_without_a_common_person() -> None:
    # All pairs of 20 hold 10 pairs without a common person: right in all, P > 0.025 ** (1/10) = 0.6915.
    between = all_pairs(20)
    found = mean(np.ones(190), between, RATE, PLAN, "")
    assert found.value == found.high == 1.0
    assert found.low == pytest.approx(0.025**0.1)
    assert len(disjoint(np.zeros(190, np.int64), between)) == 10
    # A rate of which no row is left over is not bounded at all: 1/2 + 1/2 (1 - 0.025).
    alone = Between.of(["a", "a"], ["b", "b"])
    assert still_slack(np.array([0.5, 0.5]), np.array([0, 1]), alone, 0.025) == 0.9875


def test_a_difference_is_paired_where_clusters_are_shared() -> None:
    rng = np.random.default_rng(2)
    between = all_pairs(15)
    values = rng.normal(size=15)[between.first] + rng.normal(size=105) * 0.1
    shifted = values + rng.normal(0.3, 0.1, 105)
    one, other = identity_mean(shifted, between), identity_mean(values, between)
    paired = difference(one, other, PLAN)[0]
    direct = identity_mean(shifted - values, between).estimates(PLAN)[0]
    assert (paired.value, paired.low, paired.high) == pytest.approx((direct.value, direct.low, direct.high))
    apart = Between(between.first + 15, between.second + 15, 30)
    near = Between(between.first, between.second, 30)
    unpaired = difference(identity_mean(shifted, near), identity_mean(values, apart), PLAN)[0]
    assert unpaired.low is not None
    assert paired.low is not None
    # Independent sides: variances add up.
    halves = [e.high - e.value for e in (one.estimates(PLAN)[0], other.estimates(PLAN)[0])]  # type: ignore[operator]
    assert unpaired.value - unpaired.low == pytest.approx(np.hypot(*halves))  # type: ignore[operator]
    with pytest.raises(ValueError, match="same clusters"):
        difference(identity_mean(values, between), identity_mean(values, near), PLAN)


def test_one_cluster_rows_agree_with_the_clustered_mean() -> None:
    rng = np.random.default_rng(3)
    labels = [f"s{c}" for c in rng.integers(0, 30, 200)]
    values = (rng.random(200) < 0.6).astype(float)
    found = mean(values, Between.of(labels), RATE, PLAN, "")
    usual = clustered_mean(values, labels, RATE).estimates(PLAN)[0]
    assert found.value == pytest.approx(usual.value)
    assert (found.low, found.high) == pytest.approx((usual.low, usual.high), abs=0.02)


@pytest.mark.parametrize(("people", "shared"), [(30, 0.0), (30, 0.5), (15, 0.3)])
def test_intervals_cover_the_planted_accuracy(people: int, shared: float) -> None:
    """`benchmarks/crossed_coverage.py` has the whole table."""
    between, planted, runs = all_pairs(people), stats.norm.cdf(0.8 / np.sqrt(2)), 400
    held = independent = 0
    for run in range(runs):
        rng = np.random.default_rng([run, people])
        effect = rng.normal(0, np.sqrt(shared), people)
        evidence = 0.8 + effect[between.first] + effect[between.second]
        right = (evidence + rng.normal(0, np.sqrt(2 - 2 * shared), len(between)) > 0).astype(float)
        p = right.mean()
        held += bool(mean(right, between, RATE, Resampling(resamples=2), "").contains(planted))
        independent += abs(p - planted) <= 1.96 * np.sqrt(p * (1 - p) / len(right))
    # 95% of 400 is 380, standard deviation 4.4.
    assert held >= 367
    if shared:
        assert independent < 320  # each pair as independent is visibly too narrow
