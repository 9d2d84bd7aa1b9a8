"""The smallest effect is the one that a study of that size finds four times in five: simulated."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.power import design_effect, smallest_effect

STUDIES = 4000
MARGIN = 0.025
"""Four standard errors of a share of 0.8 in 4,000 studies."""


def right_by_cluster(
    rng: np.random.Generator, accuracy: float, n: int, clusters: int, icc: float
) -> np.ndarray:
    """Share of right answers (studies, clusters), each cluster with an accuracy of its own."""
    spread = (1 - icc) / icc
    own = rng.beta(accuracy * spread, (1 - accuracy) * spread, (STUDIES, clusters))
    return rng.binomial(n // clusters, own) / (n // clusters)


@pytest.mark.parametrize(
    ("n", "clusters", "icc"), [(400, 20, 0.1), (200, 50, 0.1), (1000, 100, 0.05), (105, 15, 0.2)]
)
def test_the_distance_from_chance_is_found_in_80_percent(n: int, clusters: int, icc: float) -> None:
    effect = smallest_effect(n, clusters, icc).balanced_accuracy
    assert effect is not None
    rng = np.random.default_rng(7)
    shares = right_by_cluster(rng, 0.5 + effect, n, clusters, icc)
    found = stats.ttest_1samp(shares, 0.5, axis=1).pvalue < 0.05
    assert found.mean() == pytest.approx(0.80, abs=MARGIN)


def test_the_difference_between_two_conditions_is_found_in_80_percent() -> None:
    """Every item has two answers that are right together more often than chance: correlation 0.5."""
    n, agreement = 300, 0.5
    effect = smallest_effect(n, n, icc=0.0, agreement=agreement).paired
    assert effect is not None
    first, second = 0.5 + effect / 2, 0.5 - effect / 2
    spread = np.sqrt(first * (1 - first) * second * (1 - second))
    both = first * second + agreement * spread
    shares = [both, first - both, second - both, 1 - first - second + both]
    rng = np.random.default_rng(7)
    counts = rng.multinomial(n, shares, STUDIES)
    mean = (counts[:, 1] - counts[:, 2]) / n
    deviation = np.sqrt(((counts[:, 1] + counts[:, 2]) / n - mean**2) / (n - 1))
    found = np.abs(mean / deviation) > stats.t.ppf(0.975, n - 1)
    assert found.mean() == pytest.approx(0.80, abs=MARGIN)


@pytest.mark.parametrize("n", [40, 150])
def test_the_rank_correlation_is_found_in_80_percent(n: int) -> None:
    rho = smallest_effect(n, n, icc=0.0).spearman
    assert rho is not None
    linear = 2 * np.sin(np.pi * rho / 6)  # of a bivariate normal whose rank correlation is rho
    rng = np.random.default_rng(7)
    first = rng.standard_normal((STUDIES, n))
    second = linear * first + np.sqrt(1 - linear**2) * rng.standard_normal((STUDIES, n))
    ranks = [values.argsort(axis=1).argsort(axis=1) - (n - 1) / 2 for values in (first, second)]
    measured = (ranks[0] * ranks[1]).sum(axis=1) / (n * (n**2 - 1) / 12)
    scaled = measured * np.sqrt((n - 2) / (1 - measured**2))
    found = np.abs(scaled) > stats.t.ppf(0.975, n - 2)
    assert found.mean() == pytest.approx(0.80, abs=MARGIN)


def test_alike_items_are_worth_less() -> None:
    """400 items in 20 clusters of 20 at ICC 0.1: design effect 1 + 19 x 0.1 = 2.9."""
    assert smallest_effect(400, 20, 0.1).effective_n == pytest.approx(400 / 2.9)
    assert smallest_effect(400, 400, 0.1).effective_n == 400


def test_by_hand_with_many_clusters() -> None:
    """With t near the normal 1.960 and 0.8416: 2.8016 x sqrt(1/2 x 1/2 / 10,000) = 0.01401 between two
    conditions that share half of their spread.
    """
    effect = smallest_effect(10_000, 10_000, icc=0.0, agreement=0.5).paired
    assert effect == pytest.approx(2.8016 * np.sqrt(0.25 / 10_000), rel=1e-3)


def test_repeats_average_out_their_own_noise_alone() -> None:
    """All of it noise: four repeats halve the effect. None of it noise: nothing is gained."""
    once, four = (smallest_effect(1000, 1000, 0.0, 0.0, k, noise=1.0).paired for k in (1, 4))
    assert once is not None
    assert four == pytest.approx(once / 2)
    assert smallest_effect(1000, 1000, repeats=4).paired == smallest_effect(1000, 1000).paired


def test_too_small_a_study_shows_nothing() -> None:
    one_person = smallest_effect(50, 1)
    assert (one_person.balanced_accuracy, one_person.paired, one_person.spearman) == (None, None, None)
    tiny = smallest_effect(4, 4)
    assert (tiny.balanced_accuracy, tiny.spearman) == (None, None)


@pytest.mark.parametrize("wrong", [(0, 1), (5, 6), (5, 0)])
def test_impossible_sizes_are_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="1 <= clusters <= n"):
        smallest_effect(*wrong)
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        smallest_effect(10, 10, icc=1.5)


def test_design_effect_by_hand() -> None:
    assert design_effect(20, 0.1) == pytest.approx(2.9)  # 1 + 19 x 0.1
