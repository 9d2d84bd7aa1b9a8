"""Of what the variance of a mean is made."""

import numpy as np
import pytest

from aqa_eval.measures.components import components


def test_components_by_hand():
    # Right in 2 of 2 and in 1 of 2: within 0 and 1/4 * 2/1 = 1/2, mean 1/4. The means 1 and 1/2 vary by 1/8,
    # of which 1/4 / 2 = 1/8 is sampling: nothing is left for the items.
    found = components(np.array([1.0, 1.0, 1.0, 0.0]), np.array([0, 0, 1, 1]))
    assert (found.sampling, found.item, found.repeats) == (pytest.approx(0.25), pytest.approx(0.0), 2.0)
    assert found.error_from_sampling == pytest.approx(0.25 / 4)
    assert found.error_from_items == pytest.approx(0.0)


def test_nothing_repeated_has_none():
    assert components(np.array([1.0, 0.0, 1.0]), np.array([0, 1, 2])) is None
    assert components(np.array([1.0, 0.0, 1.0]), np.array([0, 0, 1])) is None
    assert components(np.array([]), np.array([], np.int64)) is None


def test_components_recover_what_was_planted():
    generator = np.random.default_rng(1)
    p = generator.beta(2, 2, size=4000)  # variance 1/20, mean of p (1 - p) 1/4 - 1/20 = 1/5
    right = generator.random((5, 4000)) < p
    found = components(right.astype(float).ravel(), np.tile(np.arange(4000), 5))
    assert found.item == pytest.approx(0.05, abs=0.005)
    assert found.sampling == pytest.approx(0.2, abs=0.005)
