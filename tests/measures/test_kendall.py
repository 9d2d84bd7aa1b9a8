import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from aqa_eval.measures import kendall as room
from aqa_eval.measures.kendall import PairTable, kendall
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.scores import Scores

PLAN = Resampling(seed=5, resamples=200)


def test_by_hand():
    # 1 2 3 4 against 1 3 2 4: five of six pairs in order, one not: 4/6.
    found = kendall(Scores.of([1, 2, 3, 4], [10, 30, 20, 40], range(4)), PLAN)
    assert found.pooled.value == pytest.approx(4 / 6)
    assert found.within.reason == "the dataset names no events"
    # With ties 1 1 2 against 1 2 2: pairs (1,1) tied in truth, (2,2) in prediction, one in order; two pairs
    # differ on either side: 1 / sqrt(2 x 2).
    assert kendall(Scores.of([1, 1, 2], [1, 2, 2], range(3)), PLAN).pooled.value == pytest.approx(0.5)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 4)), min_size=2, max_size=30
    ),
    weights=st.lists(st.integers(0, 3), min_size=5, max_size=5),
)
@settings(max_examples=150, deadline=None)
def test_under_cluster_weights_it_is_scipys_on_the_rows_written_out(rows, weights):
    first, second, cluster = (np.array(column) for column in zip(*rows, strict=True))
    weight = np.array(weights, float)
    found = PairTable(first.astype(float), second.astype(float), cluster).tau(weight[None])[0]
    times = weight[cluster].astype(int)
    x, y = np.repeat(first, times), np.repeat(second, times)
    if len(np.unique(x)) < 2:
        assert np.isnan(found)
    elif len(np.unique(y)) < 2:
        assert found == 0.0
    else:
        assert found == pytest.approx(stats.kendalltau(x, y).statistic)


def test_chunks_change_nothing(monkeypatch):
    rng = np.random.default_rng(3)
    x, y, cluster = rng.normal(size=90), rng.normal(size=90), rng.integers(0, 7, 90)
    whole = PairTable(x, y, cluster).tau(np.ones((1, 7)))
    monkeypatch.setattr(room, "_PAIRS", 200)
    assert PairTable(x, y, cluster).tau(np.ones((1, 7))) == pytest.approx(whole)


def test_within_events_is_the_mean_of_their_taus():
    truth = [1, 2, 3, 4] * 2
    said = [10, 30, 20, 40, 2, 1, 4, 3]  # 4/6 and (4 - 2)/6
    found = kendall(Scores.of(truth, said, range(8), event=["a"] * 4 + ["b"] * 4), PLAN)
    assert found.within.value == pytest.approx((4 / 6 + 2 / 6) / 2)
    assert found.events == 2
    blind = kendall(
        Scores.of([1, 2, 3, 11, 12, 13], [1, 1, 1, 9, 9, 9], range(6), event=["a"] * 3 + ["b"] * 3), PLAN
    )
    assert blind.within.value == 0.0
    assert blind.pooled.value > 0.7


def test_perfect_order_is_bounded():
    found = kendall(Scores.of(range(20), range(20), range(20)), PLAN).pooled
    # Ten disjoint pairs in order: theta >= 0.025^(1/10), tau >= 2 theta - 1.
    assert (found.value, found.low) == pytest.approx((1.0, 2 * 0.025**0.1 - 1))


def test_the_noise_floor_is_that_of_random_order():
    rng = np.random.default_rng(1)
    taus = [
        kendall(Scores.of(range(50), rng.permutation(50), range(50)), Resampling(0, 1)).pooled
        for _ in range(400)
    ]
    # 2.0096 (t with 49 degrees of freedom) sqrt(2 x 105 / (9 x 50 x 49)) = 0.1961
    assert taus[0].noise_floor == pytest.approx(0.1961, abs=1e-4)
    assert np.mean([abs(one.value) > one.noise_floor for one in taus]) == pytest.approx(0.05, abs=0.033)


def test_intervals_cover_the_planted_tau_in_clusters():
    # Bivariate normal with r = 0.5: tau = 2/pi asin(0.5) = 1/3.
    inside = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(50), 4)
        shared = rng.normal(size=(2, 50))[:, cluster]
        x, e = np.sqrt(0.3) * shared + np.sqrt(0.7) * rng.normal(size=(2, 200))
        found = kendall(Scores.of(x, 0.5 * x + np.sqrt(0.75) * e, cluster), PLAN).pooled
        inside += bool(found.contains(1 / 3))
    assert inside >= 132


def test_degenerate_scores_say_why(monkeypatch):
    constant = kendall(Scores.of([1.0, 2.0, 3.0], [5.0] * 3, range(3)), PLAN).pooled
    assert (constant.value, constant.low) == (0.0, 0.0)
    assert "no order" in constant.method
    assert (
        kendall(Scores.of([1, 1, 1], [1, 2, 3], range(3)), PLAN).pooled.reason == "all true scores are equal"
    )
    assert kendall(Scores.of([1, 1, 1], [2, 2, 2], range(3)), PLAN).pooled.value is None
    assert kendall(Scores.of([], [], []), PLAN).pooled.reason == "no answered trials"
    assert "not finite" in kendall(Scores.of([1, np.nan], [1, 2], [0, 1]), PLAN).pooled.reason
    assert kendall(Scores.of([1], [1], [0]), PLAN).pooled.value is None
    monkeypatch.setattr(room, "MOST_CLUSTERS", 2)
    assert "too many pairs" in kendall(Scores.of([1, 2, 3], [1, 2, 3], range(3)), PLAN).pooled.reason
