import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.links import worst
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=2, resamples=50)


def test_clusters_of_equal_weight_follow_the_rule_of_three():
    # Ten clusters of weight 1/10, all right: 1 - 0.025^(1/10) = 1 - 0.6915 may be lost.
    assert worst(np.full(10, 0.1), 0.025) == pytest.approx(1 - 0.025**0.1)
    assert worst(np.zeros(3), 0.025) == 0.0


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6), st.floats(0.005, 0.2))
def test_no_choice_of_probabilities_loses_more(weights: list[float], tail: float):
    w = np.array(weights)
    bound = worst(w, tail)
    rng = np.random.default_rng(0)
    # q_c = tail^(s_c) with sum s = 1 is the whole edge of the region prod q >= tail.
    shares = rng.dirichlet(np.ones(len(w)), 200)
    assert (w * (1 - tail**shares)).sum(axis=1).max() <= bound + 1e-9
    start = np.full(len(w), 1 / len(w))
    found = minimize(
        lambda s: -(w * (1 - tail**s)).sum(),
        start,
        bounds=[(0, 1)] * len(w),
        constraints={"type": "eq", "fun": lambda s: s.sum() - 1},
    )
    assert bound >= -found.fun - 1e-6
    assert bound == pytest.approx(-found.fun, abs=0.02)


def test_all_right_in_five_faulty_and_five_faultless_clusters_is_clearly_above_chance():
    truth = [True] * 5 + [False] * 5
    found = agreement(Judgements.of(truth, truth, range(10)), PLAN).overall.balanced_accuracy
    assert found.value == 1.0
    assert found.low == pytest.approx(0.025**0.1)  # 0.69
    assert found.high == 1.0


@pytest.mark.parametrize("accuracy", [0.8, 0.95, 0.99])
def test_the_interval_of_a_very_good_judge_covers_with_few_clusters(accuracy: float):
    rng = np.random.default_rng(7)
    truth = np.repeat([True, False], 8)
    covered, times = 0, 200
    for _ in range(times):
        said = np.where(rng.random(16) < accuracy, truth, ~truth)
        found = agreement(Judgements.of(truth, said, range(16)), PLAN).overall.balanced_accuracy
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= accuracy <= found.high
    # Three standard errors below 95%: 0.95 - 3 sqrt(0.95 * 0.05 / 200) = 0.904.
    assert covered / times >= 0.904
