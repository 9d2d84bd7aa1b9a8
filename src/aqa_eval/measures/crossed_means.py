"""Means of rows between two clusters, and how far those that never vary may be from always alike."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.crossed import Between, Crossed, OfSums
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import worst
from aqa_eval.measures.resampling import Resampling, Target

ALIKE = "exact bound over rows without a common cluster where all are alike"


def mean(
    values: FloatArray, between: Between, bounds: tuple[float, float], plan: Resampling, why: str
) -> Estimate:
    """The mean of rows (n,), each within `bounds`; `why` there is none where there is no row."""
    if not len(values):
        return impossible(why, 0, 0)
    return mean_measure(values, between, bounds, plan).estimates(plan)[0]


def mean_measure(
    values: FloatArray, between: Between, bounds: tuple[float, float], plan: Resampling
) -> Crossed:
    """The mean of rows (n,), at least one, as a measure that others can be subtracted from.

    Where all rows are alike, another value has at most the probability that `still_slack` allows.
    """
    n, slack = len(values), (0.0, 0.0)
    if np.ptp(values) == 0.0:
        other = still_slack(np.ones(1), np.zeros(n, np.int64), between, plan.tail)
        slack = other * (float(values[0]) - bounds[0]), other * (bounds[1] - float(values[0]))
    bearing = np.ones(n)
    carriers = len(np.union1d(between.first, between.second))
    target = Target(n, carriers, between.effective(bearing), bounds, "fisher", slack, ALIKE)
    sums = OfSums(np.column_stack([values, bearing]), lambda sums: quotients(sums[:, :1], sums[:, 1:]))
    return Crossed(sums, between, (target,), bearing[None])


def weighted_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """The mean of `values` (n,) under weights (R, n): (R,), NaN where all weights are 0."""
    return quotients(weights @ values, weights.sum(axis=1))


def quotients(sums: FloatArray, totals: FloatArray) -> FloatArray:
    """Means of the same shape from sums and totals, NaN where the total is 0."""
    return np.where(totals > 0, sums / np.where(totals > 0, totals, 1.0), np.nan)


def still_slack(coefficient: FloatArray, cell: IntArray, between: Between, tail: float) -> float:
    """How far answers that are all alike may be from always alike, in a sum of rates.

    `coefficient` (cells,) is what each rate counts, all answers of which are alike; `cell` (n,) says which
    rate a row belongs to, -1 none. Rows without a common cluster are independent: of as many as are found,
    row by row, all are alike with probability prod q, so prod q >= tail with the wanted confidence.
    """
    left = float(coefficient.sum())
    chosen = disjoint(cell, between)
    counts = np.bincount(cell[chosen], minlength=len(coefficient))
    weights = np.repeat(coefficient / np.maximum(counts, 1), counts)
    unbounded = float(coefficient[counts == 0].sum())
    return min(left, unbounded + worst(weights, tail))


def disjoint(cell: IntArray, between: Between) -> IntArray:
    """Rows of cells no two of which share a cluster, found greedily, the cells (n,) in turn (-1: none)."""
    rows = np.flatnonzero(cell >= 0)
    turn = np.zeros(len(cell), np.int64)
    for one in np.unique(cell[rows]):
        mine = rows[cell[rows] == one]
        turn[mine] = np.arange(len(mine))
    used: set[int] = set()
    chosen = []
    for row in rows[np.argsort(turn[rows], kind="stable")]:
        both = {int(between.first[row]), int(between.second[row])}
        if not both & used:
            used |= both
            chosen.append(int(row))
    return np.array(chosen, np.int64)


def still_deviate_variance(values: FloatArray, cell: IntArray, between: Between) -> float:
    """Variance of the corrected deviate of a rate that is 0 or 1 among the rows with a `cell` (n,) of 0;
    0 where it is neither.

    Binomial at the corrected rate, with the rows without a common cluster as the trials (Gourevitch and
    Galanter 1967, Psychometrika 32).
    """
    mine = values[cell == 0]
    if mine.sum() not in (0.0, float(len(mine))):
        return 0.0
    rate = (float(mine.sum()) + 0.5) / (len(mine) + 1.0)
    density = math.exp(-0.5 * float(special.ndtri(rate)) ** 2) / math.sqrt(2.0 * math.pi)
    return rate * (1.0 - rate) / len(disjoint(cell, between)) / density**2
