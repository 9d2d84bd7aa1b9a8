import numpy as np
import pytest

from aqa_eval.measures.prevalence import Labelled, prevalence
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=5, resamples=300)


def labelled(hits, misses, alarms, rejections, start=0):
    truth = np.repeat([True, True, False, False], [hits, misses, alarms, rejections])
    said = np.repeat([True, False, True, False], [hits, misses, alarms, rejections])
    return Labelled(truth, said, np.arange(start, start + len(truth)))


def test_by_hand():
    # Apparent 30/100, sensitivity 40/50, specificity 45/50: (0.3 + 0.9 - 1) / (0.8 + 0.9 - 1) = 0.2 / 0.7.
    found = prevalence(np.arange(100) < 30, np.arange(100), labelled(40, 10, 5, 45, 100), PLAN)
    assert found.corrected.value == pytest.approx(2 / 7)
    assert (found.apparent.value, found.sensitivity.value, found.specificity.value) == (0.3, 0.8, 0.9)
    assert found.corrected.low < 2 / 7 < found.corrected.high
    # Delta method: var = [0.21/100 + (2/7)^2 0.16/50 + (5/7)^2 0.09/50] / 0.7^2 = 0.00669, error 0.0818.
    assert found.corrected.high - found.corrected.low == pytest.approx(2 * 1.96 * 0.0818, rel=0.12)


def test_a_perfect_classifier_corrects_nothing_but_is_not_known_to_be_perfect():
    found = prevalence(np.arange(200) < 60, np.arange(200), labelled(30, 0, 0, 30, 200), PLAN).corrected
    assert found.value == pytest.approx(0.3)
    # Specificity may be 0.025^(1/30) = 0.884: then (0.3 - 0.116) / 0.884 = 0.209 are left.
    assert found.low < 0.21
    assert "exact cluster-level bound" in found.method


def test_it_is_cut_off_at_0_and_1():
    found = prevalence(np.arange(100) < 5, np.arange(100), labelled(40, 10, 20, 80, 100), PLAN).corrected
    assert (found.value, found.low) == (0.0, 0.0)  # 0.05 apparent, 0.2 by false alarms alone
    assert 0.0 <= found.high < 0.1


def test_a_classifier_that_tells_nothing_identifies_nothing():
    found = prevalence(np.arange(100) < 30, np.arange(100), labelled(20, 30, 20, 30, 100), PLAN).corrected
    assert found.value is None
    assert found.reason == "sensitivity + specificity is 1.00, at most 1: the classifier tells nothing"
    # Hardly better than chance: most resamples are not identified, and the interval says all is possible.
    hardly = prevalence(np.arange(100) < 45, np.arange(100), labelled(22, 28, 20, 30, 100), PLAN).corrected
    assert (hardly.low, hardly.high) == (0.0, 1.0)


def test_missing_labels_are_named():
    some = np.arange(10) < 3
    assert (
        "no labelled row has it"
        in prevalence(some, np.arange(10), labelled(0, 0, 1, 5), PLAN).corrected.reason
    )
    assert (
        "every labelled row" in prevalence(some, np.arange(10), labelled(3, 1, 0, 0), PLAN).corrected.reason
    )
    assert "no rows to count" in prevalence(some[:0], [], labelled(3, 1, 2, 4), PLAN).corrected.reason


def test_intervals_cover_the_planted_share_in_clusters():
    inside = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        share = rng.beta(3.0, 7.0, 60)  # a share of its own in every cluster, 0.3 on average
        has = rng.random((60, 8)) < share[:, None]
        said = np.where(has, rng.random((60, 8)) < 0.8, rng.random((60, 8)) < 0.15)
        truth = rng.random((50, 2)) < 0.5
        checked = np.where(truth, rng.random((50, 2)) < 0.8, rng.random((50, 2)) < 0.15)
        labels = Labelled(truth.ravel(), checked.ravel(), np.repeat(np.arange(100, 150), 2))
        found = prevalence(said.ravel(), np.repeat(np.arange(60), 8), labels, PLAN).corrected
        inside += bool(found.contains(0.3))
    assert 134 <= inside <= 149  # 95% of 150 is 142.5, three binomial errors are 8
