"""Inference where a row lies between two clusters: a comparison of two people belongs to both of them.

Two comparisons hang together if they share a person, so that neither resampling people (a pair then weighs
the product of both weights, and its own noise is counted twice) nor resampling pairs (what a person adds to
all of its pairs is then missed) is right. The variance robust to dyadic dependence is (Aronow, Samii and
Assenova 2015, Political Analysis 23; Cameron and Miller 2014)

    sum over clusters c (T without the rows that touch c - T)^2 - sum over dyads d (T without d's rows - T)^2,

where a dyad is an unordered pair of different clusters: the first sum has every pair of rows that share a
cluster once, but a dyad's own rows twice. Rows of one cluster alone (`first` = `second`) are in the first
sum only, and if all rows are so this is the ordinary cluster jackknife.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray
from aqa_eval.measures.draws import chunks
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.resampling import Resampling, Target, between, bootstrap, reported

RowStatistic = Callable[[FloatArray], FloatArray]
"""Weights of rows (R, n) in, numbers (R, m) out, NaN where a number is not defined under those weights."""


@dataclass(frozen=True, slots=True)
class OfSums:
    """A row statistic that rests on weighted sums alone: `columns` (n, q) of the rows, and what to make of
    their sums, (R, q) to (R, m). Sums over rows of the same two clusters are then as good as the rows, and
    leaving a unit out is a subtraction.
    """

    columns: FloatArray
    of: Callable[[FloatArray], FloatArray]

    def __call__(self, weights: FloatArray) -> FloatArray:
        """The statistic under weights of rows (R, n)."""
        return self.of(weights @ self.columns)


MOST_TIED = 0.7
"""The most that the squared shares of the clusters may add up to: from six people on, all pairs of whom are
compared (4/6); with fewer, too little is left to tell what pairs share from what they do not."""

TOO_FEW = "too few clusters between the pairs: what pairs share cannot be told from what they do not"


@dataclass(frozen=True, slots=True)
class Between:
    """The two clusters of every row: `first` and `second` (n,) in 0..count-1, equal where there is one."""

    first: IntArray
    second: IntArray
    count: int

    @classmethod
    def of(cls, first: Sequence[str], second: Sequence[str | None] | None = None) -> Between:
        """From labels; None in `second` where a row has one cluster. Raises ValueError on unequal lengths."""
        others = [b if b is not None else a for a, b in zip(first, second or first, strict=True)]
        names, codes = np.unique(np.array([*first, *others], dtype=str), return_inverse=True)
        codes = codes.astype(np.int64).reshape(-1)
        return cls(codes[: len(first)], codes[len(first) :], len(names))

    def __len__(self) -> int:
        return len(self.first)

    @property
    def dyads(self) -> IntArray:
        """A code for the unordered pair of clusters of every row (n,)."""
        low, high = np.minimum(self.first, self.second), np.maximum(self.first, self.second)
        dyads: IntArray = low * self.count + high
        return dyads

    def only(self, rows: IntArray | BoolArray) -> Between:
        """Some of the rows, clusters coded as before."""
        return Between(self.first[rows], self.second[rows], self.count)

    def row_weights(self, weights: FloatArray) -> FloatArray:
        """Weights of rows (R, n) from weights of clusters (R, k): the product of both, or the only one."""
        return weights[:, self.first] * np.where(self.first == self.second, 1.0, weights[:, self.second])

    def effective(self, bearing: FloatArray) -> float:
        """Effective number of clusters that rows of `bearing` (n,) touch: (sum of shares)^2 / sum of squared
        shares (Kish 1965, Survey Sampling).
        """
        own = self.first == self.second
        shares = np.bincount(self.first, weights=bearing, minlength=self.count)
        shares += np.bincount(self.second, weights=np.where(own, 0.0, bearing), minlength=self.count)
        squares = float((shares**2).sum())
        return float(shares.sum()) ** 2 / squares if squares > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Crossed:
    """A statistic bound to its rows, each between two clusters.

    `bearing` (m, n): how much each row counts in each output (0: not at all); only ratios matter. The
    `support` of a target is its number of effective clusters, one more than the degrees of freedom; see
    `Between.effective`.
    """

    statistic: RowStatistic
    between: Between
    targets: tuple[Target, ...]
    bearing: FloatArray

    def estimates(self, plan: Resampling) -> list[Estimate]:
        """Every output with its interval."""
        values = self.statistic(np.ones((1, len(self.between))))[0]
        draws = self._draws(plan)
        return _estimates(values, draws, self._influence(), self.targets, plan)

    def _draws(self, plan: Resampling) -> FloatArray:
        """The statistic on resamples of whole clusters, a row weighing the product of both weights."""
        statistic, between = self._by_dyad()
        return bootstrap(
            lambda weights: statistic(between.row_weights(weights)), between.count, plan, 4 * len(between)
        )

    def _by_dyad(self) -> tuple[RowStatistic, Between]:
        """The statistic on as few rows as weigh alike: a row a dyad where sums are enough."""
        if not isinstance(self.statistic, OfSums):
            return self.statistic, self.between
        keys, dyad = np.unique(self.between.dyads, return_inverse=True)
        sums = _summed(self.statistic.columns, dyad.reshape(-1), len(keys))
        low, high = np.divmod(keys, self.between.count)
        return OfSums(sums, self.statistic.of), Between(low, high, self.between.count)

    def _influence(self) -> _Influence:
        whole = self.statistic(np.ones((1, len(self.between))))
        clusters = np.union1d(self.between.first, self.between.second)
        dyad = self.between.dyads
        keys = np.unique(dyad)
        of_clusters = self._left_out(clusters, (self.between.first, self.between.second)) - whole
        of_dyads = self._left_out(keys, (dyad,)) - whole
        shares = self._shares(clusters, (self.between.first, self.between.second))
        of_clusters *= 1.0 - shares
        of_dyads *= 1.0 - self._shares(keys, (dyad,))
        return _Influence(clusters, of_clusters, keys, of_dyads, (shares**2).sum(axis=0), self.between.count)

    def _left_out(self, units: IntArray, codes: Sequence[IntArray]) -> FloatArray:
        """The statistic (units, m) without the rows that have the unit's code in one of `codes`."""
        if isinstance(self.statistic, OfSums):
            return self.statistic.of(self._sums_without(self.statistic.columns, units, codes))
        parts, start = [], 0
        for size in chunks(len(units), 4 * len(self.between)):
            each = units[start : start + size, None]
            kept = np.logical_and.reduce([each != code[None, :] for code in codes])
            parts.append(self.statistic(kept.astype(np.float64)))
            start += size
        return np.concatenate(parts)

    def _sums_without(self, columns: FloatArray, units: IntArray, codes: Sequence[IntArray]) -> FloatArray:
        """The sums (units, q) of the rows that are left without the rows of each unit."""
        first, *others = (np.searchsorted(units, code) for code in codes)
        lost = _summed(columns, first, len(units))
        for place in others:
            apart = place != first
            lost += _summed(columns[apart], place[apart], len(units))
        left: FloatArray = columns.sum(axis=0) - lost
        return left

    def _shares(self, units: IntArray, codes: Sequence[IntArray]) -> FloatArray:
        """What part of each output's bearing touches each unit (units, m)."""
        places = [np.searchsorted(units, code) for code in codes]
        own = np.ones(len(self.between), np.bool_) if len(places) == 1 else places[0] != places[1]
        columns = []
        for row in self.bearing / np.maximum(self.bearing.sum(axis=1, keepdims=True), 1e-300):
            share = np.bincount(places[0], weights=row, minlength=len(units))
            if len(places) > 1:
                share += np.bincount(places[1], weights=np.where(own, row, 0.0), minlength=len(units))
            columns.append(share)
        return np.stack(columns, axis=1)


def _summed(columns: FloatArray, place: IntArray, count: int) -> FloatArray:
    """Sums of columns (n, q) over the rows of each place: (count, q)."""
    return np.stack([np.bincount(place, weights=column, minlength=count) for column in columns.T], axis=1)


@dataclass(frozen=True, slots=True)
class _Influence:
    """How far each cluster (k', m) and dyad (D, m) moves each output if its rows count infinitesimally less,
    times its share; `tied` (m,) is the sum of squared shares of the clusters.

    Left out wholly, a cluster with share s moves a mean by 1/(1 - s) times as much.
    """

    clusters: IntArray
    of_clusters: FloatArray
    dyads: IntArray
    of_dyads: FloatArray
    tied: FloatArray
    count: int

    def variances(self) -> FloatArray:
        """Variance of each output (m,); NaN where a cluster cannot be left out or too few are there.

        Of independent rows the difference of both sums is 1 - `tied` times the variance of their mean, since
        the mean is taken from the rows; the same holds for people who add to all pairs of each other. With
        all pairs of G people 1 - `tied` is (G - 4)/G, with no pairs (G - 1)/G. Where the difference is
        smaller than the variance with all dyads independent (chance makes it so, even negative), that one.
        """
        crossing = self.dyads // self.count != self.dyads % self.count
        squares = self.of_dyads**2
        shared = (self.of_clusters**2).sum(axis=0) - squares[crossing].sum(axis=0)
        floor = squares.sum(axis=0) * len(squares) / max(len(squares) - 1, 1)
        loose = np.where(self.tied <= MOST_TIED, 1.0 - self.tied, np.nan)
        variances: FloatArray = np.maximum(shared / loose, floor)
        return variances


def difference(one: Crossed, other: Crossed, plan: Resampling) -> list[Estimate]:
    """`one` minus `other`, output by output. Clusters are coded alike on both sides: what is of one cluster
    hangs together, be it on one side or across (paired); sides without a common cluster are independent.

    Raises ValueError where they do not have as many clusters or outputs.
    """
    if one.between.count != other.between.count or len(one.targets) != len(other.targets):
        raise ValueError(
            f"a difference needs the same clusters and outputs on both sides, found {one.between.count} and "
            f"{other.between.count} clusters, {len(one.targets)} and {len(other.targets)} outputs"
        )
    a, b = one._influence(), other._influence()
    clusters, of_clusters = _aligned((a.clusters, a.of_clusters), (b.clusters, b.of_clusters))
    dyads, of_dyads = _aligned((a.dyads, a.of_dyads), (b.dyads, b.of_dyads))
    together = _Influence(
        clusters, of_clusters, dyads, of_dyads, np.maximum(a.tied, b.tied), one.between.count
    )
    values = [side.statistic(np.ones((1, len(side.between))))[0] for side in (one, other)]
    draws = one._draws(plan) - other._draws(plan)
    targets = [between(x, y) for x, y in zip(one.targets, other.targets, strict=True)]
    return _estimates(values[0] - values[1], draws, together, targets, plan)


def _aligned(
    one: tuple[IntArray, FloatArray], other: tuple[IntArray, FloatArray]
) -> tuple[IntArray, FloatArray]:
    """Influences `one` - `other` over the units of both, 0 where a side has not the unit."""
    units = np.union1d(one[0], other[0])
    moved = np.zeros((len(units), one[1].shape[1]))
    moved[np.searchsorted(units, one[0])] += one[1]
    moved[np.searchsorted(units, other[0])] -= other[1]
    return units, moved


def _estimates(
    values: FloatArray,
    draws: FloatArray,
    influence: _Influence,
    targets: Sequence[Target],
    plan: Resampling,
) -> list[Estimate]:
    found = []
    variances = influence.variances()
    for i, target in enumerate(targets):
        value, free = float(values[i]), max(target.support - 1.0, 1.0)
        half = float(special.stdtrit(free, 0.5 + plan.level / 2.0)) * math.sqrt(variances[i])
        limits = _limits(value, half, target) if math.isfinite(half) and math.isfinite(value) else None
        method = f"dyadic cluster jackknife-t, {free:.3g} degrees of freedom"
        estimate = reported(value, draws[:, i], limits, method, free, target, plan)
        if limits is None and estimate.value is not None and influence.tied[i] > MOST_TIED:
            estimate = replace(estimate, reason=TOO_FEW)
        found.append(estimate)
    return found


def _limits(value: float, half: float, target: Target) -> tuple[float, float]:
    """Limits `half` of the scale's own units away, delta method. On Fisher's scale, atanh of where the value
    stands between its bounds, errors are nearly symmetric for a rate too (there it is half its logit).
    """
    low, high = target.bounds
    if target.scale == "identity" or not low < value < high:
        return value - half, value + half
    reach = (high - low) / 2.0
    place = (value - low) / reach - 1.0
    centre, error = math.atanh(place), half / reach / (1.0 - place**2)
    limits = (low + reach * (1.0 + math.tanh(centre + sign * error)) for sign in (-1.0, 1.0))
    return next(limits), next(limits)
