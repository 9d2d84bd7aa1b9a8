import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.cluster_ranks import ClusterRanks, width


@pytest.mark.parametrize("ties", [True, False])
def test_each_resample_is_scipys_rho_of_the_rows_standing_there_as_often(ties):
    generator = np.random.default_rng(5)
    n, clusters, groups = 60, 8, 3
    first, second = generator.normal(size=(2, n))
    if ties:
        first, second = np.round(first), np.round(second)
    group, cluster = generator.integers(0, groups, n), generator.integers(0, clusters, n)
    weights = generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=20).astype(float)
    found = ClusterRanks(first, second, group, cluster).correlations(weights)
    for row, drawn in zip(found, weights, strict=True):
        times = drawn[cluster].astype(int)
        for g in range(groups):
            rows = np.repeat(np.flatnonzero(group == g), times[group == g])
            if len(rows) and np.ptp(first[rows]) > 0 and np.ptp(second[rows]) > 0:
                oracle = stats.spearmanr(first[rows], second[rows]).statistic
                assert row[g] == pytest.approx(oracle, abs=1e-12)


def test_without_differences():
    flat, varied = np.zeros(4), np.array([1.0, 2.0, 3.0, 4.0])
    where, each = np.zeros(4, int), np.arange(4)
    assert ClusterRanks(varied, flat, where, each).correlations(np.ones((1, 4))).tolist() == [[0.0]]
    assert np.isnan(ClusterRanks(flat, varied, where, each).correlations(np.ones((1, 4)))).all()


def test_many_rows_are_ranked_in_few_resamples_at_once():
    assert width(10) == width(1000)
    assert width(10_000_000) > width(1000)
