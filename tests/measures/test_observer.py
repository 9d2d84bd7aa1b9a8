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


def test_lapses_leave_so_much_less_to_see():
    # H = 0.8 Phi(0.5) + 0.1 = 0.6532 and F = 0.8 Phi(-0.5) + 0.1 = 0.3468; d' = 2 z(0.6532) = 0.788.
    observer = Observer(1.0, lapse=0.2)
    assert observer.balanced_accuracy([0]) == pytest.approx(0.6532, abs=1e-4)
    assert observer.measured_d_prime([1, -1]) == pytest.approx(2 * stats.norm.ppf(0.65317), abs=1e-3)
    assert observer.correctness_bias() == observer.acquiescence_bias() == pytest.approx(0.0)
    assert Observer(3.0, lapse=1.0).balanced_accuracy([1]) == pytest.approx(0.5)


def test_without_lapses_the_planted_is_what_is_measured():
    observer = Observer(1.3, 0.4, 0.2)
    assert observer.measured_d_prime([1, -1]) == 1.3
    assert observer.correctness_deviate() == pytest.approx(0.4)
    assert observer.acquiescence_deviate() == pytest.approx(0.2)
    # ... and the general formula comes to the same.
    nearly = Observer(1.3, 0.4, 0.2, lapse=1e-9)
    assert nearly.measured_d_prime([1, -1]) == pytest.approx(1.3, abs=1e-6)
    assert nearly.correctness_deviate() == pytest.approx(0.4, abs=1e-6)


def test_a_cue_is_a_shift_of_the_threshold():
    pushed = Observer(1.0, 0.3, push=0.5)
    assert pushed.rate_fault(True, 1) == Observer(1.0, -0.2).rate_fault(True, 1)
    assert pushed.measured_d_prime([1]) == 1.0


def test_flips_of_an_item_that_is_all_noise_and_of_one_that_is_none():
    # d' = 0 and c = 0: two fresh answers differ half the time; with the item's own noise alone, never.
    assert Observer(0.0).flip_rate(0, 0) == pytest.approx(0.5)
    assert Observer(0.0, sampling=0.0).flip_rate(0, 0) == pytest.approx(0.0)
    # P(both beyond 0) = 1/4 + arcsin(rho) / (2 pi) (Sheppard 1899); rho = 1/2 gives 1/3, flips 1 - 2/3.
    assert Observer(0.0, sampling=0.5).flip_rate(0, 0) == pytest.approx(1 / 3, abs=1e-6)
    # An answer given one way 70% of the time flips 2 * 0.7 * 0.3 = 0.42 when all is drawn anew.
    steady = Observer(0.0, stats.norm.ppf(0.7))
    assert steady.flip_rate(0, 0) == pytest.approx(0.42, abs=1e-6)
    # Lapses alone: (1 - 0.36) of pairs hold a lapse, and half of them flip.
    assert Observer(0.0, sampling=0.0, lapse=0.4).flip_rate(0, 0) == pytest.approx(0.32, abs=1e-6)


def test_flips_across_polarity_are_what_acquiescence_adds():
    # Without fresh noise: the share of evidence that lies between the two thresholds.
    observer = Observer(0.0, 0.0, 0.5, sampling=0.0)
    between = stats.norm.cdf(0.5) - stats.norm.cdf(-0.5)
    assert observer.flip_rate(1, -1) == observer.excess_flip() == pytest.approx(between, abs=1e-6)
    assert Observer(1.0, 0.4, 0.0, sampling=0.3).excess_flip() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("sampling", [0.1, 0.5, 0.9])
def test_flip_rates_agree_with_the_bivariate_normal(sampling):
    observer = Observer(1.0, 0.3, 0.4, sampling=sampling)
    expected = []
    for mean in (0.5, -0.5):
        a, b = (mean - observer.threshold(p) for p in (1, -1))
        both = stats.multivariate_normal.cdf([a, b], cov=[[1, 1 - sampling], [1 - sampling, 1]])
        expected.append(stats.norm.cdf(a) + stats.norm.cdf(b) - 2 * both)
    assert observer.flip_rate(1, -1) == pytest.approx(np.mean(expected), abs=1e-6)


def test_pairs_by_gap_and_place():
    observer = Observer(9.0, slope=0.5, order_bias=0.25, added=0.1)
    # d' = 0.5 * 2 + 0.1 = 1.1; 1.1 / sqrt 2 = 0.7778.
    assert observer.pairs_correct(2.0, True) == pytest.approx(stats.norm.cdf(1.0278), abs=1e-4)
    assert observer.pairs_correct(2.0, False) == pytest.approx(stats.norm.cdf(0.5278), abs=1e-4)
    assert observer.pairs_correct(2.0) == pytest.approx(
        (stats.norm.cdf(1.0278) + stats.norm.cdf(0.5278)) / 2, abs=1e-4
    )
    assert observer.pairs_correct(None) == pytest.approx(1.0, abs=1e-6)  # a gap that nobody knows
    assert Observer(0.5).pairs_correct() == pytest.approx(0.638, abs=5e-4)  # the protocol's example
    assert Observer(0.0, order_bias=0.5).first_position_bias() == pytest.approx(stats.norm.cdf(0.5) - 0.5)
    assert Observer(0.0, sampling=0.0).order_consistency() == pytest.approx(1.0)
    assert Observer(0.0).order_consistency() == pytest.approx(0.5)


def test_the_gap_at_a_share():
    # Phi(g / sqrt 2) = 0.75: g = 0.6745 sqrt 2 = 0.9539; a slope of 2 halves it.
    assert Observer(1.0, slope=1.0).gap_at(0.75) == pytest.approx(0.9539, abs=1e-4)
    assert Observer(1.0, slope=2.0).gap_at(0.75) == pytest.approx(0.4769, abs=1e-4)
    assert Observer(1.0).gap_at() is None
    assert Observer(1.0, slope=1.0, lapse=0.6).gap_at(0.75) is None  # at most 0.7 can be right
    assert Observer(1.0, slope=1.0, lapse=1.0).gap_at(0.75) is None


def test_options():
    assert Observer(0.0).options_correct(4) == pytest.approx(0.25)
    assert Observer(1.0).options_correct(2) == pytest.approx(stats.norm.cdf(1 / 2**0.5), abs=1e-6)
    assert Observer(0.0, lapse=0.5).options_correct(3) == pytest.approx(1 / 3)
    assert Observer(1.0).auroc() == pytest.approx(stats.norm.cdf(1 / 2**0.5))


def test_calibration():
    assert Observer(1.5, 0.7).calibration_error(1.0, [0]) == pytest.approx(0.0, abs=1e-9)
    # Blind and endlessly sure of nothing: its log-odds are 0 whatever they are multiplied by.
    assert Observer(0.0).calibration_error(5.0, [0]) == pytest.approx(0.0, abs=1e-9)
    # Endlessly sure: confidence 1 where it is right with Phi(0.5), so that the gap is 1 - Phi(0.5) = 0.3085.
    assert Observer(1.0).calibration_error(1e6, [0]) == pytest.approx(0.3085, abs=1e-3)
    assert Observer(1.0, lapse=0.5).calibration_error(1e6, [0]) == pytest.approx(0.1543, abs=1e-3)
