"""Thresholds that are fitted on other clusters than they are used on."""

import numpy as np
import pytest

from aqa_eval.measures.thresholds import best_threshold, cross_fitted


def test_the_best_threshold_by_hand():
    # Evidence 1 2 3 4 5 6 with faults at 3 5 6: above 2 all three are called and one of three others (4):
    # (1 + 2/3) / 2; above 4 two of three and no other: (2/3 + 1) / 2. As good: the lower is taken.
    truth = np.array([0, 0, 1, 0, 1, 1], bool)
    assert best_threshold(truth, np.arange(1.0, 7.0)) == pytest.approx(2.5)
    assert best_threshold(np.array([False, True]), np.array([0.0, 1.0])) == 0.5
    assert best_threshold(np.ones(3, bool), np.arange(3.0)) is None


def test_ties_are_never_cut_and_evidence_that_says_nothing_gives_a_threshold_all_the_same():
    truth = np.array([0, 1, 0, 1], bool)
    limit = best_threshold(truth, np.ones(4))
    assert limit is not None
    assert len({bool(x > limit) for x in np.ones(4)}) == 1
    assert best_threshold(np.array([0, 1, 1, 1], bool), np.array([0.0, 0.0, 1.0, 1.0])) == 0.5


def test_noise_gains_nothing_since_no_row_is_fitted_to_itself():
    rng = np.random.default_rng(3)
    scores = []
    for seed in range(40):
        truth, evidence = rng.random(200) < 0.5, rng.normal(size=200)
        found = cross_fitted(truth, evidence, np.zeros(200, int), np.arange(200), seed)
        assert found.fitted.all()
        scores.append((found.above[truth].mean() + (~found.above[~truth]).mean()) / 2)
    assert np.mean(scores) < 0.515


def test_a_shifted_threshold_is_found_for_every_group():
    rng = np.random.default_rng(4)
    truth = rng.random(400) < 0.3
    group = np.arange(400) % 2
    evidence = rng.normal(size=400) + 3 * truth + 10 * group
    found = cross_fitted(truth, evidence, group, np.arange(400) // 2, 0)
    assert ((found.above == truth).mean()) > 0.9


def test_one_cluster_and_one_class_fit_nothing():
    truth = np.array([True, False] * 5)
    assert not cross_fitted(truth, np.arange(10.0), np.zeros(10, int), ["a"] * 10, 0).fitted.any()
    assert not cross_fitted(
        np.ones(10, bool), np.arange(10.0), np.zeros(10, int), np.arange(10), 0
    ).fitted.any()
