import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqa_eval.measures import raters
from aqa_eval.measures.clusters import Clusters
from aqa_eval.measures.reliability import alpha, mean_alpha, measure
from aqa_eval.measures.resampling import Resampling
from measures.test_raters import OBSERVERS

PLAN = Resampling(seed=5, resamples=200)
QUICK = Resampling(seed=5, resamples=20)
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


def test_over_criteria_alpha_is_the_unweighted_mean():
    # By hand: two raters, 0/1. Criterion a: 00 11 01 11: 3 zeros, 5 ones; expected (64 - 9 - 25) / 7 = 30/7,
    # observed 2: 1 - 14/30 = 16/30. Criterion b: 00 00 01: 5 zeros, 1 one; (36 - 25 - 1) / 5 = 2, observed 2:
    # 1 - 2/2 = 0. The mean is 8/30.
    table = [[0, 0], [1, 1], [0, 1], [1, 1], [0, 0], [0, 0], [0, 1]]
    found, lost = mean_alpha(table, range(7), list("aaaabbb"), "nominal", PLAN)
    assert (found.value, lost) == (pytest.approx(8 / 30), ())
    of_a = alpha(table[:4], range(4), "nominal", PLAN)
    assert of_a.value == pytest.approx(16 / 30)
    only, lost = mean_alpha([*table[:4], [1, 1]], range(5), list("aaaab"), "nominal", PLAN)
    assert (only.value, lost) == (pytest.approx(16 / 30), ("b",))


def test_criteria_without_different_ratings_have_no_mean():
    # Over both at once every unit agrees and the values differ: that is what the criteria are, not agreement.
    found, lost = mean_alpha([[0, 0], [0, 0], [1, 1], [1, 1]], range(4), list("aabb"), "nominal", PLAN)
    assert (found.value, lost) == (None, ("a", "b"))
    assert "no criterion has different ratings" in found.reason


def test_raters_at_different_base_rates_seldom_agree_more_than_by_chance():
    above = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        criterion = np.repeat(["often", "seldom"], 60)
        votes = rng.random((120, 3)) < np.where(criterion == "often", 0.9, 0.1)[:, None]
        found, _ = mean_alpha(votes, np.tile(np.arange(30), 4), criterion, "nominal", QUICK)
        above += found.low is not None and found.low > 0
    assert above <= 12  # 5 expected of a 97.5% limit, three binomial errors are 7
