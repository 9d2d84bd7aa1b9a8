import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from aqa_eval.measures.clusters import Clusters
from aqa_eval.measures.estimate import by_construction, exact
from aqa_eval.measures.resampling import (
    Resampling,
    Target,
    bootstrap,
    critical,
    infer,
    jackknife,
)


def mean_of(values):
    """The weighted mean of one value a cluster."""
    values = np.asarray(values, float)

    def statistic(weights):
        return (weights @ values / weights.sum(axis=1))[:, None]

    return statistic


def test_the_jackknife_t_of_a_mean_is_students_interval():
    # The jackknife error of a mean is its usual standard error, so the two intervals are the same.
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    found = infer(mean_of(values), 5, [Target(5, 5, 5)], Resampling(), width=5)[0]
    low, high = stats.t.interval(0.95, 4, loc=np.mean(values), scale=stats.sem(values))
    assert found.value == pytest.approx(6.2)  # 31 / 5
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.method == "cluster jackknife-t, 4 degrees of freedom"
    assert found.fragile


def test_the_percentile_bootstrap_is_scipys_up_to_the_draws():
    values = np.random.default_rng(3).normal(size=120)
    found = infer(mean_of(values), 120, [Target(120, 120, 120)], Resampling(1, 4000), width=120)[0]
    oracle = stats.bootstrap(
        (values,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    assert found.method == "percentile cluster bootstrap, 4000 resamples"
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=0.02)
    assert (found.boot_low, found.boot_high) == (found.low, found.high)


def test_the_bootstrap_stands_beside_the_jackknife_where_clusters_are_few():
    found = infer(mean_of([0.0, 1.0, 2.0]), 3, [Target(3, 3, 3)], Resampling(), width=3)[0]
    # All three draws alike happens with 1/27 > 0.025 for each value: the percentile limits are 0 and 2.
    assert (found.boot_low, found.boot_high) == (0.0, 2.0)
    assert found.low < 0.0
    assert found.high > 2.0


@given(seed=st.integers(0, 2**32), width=st.sampled_from([1, 1000, 500_000]))
@settings(max_examples=20, deadline=None)
def test_the_same_seed_gives_the_same_bytes_in_chunks_of_any_size(seed, width):
    statistic = mean_of(np.arange(7.0))
    plan = Resampling(seed, 50)
    assert bootstrap(statistic, 7, plan, width).tobytes() == bootstrap(statistic, 7, plan, 7).tobytes()
    assert jackknife(statistic, 7, width).tobytes() == jackknife(statistic, 7, 7).tobytes()


def test_another_seed_gives_other_draws():
    statistic = mean_of(np.arange(50.0))
    first, second = (bootstrap(statistic, 50, Resampling(seed, 20), 50) for seed in (1, 2))
    assert not np.array_equal(first, second)


def test_whole_clusters_are_drawn():
    seen = []

    def statistic(weights):
        seen.append(weights)
        return weights[:, :1]

    bootstrap(statistic, 6, Resampling(0, 30), 6)
    drawn = np.concatenate(seen)
    assert (drawn.sum(axis=1) == 6).all()
    assert (drawn == np.round(drawn)).all()


def test_a_resample_where_it_is_undefined_counts_as_the_worst_for_either_limit():
    def defined_with_cluster_0(weights):
        return np.where(weights[:, :1] > 0, 0.5, np.nan)

    # Cluster 0 of 120 is missing from (119/120)^120 = 0.366 of the draws, far more than 0.025.
    target = Target(120, 120, 120, bounds=(0.0, 1.0))
    found = infer(defined_with_cluster_0, 120, [target], Resampling(), width=120)[0]
    assert (found.boot_low, found.boot_high) == (0.0, 1.0)
    assert (found.low, found.high) == (0.0, 1.0)


def test_undefined_without_one_cluster_has_a_value_and_no_interval():
    def defined_with_cluster_0(weights):
        return np.where(weights[:, :1] > 0, 0.5, np.nan)

    found = infer(defined_with_cluster_0, 12, [Target(12, 12, 12)], Resampling(), width=12)[0]
    assert found.value == 0.5
    assert (found.low, found.high) == (None, None)
    assert "too few carry" in found.reason


def test_one_cluster_has_a_value_and_no_interval():
    found = infer(mean_of([3.0]), 1, [Target(4, 1, 1)], Resampling(), width=1)[0]
    assert (found.value, found.low, found.high, found.boot_low) == (3.0, None, None, None)
    assert "one cluster" in found.reason
    assert found.contains(3.0) is None


def test_what_no_resample_varies_has_no_interval_of_zero_width():
    found = infer(mean_of([0.1] * 20), 20, [Target(20, 20, 20)], Resampling(), width=20)[0]
    assert (found.low, found.high) == (None, None)
    assert "no resample" in found.reason


def test_slack_is_added_in_quadrature():
    values = [0.0, 1.0, 2.0, 3.0]
    plain, slack = (
        infer(mean_of(values), 4, [Target(4, 4, 4, slack=s, allowance="known")], Resampling(), width=4)[0]
        for s in ((0.0, 0.0), (4.0, 0.0))
    )
    half = plain.value - plain.low
    assert slack.low == pytest.approx(plain.value - (half**2 + 16.0) ** 0.5)
    assert slack.high == pytest.approx(plain.high)
    assert slack.method.endswith("; known")


def test_correlations_are_symmetric_on_fishers_scale_and_stay_below_one():
    found = infer(mean_of([0.9, 0.99, 0.999]), 3, [Target(3, 3, 3, (-1, 1), "fisher")], Resampling(), width=3)
    assert -1.0 < found[0].low < found[0].value < found[0].high < 1.0
    middle = np.arctanh([found[0].low, found[0].high]).mean()
    assert middle == pytest.approx(np.arctanh(found[0].value))


def test_critical_values():
    assert critical(100) == pytest.approx(1.959964, abs=1e-6)
    assert critical(46) == pytest.approx(2.014103, abs=1e-6)  # t with 45 degrees of freedom
    assert critical(15) == pytest.approx(2.144787, abs=1e-6)  # t with 14 degrees of freedom
    assert critical(2) == pytest.approx(12.706205, abs=1e-6)  # t with 1


def test_a_value_by_construction_has_no_width():
    still = infer(mean_of([0.5] * 20), 20, [Target(20, 20, 20)], Resampling(), width=20)[0]
    known = by_construction(still, "it is fixed")
    assert (known.value, known.low, known.high) == (0.5, 0.5, 0.5)
    assert known.method == "exact: it is fixed"
    unknown = infer(mean_of([np.nan] * 20), 20, [Target(20, 20, 20)], Resampling(), width=20)[0]
    assert by_construction(unknown, "it is fixed") == unknown
    assert exact(0.0, "so", 3, 3).fragile


def test_clusters_of_labels_and_their_sums():
    clusters = Clusters.of(["b", "a", "b"])
    assert clusters.count == 2
    assert clusters.codes.tolist() == [1, 0, 1]
    sums = clusters.sums(np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]))
    assert sums.tolist() == [[2.0, 20.0], [4.0, 40.0]]
