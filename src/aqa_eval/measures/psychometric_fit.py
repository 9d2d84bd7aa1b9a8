"""Maximum likelihood of a psychometric function, for many resamples at once.

Every resample starts from the best point of one grid over all parameters, so that no local maximum near a
bad start is taken, and climbs by Fisher scoring with damped steps (Levenberg 1944; Marquardt 1963) inside
bounds. Lapse and guess rate are bounded through a logistic function.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import BoolArray, FloatArray
from aqa_eval.measures.sigmoids import Sigmoid

MOST_GUESS = 0.75
"""The most that a free guess rate may be."""

_SLOPES = (0.2, 20.0)
_REACH = 3.0  # how far, in log gap, the scale may lie beyond the gaps shown
_STEEPEST = 8.0  # logits at which a bounded rate is as good as at its bound
_ITERATIONS = 60
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Model:
    """A sigmoid, the guess rate (None: free), and the most that the lapse rate may be (0: none).

    Parameters (R, p) are log scale, log slope, then logits of lapse and of guess where these are free.
    """

    sigmoid: Sigmoid
    guess: float | None = 0.5
    most_lapse: float = 0.2

    @property
    def size(self) -> int:
        """How many parameters are free."""
        return 2 + (self.most_lapse > 0.0) + (self.guess is None)

    def lapse(self, parameters: FloatArray) -> FloatArray:
        """Lapse rates (R, 1)."""
        if self.most_lapse == 0.0:
            return np.zeros((len(parameters), 1))
        rates: FloatArray = self.most_lapse * special.expit(parameters[:, 2:3])
        return rates

    def guesses(self, parameters: FloatArray) -> FloatArray:
        """Guess rates (R, 1)."""
        if self.guess is not None:
            return np.full((len(parameters), 1), self.guess)
        rates: FloatArray = MOST_GUESS * special.expit(parameters[:, -1:])
        return rates

    def chance(self, parameters: FloatArray, log_gap: FloatArray) -> FloatArray:
        """P(right) (R, G) at log gaps (G,)."""
        guess, lapse = self.guesses(parameters), self.lapse(parameters)
        rises = self.sigmoid.rise(_steepness(parameters, log_gap))
        return guess + (1.0 - guess - lapse) * rises

    def threshold(self, parameters: FloatArray, level: float) -> FloatArray:
        """Log gap (R,) at which P(right) is `level`; NaN where it never is."""
        guess, lapse = self.guesses(parameters)[:, 0], self.lapse(parameters)[:, 0]
        room = 1.0 - guess - lapse
        at = self.sigmoid.inverse(np.divide(level - guess, room, out=np.ones_like(room), where=room > 0.0))
        reached: FloatArray = parameters[:, 0] + at / np.exp(parameters[:, 1])
        return reached

    def gradient(self, parameters: FloatArray, log_gap: FloatArray) -> FloatArray:
        """Derivatives of P(right) by the parameters (R, G, p)."""
        guess, lapse = self.guesses(parameters), self.lapse(parameters)
        steepness = _steepness(parameters, log_gap)
        rising = (1.0 - guess - lapse) * self.sigmoid.derivative(steepness)
        columns = [-rising * np.exp(parameters[:, 1:2]), rising * steepness]
        rises = self.sigmoid.rise(steepness)
        if self.most_lapse > 0.0:
            columns.append(-rises * lapse * (1.0 - lapse / self.most_lapse))
        if self.guess is None:
            columns.append((1.0 - rises) * guess * (1.0 - guess / MOST_GUESS))
        return np.stack(columns, axis=2)

    def bounds(self, log_gap: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The least and the most of each parameter (p,)."""
        rates = self.size - 2
        low = [float(log_gap.min()) - _REACH, math.log(_SLOPES[0]), *[-_STEEPEST] * rates]
        high = [float(log_gap.max()) + _REACH, math.log(_SLOPES[1]), *[_STEEPEST] * rates]
        return np.array(low), np.array(high)

    def grid(self, log_gap: FloatArray) -> FloatArray:
        """Where to start from (S, p)."""
        scales = np.linspace(log_gap.min() - 1.5, log_gap.max() + 1.5, 25)
        slopes = np.log([0.4, 0.8, 1.3, 2.0, 3.0, 5.0, 9.0])
        rates = [(-4.0, -1.0, 1.0)] * (self.size - 2)
        return np.array(list(product(scales, slopes, *rates)))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Parameters (R, p) and log likelihoods (R,)."""

    parameters: FloatArray
    likelihood: FloatArray


def fit(model: Model, log_gap: FloatArray, shown: FloatArray, right: FloatArray, total: FloatArray) -> Fitted:
    """Fit counts (R, G) at log gaps (G,); `shown` (S,), of gaps above 0, set the bounds of the scale."""
    low, high = model.bounds(shown)
    starts = model.grid(shown)
    chances = np.clip(model.chance(starts, log_gap), _LEAST, 1.0 - _LEAST)
    heights = right @ np.log(chances).T + (total - right) @ np.log1p(-chances).T
    at = np.clip(starts[heights.argmax(axis=1)], low, high)
    height = _likelihood(model, at, log_gap, right, total)
    damping = np.full(len(at), 1e-3)
    climbing = np.ones(len(at), np.bool_)
    for _ in range(_ITERATIONS):
        rows = np.flatnonzero(climbing)
        if not len(rows):
            break
        step = _step(model, at[rows], log_gap, right[rows], total[rows], damping[rows], (low, high))
        tried = np.clip(at[rows] + step, low, high)
        reached = _likelihood(model, tried, log_gap, right[rows], total[rows])
        gained = reached - height[rows]
        better = gained > 0.0
        at[rows[better]], height[rows[better]] = tried[better], reached[better]
        damping[rows] = np.where(better, damping[rows] * 0.2, damping[rows] * 8.0)
        climbing[rows[(better & (gained < 1e-8)) | (damping[rows] > 1e8)]] = False
    return Fitted(at, height)


def _step(
    model: Model,
    at: FloatArray,
    log_gap: FloatArray,
    right: FloatArray,
    total: FloatArray,
    damping: FloatArray,
    bounds: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """A damped step of Fisher scoring (R, p); parameters that press on a bound stay there."""
    chance = np.clip(model.chance(at, log_gap), _LEAST, 1.0 - _LEAST)
    slopes = model.gradient(at, log_gap)
    spread = chance * (1.0 - chance)
    score = (((right - total * chance) / spread)[:, :, None] * slopes).sum(axis=1)
    information = np.matmul((slopes * (total / spread)[:, :, None]).transpose(0, 2, 1), slopes)
    held: BoolArray = ((at <= bounds[0]) & (score < 0.0)) | ((at >= bounds[1]) & (score > 0.0))
    score = np.where(held, 0.0, score)
    information = np.where(held[:, :, None] | held[:, None, :], 0.0, information)
    diagonal = np.einsum("rpp->rp", information)
    extra = damping[:, None] * (diagonal + 1e-6) + held + 1e-12
    information = information + extra[:, :, None] * np.eye(model.size)
    step: FloatArray = np.linalg.solve(information, score[:, :, None])[:, :, 0]
    return np.clip(step, -2.0, 2.0)


def _likelihood(
    model: Model, at: FloatArray, log_gap: FloatArray, right: FloatArray, total: FloatArray
) -> FloatArray:
    chance = np.clip(model.chance(at, log_gap), _LEAST, 1.0 - _LEAST)
    heights: FloatArray = (right * np.log(chance) + (total - right) * np.log1p(-chance)).sum(axis=1)
    return heights


def _steepness(parameters: FloatArray, log_gap: FloatArray) -> FloatArray:
    steepness: FloatArray = np.exp(parameters[:, 1:2]) * (log_gap[None, :] - parameters[:, 0:1])
    return steepness
