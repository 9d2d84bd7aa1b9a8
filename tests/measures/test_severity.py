import numpy as np
import pytest

from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.severity import severity_weighted_misses

PLAN = Resampling(seed=5, resamples=200)


def test_by_hand():
    # Missed severities 3 and 1 of 3 + 1 + 2 + 2: one half, where 2 of 4 clips would be the same by chance.
    missed = np.array([True, True, False, False] * 10)
    found = severity_weighted_misses(missed, np.array([3.0, 1, 2, 2] * 10), range(40), PLAN)
    assert found.value == pytest.approx(0.5)
    heavy = severity_weighted_misses(missed, np.array([9.0, 1, 0, 0] * 10), range(40), PLAN)
    assert heavy.value == 1.0
    assert heavy.low < 1.0  # twenty clusters do not make it certain


def test_equal_severities_are_the_miss_rate():
    found = severity_weighted_misses(np.arange(20) < 5, np.full(20, 7.0), range(20), PLAN)
    assert found.value == pytest.approx(0.25)
    assert found.low < 0.25 < found.high


def test_degenerate_rows_say_why():
    assert (
        severity_weighted_misses(np.zeros(0, bool), np.zeros(0), [], PLAN).reason == "no clip shows a fault"
    )
    assert "any severity" in severity_weighted_misses(np.ones(2, bool), np.zeros(2), [0, 1], PLAN).reason
    for odd in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="severity"):
            severity_weighted_misses(np.ones(1, bool), np.array([odd]), [0], PLAN)
