import numpy as np
import pytest

from aqa_eval.measures.clusters import Clusters
from aqa_eval.measures.intraclass import OUTPUTS, intraclass, measure
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=5, resamples=200)
# Shrout and Fleiss (1979), table 2: six targets, four judges.
TARGETS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def test_shrout_and_fleiss_table():
    found = intraclass(TARGETS, range(6), PLAN)
    values = [getattr(found, name).value for name in OUTPUTS]
    # As published, table 4: (1,1) .17, (1,k) .44, (2,1) .29, (2,k) .62, (3,1) .71, (3,k) .91.
    assert [round(value, 2) for value in values] == [0.17, 0.44, 0.29, 0.62, 0.71, 0.91]
    # From their mean squares: between 11.24, within 6.26, judges 32.49, error 1.02.
    assert values[0] == pytest.approx((11.24 - 6.26) / (11.24 + 3 * 6.26), abs=1e-3)
    assert values[2] == pytest.approx((11.24 - 1.02) / (11.24 + 3 * 1.02 + 4 * (32.49 - 1.02) / 6), abs=1e-3)
    assert (found.raters, found.left_out) == (4, 0)
    assert found.icc1.low < 0.17 < found.icc1.high


def test_an_offset_between_raters_costs_agreement_and_not_consistency():
    # Targets 1, 2, 3; the second judge gives 1 more: MSR = 2, MSE = 0, MSC = 1.5 (3 x (0.25 + 0.25) / 1).
    found = intraclass([[1, 2], [2, 3], [3, 4]], range(3), PLAN)
    assert found.iccc1.value == pytest.approx(1.0)
    assert found.icca1.value == pytest.approx(2 / (2 + 2 * 1.5 / 3))
    # Within: SSW = 3 x 0.5 = 1.5 over 3 degrees: 0.5. (2 - 0.5) / (2 + 0.5).
    assert found.icc1.value == pytest.approx(0.6)


def test_under_cluster_weights_it_is_that_of_the_units_written_out():
    rng = np.random.default_rng(1)
    table = rng.normal(size=(20, 1)) + rng.normal([0, 1, 2], 1.0, (20, 3))
    clusters = Clusters.of(np.arange(20) // 4)
    weights = np.array([2.0, 0, 1, 3, 1])
    copies = np.repeat(table, weights[clusters.codes].astype(int), axis=0)
    plain = measure(copies, Clusters.of(range(len(copies)))).statistic(np.ones((1, len(copies))))
    assert measure(table, clusters).statistic(weights[None]) == pytest.approx(plain)


def test_intervals_cover_the_planted_reliability():
    inside = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        table = np.sqrt(2) * rng.normal(size=(60, 1)) + rng.normal(size=(60, 4))
        found = intraclass(table, range(60), PLAN)
        inside += bool(found.icc1.contains(2 / 3)) + bool(found.icc1k.contains(8 / 9))
    assert inside >= 212  # 228 of 240 expected; the two go together


def test_missing_ratings_leave_their_unit_out():
    table = np.vstack([TARGETS.astype(float), [[np.nan, 1, 2, 3]]])
    found = intraclass(table, range(7), PLAN)
    assert (found.left_out, found.icc1.n) == (1, 6)
    assert found.icc1.value == intraclass(TARGETS, range(6), PLAN).icc1.value


def test_degenerate_tables_say_why():
    assert intraclass([[1, 1], [1, 1]], [0, 1], PLAN).icca1.reason == "all ratings are equal"
    assert "1 unit is rated by all 2" in intraclass([[1, 2], [np.nan, 2]], [0, 1], PLAN).icc1.reason
    assert intraclass([[1, 2], [3, 5]], [0, 0], PLAN).icc1.low is None
    for odd in ([[1], [2]], [1, 2], [[1, np.inf]]):
        with pytest.raises(ValueError, match="expected finite"):
            intraclass(odd, [0, 1], PLAN)
