"""Bradley-Terry: by hand, against statsmodels, and by recovering planted strengths and planted misfit."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import special, stats

from aqa_eval.measures.bradley_terry import APART, UNBEATEN, Games, strengths
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=1)


def test_two_players_by_hand() -> None:
    # a wins 3 of 4: log odds log 3, that is strengths +-log(3)/2; Jeffreys' prior makes it log(3.5 / 1.5).
    games = Games.of(["a", "a", "b", "b"], ["b", "b", "a", "a"], ["a", "a", "a", "b"])
    plain = strengths(games, PLAN, place=False, firth=False)
    assert plain.strengths == pytest.approx({"a": np.log(3) / 2, "b": -np.log(3) / 2})
    # The log odds have variance 1 / (4 * 3/4 * 1/4) = 4/3, half of them 1/3.
    assert plain.errors["a"] == pytest.approx(np.sqrt(1 / 3))
    assert strengths(games, PLAN, place=False).strengths["a"] == pytest.approx(np.log(3.5 / 1.5) / 2)


def tournament(
    rng: np.random.Generator, truth: np.ndarray, times: int, pull: float = 0.0, ties: float = 0.0
) -> Games:
    """All pairs in both orders, `times` each."""
    names = [f"p{i:02}" for i in range(len(truth))]
    rows = []
    for i, j in combinations(range(len(truth)), 2):
        for a, b in [(i, j), (j, i)] * times:
            won = rng.random() < special.expit(truth[a] - truth[b] + pull)
            best = None if rng.random() < ties else names[a] if won else names[b]
            rows.append((names[a], names[b], best))
    return Games.of(*zip(*rows, strict=True))


def test_as_statsmodels_has_it() -> None:
    rng = np.random.default_rng(0)
    games = tournament(rng, rng.normal(0, 1, 8), 4, 0.4, 0.1)
    found = strengths(games, PLAN, firth=False)
    design = np.zeros((len(games.first), 9))
    design[np.arange(len(design)), games.first] = 1
    design[np.arange(len(design)), games.second] -= 1
    design[:, 8] = 1
    counts = np.column_stack([games.won, games.played - games.won])
    model = sm.GLM(counts, design[:, 1:], family=sm.families.Binomial()).fit()
    values = np.concatenate([[0.0], model.params[:7]])
    assert list(found.strengths.values()) == pytest.approx(values - values.mean(), abs=1e-6)
    assert found.first == pytest.approx(model.params[7], abs=1e-6)
    assert found.first_error == pytest.approx(model.bse[7], rel=1e-4)
    move = np.vstack([np.zeros(7), np.eye(7)]) - 1 / 8
    errors = np.sqrt(np.diag(move @ model.cov_params()[:7, :7] @ move.T))
    assert list(found.errors.values()) == pytest.approx(errors, rel=1e-4)


def test_planted_strengths_and_pull_are_recovered() -> None:
    truth = np.linspace(-1.5, 1.5, 10)
    held, pulls, total, runs = 0, 0, np.zeros(10), 100
    for run in range(runs):
        found = strengths(tournament(np.random.default_rng(run), truth, 2, 0.5), PLAN, draws=1)
        values, errors = (np.array(list(d.values())) for d in (found.strengths, found.errors))
        total += values
        held += int((abs(values - truth) <= 1.96 * errors).sum())
        assert found.first is not None
        assert found.first_error is not None
        pulls += abs(found.first - 0.5) <= 1.96 * found.first_error
        assert stats.spearmanr(values, truth).statistic > 0.7
    assert total / runs == pytest.approx(truth, abs=0.12)
    # 95% of 1000 is 950, standard deviation 6.9; of 100 it is 95, 2.2.
    assert 929 <= held <= 975
    assert pulls >= 89


def test_the_check_holds_its_level_and_sees_misfit() -> None:
    truth, rejected, cyclic = np.linspace(-1, 1, 6), 0, 0
    for run in range(60):
        fit = strengths(tournament(np.random.default_rng(run), truth, 3), PLAN, draws=60).fit
        assert fit is not None
        assert fit.intransitive_p is not None
        rejected += fit.pearson_p <= 0.05
        cyclic += fit.intransitive_p <= 0.05
    # 5% of 60 is 3, standard deviation 1.7.
    assert rejected <= 8
    assert cyclic <= 8
    # Rock, paper, scissors: everyone is as strong, and yet nothing is by chance.
    rounds = [("r", "s", "r"), ("s", "p", "s"), ("p", "r", "p")] * 6
    games = Games.of(*zip(*rounds, *((b, a, best) for a, b, best in rounds), strict=True))
    misfit = strengths(games, PLAN).fit
    assert misfit is not None
    assert misfit.triads == 1
    assert misfit.intransitive == 1.0
    assert misfit.pearson_p < 0.02


def test_who_never_loses_is_finite_with_the_penalty_and_refused_without() -> None:
    games = Games.of(list("aabb"), list("bcca"), list("aaba"))
    found = strengths(games, PLAN, place=False)
    assert found.strengths["a"] > found.strengths["b"] > found.strengths["c"]
    assert max(found.strengths.values()) < 5
    assert strengths(games, PLAN, firth=False).reason == UNBEATEN


def test_separate_groups_and_nonsense_are_refused() -> None:
    assert strengths(Games.of(["a", "c"], ["b", "d"], ["a", None]), PLAN).reason == APART
    assert strengths(Games.of([], [], []), PLAN).reason
    with pytest.raises(ValueError, match="cannot be preferred"):
        Games.of(["a"], ["b"], ["c"])
    with pytest.raises(ValueError, match="cannot be preferred"):
        Games.of(["a"], ["a"], ["a"])


def test_a_pull_that_is_not_told_from_strength_is_refused() -> None:
    # a is always shown first: whether a is strong or the place is cannot be known.
    found = strengths(Games.of(list("aaa"), list("bbb"), list("aab")), PLAN)
    assert found.strengths == {}
    assert "cannot be told" in found.reason
    everything_tied = strengths(Games.of(list("aabb"), list("bcca"), [None] * 4), PLAN, place=False)
    assert list(everything_tied.strengths.values()) == pytest.approx([0, 0, 0], abs=1e-6)
    assert everything_tied.fit is not None
    assert everything_tied.fit.intransitive is None


def test_only_the_first_shown_wins() -> None:
    rows = [(a, b) for pair in combinations("abcd", 2) for a, b in (pair, pair[::-1])]
    found = strengths(Games.of(*zip(*((a, b, a) for a, b in rows), strict=True)), PLAN)
    assert found.first is not None
    # Six pairs in two orders: the first wins 12 of 12.
    assert found.first > 1.5
    assert list(found.strengths.values()) == pytest.approx([0, 0, 0, 0], abs=1e-6)
