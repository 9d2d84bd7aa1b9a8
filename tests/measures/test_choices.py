"""Chance-corrected accuracy: by hand, against scikit-learn, and by recovering a simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import balanced_accuracy_score

from aqa_eval.measures import choices
from aqa_eval.measures.choices import Choices, skill
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=1, resamples=400)


def names(prefix: str, codes: np.ndarray) -> list[str]:
    return [f"{prefix}{code}" for code in codes]


def test_three_options_by_hand() -> None:
    # Recalls: a 2/2, b 1/2, c 0/2, so BA = 1/2; (1/2 - 1/3) / (1 - 1/3) = 1/4.
    found = skill(Choices.of(list("aabbcc"), list("aabaab"), ["q"] * 6, names("s", np.arange(6))), PLAN)
    assert found.overall.value == pytest.approx(0.25)
    assert found.criteria["q"].value == pytest.approx(0.25)


def test_always_the_same_is_exactly_chance() -> None:
    found = skill(Choices.of(list("aaab"), list("aaaa"), ["q"] * 4, ["1", "2", "1", "2"]), PLAN)
    assert found.overall.value is None  # b is true in one cluster only
    assert found.left_out == ("q",)
    found = skill(Choices.of(list("aabb"), list("aaaa"), ["q"] * 4, ["1", "2", "1", "2"]), PLAN)
    assert found.overall.value == 0.0


def test_the_mean_over_criteria_does_not_weigh_them() -> None:
    truth, said = list("abab") + list("ab" * 20), list("abab") + list("a" * 40)
    criterion = ["small"] * 4 + ["large"] * 40
    found = skill(Choices.of(truth, said, criterion, names("s", np.arange(44))), PLAN)
    assert found.criteria["small"].value == 1.0
    assert found.criteria["large"].value == 0.0
    assert found.overall.value == 0.5


def test_as_scikit_learn_has_it() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 300)
    said = np.where(rng.random(300) < 0.5, truth, rng.integers(0, 4, 300))
    found = skill(
        Choices.of(
            names("o", truth), names("o", said), ["q"] * 300, names("s", truth * 0 + np.arange(300) % 60)
        ),
        PLAN,
    )
    assert found.overall.value == pytest.approx(balanced_accuracy_score(truth, said, adjusted=True))


def test_always_right_is_bounded_by_the_number_of_clusters() -> None:
    truth = ["first", "second"] * 20
    found = skill(Choices.of(truth, truth, ["q"] * 40, names("s", np.arange(40) // 2)), PLAN).overall
    assert found.value == found.high == 1.0
    # All 20 clusters right in both classes: each rate is above 0.025 ** (1 / 20) = 0.83, so that the skill,
    # the sum of the two recalls less 1, is above 0.66 at least.
    assert found.low is not None
    assert 0.6 < found.low < 0.9


def test_one_cluster_a_row_and_two_give_the_same_estimate() -> None:
    rng = np.random.default_rng(3)
    truth, said = (rng.integers(0, 3, 200) for _ in range(2))
    cluster = names("s", rng.integers(0, 30, 200))
    columns = (names("o", truth), names("o", np.where(rng.random(200) < 0.4, truth, said)), ["q"] * 200)
    within = skill(Choices.of(*columns, cluster), PLAN).overall
    across = choices._across(choices._cells(Choices.of(*columns, cluster)), [[0]], PLAN).estimates(PLAN)[0]
    assert across.value == pytest.approx(within.value)
    assert (across.low, across.high) == pytest.approx((within.low, within.high), abs=0.03)


def test_rows_of_two_clusters_go_when_either_goes() -> None:
    # Leaving cluster 1 out leaves only the pair (2, 3); each class must be in two clusters.
    choices = Choices.of(["first", "second"] * 3, ["first"] * 6, ["q"] * 6, list("112323"), list("233112"))
    found = skill(choices, PLAN)
    assert found.overall.clusters == 3
    assert found.overall.value == 0.0


def simulated(rng: np.random.Generator, people: int, d_prime: float) -> Choices:
    """Pairs of people, each with a quality seen through a noise of its own: what people share is shared."""
    order = rng.permutation(people)
    first = np.concatenate([order, order])
    second = np.concatenate([np.roll(order, 1), np.roll(order, 2)])
    better = rng.random(len(first)) < 0.5
    own = rng.normal(0, 0.6, people)
    evidence = np.where(better, d_prime, -d_prime) + own[first] - own[second]
    evidence = evidence + rng.normal(0, np.sqrt(2 - 2 * 0.36), len(first))
    words = np.array(["first", "second"])
    return Choices.of(
        words[(~better).astype(int)].tolist(),
        words[(evidence < 0).astype(int)].tolist(),
        ["q"] * len(first),
        names("p", first),
        names("p", second),
    )


def test_comparisons_of_people_cover_the_planted_skill() -> None:
    # Evidence is N(+-d', 2): right with probability Phi(d' / sqrt 2), and skill = 2 PC - 1.
    planted = 2 * stats.norm.cdf(0.8 / np.sqrt(2)) - 1
    covered, rng = 0, np.random.default_rng(5)
    for run in range(120):
        found = skill(simulated(rng, 60, 0.8), Resampling(seed=run, resamples=200)).overall
        covered += bool(found.contains(planted))
    # 95% of 120 is 114, standard deviation 2.4.
    assert covered >= 107


def test_nothing_to_choose_among_says_why() -> None:
    found = skill(Choices.of([], [], [], []), PLAN)
    assert found.overall.value is None
    assert found.overall.reason
