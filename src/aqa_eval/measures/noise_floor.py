"""How far from chance a judge that sees nothing would land on the very same rows.

A noise floor is the half-width of the 95% interval such a judge would have. It depends on the rows and
their clusters and not on the judge's skill: an effect below it cannot be told from luck here. Yes/no judges
at chance toss a fair coin (closed form, in `aqa_eval.measures.links`); scoring judges at chance give scores
unrelated to the truth (here). A judge whose answers hang together within clusters scatters more; its own
interval shows that.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from aqa_eval.measures.clusters import IntArray
from aqa_eval.measures.resampling import Resampling, critical

_PERMUTATIONS = 4000
_LARGE = 500  # from here on the normal limit of the variance, 1 / (n - 1), is exact to three digits


def of_rank_correlation(items: IntArray, clusters: int, plan: Resampling) -> float:
    """For rho in one group of `items[0]` items, or combined over several groups.

    One group: under random order the variance of rho is exactly 1 / (n - 1), ties or not. Several: the
    variance of each guarded atanh(rho) is simulated with a fixed seed, and the mean's follows.
    """
    times = critical(clusters, plan.level)
    if len(items) == 1:
        return min(1.0, times / math.sqrt(max(int(items[0]) - 1, 1)))
    variance = sum(_variance_of_deviate(int(n)) for n in items) / len(items) ** 2
    return math.tanh(times * math.sqrt(variance))


def of_skill(spread: float, items: int, clusters: int, plan: Resampling) -> float:
    """For skill, of a judge with this `spread` s = SD(predicted)/SD(true) and no correlation.

    Skill = 2 r s - s^2 - b^2 moves by 2 s r, and r has variance 1 / (n - 1).
    """
    return 2.0 * spread * critical(clusters, plan.level) / math.sqrt(max(items - 1, 1))


@cache
def _variance_of_deviate(n: int) -> float:
    """Variance of atanh(rho) of n items in random order, guarded as in `rank.combine`."""
    if n < 3:
        return 1.0
    if n >= _LARGE:
        return 1.0 / (n - 1)
    ranks = np.arange(n) - (n - 1) / 2.0
    shuffled = np.random.default_rng(n).permuted(np.tile(ranks, (_PERMUTATIONS, 1)), axis=1)
    guard = 1.0 - 6.0 / (n * (n**2 - 1.0))
    rho = np.clip(shuffled @ ranks / (ranks @ ranks), -guard, guard)
    return float(np.mean(np.arctanh(rho) ** 2))
