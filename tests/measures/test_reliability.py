import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqa_eval.measures import raters
from aqa_eval.measures.clusters import Clusters
from aqa_eval.measures.reliability import alpha, measure
from aqa_eval.measures.resampling import Resampling
from measures.test_raters import OBSERVERS

PLAN = Resampling(seed=5, resamples=200)
PLAIN = {
    "nominal": raters.alpha_nominal,
    "ordinal": raters.alpha_ordinal,
    "interval": raters.alpha_interval,
}


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_table(level, published):
    found = alpha(OBSERVERS, range(12), level, PLAN)
    assert round(found.value, 3) == published
    assert (found.n, found.clusters) == (11, 11)  # the twelfth has one rating
    assert found.low < found.value < found.high <= 1.0


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_under_cluster_weights_it_is_that_of_the_units_written_out(level, seed):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 4, (12, 3)).astype(float)
    table[rng.random(table.shape) < 0.25] = np.nan
    table[0] = [0, 1, np.nan]
    cluster, weights = rng.integers(0, 4, 12), rng.integers(0, 3, 4).astype(float)
    clusters = Clusters.of(np.append(cluster, range(4)))
    clusters = Clusters(clusters.codes[:12], 4)
    found = measure(table, clusters, level).statistic(weights[None])[0, 0]
    copies = np.repeat(table, weights[cluster].astype(int), axis=0)
    try:
        expected = PLAIN[level](copies)
    except ValueError:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(expected)


def test_intervals_cover_the_planted_share():
    inside = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        # Variance 2 between units, half of it shared by a cluster, 1 of noise: 2/3.
        shared = np.repeat(rng.normal(size=50), 3)[:, None]
        table = shared + rng.normal(size=(150, 1)) + rng.normal(size=(150, 3))
        inside += bool(alpha(table, np.arange(150) // 3, "interval", PLAN).contains(2 / 3))
    assert inside >= 106  # 114 expected, three binomial errors are 7


def test_what_has_no_alpha_says_why():
    assert "no unit is rated by two" in alpha([[1, np.nan], [np.nan, 2]], [0, 1], "nominal", PLAN).reason
    assert "all ratings are 1" in alpha([[1, 1], [1, 1]], [0, 1], "interval", PLAN).reason
    agreed = alpha([[1, 1], [2, 2], [3, 3]], range(3), "ordinal", PLAN)
    assert (agreed.value, agreed.low) == (1.0, None)
    one = alpha([[1, 2], [2, 2]], [0, 0], "nominal", PLAN)
    assert one.low is None
    with pytest.raises(ValueError, match="shape"):
        alpha([1, 2], [0, 1], "nominal", PLAN)
