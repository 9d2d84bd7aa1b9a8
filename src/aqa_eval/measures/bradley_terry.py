"""Strengths from wins: the Bradley-Terry model of a tournament, with a check of whether it fits.

logit P(i is preferred to j, i shown first) = strength_i - strength_j + first (Bradley and Terry 1952,
Biometrika 39; the pull of the first place: Davidson and Beaver 1977, Biometrics 33). A tie is half a win for
either. Fitted by Firth's penalised likelihood, so that who always wins has a finite strength (Firth 1993,
Biometrika 80), or by maximum likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse, special
from scipy.sparse import csgraph

from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray
from aqa_eval.measures.draws import chunks
from aqa_eval.measures.logistic import fit
from aqa_eval.measures.resampling import Resampling

APART = "not all are connected by comparisons: strengths of separate groups have no common zero"
UNBEATEN = "some never lose to the others: their strengths have no finite maximum likelihood"
SEPARATED = "the first shown always wins or always loses: its pull has no finite maximum likelihood"


@dataclass(frozen=True, slots=True)
class Games:
    """Compared directions (D,): `first` against `second` (codes of `players`), shown in this order `played`
    times, of which the first has `won`, half for a tie; `tied` how many were ties.
    """

    players: tuple[str, ...]
    first: IntArray
    second: IntArray
    won: FloatArray
    played: FloatArray
    tied: FloatArray

    @classmethod
    def of(cls, first: Sequence[str], second: Sequence[str], preferred: Sequence[str | None]) -> Games:
        """From one row a comparison; `preferred` None is a tie. Raises ValueError where the columns differ in
        length, one is compared with itself, or one that was not shown is preferred.
        """
        rows = list(zip(first, second, preferred, strict=True))
        for a, b, best in rows:
            if a == b or best not in {a, b, None}:
                raise ValueError(f"in a comparison of {a!r} and {b!r} {best!r} cannot be preferred")
        players, codes = np.unique(np.array([*first, *second], dtype=str), return_inverse=True)
        count, codes = max(len(players), 1), codes.reshape(-1).astype(np.int64)
        keys, cell = np.unique(codes[: len(rows)] * count + codes[len(rows) :], return_inverse=True)
        score = np.array([0.5 if best is None else float(best == a) for a, _, best in rows])
        cell = cell.reshape(-1)
        won, tied = (np.bincount(cell, weights=w, minlength=len(keys)) for w in (score, score == 0.5))
        played = np.bincount(cell, minlength=len(keys))
        floats = (column.astype(np.float64) for column in (won, played, tied))
        return cls(tuple(map(str, players)), keys // count, keys % count, *floats)

    @property
    def wins(self) -> FloatArray:
        """How often each row's player beat each column's (P, P), a tie half for both."""
        wins = np.zeros((len(self.players), len(self.players)))
        np.add.at(wins, (self.first, self.second), self.won)
        np.add.at(wins, (self.second, self.first), self.played - self.won)
        return wins


@dataclass(frozen=True, slots=True)
class Fit:
    """Does the model hold? Pearson's X^2 over compared directions, the share of `intransitive` triads (a
    beats b beats c beats a) among the `triads` in which all three beat one another, and for either the
    share of tournaments simulated from the fitted strengths that have as much or more. Directions compared
    once each tell little through `pearson`.
    """

    pearson: float
    pearson_p: float
    triads: int
    intransitive: float | None
    intransitive_p: float | None


@dataclass(frozen=True, slots=True)
class Strengths:
    """Log strengths by player (mean 0) with standard errors (comparisons as independent), the pull `first`
    of the first place in logits with its error (None where it is not fitted), and the check, if made. Without
    strengths, `reason` says why.
    """

    strengths: dict[str, float]
    errors: dict[str, float]
    first: float | None = None
    first_error: float | None = None
    fit: Fit | None = None
    reason: str = ""


def strengths(
    games: Games, plan: Resampling, place: bool = True, firth: bool = True, draws: int = 200
) -> Strengths:
    """Fit the strengths. `place`: fit the pull of the first place, which needs players shown in both.

    `firth` False: maximum likelihood, refused where it is not finite, that is where one group of players
    never lost to the rest (Ford 1957, American Mathematical Monthly 64). `draws`: simulated tournaments
    behind the check of the fit; 0 makes none.
    """
    reason = _unfit(games, firth)
    if reason:
        return Strengths({}, {}, reason=reason)
    design = _design(games, place)
    at = fit(design, games.won[None], games.played[None], firth)[0]
    if np.isnan(at).any() and place:
        if not firth:
            return Strengths({}, {}, reason=SEPARATED)
        return Strengths({}, {}, reason="the pull of the first place cannot be told from the strengths")
    if np.isnan(at).any():
        return Strengths({}, {}, reason="no maximum was reached")
    values, errors = _centred(design, at, games, place)
    count = len(games.players)
    return Strengths(
        dict(zip(games.players, map(float, values), strict=True)),
        dict(zip(games.players, map(float, errors[:count]), strict=True)),
        float(at[-1]) if place else None,
        float(errors[count]) if place else None,
        _check(games, design, at, plan, firth, draws) if draws else None,
    )


def _unfit(games: Games, firth: bool) -> str:
    """Why nothing can be fitted, if so."""
    if len(games.players) < 2:
        return "fewer than two were compared"
    graph = sparse.csr_array(games.wins > 0)
    if csgraph.connected_components(graph, connection="weak")[0] > 1:
        return APART
    if not firth and csgraph.connected_components(graph, connection="strong")[0] > 1:
        return UNBEATEN
    return ""


def _design(games: Games, place: bool) -> FloatArray:
    """Columns: strengths of all players but the first of them, then the pull of the first place (D, p)."""
    rows, count = np.arange(len(games.first)), len(games.players)
    design = np.zeros((len(rows), count))
    design[rows, games.first] = 1.0
    design[rows, games.second] = -1.0
    pull = [np.ones((len(rows), 1))] if place else []
    return np.concatenate([design[:, 1:], *pull], axis=1)


def _centred(design: FloatArray, at: FloatArray, games: Games, place: bool) -> tuple[FloatArray, FloatArray]:
    """Strengths with mean 0 (P,) and standard errors of them and of the pull (P + 1,) or (P,)."""
    count = len(games.players)
    chance = special.expit(design @ at)
    covariance = np.linalg.inv((design * (games.played * chance * (1 - chance))[:, None]).T @ design)
    move = np.zeros((count + place, len(at)))
    move[1:, :] = np.eye(len(at))
    move[:count, : count - 1] -= 1.0 / count
    every = move @ at
    return every[:count], np.sqrt(np.diag(move @ covariance @ move.T))


def _check(
    games: Games, design: FloatArray, at: FloatArray, plan: Resampling, firth: bool, draws: int
) -> Fit:
    """Parametric bootstrap: tournaments with the same comparisons, won as the fitted strengths have it."""
    chance = special.expit(design @ at)
    generator = np.random.default_rng(plan.seed)
    pearson = _pearson(games.won[None], chance[None], games)[0]
    triads, cycles = _triads(games.wins)
    deviating = cyclic = used = told = 0
    for size in chunks(draws, len(design) + design.shape[1] ** 2):
        won = _simulated(games, chance, generator, size)
        again = fit(design, won, np.tile(games.played, (size, 1)), firth)
        finite = ~np.isnan(again).any(axis=1)
        expected = special.expit(np.nan_to_num(again) @ design.T)
        used += int(finite.sum())
        deviating += int((_pearson(won, expected, games)[finite] >= pearson - 1e-9).sum())
        for one in won:
            there, turned = _triads(_replayed(games, one).wins)
            told += there > 0
            cyclic += there > 0 and triads > 0 and turned / there >= cycles / triads - 1e-12
    return Fit(
        float(pearson),
        (deviating + 1) / (used + 1),
        triads,
        cycles / triads if triads else None,
        (cyclic + 1) / (told + 1) if triads else None,
    )


def _simulated(games: Games, chance: FloatArray, generator: np.random.Generator, size: int) -> FloatArray:
    """Wins of the first (size, D), ties (half) as frequent as they were and never against the chance."""
    ties = np.minimum(games.tied.sum() / games.played.sum(), 2.0 * np.minimum(chance, 1.0 - chance))
    plays = games.played.astype(np.int64)
    shares = np.stack([chance - ties / 2.0, ties, 1.0 - chance - ties / 2.0], axis=1)
    shares = np.maximum(shares, 0.0) / np.maximum(shares, 0.0).sum(axis=1, keepdims=True)
    drawn = generator.multinomial(plays, shares, size=(size, len(plays)))
    won: FloatArray = drawn[:, :, 0] + drawn[:, :, 1] / 2.0
    return won


def _replayed(games: Games, won: FloatArray) -> Games:
    return Games(games.players, games.first, games.second, won, games.played, games.tied)


def _pearson(won: FloatArray, chance: FloatArray, games: Games) -> FloatArray:
    """X^2 (R,) of wins (R, D): sum (won - n p)^2 / (n p (1 - p))."""
    spread = np.maximum(games.played * chance * (1.0 - chance), 1e-12)
    pearson: FloatArray = ((won - games.played * chance) ** 2 / spread).sum(axis=1)
    return pearson


def _triads(wins: FloatArray) -> tuple[int, int]:
    """How many triads have a winner of each of their three pairs, and how many of these are cycles."""
    beats: BoolArray = wins > wins.T
    decided = (beats | beats.T).astype(np.float64)
    arrows = beats.astype(np.float64)
    triads = round(float(np.trace(decided @ decided @ decided)) / 6.0)
    return triads, round(float(np.trace(arrows @ arrows @ arrows)) / 3.0)
