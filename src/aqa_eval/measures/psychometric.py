"""The just-noticeable gap: how far apart two performances must be for the judge to tell them apart.

Accuracy over the gap is fitted by a psychometric function; the gap at which 75% are right, lapses included,
is the just-noticeable one. A gap outside those that were shown is never given as a number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.crossed import Between, Crossed, OfSums
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.psychometric_fit import Fitted, Model, fit
from aqa_eval.measures.resampling import Resampling, Target
from aqa_eval.measures.sigmoids import Sigmoid

NOTICEABLE = 0.75
"""The accuracy at the just-noticeable gap, half-way from guessing to certainty."""

LEAST_LEVELS = 4
"""Different gaps above 0 that a fit needs: as many as it has parameters, and one more."""

LEVELS = 64
_BINS = 10
_RISE = 5.99  # the 95% point of chi-squared with 2 degrees of freedom: scale and slope


@dataclass(frozen=True, slots=True)
class Goodness:
    """Deviance over bins of the gap, with the share `p` of simulated judges that follow the fitted function
    exactly and deviate as much or more (answers simulated as independent).
    """

    deviance: float
    p: float


@dataclass(frozen=True, slots=True)
class Point:
    """What was seen: `right` of `n` comparisons with a mean gap of `gap`."""

    gap: float
    right: float
    n: int


@dataclass(frozen=True, slots=True)
class Psychometric:
    """`threshold`: the just-noticeable gap, in units of the gap. `slope`: of F over the log gap.

    `curve` is the function fitted, with its `parameters`, None where nothing is; `lower_aic` says how far the
    Akaike criterion of the other sigmoid lies above (the chosen one has the lower). `points` are for drawing.
    """

    threshold: Estimate
    slope: Estimate
    curve: Model | None = None
    parameters: tuple[float, ...] = ()
    lower_aic: float | None = None
    goodness: Goodness | None = None
    points: tuple[Point, ...] = ()

    def accuracy(self, gap: ArrayLike) -> FloatArray:
        """P(right) at gaps of any shape (at least 0), by the fitted curve. Raises ValueError without one."""
        if self.curve is None:
            raise ValueError("no curve was fitted")
        gaps = np.asarray(gap, dtype=np.float64)
        logs = np.log(np.maximum(gaps.reshape(-1), 1e-300))
        chance: FloatArray = self.curve.chance(np.array([self.parameters]), logs)[0].reshape(gaps.shape)
        return chance

    @property
    def lapse(self) -> float | None:
        """The fitted lapse rate."""
        return None if self.curve is None else float(self.curve.lapse(np.array([self.parameters]))[0, 0])


def psychometric(
    gap: ArrayLike,
    right: ArrayLike,
    between: Between,
    plan: Resampling,
    guess: float | None = 0.5,
    most_lapse: float = 0.2,
) -> Psychometric:
    """Fit both sigmoids to comparisons (n,) of performances `gap` >= 0 apart, `right` 0, 1 or (a tie) 1/2.

    `guess` None: the guess rate is free as well; `most_lapse`: bound of the lapse rate. Rows between two
    clusters are `between` them. The intervals are of the dyadic jackknife on log scales. Gaps are pooled to
    64 levels at most. Raises ValueError where columns differ in length or a gap is negative or not finite.
    """
    gaps, hits = np.asarray(gap, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if not len(gaps) == len(hits) == len(between):
        raise ValueError(
            f"{len(gaps)} gaps need as many answers and clusters, found {len(hits)}, {len(between)}"
        )
    if not (np.isfinite(gaps) & (gaps >= 0.0)).all():
        raise ValueError("gaps must be finite and at least 0")
    clusters = len(np.union1d(between.first, between.second))
    reason = _unfit(gaps, hits)
    if reason:
        nothing = impossible(reason, len(gaps), clusters)
        return Psychometric(nothing, nothing, points=_points(gaps, hits))
    levels = _Levels.of(gaps)
    fits = []
    for sigmoid in Sigmoid:
        model = Model(sigmoid, guess, most_lapse)
        fits.append((model, levels.fit(model, hits, np.ones((1, len(hits))))))
    (model, best), (_, other) = sorted(fits, key=lambda one: -float(one[1].likelihood[0]))
    threshold, slope = _estimates(model, best, levels, hits, between, plan)
    return Psychometric(
        threshold,
        slope,
        model,
        tuple(float(p) for p in best.parameters[0]),
        2.0 * float(best.likelihood[0] - other.likelihood[0]),
        _goodness(model, best, levels, hits, plan),
        _points(gaps, hits),
    )


def _unfit(gaps: FloatArray, hits: FloatArray) -> str:
    """Why nothing can be fitted, if so."""
    positive = np.unique(gaps[gaps > 0.0])
    if len(positive) < LEAST_LEVELS:
        return f"{len(positive)} different gaps were shown, {LEAST_LEVELS} are needed"
    if (hits == 1.0).all():
        smallest = f"smaller than the smallest gap shown ({positive[0]:.3g})"
        return f"always right: the just-noticeable gap is {smallest}"
    if (hits == 0.0).all():
        return f"never right: no gap up to the largest shown ({positive[-1]:.3g}) is noticed"
    return ""


@dataclass(frozen=True, slots=True)
class _Levels:
    """Rows pooled by gap: `log_gap` (G,) of each level, `member` (n, G), and the log gaps above 0 `shown`."""

    log_gap: FloatArray
    member: FloatArray
    shown: FloatArray

    @classmethod
    def of(cls, gaps: FloatArray) -> _Levels:
        shown = np.log(np.unique(gaps[gaps > 0.0]))
        # No gap at all: so far below the smallest that F is 0 there.
        logs = np.where(gaps > 0.0, np.log(np.where(gaps > 0.0, gaps, 1.0)), shown[0] - 200.0)
        level = _pooled(logs, LEVELS)
        sizes = np.bincount(level)
        member = (level[:, None] == np.arange(len(sizes))[None, :]).astype(np.float64)
        return cls(np.bincount(level, weights=logs) / sizes, member, shown)

    def fit(self, model: Model, hits: FloatArray, weights: FloatArray) -> Fitted:
        """Fits under weights of rows (R, n)."""
        right, total = (weights * hits) @ self.member, weights @ self.member
        return fit(model, self.log_gap, self.shown, right, total)


def _pooled(values: FloatArray, most: int) -> IntArray:
    """Levels 0..G-1 (n,) of values: each its own, or at most `most` of nearly as many rows each."""
    names, codes = np.unique(values, return_inverse=True)
    codes = codes.reshape(-1)
    if len(names) > most:
        middle = np.cumsum(np.bincount(codes)) - np.bincount(codes) / 2.0
        codes = np.unique((middle / len(values) * most).astype(np.int64), return_inverse=True)[1][codes]
    return codes.astype(np.int64)


def _estimates(
    model: Model, best: Fitted, levels: _Levels, hits: FloatArray, between: Between, plan: Resampling
) -> tuple[Estimate, Estimate]:
    clusters = len(np.union1d(between.first, between.second))
    smallest, largest = (float(np.exp(end)) for end in (levels.shown[0], levels.shown[-1]))
    at = float(model.threshold(best.parameters, NOTICEABLE)[0])
    reason = ""
    if math.isnan(at) or at > levels.shown[-1]:
        reason = f"the just-noticeable gap is larger than the largest gap shown ({largest:.3g})"
    elif at < levels.shown[0]:
        reason = f"the just-noticeable gap is smaller than the smallest gap shown ({smallest:.3g})"
    elif 2.0 * (float(best.likelihood[0]) - _flat(hits)) < _RISE:
        reason = f"accuracy is not known to rise with the gap: {hits.mean():.0%} are right over all gaps"
    if reason:
        nothing = impossible(reason, len(hits), clusters)
        return nothing, nothing

    def of(sums: FloatArray) -> FloatArray:
        right, total = np.split(sums, 2, axis=1)
        found = fit(model, levels.log_gap, levels.shown, right, total).parameters
        return np.stack([model.threshold(found, NOTICEABLE), found[:, 1]], axis=1)

    support = between.effective(np.ones(len(hits)))
    target = Target(len(hits), clusters, support, undefined="75% right is not reached in every resample")
    columns = np.concatenate([hits[:, None] * levels.member, levels.member], axis=1)
    measure = Crossed(OfSums(columns, of), between, (target, target), np.ones((2, len(hits))))
    threshold, slope = (_exponential(estimate) for estimate in measure.estimates(plan))
    return _within(threshold, smallest, largest), slope


def _exponential(estimate: Estimate) -> Estimate:
    ends = (estimate.value, estimate.low, estimate.high, estimate.boot_low, estimate.boot_high)
    value, low, high, boot_low, boot_high = (None if e is None else math.exp(min(e, 700.0)) for e in ends)
    return replace(estimate, value=value, low=low, high=high, boot_low=boot_low, boot_high=boot_high)


def _within(estimate: Estimate, smallest: float, largest: float) -> Estimate:
    """The estimate with limits beyond the gaps shown left out, and that said."""

    def kept(limit: float | None) -> float | None:
        return limit if limit is not None and smallest <= limit <= largest else None

    beyond = ""
    if estimate.low is not None and estimate.low < smallest:
        beyond += f"; the lower limit is below the smallest gap shown ({smallest:.3g})"
    if estimate.high is not None and estimate.high > largest:
        beyond += f"; the upper limit is above the largest gap shown ({largest:.3g})"
    return replace(
        estimate,
        low=kept(estimate.low),
        high=kept(estimate.high),
        boot_low=kept(estimate.boot_low),
        boot_high=kept(estimate.boot_high),
        method=estimate.method + beyond,
    )


def _flat(hits: FloatArray) -> float:
    """Log likelihood of one accuracy whatever the gap."""
    rate, n = float(hits.mean()), len(hits)
    return n * (rate * math.log(rate) + (1.0 - rate) * math.log1p(-rate))


def _goodness(
    model: Model, best: Fitted, levels: _Levels, hits: FloatArray, plan: Resampling, draws: int = 200
) -> Goodness:
    """Deviance (Wichmann and Hill 2001, eq. 3) and its parametric bootstrap."""
    row = levels.member.argmax(axis=1)
    bin_of_row = _pooled(levels.log_gap[row], _BINS)
    bins = (bin_of_row[:, None] == np.arange(int(bin_of_row.max()) + 1)[None, :]).astype(np.float64)
    chance = model.chance(best.parameters, levels.log_gap)[0][row]
    generator = np.random.default_rng(plan.seed)
    drawn = (generator.random((draws, len(hits))) < chance).astype(np.float64)
    again = fit(
        model, levels.log_gap, levels.shown, drawn @ levels.member, np.ones_like(drawn) @ levels.member
    )
    observed = _deviance(hits[None], model.chance(best.parameters, levels.log_gap)[:, row], bins)
    simulated = _deviance(drawn, model.chance(again.parameters, levels.log_gap)[:, row], bins)
    reached = (np.count_nonzero(simulated >= observed[0] - 1e-9) + 1) / (draws + 1)
    return Goodness(float(observed[0]), float(reached))


def _deviance(hits: FloatArray, chance: FloatArray, bins: FloatArray) -> FloatArray:
    """2 sum (y log(y / m) + (n - y) log((n - y) / (n - m))) over bins (R,)."""
    seen, meant, sizes = hits @ bins, chance @ bins, bins.sum(axis=0)
    each = _cross(seen, meant) + _cross(sizes - seen, sizes - meant)
    deviance: FloatArray = 2.0 * each.sum(axis=1)
    return deviance


def _cross(seen: FloatArray, meant: FloatArray) -> FloatArray:
    safe = np.where(seen > 0.0, seen, 1.0)
    return np.where(seen > 0.0, seen * np.log(safe / np.maximum(meant, 1e-300)), 0.0)


def _points(gaps: FloatArray, hits: FloatArray) -> tuple[Point, ...]:
    if not len(gaps):
        return ()
    bins = _pooled(gaps, _BINS)
    return tuple(
        Point(float(gaps[bins == b].mean()), float(hits[bins == b].mean()), int((bins == b).sum()))
        for b in range(int(bins.max()) + 1)
    )
