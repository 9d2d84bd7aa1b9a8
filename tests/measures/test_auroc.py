import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from sklearn.metrics import roc_auc_score

from aqa_eval.measures.auroc import WeightedAuroc, auroc, headline
from aqa_eval.measures.graded import Graded
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=5, resamples=200)


def test_by_hand():
    # With: 3, 2; without: 2, 1, 1. Pairs: 3 above all three; 2 ties with 2 (half) and is above both 1s:
    # (3 + 2.5) / 6.
    found = auroc(Graded.of([1, 1, 0, 0, 0], [3, 2, 2, 1, 1], range(5)), PLAN)
    assert found.overall.value == pytest.approx(5.5 / 6)


@given(rows=st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 3)), min_size=2, max_size=40))
@settings(max_examples=120, deadline=None)
def test_under_any_weights_it_is_scikit_learns(rows):
    outcome, grade, weight = (np.array(column) for column in zip(*rows, strict=True))
    graded = Graded.of(outcome, grade, range(len(rows)))
    found = WeightedAuroc(graded, graded.criterion).values(weight[None].astype(float))[0, 0]
    if len(np.unique(outcome[weight > 0])) < 2:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(outcome, grade, sample_weight=weight))


def test_weights_that_are_no_counts_are_scikit_learns_too():
    rng = np.random.default_rng(2)
    outcome, grade, weight = rng.random(60) < 0.4, rng.integers(0, 9, 60), rng.random(60)
    graded = Graded.of(outcome, grade, range(60))
    found = WeightedAuroc(graded, graded.criterion).values(weight[None])[0, 0]
    assert found == pytest.approx(roc_auc_score(outcome, grade, sample_weight=weight))


def test_the_mean_over_criteria_does_not_reward_knowing_which_is_faulty():
    outcome = [1] * 9 + [0] + [1] + [0] * 9
    grade = [1.0] * 10 + [0.0] * 10
    criterion = ["a"] * 10 + ["b"] * 10
    assert roc_auc_score(outcome, grade) == pytest.approx(0.9)
    found = auroc(Graded.of(outcome, grade, range(20), criterion), PLAN)
    assert found.overall.value == 0.5
    assert found.overall.method.startswith("exact: constant grades")


def test_perfect_order_is_bounded():
    # Ten clusters with and ten without: ten disjoint pairs, theta^10 >= 0.025 at theta = 0.6915.
    outcome = np.arange(20) < 10
    found = auroc(Graded.of(outcome, outcome * 1.0 + np.arange(20) / 100, range(20)), PLAN).overall
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 0.025**0.1, 1.0))
    reversed_ = auroc(Graded.of(~outcome, outcome + np.arange(20) / 100, range(20)), PLAN).overall
    assert (reversed_.value, reversed_.high) == pytest.approx((0.0, 1 - 0.025**0.1))
    # Ten clusters with both: only five pairs are disjoint.
    both = auroc(Graded.of(outcome, outcome * 1.0, np.arange(20) % 10), PLAN).overall
    assert both.low == pytest.approx(0.025 ** (1 / 5))


def test_the_noise_floor_is_that_of_random_order():
    rng = np.random.default_rng(1)
    outcome = np.arange(100) < 50
    values = [
        auroc(Graded.of(outcome, rng.permutation(100), range(100)), Resampling(resamples=1)).overall
        for _ in range(400)
    ]
    # 1.96 sqrt(101 / (12 x 50 x 50)) = 0.1137
    assert values[0].noise_floor == pytest.approx(0.1137, abs=1e-4)
    beyond = np.mean([abs(one.value - 0.5) > one.noise_floor for one in values])
    assert beyond == pytest.approx(0.05, abs=0.033)


def test_intervals_cover_the_planted_sensitivity():
    # Normal grades d' = 1 apart: AUROC = Phi(1 / sqrt(2)) = 0.7602.
    expected = float(special.ndtr(1 / np.sqrt(2)))
    inside = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(60), 4)
        outcome = rng.random(240) < 0.5
        evidence = np.sqrt(0.3) * rng.normal(size=60)[cluster] + np.sqrt(0.7) * rng.normal(size=240)
        inside += bool(
            auroc(Graded.of(outcome, evidence + outcome, cluster), PLAN).overall.contains(expected)
        )
    assert inside >= 134


def test_a_measure_for_differences_is_the_headline():
    rng = np.random.default_rng(1)
    graded = Graded.of(rng.random(90) < 0.5, rng.random(90), range(90), rng.choice(["a", "b"], 90))
    assert headline(graded, PLAN).estimates(PLAN)[0] == auroc(graded, PLAN).overall
    assert headline(Graded.of([1], [1], [0]), PLAN) is None
    assert headline(Graded.of([], [], []), PLAN) is None


def test_what_cannot_be_estimated_says_why():
    assert auroc(Graded.of([], [], []), PLAN).overall.reason == "no answered trials"
    assert "1 of 2 rows have no grade" in auroc(Graded.of([1, 0], [np.nan, 1], [0, 1]), PLAN).overall.reason
    assert "only one outcome" in auroc(Graded.of([1, 1], [1, 2], [0, 1]), PLAN).overall.reason
    one = auroc(Graded.of([1, 0], [2, 1], [0, 0]), PLAN).overall
    assert (one.value, one.low) == (1.0, None)
    assert auroc(Graded.of([1, 0], [np.inf, -np.inf], [0, 1]), PLAN).overall.value == 1.0
    mixed = auroc(Graded.of([1, 0, 1], [1, 2, 3], range(3), ["a", "a", "b"]), PLAN)
    assert mixed.left_out == ("b",)
    assert mixed.criteria["b"].value is None
    with pytest.raises(ValueError, match="lengths"):
        Graded.of([1], [1, 2], [0, 1])
    with pytest.raises(ValueError, match="yes or no"):
        Graded.of([2], [1], [0])
