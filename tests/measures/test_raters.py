from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from aqa_eval.measures import raters

_ = np.nan
# Krippendorff (2011): four observers, twelve units; unit 12 has one rating and pairs with nothing.
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
).T


def test_nominal_by_hand() -> None:
    # 40 pairable ratings: 9 ones, 13 twos, 10 threes, 5 fours, 3 fives.
    # Observed: unit 2 (2 2 3 2): 16 - 9 - 1 = 6, / 3 = 2; unit 6 (1 2 3 4): 16 - 4 = 12, / 3 = 4; unit 8
    # (1 1 2 1): 2. Sum 8. Expected: (1600 - (81 + 169 + 100 + 25 + 9)) / 39 = 1216 / 39.
    assert raters.alpha_nominal(OBSERVERS) == pytest.approx(1 - 8 * 39 / 1216)
    assert round(raters.alpha_nominal(OBSERVERS), 3) == 0.743  # as published


def test_interval_by_hand() -> None:
    # Squared differences of unordered pairs: unit 2: 3 x 1 = 3, / 3 = 1; unit 6: 3 x 1 + 2 x 4 + 9 = 20, / 3;
    # unit 8: 1. Sum 26/3. Expected: sum x = 9 + 26 + 30 + 20 + 15 = 100, sum x^2 = 9 + 52 + 90 + 80 + 75 =
    # 306, so (40 x 306 - 100^2) / 39 = 2240 / 39.
    assert raters.alpha_interval(OBSERVERS) == pytest.approx(1 - (26 / 3) * 39 / 2240)
    assert round(raters.alpha_interval(OBSERVERS), 3) == 0.849  # as published


def test_ordinal_by_hand() -> None:
    # Midranks: ones 5 (of 9), twos 9 + 7 = 16 (of 13), threes 22 + 5.5 = 27.5, fours 32 + 3 = 35, fives 39.
    # Squared differences: unit 2 (2 2 3 2): 3 x 11.5^2 / 3; unit 6 (1 2 3 4): (11^2 + 22.5^2 + 30^2 + 11.5^2
    # + 19^2 + 7.5^2) / 3; unit 8 (1 1 2 1): 3 x 11^2 / 3.
    observed = 11.5**2 + (11**2 + 22.5**2 + 30**2 + 11.5**2 + 19**2 + 7.5**2) / 3 + 11**2
    ranks, times = np.array([5, 16, 27.5, 35, 39]), np.array([9, 13, 10, 5, 3])
    expected = (40 * (times @ ranks**2) - (times @ ranks) ** 2) / 39
    assert raters.alpha_ordinal(OBSERVERS) == pytest.approx(1 - observed / expected)
    assert round(raters.alpha_ordinal(OBSERVERS), 3) == 0.815  # as published


def test_two_raters_of_two_categories_by_hand() -> None:
    # Krippendorff (2011), example A: ten units, 0/1, four of them different: 0.095.
    # 14 zeros and 6 ones: expected (400 - 196 - 36) / 19 = 168/19; observed 4 x 2 = 8; 1 - 8 x 19/168.
    table = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]).T
    assert raters.alpha_nominal(table) == pytest.approx(1 - 8 * 19 / 168)
    assert raters.alpha_interval(table) == pytest.approx(raters.alpha_nominal(table))  # of 0/1 the same


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_alpha_of_many_units_nears_kappa_of_raters_with_equal_margins(seed) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, 20_000)
    table = np.where(rng.random((20_000, 2)) < 0.7, truth[:, None], rng.integers(0, 3, (20_000, 2)))
    # Each rater tells the truth 7 times in 10 and guesses otherwise: kappa is 0.7^2 = 0.49.
    assert raters.alpha_nominal(table) == pytest.approx(0.49, abs=0.03)
    assert raters.alpha_nominal(table) == pytest.approx(cohen_kappa_score(*table.T), abs=0.001)


def test_interval_recovers_the_share_of_true_variance() -> None:
    rng = np.random.default_rng(3)
    # Variance 4 between units, 1 of noise: the intraclass correlation is 4/5.
    table = rng.normal(0, 2, (20_000, 1)) + rng.normal(0, 1, (20_000, 3))
    table[rng.random(table.shape) < 0.2] = np.nan
    assert raters.alpha_interval(table) == pytest.approx(0.8, abs=0.01)
    assert raters.alpha_interval(table * 3 + 1e6) == pytest.approx(raters.alpha_interval(table))


@given(st.permutations(range(12)), st.permutations(range(4)))
def test_neither_the_order_of_units_nor_of_raters_matters(units, people) -> None:
    shuffled = OBSERVERS[units][:, people]
    assert raters.alpha_nominal(shuffled) == pytest.approx(raters.alpha_nominal(OBSERVERS))
    assert raters.alpha_interval(shuffled) == pytest.approx(raters.alpha_interval(OBSERVERS))


@pytest.mark.parametrize("measure", [raters.alpha_nominal, raters.alpha_ordinal, raters.alpha_interval])
@pytest.mark.parametrize(
    ("table", "why"),
    [
        (np.zeros((0, 2)), "no unit"),
        ([[1, _], [_, 2]], "no unit is rated by two"),
        ([[1, 1], [1, 1]], "all ratings are 1"),
        ([1, 2], "shape"),
        ([[1, np.inf]], "infinite"),
    ],
)
def test_what_has_no_alpha_says_why(measure, table, why) -> None:
    with pytest.raises(ValueError, match=why):
        measure(table)


def test_one_against_the_rest_by_hand() -> None:
    # Rater 3 against the means (1, 2, 3): ranks (2, 1, 3), 1 - 6 (1 + 1 + 0) / (3 x 8) = 0.5. Rater 1
    # against ((1 + 20)/2, (2 + 10)/2, (3 + 30)/2) = (10.5, 6, 16.5): the same ranks, 0.5; so rater 2.
    table = [[1, 1, 20], [2, 2, 10], [3, 3, 30]]
    assert raters.one_against_the_rest(table) == pytest.approx([0.5, 0.5, 0.5])
    # Without its rating of unit 2 there are two units left for rater 3.
    with pytest.raises(ValueError, match="rater 3: 2 units"):
        raters.one_against_the_rest([[1, 1, 20], [2, 2, _], [3, 3, 30]])


def test_one_against_the_rest_ignores_what_is_missing_and_finds_the_noisy_one() -> None:
    rng = np.random.default_rng(5)
    table = rng.normal(0, 1, (800, 1)) + rng.normal(0, [0.2, 0.2, 0.2, 3.0], (800, 4))
    table[rng.random(table.shape) < 0.3] = np.nan
    rho = raters.one_against_the_rest(table)
    assert rho[3] == min(rho) < 0.5
    # A good rater hears the noisy one in a third of the mean: noise of variance 1 and more beside 1 of truth.
    assert min(rho[:3]) > 0.6


@pytest.mark.parametrize(
    ("table", "why"),
    [([[1], [2], [3]], "1 rater"), ([[1, 1], [1, 2], [1, 3]], "rater 1: the ratings never vary")],
)
def test_who_cannot_be_compared_says_why(table, why) -> None:
    with pytest.raises(ValueError, match=why):
        raters.one_against_the_rest(table)
