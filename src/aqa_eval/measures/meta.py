"""Is a strategy a real gain? Its effects in many cells (dataset x model), as draws from what cells have.

The mean over cells is not enough: a gain here and a loss there has a mean too. The prediction interval says
where the effect in one more cell would lie (Higgins, Thompson and Spiegelhalter 2009, JRSS A 172). Theirs,
mean +- t sqrt(tau^2 + error^2), takes tau as known and holds one more cell in 88 of 100 simulated studies of
12 cells; here it is drawn from the confidence distribution of tau (Nagashima, Noma and Furukawa 2019,
Statistical Methods in Medical Research 28). Variance between cells by Paule and Mandel (1982); the error of
the mean by Hartung and Knapp (2001, Statistics in Medicine 20) and never below what the cells' own errors
imply (Röver, Knapp and Friede 2015, BMC Medical Research Methodology 15). Cells are taken as independent
draws; models asked about the same clips are not wholly so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.equivalence import MARGIN
from aqa_eval.measures.estimate import FRAGILE_BELOW, Estimate, impossible
from aqa_eval.measures.multiplicity import holm

FEWEST_FOR_PREDICTION = 3
_DRAWS, _GRID = 10_000, 150

METHOD = "random effects over cells (Paule-Mandel, Hartung-Knapp)"

Gain = Literal["consistent", "harms", "isolated", "none seen", "undecided"]


@dataclass(frozen=True, slots=True)
class Pooled:
    """The random-effects `mean` with the standard `error` of it, the standard deviation `tau` between cells,
    Cochran's `q` with its p that all cells are alike, and `i2`, the share of the scatter that is not error.
    """

    mean: float
    error: float
    tau: float
    q: float
    p_alike: float
    i2: float


@dataclass(frozen=True, slots=True)
class Meta:
    """`mean`: over cells, with its interval; its clusters are the cells. `prediction`: the 95% interval for
    one more cell, from three cells on. `above` (name -> p) is Holm-adjusted, of an effect over 0 in the cell;
    `left_out` names the cells without an interval.
    """

    mean: Estimate
    prediction: tuple[float, float] | None
    pooled: Pooled | None
    above: Mapping[str, float]
    left_out: tuple[str, ...]


def random_effects(cells: Mapping[str, Estimate], seed: int = 0) -> Meta:
    """The effects (differences, with 95% intervals) of the cells by name, put together."""
    errors = {name: standard_error(estimate) for name, estimate in cells.items()}
    used = {name: error for name, error in errors.items() if error is not None and error > 0.0}
    left_out = tuple(name for name in cells if name not in used)
    n = sum(cells[name].n for name in used)
    adjusted = holm([p_above(cells[name], 0.0) for name in used])
    above = {name: float(p) for name, p in zip(used, adjusted, strict=True)}
    if len(used) < 2:
        reason = f"{len(used)} cell with an interval: nothing to tell its scatter from"
        return Meta(impossible(reason, n, len(used)), None, None, above, left_out)
    values = np.array([cells[name].value for name in used], np.float64)
    spread = np.array(list(used.values()))
    found = pool(values, spread)
    half = float(special.stdtrit(len(used) - 1, 0.975)) * found.error
    mean = Estimate(
        found.mean,
        found.mean - half,
        found.mean + half,
        None,
        None,
        METHOD,
        n,
        len(used),
        fragile=len(used) < FRAGILE_BELOW,
        free=len(used) - 1.0,
    )
    prediction = prediction_interval(values, spread, seed) if len(used) >= FEWEST_FOR_PREDICTION else None
    return Meta(mean, prediction, found, above, left_out)


def pool(effects: ArrayLike, errors: ArrayLike) -> Pooled:
    """The random-effects mean of effects (k,) with standard errors (k,).

    Raises ValueError for fewer than two cells, and for an error that is not a finite number over 0.
    """
    y, e = np.asarray(effects, np.float64), np.asarray(errors, np.float64)
    if len(y) < 2 or y.shape != e.shape:
        raise ValueError(f"{y.shape} effects and {e.shape} errors: expected two or more, and as many")
    if not np.isfinite(y).all() or not (np.isfinite(e) & (e > 0)).all():
        raise ValueError("expected finite effects, and finite errors over 0")
    variances = e**2
    q, _ = _scatter(y, variances, 0.0)
    between = _paule_mandel(y, variances)
    scatter, mean = _scatter(y, variances, between)
    total = float((1.0 / (variances + between)).sum())
    free = len(y) - 1
    error = math.sqrt(max(1.0, scatter / free) / total)
    p_alike = float(special.chdtrc(free, q))
    return Pooled(mean, error, math.sqrt(between), q, p_alike, max(0.0, 1.0 - free / q) if q > 0 else 0.0)


def prediction_interval(effects: ArrayLike, errors: ArrayLike, seed: int = 0) -> tuple[float, float]:
    """The 95% interval for the effect in one more cell, from effects (k,) with standard errors (k,).

    For each of 10,000 draws of tau: the mean under it, plus a draw of the cells' scatter, plus a draw of t
    with k - 1 degrees of freedom times the error of the mean under it (Nagashima et al. 2019, algorithm 1).

    Raises ValueError for fewer than three cells, and as `pool` does.
    """
    pool(effects, errors)
    y, variances = np.asarray(effects, np.float64), np.asarray(errors, np.float64) ** 2
    if len(y) < FEWEST_FOR_PREDICTION:
        raise ValueError(
            f"{len(y)} cells: expected at least {FEWEST_FOR_PREDICTION} to predict another one from"
        )
    generator = np.random.default_rng(seed)
    between = _tau_squared(y, variances, generator)
    weights = 1.0 / (variances + between[:, None])
    total = weights.sum(axis=1)
    mean = weights @ y / total
    scatter = (weights * (y - mean[:, None]) ** 2).sum(axis=1) / (len(y) - 1)
    error = np.sqrt(np.maximum(scatter, 1.0) / total)
    other = mean + np.sqrt(between) * generator.normal(size=_DRAWS)
    drawn = other + error * generator.standard_t(len(y) - 1, size=_DRAWS)
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def classify(meta: Meta, margin: float = MARGIN) -> Gain:
    """What may be said of a strategy.

    "consistent": the prediction interval lies above zero. "harms": it lies below, or the interval of the mean
    does. "isolated": neither, but some cells gain after Holm's correction. "none seen": none of these, and
    the mean gains and loses less than `margin`. Otherwise "undecided".
    """
    low, high = meta.mean.low, meta.mean.high
    if meta.prediction is not None and meta.prediction[0] > 0.0:
        return "consistent"
    if expects_loss(meta) or (high is not None and high < 0.0):
        return "harms"
    if any(p <= 0.05 for p in meta.above.values()):
        return "isolated"
    small = low is not None and high is not None and -margin < low and high < margin
    return "none seen" if small else "undecided"


def expects_loss(meta: Meta) -> bool:
    """Whether one more cell would be expected to lose: the prediction interval lies below zero."""
    return meta.prediction is not None and meta.prediction[1] < 0.0


def standard_error(estimate: Estimate) -> float | None:
    """The standard error behind a 95% interval, by its degrees of freedom; None without interval."""
    if estimate.low is None or estimate.high is None:
        return None
    free = estimate.free if math.isfinite(estimate.free) else 1e9
    return (estimate.high - estimate.low) / 2.0 / float(special.stdtrit(free, 0.975))


def p_above(estimate: Estimate, line: float) -> float:
    """One-sided p of the hypothesis that the value is at most `line`; NaN without an interval."""
    p = estimate.p_value(line)
    if p is None or estimate.value is None:
        return math.nan
    return p / 2.0 if estimate.value > line else 1.0 - p / 2.0


def _tau_squared(y: FloatArray, variances: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Draws (B,) from the confidence distribution of the variance between cells.

    Cochran's Q with the weights 1 / v is, at a variance t between cells, a sum of chi-squares of one degree
    with the eigenvalues of S^(1/2) (W - w w' / sum w) S^(1/2), S = diag(v + t), as factors. It grows with t:
    each draw of the chi-squares gives the t at which it reaches the Q that was seen, 0 if it is beyond it at
    once.
    """
    weights = 1.0 / variances
    centring = np.diag(weights) - np.outer(weights, weights) / weights.sum()
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 1e4, _GRID) * (np.ptp(y) ** 2 + variances.max())])
    roots = np.sqrt(variances[None, :] + grid[:, None])
    eigenvalues = np.linalg.eigvalsh(roots[:, :, None] * centring * roots[:, None, :])[:, 1:]
    reached = generator.chisquare(1.0, (_DRAWS, len(y) - 1)) @ np.maximum(eigenvalues, 0.0).T
    seen, _ = _scatter(y, variances, 0.0)
    place = np.clip((reached < seen).sum(axis=1), 1, _GRID)
    lines = np.arange(_DRAWS)
    below, above = reached[lines, place - 1], reached[lines, place]
    part = np.clip((seen - below) / np.maximum(above - below, 1e-300), 0.0, 1.0)
    found: FloatArray = grid[place - 1] + part * (grid[place] - grid[place - 1])
    return found


def _scatter(y: FloatArray, variances: FloatArray, between: float) -> tuple[float, float]:
    """The weighted sum of squares about the weighted mean, and that mean."""
    weights = 1.0 / (variances + between)
    mean = float((weights * y).sum() / weights.sum())
    return float((weights * (y - mean) ** 2).sum()), mean


def _paule_mandel(y: FloatArray, variances: FloatArray) -> float:
    """The variance between cells at which the scatter is what it should be, k - 1; 0 where it is less."""
    free = len(y) - 1

    def excess(between: float) -> float:
        return _scatter(y, variances, between)[0] - free

    if excess(0.0) <= 0.0:
        return 0.0
    most = float(np.ptp(y)) ** 2 + 1e-300
    while excess(most) > 0.0:
        most *= 2.0
    return float(optimize.brentq(excess, 0.0, most, xtol=1e-15))
