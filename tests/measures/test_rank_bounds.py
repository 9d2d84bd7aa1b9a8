"""Bounds of a rank correlation over everything that missing scores could be."""

import itertools

import numpy as np
import pytest
from scipy.stats import spearmanr

from aqa_eval.measures.rank_bounds import rho_bounds, rho_bounds_within

NAN = float("nan")


def test_one_missing_of_three_by_hand():
    # Truth 1 2 3, scores 1 2 ?: the missing one stands last (rho 1), between (1 3 2: 1 - 6*2/24 = 0.5),
    # or first (2 3 1: 1 - 6*6/24 = -0.5).
    bounds = rho_bounds(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, NAN]))
    assert bounds.high == 1.0
    # Wider than -0.5 by the allowance for ties: the sum -1 over sqrt(2 * 2) or over sqrt(2 * 1.5).
    assert bounds.low == pytest.approx(-1 / np.sqrt(2 * 1.5))


def test_without_missing_scores_the_bounds_are_rho_itself():
    rng = np.random.default_rng(0)
    truth, given = rng.integers(0, 6, 40).astype(float), rng.integers(0, 4, 40).astype(float)
    bounds = rho_bounds(truth, given)
    rho = spearmanr(truth, given).statistic
    assert bounds.low == pytest.approx(rho)
    assert bounds.high == pytest.approx(rho)


@pytest.mark.parametrize("seed", range(12))
def test_no_filling_lies_outside(seed):
    rng = np.random.default_rng(seed)
    n, missing = 7, 3
    truth = rng.integers(0, 5, n).astype(float)
    if np.ptp(truth) == 0:
        truth[0] += 1
    given = rng.integers(0, 3, n).astype(float)
    given[rng.permutation(n)[:missing]] = NAN
    bounds = rho_bounds(truth, given)
    holes = np.flatnonzero(np.isnan(given))
    # Every order among the missing and the given is reached by these values, tied and apart.
    between = (np.arange(-1, 3)[:, None] + [0.2, 0.5, 0.8]).ravel()
    grid = np.concatenate([np.arange(3.0), between])
    seen = []
    for values in itertools.product(grid, repeat=missing):
        filled = given.copy()
        filled[holes] = values
        rho = spearmanr(truth, filled).statistic if np.ptp(filled) > 0 else 0.0
        seen.append(rho)
    assert bounds.low <= min(seen) + 1e-12
    assert bounds.high >= max(seen) - 1e-12


def test_the_extreme_fillings_lie_near_the_bounds():
    rng = np.random.default_rng(4)
    truth = rng.normal(size=60)
    given = truth + rng.normal(size=60)
    given[:2] = NAN
    places = np.concatenate([np.sort(given[2:]) + 1e-6, [-99.0]])
    seen = []
    for values in itertools.product(places, repeat=2):
        for nudge in (0.0, 1e-7):
            filled = np.concatenate([[values[0], values[1] + nudge], given[2:]])
            seen.append(spearmanr(truth, filled).statistic)
    bounds = rho_bounds(truth, given)
    assert bounds.low <= min(seen) <= bounds.low + 0.002
    assert bounds.high - 0.002 <= max(seen) <= bounds.high


def test_many_missing_say_nothing_and_few_say_much():
    truth = np.arange(200.0)
    few, many = truth.copy(), truth.copy()
    few[:2], many[:150] = NAN, NAN
    tight, loose = rho_bounds(truth, few), rho_bounds(truth, many)
    assert tight.low > 0.9
    assert loose.low < 0.0 < loose.high
    nothing = rho_bounds(truth, np.full(200, NAN))
    assert (nothing.low, nothing.high) == (-1.0, 1.0)


def test_degenerate_truths():
    assert rho_bounds(np.ones(5), np.arange(5.0)) is None
    assert rho_bounds(np.array([1.0]), np.array([2.0])) is None
    constant = rho_bounds(np.arange(5.0), np.ones(5))
    assert (constant.low, constant.high) == (0.0, 0.0)


def test_groups_are_combined_as_events_are():
    truth = np.tile(np.arange(10.0), 2)
    given = truth.copy()
    given[3] = NAN
    group = np.repeat([0, 1], 10)
    whole = rho_bounds_within(truth, given, group)
    # Fisher's z of the perfect second group is guarded: atanh(1 - 6/990); the first one as by itself.
    guard = 1 - 6 / 990
    first = rho_bounds(truth[:10], given[:10])
    z = lambda rho: np.arctanh(np.clip(rho, -guard, guard))  # noqa: E731
    assert whole.low == pytest.approx(np.tanh((z(first.low) + z(1.0)) / 2))
    assert whole.high == pytest.approx(np.tanh((z(first.high) + z(1.0)) / 2))
    assert rho_bounds_within(np.ones(4), np.ones(4), np.zeros(4, int)) is None
