import numpy as np
import pytest

from aqa_eval.measures.concordance import concordance, mean_absolute_error, measure
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.scores import Scores

PLAN = Resampling(seed=5, resamples=200)


def test_by_hand():
    # y = 1 2 3, p = 2 2 5: means 2 and 3, variances 2/3 and 2, covariance (1 x 1 + 0 + 1 x 2)/3 = 1.
    # 2 x 1 / (2/3 + 2 + 1) = 6/11.
    found = concordance(Scores.of([1, 2, 3], [2, 2, 5], range(3)), PLAN).overall
    assert found.value == pytest.approx(6 / 11)


def test_it_is_the_definition_under_any_weights():
    rng = np.random.default_rng(2)
    y, p = rng.normal(50, 3, 40), rng.normal(52, 5, 40)
    weight = rng.integers(0, 4, 40)
    found = measure(Scores.of(y, p, range(40))).statistic(weight[None].astype(float))[0, 0]
    a, b = np.repeat(y, weight), np.repeat(p, weight)
    expected = 2 * np.cov(a, b, ddof=0)[0, 1] / (a.var() + b.var() + (a.mean() - b.mean()) ** 2)
    assert found == pytest.approx(expected)


def test_of_several_criteria_it_is_the_mean():
    scores = Scores.of([1, 2, 3, 1, 2, 3], [2, 2, 5, 1, 2, 3], range(6), ["a"] * 3 + ["b"] * 3)
    found = concordance(scores, PLAN)
    assert found.criteria["a"].value == pytest.approx(6 / 11)
    assert found.overall.value == pytest.approx((6 / 11 + 1) / 2)
    assert (found.criteria["b"].n, found.criteria["b"].clusters) == (3, 3)


def test_an_offset_costs_and_hugging_the_mean_is_worth_nothing():
    rng = np.random.default_rng(3)
    y = rng.normal(size=200)
    offset = concordance(Scores.of(y, y + 2 * y.std(), range(200)), PLAN).overall
    assert offset.value == pytest.approx(1 / 3)  # 2 s^2 / (2 s^2 + 4 s^2)
    assert offset.low < 1 / 3 < offset.high
    hugging = concordance(Scores.of(y, 0.05 * y, range(200)), PLAN).overall
    assert hugging.value < 0.11  # 2 x 0.05 / (1 + 0.0025)


def test_intervals_cover_the_planted_value():
    # s_p = s_y = 1, r = 0.6, offset 0.5: 1.2 / 2.25.
    inside = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        y, e = rng.normal(size=(2, 60))
        found = concordance(Scores.of(y, 0.6 * y + 0.8 * e + 0.5, range(60)), PLAN).overall
        inside += bool(found.contains(1.2 / 2.25))
    assert inside >= 132


def test_degenerate_scores_say_why():
    constant = concordance(Scores.of([1.0, 2.0], [5.0, 5.0], range(2)), PLAN)
    assert (constant.overall.value, constant.overall.method) == (
        0.0,
        "exact: constant predictions go with nothing",
    )
    same = concordance(Scores.of([5.0, 5.0], [5.0, 5.0], range(2)), PLAN).overall
    assert same.reason == "neither the true scores nor the given ones vary"
    perfect = concordance(Scores.of([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], range(3)), PLAN).overall
    assert (perfect.value, perfect.low) == (pytest.approx(1.0), None)
    assert concordance(Scores.of([], [], []), PLAN).overall.reason == "no answered trials"
    assert "not finite" in concordance(Scores.of([1, np.inf], [1, 2], [0, 1]), PLAN).overall.reason
    assert concordance(Scores.of([1], [1], [0]), PLAN).overall.value is None


def test_mean_absolute_error_by_hand():
    scores = Scores.of([1, 2, 3, 10], [2, 2, 5, 4], range(4), ["a"] * 3 + ["b"])
    found = mean_absolute_error(scores, PLAN)
    assert (found["a"].value, found["b"].value) == (1.0, 6.0)  # (1 + 0 + 2) / 3
    assert found["b"].low is None
    assert mean_absolute_error(Scores.of([np.nan], [1], [0]), PLAN)["all"].value is None
