"""The spread over wordings against what chance would make of it."""

import numpy as np
import pytest

from aqa_eval.measures.wordings import estimable, spread


def test_accuracies_weigh_classes_and_criteria_alike():
    """One criterion, 3 faultless and 1 faulty question: the faulty one counts as much as the three."""
    right = np.array([[1, 1], [1, 0], [0, 0], [0, 1]], dtype=bool)
    found = spread(right, np.array([0, 0, 0, 1]), np.zeros(4, int), seed=0, draws=200)
    # first wording: (2/3 + 0) / 2, second: (1/3 + 1) / 2
    assert found.accuracies == pytest.approx([1 / 3, 2 / 3])
    assert found.span == pytest.approx(1 / 3)


def test_wordings_that_mean_nothing_are_called_so_at_the_nominal_rate():
    """300 judges that answer every wording alike but for noise: about 5% look as if wording mattered."""
    generator = np.random.default_rng(3)
    rejected = 0
    for seed in range(300):
        ability = generator.uniform(0.3, 0.9, 60)
        right = generator.random((60, 4)) < ability[:, None]
        truth = np.arange(60) % 2
        rejected += spread(right, truth, np.zeros(60, int), seed, draws=199).p < 0.05
    assert 0.015 <= rejected / 300 <= 0.09  # 0.05 with a standard error of 0.0126


def test_a_wording_that_matters_is_found():
    generator = np.random.default_rng(4)
    chances = np.array([0.5, 0.5, 0.75])
    right = generator.random((200, 3)) < chances
    found = spread(right, np.arange(200) % 2, np.zeros(200, int), seed=1)
    assert found.p < 0.01
    assert found.span > found.by_chance


def test_criteria_without_two_classes_in_two_clusters_each_are_told_apart():
    truth = np.array([0, 1, 0, 1, 1, 1, 0, 1, 1])
    criterion = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2])  # 1: one class; 2: class 0 in one cluster only
    cluster = np.array([0, 0, 1, 1, 0, 1, 0, 0, 1])
    used, rest = estimable(truth, criterion, cluster)
    assert (used.tolist(), rest.tolist()) == ([0], [1, 2])
    used, rest = estimable(truth[4:], criterion[4:], cluster[4:])  # none has more: one cluster is enough
    assert (used.tolist(), rest.tolist()) == ([2], [1])
    used, rest = estimable(truth[4:6], criterion[4:6], cluster[4:6])
    assert (used.tolist(), rest.tolist()) == ([], [1])
    with pytest.raises(ValueError, match="one class only"):
        spread(np.ones((9, 2), bool), truth, criterion, seed=0)
