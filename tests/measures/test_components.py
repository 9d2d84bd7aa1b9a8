"""Variance components: by hand, against one-way tables, and by recovering planted ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.formula.api import ols

from aqa_eval.measures.components import ONCE, TRUNCATED, repeated, reworded
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=1, resamples=100)


def test_by_hand() -> None:
    # Items (1, 1, 0, 0), (1, 1, 1, 1), (0, 0, 0, 0): variances within 1/3, 0, 0, mean 1/9. Means 1/2, 1, 0
    # have variance 1/4, of which 1/9 / 4 = 1/36 is sampling: item 8/36. Of the mean: 8/36 / 3 and 1/9 / 12.
    values = [1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    found = repeated(values, np.repeat([1, 2, 3], 4), np.repeat([1, 2, 3], 4), PLAN)
    assert found.sampling.value == pytest.approx(1 / 9)
    assert found.item.value == pytest.approx(8 / 36)
    assert found.mean_item.value == pytest.approx(8 / 108)
    assert found.mean_sampling.value == pytest.approx(1 / 108)
    # Together the plain variance of the mean of the items' means, 1/4 / 3.
    assert found.mean_item.value + found.mean_sampling.value == pytest.approx(1 / 12)
    assert (found.items, found.repeats) == (3, 4.0)


def test_planted_item_and_sampling_are_recovered() -> None:
    held, values, runs = np.zeros(2), np.zeros(2), 400
    for run in range(runs):
        rng = np.random.default_rng(run)
        item = np.repeat(np.arange(120), rng.integers(1, 6, 120))
        scores = rng.normal(0, 2.0, 120)[item] + rng.normal(0, 1.5, len(item))
        found = repeated(scores, item, item % 60, PLAN)
        held += [bool(found.item.contains(4.0)), bool(found.sampling.contains(2.25))]
        values += [found.item.value or 0, found.sampling.value or 0]
    # One estimate has a standard error of 0.68 (over 1,500 others), their mean one of 0.034.
    assert values / runs == pytest.approx([4.0, 2.25], rel=0.03)
    # 95% of 400 is 380, standard deviation 4.4; a variance of 60 clusters is skewed.
    assert (held >= 360).all()


def crossed(
    rng: np.random.Generator, items: int, wordings: int, repeats: int, spread: tuple[float, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    item, word, _ = (a.ravel() for a in np.indices((items, wordings, repeats)))
    mixed = rng.normal(0, spread[2], (items, wordings))
    values = rng.normal(0, spread[0], items)[item] + rng.normal(0, spread[1], wordings)[word]
    return values + mixed[item, word] + rng.normal(0, spread[3], len(item)), item, word


def test_as_the_mean_squares_of_statsmodels_have_it() -> None:
    values, item, word = crossed(np.random.default_rng(0), 12, 4, 3, (1.0, 0.5, 0.4, 0.8))
    found = reworded(values, item, word, item, PLAN)
    data = pd.DataFrame({"y": values, "i": item.astype(str), "w": word.astype(str)})
    table = sm.stats.anova_lm(ols("y ~ C(i) * C(w)", data).fit())
    squares = table["sum_sq"] / table["df"]
    error, mixed = squares["Residual"], squares["C(i):C(w)"]
    assert found.sampling.value == pytest.approx(error)
    assert found.interaction.value == pytest.approx((mixed - error) / 3)
    assert found.wording.value == pytest.approx((squares["C(w)"] - mixed) / 36)
    assert found.item.value == pytest.approx((squares["C(i)"] - mixed) / 12)


def test_planted_wording_is_recovered_on_average() -> None:
    total = np.zeros(4)
    for run in range(300):
        values, item, word = crossed(np.random.default_rng(run), 30, 5, 2, (1.0, 0.5, 0.4, 0.8))
        found = reworded(values, item, word, item, Resampling(resamples=2))
        each = (found.item, found.wording, found.interaction, found.sampling)
        total += [e.value or 0.0 for e in each]
    assert total / 300 == pytest.approx([1.0, 0.25, 0.16, 0.64], abs=0.04)


def test_a_component_that_is_not_there_may_be_negative_and_says_so() -> None:
    marked = []
    for run in range(20):
        values, item, word = crossed(np.random.default_rng(run), 20, 3, 2, (1.0, 0.0, 0.0, 1.0))
        found = reworded(values, item, word, item, PLAN).wording
        assert found.value is not None
        assert (found.value < 0) == found.method.endswith(TRUNCATED)
        marked.append(found.value < 0)
    assert any(marked)


def test_asked_once_in_each_wording() -> None:
    values, item, word = crossed(np.random.default_rng(1), 20, 3, 1, (1.0, 0.5, 0.0, 1.0))
    found = reworded(values, item, word, item, PLAN)
    assert found.sampling.value is None
    assert found.sampling.reason == ONCE
    assert found.interaction.value is not None
    assert found.wording.value is not None
    # Items that lack a wording are left out.
    fewer = reworded(values[1:], item[1:], word[1:], item[1:], PLAN)
    assert (fewer.items, fewer.left_out) == (19, 1)


def test_degenerate_data_say_why() -> None:
    assert repeated([1, 0, 1], [1, 2, 3], [1, 2, 3], PLAN).item.reason == ONCE
    assert repeated([], [], [], PLAN).item.reason
    assert reworded([], [], [], [], PLAN).wording.reason
    alike = repeated([1] * 12, np.repeat(np.arange(4), 3), np.repeat(np.arange(4), 3), PLAN)
    assert alike.sampling.value == 0.0
    assert alike.sampling.low is None
    with pytest.raises(ValueError, match="finite"):
        repeated([1, np.nan], [1, 1], [1, 1], PLAN)
    with pytest.raises(ValueError, match="one cluster"):
        repeated([1, 0], [1, 1], [1, 2], PLAN)
    with pytest.raises(ValueError, match="wordings"):
        reworded([1, 0], [1, 1], [1], [1, 1], PLAN)
