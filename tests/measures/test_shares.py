"""Shares and means over clusters."""

import numpy as np
import pytest

from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.shares import mean, share

PLAN = Resampling(seed=1, resamples=500)


def test_a_share_and_a_mean_of_the_same_rows_are_the_same_number():
    hits = np.array([True, False, True, True, False, True])
    cluster = np.array(["a", "a", "b", "b", "c", "c"])
    assert share(hits, cluster, PLAN).value == pytest.approx(4 / 6)
    assert mean(hits.astype(float), cluster, (0.0, 1.0), PLAN).value == pytest.approx(4 / 6)


def test_whole_clusters_count_and_not_rows():
    """100 rows in 4 clusters that agree within themselves know no more than 4 rows."""
    values = np.repeat([0.0, 1.0, 0.0, 1.0], 25)
    clustered = mean(values, np.repeat(np.arange(4), 25), (0.0, 1.0), PLAN)
    single = mean(values, np.arange(100), (0.0, 1.0), PLAN)
    assert clustered.low is not None
    assert clustered.high is not None
    assert single.low is not None
    assert single.high is not None
    assert clustered.high - clustered.low > 3 * (single.high - single.low)
    assert clustered.fragile


def test_the_interval_of_a_mean_covers_what_was_planted():
    """400 samples of 20 clusters of 5 rows with a common shift: 95% of the intervals should hold 0.5."""
    generator = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        shift = generator.normal(0, 0.1, 20)
        values = np.clip(0.5 + np.repeat(shift, 5) + generator.normal(0, 0.1, 100), 0, 1)
        held += bool(mean(values, np.repeat(np.arange(20), 5), (0.0, 1.0), Resampling(0, 50)).contains(0.5))
    assert 0.92 <= held / 400 <= 0.98  # 0.95 with a standard error of 0.011
