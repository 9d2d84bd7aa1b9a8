import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.polarity import polarity
from aqa_eval.measures.resampling import Resampling
from measures.observers import ask


def test_rates_are_normal_tails():
    observer = Observer(1.2, 0.3, 0.1)
    assert observer.rate_fault(True, 1) == pytest.approx(stats.norm.sf(0.4, loc=0.6))
    assert observer.rate_fault(False, -1) == pytest.approx(stats.norm.sf(0.2, loc=-0.6))
    assert observer.rate_fault(False, 0) == pytest.approx(stats.norm.sf(0.3, loc=-0.6))


def test_an_unbiased_observer():
    observer = Observer(2.0)
    assert observer.balanced_accuracy([1, -1]) == pytest.approx(stats.norm.cdf(1.0))
    assert observer.correctness_bias() == pytest.approx(0.0)
    assert observer.acquiescence_bias() == pytest.approx(0.0)


def test_a_blind_observer_has_its_bias_in_plain_probability():
    # d' = 0, c = 0.5 in both polarities: "fault" with Phi(-0.5) = 0.3085, so (P+ - P-)/2 = 0.5 - 0.3085.
    assert Observer(0.0, 0.5).correctness_bias() == pytest.approx(0.1915, abs=1e-4)
    assert Observer(0.0, 0.0, 0.5).acquiescence_bias() == pytest.approx(0.1915, abs=1e-4)
    assert Observer(0.0, 0.5, 0.2).balanced_accuracy([1, -1]) == pytest.approx(0.5)


def test_the_implied_values_are_those_of_many_answers():
    observer = Observer(1.0, 0.4, 0.3)
    judgements = ask(observer, 1, 2000, 20)
    plan = Resampling(resamples=10)
    agreed, leaning = agreement(judgements, plan).overall, polarity(judgements, plan).overall
    close = 0.006  # three standard errors of a rate over 20,000 answers a cell are 0.01, of their means less
    assert agreed.balanced_accuracy.value == pytest.approx(observer.balanced_accuracy([1, -1]), abs=close)
    assert agreed.sensitivity.value == pytest.approx(observer.sensitivity([1, -1]), abs=close)
    assert agreed.specificity.value == pytest.approx(observer.specificity([1, -1]), abs=close)
    assert leaning.correctness.value == pytest.approx(observer.correctness_bias(), abs=close)
    assert leaning.acquiescence.value == pytest.approx(observer.acquiescence_bias(), abs=close)
    assert np.isclose(leaning.true_positive_statement.value, observer.rate_true(1), atol=close)
