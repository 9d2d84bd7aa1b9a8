import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.meta import (
    classify,
    expects_loss,
    p_above,
    pool,
    prediction_interval,
    random_effects,
    standard_error,
)


def cell(value, error, n=100):
    half = 1.959963984540054 * error
    return Estimate(value, value - half, value + half, None, None, "given", n, 50)


def test_by_hand():
    # Effects 0 and 2 with errors 1: the scatter (1 + 1) / (1 + t2) is k - 1 = 1 at t2 = 1. Mean 1, error
    # sqrt(1 / (2 / 2)) = 1. Q = 2, I2 = 1 - 1/2.
    found = pool([0.0, 2.0], [1.0, 1.0])
    assert (found.mean, found.error, found.tau) == pytest.approx((1.0, 1.0, 1.0))
    assert (found.q, found.i2, found.p_alike) == pytest.approx((2.0, 0.5, stats.chi2.sf(2, 1)))


@given(seed=st.integers(0, 10**6), k=st.integers(2, 12), spread=st.sampled_from([0.0, 0.1, 1.0]))
@settings(max_examples=80, deadline=None)
def test_it_is_statsmodels(seed, k, spread):
    rng = np.random.default_rng(seed)
    errors = rng.uniform(0.05, 0.5, k)
    effects = rng.normal(0.1, np.hypot(spread, errors))
    found = pool(effects, errors)
    oracle = combine_effects(effects, errors**2, method_re="iterated", use_t=True, atol=1e-9, maxiter=500)
    # Theirs falls back to 0 where its last Newton step overshoots by rounding.
    assume((oracle.tau2 > 0) == (oracle.q > k - 1))
    assert found.tau**2 == pytest.approx(max(oracle.tau2, 0.0), abs=1e-6)
    assert found.mean == pytest.approx(oracle.mean_effect_re, abs=1e-6)
    assert found.q == pytest.approx(oracle.q)
    # Theirs may be smaller than the cells' own errors imply; ours is not.
    floor = 1 / np.sqrt((1 / (errors**2 + found.tau**2)).sum())
    assert found.error == pytest.approx(max(oracle.sd_eff_w_re_hksj, floor), rel=1e-4)


def test_with_many_cells_the_prediction_interval_is_the_spread_of_the_cells():
    rng = np.random.default_rng(3)
    low, high = prediction_interval(rng.normal(0.1, 0.05, 80), np.full(80, 0.001))
    assert (low, high) == pytest.approx((0.1 - 1.96 * 0.05, 0.1 + 1.96 * 0.05), abs=0.025)
    # Cells that are wholly alike scatter by their errors, 0.1: most of that is not taken for their spread.
    low, high = prediction_interval(rng.normal(0.1, 0.1, 80), np.full(80, 0.1))
    assert high - low < 0.25
    assert prediction_interval([0.1, 0.2, 0.3], [0.1] * 3, 1) == prediction_interval(
        [0.1, 0.2, 0.3], [0.1] * 3, 1
    )


def test_the_prediction_interval_holds_one_more_cell():
    rng = np.random.default_rng(7)
    inside, mean_inside = 0, 0
    for seed in range(60):
        errors = rng.uniform(0.02, 0.06, 12)
        true = rng.normal(0.05, 0.05, 13)
        cells = {str(i): cell(rng.normal(true[i], errors[i]), errors[i]) for i in range(12)}
        found = random_effects(cells, seed)
        inside += found.prediction[0] <= true[12] <= found.prediction[1]
        mean_inside += bool(found.mean.contains(0.05))
    assert inside >= 52  # 57 expected, three binomial errors are 5
    assert mean_inside >= 52


@pytest.mark.parametrize(
    ("effects", "error", "expected"),
    [
        ([0.20, 0.21, 0.19, 0.20, 0.22], 0.02, "consistent"),
        ([0.30, 0.00, 0.01, -0.02, 0.00], 0.02, "isolated"),
        ([0.00, 0.01, -0.01, 0.00, 0.01], 0.02, "none seen"),
        ([0.05, 0.00, 0.08, -0.05, 0.06], 0.10, "undecided"),
        ([0.20, 0.21], 0.02, "isolated"),  # two cells predict no third
        ([-0.16, -0.18, -0.20, -0.17, -0.19], 0.02, "harms"),
        ([-0.20, -0.21], 0.005, "harms"),  # by the mean: two cells predict no third
        ([-0.30, -0.02, -0.25, -0.01, -0.28, -0.05], 0.02, "harms"),  # by the mean, whatever one more is
        ([-0.02, -0.04, 0.00, -0.03, 0.01], 0.03, "undecided"),  # could be a loss that matters
    ],
)
def test_classes(effects, error, expected):
    found = random_effects({str(i): cell(effect, error) for i, effect in enumerate(effects)})
    assert classify(found) == expected


def test_a_loss_is_not_a_gain_and_not_nothing():
    found = random_effects({str(i): cell(-0.3, 0.02) for i in range(5)})
    assert classify(found) == "harms"
    assert expects_loss(found)
    assert min(found.above.values()) > 0.99


def test_cells_without_an_interval_are_named():
    cells = {"a": cell(0.1, 0.02), "b": impossible("nothing", 0, 0), "c": cell(0.1, 0.03)}
    found = random_effects(cells)
    assert found.left_out == ("b",)
    assert (found.mean.clusters, found.mean.n, found.mean.fragile) == (2, 200, True)
    assert found.prediction is None
    alone = random_effects({"a": cell(0.1, 0.02)})
    assert alone.mean.value is None
    assert alone.above["a"] < 1e-5
    assert random_effects({}).mean.value is None
    assert classify(random_effects({})) == "undecided"


def test_errors_of_intervals_by_their_degrees_of_freedom():
    few = Estimate(0.0, -2.262157, 2.262157, None, None, "t", 10, 10, free=9.0)
    assert standard_error(few) == pytest.approx(1.0, abs=1e-6)
    assert p_above(cell(1.0, 0.5), 0.0) == pytest.approx(stats.norm.sf(2.0), rel=1e-4)
    assert p_above(cell(-1.0, 0.5), 0.0) == pytest.approx(stats.norm.cdf(2.0), rel=1e-4)
    assert np.isnan(p_above(impossible("", 0, 0), 0.0))


@pytest.mark.parametrize(
    ("effects", "errors"), [([1], [1]), ([1, 2], [1, 0]), ([1, np.nan], [1, 1]), ([1, 2], [1])]
)
def test_what_cannot_be_pooled_is_refused(effects, errors):
    with pytest.raises(ValueError, match="expected"):
        pool(effects, errors)
