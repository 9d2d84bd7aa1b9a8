from dataclasses import replace

import numpy as np
import pytest

from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.equivalence import at_90, detectable, equivalence, p_equivalent
from aqa_eval.measures.estimate import Estimate, exact, impossible
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=5, resamples=300)


def between(low, high):
    middle = None if low is None or high is None else (low + high) / 2
    return Estimate(middle, low, high, None, None, "given", 100, 50)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.46, 0.54, "equivalent"),
        (0.45, 0.54, "undecided"),  # on the margin is not within it
        (0.48, 0.60, "undecided"),
        (0.52, 0.56, "undecided"),  # above chance, but perhaps not by the margin
        (0.56, 0.60, "not equivalent"),
        (0.30, 0.44, "not equivalent"),
        (0.56, None, "not equivalent"),
        (None, 0.54, "undecided"),
        (None, None, "undecided"),
    ],
)
def test_verdicts(low, high, verdict):
    assert equivalence(between(low, high), 0.5).verdict == verdict


def test_the_reason_and_the_margin_are_kept():
    found = equivalence(impossible("no answered trials", 0, 0), 0.5)
    assert (found.verdict, found.reason, found.margin) == ("undecided", "no answered trials", 0.05)
    assert equivalence(exact(0.5, "fixed", 10, 10), 0.5).verdict == "equivalent"
    assert equivalence(between(0.46, 0.54), 0.5, margin=0.02).verdict == "undecided"
    with pytest.raises(ValueError, match="margin"):
        equivalence(between(0.4, 0.6), 0.5, 0.0)


def test_the_90_percent_interval_lies_within_the_95_percent_one_of_the_same_draws():
    rng = np.random.default_rng(1)
    judged = Judgements.of(rng.random(400) < 0.5, rng.random(400) < 0.5, np.arange(400) // 4)
    wide, narrow = (agreement(judged, plan).overall.balanced_accuracy for plan in (PLAN, at_90(PLAN)))
    assert wide.low < narrow.low < narrow.value == wide.value < narrow.high < wide.high


def test_at_the_edge_of_the_margin_it_is_called_equivalent_in_one_study_of_twenty():
    # Truly 0.55: the boundary of the hypothesis. 100 clusters of 6.
    called = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        truth = rng.random(600) < 0.5
        right = rng.random(600) < 0.55
        judged = Judgements.of(truth, truth == right, np.arange(600) // 6)
        estimate = agreement(judged, at_90(Resampling(seed, 200))).overall.balanced_accuracy
        called += equivalence(estimate, 0.5).verdict == "equivalent"
    assert called <= 27  # 15 expected, three binomial errors are 11


def test_the_p_of_both_sides_agrees_with_the_90_percent_interval():
    # A normal interval of half-width 0.0392 has an error of 0.02; z of 0.05 - 0.01 is 2, one-sided p 0.0228.
    near = Estimate(0.01, 0.01 - 0.0392, 0.01 + 0.0392, None, None, "normal", 100, 100)
    assert p_equivalent(near, 0.0) == pytest.approx(0.0228, abs=1e-3)
    assert p_equivalent(near, 0.5) == 1.0
    assert p_equivalent(replace(near, value=0.05), 0.0) == 1.0
    assert p_equivalent(replace(near, low=None), 0.0) == 1.0
    assert p_equivalent(impossible("nothing", 0, 0), 0.0) == 1.0


def test_the_smallest_difference_that_would_be_seen():
    # (1.960 + 0.842) errors of 0.02.
    near = Estimate(0.01, 0.01 - 0.0392, 0.01 + 0.0392, None, None, "normal", 100, 100)
    assert detectable(near) == pytest.approx(0.0560, abs=1e-4)
    assert detectable(replace(near, high=None)) is None
