"""Rates of yes in cells of a design, and every measure that is a sum of (transformed) rates.

Balanced accuracy, correctness bias, acquiescence, d' and c are all `constant + sum_j a_j g(rate_j)` with g
the identity or a probit. Sums over clusters are enough to compute them under any cluster weights, so a
resample costs k numbers and not n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, IntArray, effective
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.links import Identity, Link
from aqa_eval.measures.resampling import Measure, Resampling, Target, critical


@dataclass(frozen=True, slots=True)
class Rates:
    """Weighted counts per cluster and cell: `yes` and `total` (k, J), and `pool` (J, G), which adds cells
    up to the groups whose rates are wanted. `trials` (G,) counts rows, `items` (G,) is the effective
    number of items (N^2 / sum of squared rows per item), so that repeats of an item count once.
    """

    yes: FloatArray
    total: FloatArray
    pool: FloatArray
    trials: IntArray
    items: FloatArray

    @property
    def carriers(self) -> IntArray:
        """How many clusters carry each cell (J,)."""
        return _carriers(self.total)

    @property
    def group_carriers(self) -> IntArray:
        """How many clusters carry each group (G,)."""
        return _carriers(self.total @ self.pool)


def _carriers(total: FloatArray) -> IntArray:
    carriers: IntArray = np.count_nonzero(total, axis=0)
    return carriers


def tally(
    yes: FloatArray,
    cell: IntArray,
    cells: int,
    item: IntArray,
    clusters: Clusters,
    pool: FloatArray | None = None,
    weight: FloatArray | None = None,
) -> Rates:
    """Count `yes` (n,) of 0s and 1s in `cells` cells by `cell` (n,); rows with a negative cell are left out.

    `pool` (cells, G) of 0s and 1s adds cells to groups (default: each cell is its own group); `weight`
    (n,) is what a row counts (default 1).
    """
    kept = cell >= 0
    cell, item, yes = cell[kept], item[kept], yes[kept]
    weight = np.ones(len(cell)) if weight is None else weight[kept]
    pool = np.eye(cells) if pool is None else pool
    place = clusters.codes[kept] * cells + cell
    shape = (clusters.count, cells)
    total = np.bincount(place, weights=weight, minlength=math.prod(shape)).astype(np.float64).reshape(shape)
    affirmed = (
        np.bincount(place, weights=weight * yes, minlength=math.prod(shape)).astype(np.float64).reshape(shape)
    )
    group = pool.argmax(axis=1)[cell]
    trials = np.bincount(group, minlength=pool.shape[1])
    per_item = group * (int(item.max(initial=0)) + 1) + item
    _, places, rows = np.unique(per_item, return_index=True, return_counts=True)
    squares = np.bincount(group[places], weights=rows.astype(np.float64) ** 2, minlength=pool.shape[1])
    items = np.divide(trials.astype(np.float64) ** 2, squares, out=np.zeros(pool.shape[1]), where=squares > 0)
    return Rates(affirmed, total, pool, trials.astype(np.int64), items)


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure: `constant + coefficients (G,) . g(rates)`, within `bounds`.

    `undefined` says what is missing if a group is empty.
    """

    coefficients: FloatArray
    constant: float = 0.0
    bounds: tuple[float, float] = (-math.inf, math.inf)
    undefined: str = "not defined on these rows"


def estimate_sums(rates: Rates, link: Link, sums: Sequence[Sum], plan: Resampling) -> list[Estimate]:
    """Every sum with its interval, all under the same resamples."""
    return measure_sums(rates, link, sums, plan).estimates(plan)


def measure_sums(rates: Rates, link: Link, sums: Sequence[Sum], plan: Resampling) -> Measure:
    """The sums as one measure, an output each."""
    coefficients = np.stack([s.coefficients for s in sums])
    constants = np.array([s.constant for s in sums])
    involved = (coefficients != 0.0).astype(np.float64)
    clusters, cells = rates.total.shape
    yes, total = rates.yes @ rates.pool, rates.total @ rates.pool

    def statistic(weights: FloatArray) -> FloatArray:
        values = link.values(weights @ yes, weights @ total)
        missing = np.isnan(values)
        results: FloatArray = np.where(missing, 0.0, values) @ coefficients.T + constants
        results[missing.astype(np.float64) @ involved.T > 0] = np.nan
        results[:, involved.sum(axis=1) == 0] = np.nan  # a sum over no rates is a constant, not a measure
        return results

    known = _Known(total > 0, effective(total), link.variances(rates), link.chance_variances(rates))
    targets = tuple(_target(rates, link, s, known, plan) for s in sums)
    return Measure(statistic, clusters, targets, clusters + 4 * cells)


@dataclass(frozen=True, slots=True)
class _Known:
    """What all sums share: which cluster carries which group (k, G), how many of equal size those are worth
    (G,), and the variances of the groups' terms (G,), as observed and of a judge at chance.
    """

    carried: BoolArray
    carriers: FloatArray
    observed: FloatArray
    by_chance: FloatArray


def _target(rates: Rates, link: Link, wanted: Sum, known: _Known, plan: Resampling) -> Target:
    """What is known of a sum beside its values: support, allowance for still cells, noise floor."""
    used = wanted.coefficients != 0.0
    clusters = int(np.count_nonzero(known.carried[:, used].any(axis=1)))
    carriers, trials = known.carriers[used], int(rates.trials[used].sum())
    if not used.any() or (carriers == 0).any():
        return Target(trials, clusters, clusters, undefined=wanted.undefined)
    squares = wanted.coefficients[used] ** 2
    observed, by_chance = squares * known.observed[used], squares * known.by_chance[used]
    times = critical(effective_clusters(by_chance, carriers, clusters), plan.level)
    return Target(
        trials,
        clusters,
        effective_clusters(observed, carriers, clusters),
        wanted.bounds,
        "rate" if isinstance(link, Identity) and np.count_nonzero(used) == 1 else "identity",
        slack=link.slack(rates, wanted.coefficients, plan),
        allowance=link.allowance,
        noise_floor=min(times * math.sqrt(by_chance.sum()), (wanted.bounds[1] - wanted.bounds[0]) / 2.0),
        undefined=wanted.undefined,
    )


def effective_clusters(variances: FloatArray, carriers: FloatArray | IntArray, clusters: int) -> float:
    """Effective clusters of a sum: one more than Satterthwaite's degrees of freedom (1946, Biometrics
    Bulletin 2), in which each rate has the clusters that carry it, and never more than all clusters.
    """
    total = float(variances.sum())
    if total <= 0.0:
        return float(min(clusters, carriers.min()))
    free = np.maximum(carriers - 1.0, 0.5)
    return float(min(clusters, 1.0 + total**2 / float((variances**2 / free).sum())))
