"""Krippendorff's alpha with an interval: whole clusters of units are resampled.

The coefficients are those of `aqa_eval.measures.raters`, here as functions of cluster weights, as if each
unit stood there as often as its cluster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import Clusters, FloatArray, IntArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.rank import Ranking
from aqa_eval.measures.raters import pairable
from aqa_eval.measures.resampling import Measure, Resampling, Target, infer

Level = Literal["nominal", "ordinal", "interval"]


def alpha(ratings: ArrayLike, cluster: ArrayLike, level: Level, plan: Resampling) -> Estimate:
    """Krippendorff's alpha of `ratings` (units, raters; NaN where there is none), with the `cluster` of each
    unit (units,). Raises ValueError where the ratings are no such table.
    """
    clusters = Clusters.of(cluster)
    try:
        pairable(ratings)
    except ValueError as unusable:
        if np.ndim(ratings) != 2 or np.isinf(np.asarray(ratings, np.float64)).any():
            raise
        return impossible(str(unusable), len(np.asarray(ratings)), clusters.count)
    return measure(ratings, clusters, level).estimates(plan)[0]


def mean_alpha(
    ratings: ArrayLike, cluster: ArrayLike, criterion: ArrayLike, level: Level, plan: Resampling
) -> tuple[Estimate, tuple[str, ...]]:
    """The unweighted mean over criteria of each one's alpha, all under the same resamples, and the criteria
    left out, whose ratings are all equal or of one rater only. Over all at once alpha would count as
    agreement that some criteria are more often fulfilled than others, which nobody need look to know.

    `criterion` (units,); the rest as in `alpha`.
    """
    table, clusters, names = np.asarray(ratings, np.float64), Clusters.of(cluster), np.asarray(criterion)
    each: list[Measure] = []
    left_out: list[str] = []
    for name in np.unique(names).tolist():
        own = names == name
        try:
            each.append(measure(table[own], Clusters(clusters.codes[own], clusters.count), level))
        except ValueError:
            left_out.append(str(name))
    if not each:
        reason = "no criterion has different ratings, and a unit that two raters have rated"
        return impossible(reason, len(table), clusters.count), tuple(left_out)

    def statistic(weights: FloatArray) -> FloatArray:
        found = np.concatenate([one.statistic(weights) for one in each], axis=1)
        mean: FloatArray = found.mean(axis=1, keepdims=True)
        return mean

    carried = min(one.targets[0].clusters for one in each)
    target = replace(each[0].targets[0], n=sum(m.targets[0].n for m in each), clusters=carried)
    target = replace(target, support=carried, undefined="all ratings of a criterion are equal")
    return infer(statistic, clusters.count, [target], plan, sum(one.width for one in each))[0], tuple(
        left_out
    )


def measure(ratings: ArrayLike, clusters: Clusters, level: Level) -> Measure:
    """Alpha as a measure over the `clusters` of the units; raises ValueError where `pairable` does."""
    values, unit, sizes = pairable(ratings)
    table = np.asarray(ratings, np.float64)
    rated = np.flatnonzero((~np.isnan(table)).sum(axis=1) >= 2)
    codes = clusters.codes[rated]
    statistic = _STATISTICS[level](values, unit, sizes, Clusters(codes, clusters.count))
    carried = len(np.unique(codes))
    target = Target(len(rated), carried, carried, (-1.0, 1.0), "fisher", undefined="all ratings are equal")
    return Measure(statistic, clusters.count, (target,), clusters.count + 6 * len(values))


_Statistic = Callable[[FloatArray], FloatArray]


def _nominal(values: FloatArray, unit: IntArray, sizes: FloatArray, clusters: Clusters) -> _Statistic:
    names, codes = np.unique(values, return_inverse=True)
    counts = np.zeros((len(sizes), len(names)))
    np.add.at(counts, (unit, codes.reshape(-1)), 1.0)
    differing = (sizes**2 - (counts**2).sum(axis=1)) / (sizes - 1.0)
    sums = clusters.sums(np.column_stack([differing, counts]))

    def statistic(weights: FloatArray) -> FloatArray:
        totals = weights @ sums
        given = totals[:, 1:]
        n = given.sum(axis=1)
        return _alpha(totals[:, 0], n**2 - (given**2).sum(axis=1), n)

    return statistic


def _interval(values: FloatArray, unit: IntArray, sizes: FloatArray, clusters: Clusters) -> _Statistic:
    values = values - values.mean()
    total, squares = _per_unit(values, unit, sizes), _per_unit(values**2, unit, sizes)
    differing = (sizes * squares - total**2) / (sizes - 1.0)
    sums = clusters.sums(np.column_stack([differing, sizes, total, squares]))

    def statistic(weights: FloatArray) -> FloatArray:
        observed, n, first, second = (weights @ sums).T
        return _alpha(observed, n * second - first**2, n)

    return statistic


def _ordinal(values: FloatArray, unit: IntArray, sizes: FloatArray, clusters: Clusters) -> _Statistic:
    ranking = Ranking(values, np.zeros(len(values), np.int64))
    starts = np.searchsorted(unit, np.arange(len(sizes)))

    def statistic(weights: FloatArray) -> FloatArray:
        of_unit = weights[:, clusters.codes]
        ranks, squares = ranking.centred(of_unit[:, unit])
        total = np.add.reduceat(ranks, starts, axis=1)
        second = np.add.reduceat(ranks**2, starts, axis=1)
        observed = (of_unit * (sizes * second - total**2) / (sizes - 1.0)).sum(axis=1)
        n = of_unit @ sizes
        return _alpha(observed, n * squares[:, 0], n)

    return statistic


_STATISTICS: dict[Level, Callable[[FloatArray, IntArray, FloatArray, Clusters], _Statistic]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
}


def _per_unit(values: FloatArray, unit: IntArray, sizes: FloatArray) -> FloatArray:
    return np.bincount(unit, weights=values, minlength=len(sizes)).astype(np.float64)


def _alpha(observed: FloatArray, expected: FloatArray, n: FloatArray) -> FloatArray:
    """1 - (n - 1) x observed / expected (R, 1), both as sums over ordered pairs."""
    varies = expected > 1e-12 * np.maximum(n, 1.0)
    ratio = np.divide((n - 1.0) * observed, expected, out=np.full_like(n, np.nan), where=varies)
    return (1.0 - ratio)[:, None]
