"""Comparisons: by hand, and by recovering planted sight and a planted pull of the first place."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.pairs import ONE_SIDE, Comparisons, preference
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=1, resamples=100)


def by_name(rows: list[tuple[str, str, str | None, str | None]]) -> Comparisons:
    """Rows (first, second, better, preferred), every performance a cluster."""
    first, second, better, preferred = zip(*rows, strict=True)
    return Comparisons.of(first, second, better, preferred, first, second)


def test_by_hand() -> None:
    # First better (a b), (c d), (e f): says first, first, second, so H = 2/3. Second better (b a), (d c),
    # (f e): says first, tie, second, so F = (1 + 1/2 + 0) / 3 = 1/2. Accuracy (2/3 + 1/2) / 2 = 7/12, bias
    # (2/3 + 1/2) / 2 - 1/2 = 1/12. Swapped, a becomes b, c a tie and f e: none is the same.
    found = preference(
        by_name(
            [
                ("a", "b", "a", "a"),
                ("c", "d", "c", "c"),
                ("e", "f", "e", "f"),
                ("b", "a", "a", "b"),
                ("d", "c", "c", None),
                ("f", "e", "e", "e"),
            ]
        ),
        PLAN,
    )
    assert found.accuracy.value == pytest.approx(7 / 12)
    assert found.first_bias.value == pytest.approx(1 / 12)
    assert found.ties.value == pytest.approx(1 / 6)
    assert found.consistency.value == 0.0
    # Corrected: H (2 + 1/2) / 4, F (1.5 + 1/2) / 4 = 1/2, whose deviate is 0.
    deviate = stats.norm.ppf(2.5 / 4)
    assert found.first_bias_z.value == pytest.approx(deviate / 2)
    assert found.d_prime.value == pytest.approx(deviate / np.sqrt(2))


def observed(
    rng: np.random.Generator, people: int, d_prime: float, bias: float, repeats: int = 1
) -> Comparisons:
    """All pairs in both orders: says the first if the evidence for it, N(+-d', 2), is over -bias sqrt 2."""
    names = [f"p{i:02}" for i in range(people)]
    rows = []
    for a, b in combinations(names, 2):
        best = a if rng.random() < 0.5 else b
        for first, second in [(a, b), (b, a)] * repeats:
            evidence = (d_prime if best == first else -d_prime) + rng.normal(0, np.sqrt(2))
            rows.append((first, second, best, first if evidence > -bias * np.sqrt(2) else second))
    return by_name(rows)


def test_sight_and_the_pull_of_the_first_place_are_recovered() -> None:
    # H = Phi(d'/sqrt 2 + bias), F = Phi(-d'/sqrt 2 + bias).
    d_prime, bias, runs = 0.8, 0.4, 60
    hit, false = stats.norm.cdf([d_prime / np.sqrt(2) + bias, -d_prime / np.sqrt(2) + bias])
    planted = ((hit + 1 - false) / 2, (hit + false) / 2 - 0.5, bias, d_prime)
    held, means = np.zeros(4), np.zeros(4)
    for run in range(runs):
        found = preference(observed(np.random.default_rng(run), 20, d_prime, bias), PLAN)
        each = (found.accuracy, found.first_bias, found.first_bias_z, found.d_prime)
        held += [bool(e.contains(p)) for e, p in zip(each, planted, strict=True)]
        means += [e.value or 0.0 for e in each]
    assert means / runs == pytest.approx(planted, abs=0.02)
    # 95% of 60 is 57, standard deviation 1.7; rows are independent, where intervals are rather wide.
    assert (held >= 54).all()


def test_noise_is_not_order() -> None:
    found = preference(observed(np.random.default_rng(7), 16, 0.8, 0.0, repeats=3), PLAN)
    assert found.order.excess.contains(0.0)
    assert found.order.between.value is not None
    assert found.order.between.value > 0.3
    leaning = preference(observed(np.random.default_rng(7), 16, 0.0, 1.5, repeats=3), PLAN)
    assert leaning.order.excess.low is not None
    assert leaning.order.excess.low > 0.2


def test_always_the_first_is_at_chance_and_bounded() -> None:
    rows = [(a, b, max(a, b), a) for pair in combinations("abcdefghij", 2) for a, b in (pair, pair[::-1])]
    found = preference(by_name(rows), PLAN)
    assert found.accuracy.value == 0.5
    assert found.first_bias.value == 0.5
    assert found.first_bias.high == 0.5
    assert found.first_bias.low is not None
    assert found.first_bias.low < 0.3
    assert found.d_prime.value == 0.0
    assert found.consistency.value == 0.0


def test_unanswerable_questions_say_why() -> None:
    found = preference(by_name([("a", "b", "a", "a"), ("c", "d", "c", "d")]), PLAN)
    assert found.accuracy.value is None
    assert found.accuracy.reason == ONE_SIDE
    assert found.consistency.value is None
    empty = preference(Comparisons.of([], [], [], [], [], []), PLAN)
    assert empty.ties.value is None
    tied = preference(by_name([("a", "b", None, "a"), ("b", "a", None, "a")]), PLAN)
    assert tied.accuracy.value is None
    assert tied.consistency.value == 1.0


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot have"):
        by_name([("a", "a", "a", "a")])
    with pytest.raises(ValueError, match="cannot have"):
        by_name([("a", "b", "c", "a")])
    with pytest.raises(ValueError, match="one length"):
        Comparisons.of(["a"], [], [], [], [], [])
