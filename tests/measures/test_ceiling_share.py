import numpy as np
import pytest

from aqa_eval.measures.ceiling_share import share_of_ceiling
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.shares import share_measure

PLAN = Resampling(seed=5, resamples=200)


def rate(hits, cluster=None):
    hits = np.asarray(hits, bool)
    return share_measure(hits, np.arange(len(hits)) if cluster is None else cluster, PLAN)


def test_by_hand():
    # The judge is right in 6 of 10, a rater in 9 of 10, half by chance: (0.6 - 0.5) / (0.9 - 0.5) = 1/4.
    found = share_of_ceiling(rate(np.arange(10) < 6), rate(np.arange(10) < 9), 0.5, PLAN)
    assert found.value == pytest.approx(0.25)
    # From a line of 0 it is the ratio itself.
    assert share_of_ceiling(rate(np.arange(10) < 6), rate(np.arange(10) < 9), 0.0, PLAN).value == (
        pytest.approx(2 / 3)
    )


def test_a_judge_at_the_line_is_0_and_the_ceiling_itself_is_1():
    ceiling = rate(np.arange(40) < 32)
    assert share_of_ceiling(rate(np.arange(40) < 20), ceiling, 0.5, PLAN).value == pytest.approx(0.0)
    own = share_of_ceiling(ceiling, ceiling, 0.5, PLAN)
    assert own.value == pytest.approx(1.0)
    # Both move together in every resample; what is left is the allowance of the rate, which has none here.
    assert own.low is None or own.low == pytest.approx(1.0)


def test_a_ceiling_that_is_not_above_the_line_has_no_share():
    found = share_of_ceiling(rate([1, 0, 1, 0]), rate([1, 0, 0, 1]), 0.5, PLAN)
    assert found.value is None
    assert "no better than by chance" in found.reason


def test_both_sides_need_the_same_clusters():
    with pytest.raises(ValueError, match="found 4 and 5"):
        share_of_ceiling(rate([1, 0, 1, 0]), rate([1, 0, 1, 0, 1]), 0.5, PLAN)


def test_the_interval_is_that_of_the_ratio_under_the_same_resamples():
    """Planted (0.7 - 0.5) / (0.9 - 0.5) = 0.5, judge and rater sharing what a cluster is like."""
    inside = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        cluster = np.arange(400) // 4
        # What a cluster is like moves both: a normal deviate of equal weight in both thresholds.
        hard = np.repeat(rng.normal(size=100), 4)
        deviates = (hard + rng.normal(size=(2, 400))) / np.sqrt(2)
        judge, rater = (deviates[i] < z for i, z in enumerate((0.5244, 1.2816)))
        found = share_of_ceiling(rate(judge, cluster), rate(rater, cluster), 0.5, PLAN)
        inside += bool(found.contains(0.5))
    assert inside >= 88  # 95 expected, three binomial errors are 6.5
