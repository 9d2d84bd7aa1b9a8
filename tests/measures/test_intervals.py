import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures import intervals
from aqa_eval.measures.clusters import effective
from aqa_eval.measures.resampling import Resampling, Target, infer


def left_out(values):
    """The mean without each of the values."""
    values = np.asarray(values, float)
    return (values.sum() - values) / (len(values) - 1)


def test_the_jackknife_error_of_a_mean_is_its_standard_error():
    values = [1.0, 2.0, 4.0, 9.0]
    assert intervals.standard_error(left_out(values)) == pytest.approx(stats.sem(values))


def test_on_the_scale_of_logs_the_limits_are_factors():
    # Mean 4, standard error of 1, 2, 9: sd sqrt((9 + 4 + 25) / 2) = sqrt(19), over sqrt(3) = 2.5166.
    low, high = intervals.jackknife_t(4.0, left_out([1.0, 2.0, 9.0]), 2.0, "log", (0.0, np.inf))
    factor = np.exp(2.0 * np.sqrt(19.0 / 3.0) / 4.0)
    assert (low, high) == pytest.approx((4.0 / factor, 4.0 * factor))


def test_of_what_lacks_to_one_the_limits_are_factors():
    # 1 - mean = 0.5; standard error of 0.2, 0.8 is 0.3; factor exp(0.3 / 0.5).
    low, high = intervals.jackknife_t(0.5, left_out([0.2, 0.8]), 1.0, "shortfall", (-np.inf, 1.0))
    assert (low, high) == pytest.approx((1.0 - 0.5 * np.exp(0.6), 1.0 - 0.5 * np.exp(-0.6)))


def test_a_rate_reaches_as_far_as_its_logit_or_itself():
    # Mean 0.1 of 0, 0, 0, 0.4: standard error 0.1, so 0.1 -+ 0.2 on the scale itself; on the logit
    # -2.1972 -+ 0.2 / 0.09, upper 0.0250 = expit(0.0250) = 0.5062.
    low, high = intervals.jackknife_t(0.1, left_out([0.0, 0.0, 0.0, 0.4]), 2.0, "rate", (0.0, 1.0))
    assert low == pytest.approx(-0.1)
    assert high == pytest.approx(0.5062, abs=1e-3)


def test_a_scale_of_no_room_is_the_scale_itself():
    plain = intervals.jackknife_t(0.0, left_out([-1.0, 1.0]), 1.0, "identity", (0.0, 1.0))
    for scale in ("log", "rate"):
        assert intervals.jackknife_t(0.0, left_out([-1.0, 1.0]), 1.0, scale, (0.0, 1.0)) == plain


def test_the_studentised_bootstrap_covers_a_skewed_mean_to_the_right():
    values = np.random.default_rng(1).exponential(size=25)
    low, high = intervals.studentised(values.mean(), left_out(values), 0.95, 4000, 0)
    assert high - values.mean() > 1.2 * (values.mean() - low)


def test_the_studentised_bootstrap_is_the_t_interval_of_normal_numbers():
    values = np.random.default_rng(2).normal(size=200)
    limits = intervals.studentised(values.mean(), left_out(values), 0.95, 8000, 0)
    oracle = stats.t.interval(0.95, 199, loc=values.mean(), scale=stats.sem(values))
    assert limits == pytest.approx(oracle, abs=0.01)


def test_resamples_without_spread_do_not_make_an_interval_short():
    # Of two clusters half of all resamples have no spread: nothing is known of the tails of t.
    low, high = intervals.studentised(0.5, left_out([0.0, 1.0]), 0.95, 500, 0)
    assert (low, high) == (-np.inf, np.inf)


def test_the_wild_bootstrap_inverts_the_sign_flip_test():
    # With Rademacher weights t* is monotone in its mean, so that it is the exact sign-flip test: a value is
    # kept if |mean of the deviations from it| is not among the largest of all 2^12 signs.
    values = np.random.default_rng(3).normal(1.0, 1.0, 12)
    low, high = intervals.wild(values.mean(), left_out(values), 0.95, 20_000, 0)
    signs = np.array(np.meshgrid(*[[-1, 1]] * 12)).reshape(12, -1)

    def p(hypothetical):
        off = values - hypothetical
        return np.mean(np.abs(off @ signs) >= abs(off.sum()) * (1 - 1e-12))

    assert p(low + 0.05) > 0.05 > p(low - 0.05)
    assert p(high - 0.05) > 0.05 > p(high + 0.05)


def test_with_few_clusters_the_wild_bootstrap_still_ends_somewhere():
    values = np.array([0.9, 1.1, 1.3, 0.8, 1.0, 1.2])
    low, high = intervals.wild(values.mean(), left_out(values), 0.95, 4000, 0)
    t_low, t_high = stats.t.interval(0.95, 5, loc=values.mean(), scale=stats.sem(values))
    assert t_low - 0.3 < low < values.mean() < high < t_high + 0.3


@pytest.mark.parametrize("method", ["percentile", "jackknife-t", "studentised", "wild"])
def test_every_method_can_be_asked_for_and_says_its_name(method):
    values = np.random.default_rng(4).normal(size=20)

    def mean(weights):
        return (weights @ values / weights.sum(axis=1))[:, None]

    plan = Resampling(1, 400, method=method)
    found = infer(mean, 20, [Target(20, 20, 20)], plan, 20)[0]
    assert found.low < values.mean() < found.high
    assert method.split("-")[0] in found.method
    assert infer(mean, 20, [Target(20, 20, 20)], plan, 20)[0] == found


def test_clusters_of_unequal_size_are_worth_fewer():
    # (1 + 1 + 2)^2 / (1 + 1 + 4) = 16/6; equal ones are worth their number; empty ones nothing.
    found = effective(np.array([[1.0, 3.0, 0.0], [1.0, 3.0, 0.0], [2.0, 3.0, 0.0]]))
    assert found.tolist() == pytest.approx([16 / 6, 3.0, 0.0])
