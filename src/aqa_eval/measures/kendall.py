"""Kendall's tau-b (1945, Biometrika 33): how many more pairs are in the true order than in the reverse.

tau-b = (concordant - discordant) / sqrt(pairs with different truths x pairs with different predictions).
Each of the three counts is a quadratic form w' A w of the cluster weights w, A counting the pairs of rows
between two clusters, so that all pairs are looked at once and a resample costs as many multiplications as A
has entries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.estimate import Estimate, exact, impossible
from aqa_eval.measures.rank import items_per_group, never_varies, rankable
from aqa_eval.measures.resampling import Measure, Resampling, Target, critical
from aqa_eval.measures.scores import Scores

MOST_ROWS = 20_000
"""Rows of one group; so many, in as many clusters as are taken, need half a minute for 2,000 resamples."""
MOST_CLUSTERS = 2_000
"""Clusters of one group: three tables of 4 million numbers, 100 MB."""

_PAIRS = 4_000_000  # pairs of rows compared at once
_ALLOWANCE = "exact bound of disjoint pairs of clusters, all ordered alike"


@dataclass(frozen=True, slots=True)
class Kendall:
    """tau-b `pooled` (mean over criteria) and `within` events (mean over them), how many `events` that is,
    and the events `left_out` as too small or of one true score only.
    """

    pooled: Estimate
    within: Estimate
    events: int
    left_out: tuple[str, ...]


def kendall(scores: Scores, plan: Resampling) -> Kendall:
    """tau-b of prediction and truth; a judge that does not vary has no order: counted as tau 0.

    The noise floor is that of a judge whose scores are in random order, one score an item. A group of more
    than 20,000 rows or 2,000 clusters is not computed, and says so.
    """
    n, clusters = len(scores), scores.clusters.count
    if scores.unusable:
        nothing = impossible(scores.unusable, n, clusters)
        return Kendall(nothing, nothing, 0, ())
    pooled = _estimate(scores, scores.criterion, plan)
    if all(not scores.events[e] for e in np.unique(scores.event)):
        return Kendall(pooled, impossible("the dataset names no events", n, clusters), 0, ())
    group = scores.criterion * len(scores.events) + scores.event
    kept = rankable(scores, group)
    lost = tuple(sorted({scores.events[e] for e in np.unique(scores.event[~kept])}))
    if not kept.any():
        reason = "no event holds enough clips with different true scores"
        return Kendall(pooled, impossible(reason, n, clusters), 0, lost)
    within = _estimate(scores.only(kept), group[kept], plan)
    return Kendall(pooled, within, len(np.unique(group[kept])), lost)


def _estimate(scores: Scores, group: IntArray, plan: Resampling) -> Estimate:
    codes = np.unique(group, return_inverse=True)[1].astype(np.int64).reshape(-1)
    n, clusters = len(scores), scores.clusters.count
    parts = [codes == g for g in range(int(codes.max()) + 1)]
    rows = max(int(part.sum()) for part in parts)
    most = max(len(np.unique(scores.clusters.codes[part])) for part in parts)
    if rows > MOST_ROWS or most > MOST_CLUSTERS:
        reason = f"{rows:,} rows in {most:,} clusters are too many pairs for tau-b; rho has no such limit"
        return impossible(reason, n, clusters)
    bound = measure(scores, codes, plan)
    if never_varies(scores.prediction, codes) and bound.statistic(np.ones((1, clusters)))[0, 0] == 0.0:
        why = "constant predictions have no order: tau counts as 0"
        return exact(0.0, why, n, clusters, bound.targets[0].noise_floor)
    return bound.estimates(plan)[0]


def measure(scores: Scores, group: IntArray, plan: Resampling) -> Measure:
    """The mean tau-b over groups of codes (n,) 0..G-1, each counted as often as it stands in the resample;
    groups of one true score are left out of the mean.
    """
    clusters, n = scores.clusters, len(scores)
    tables = [
        PairTable(scores.truth[part], scores.prediction[part], clusters.codes[part])
        for part in (group == g for g in range(int(group.max()) + 1))
    ]
    sizes = np.bincount(group).astype(np.float64)
    members = np.zeros((clusters.count, len(sizes)))
    np.add.at(members, (clusters.codes, group), 1.0)

    def statistic(weights: FloatArray) -> FloatArray:
        each = np.stack([table.tau(weights) for table in tables], axis=1)
        if len(tables) == 1:
            return each
        times = np.where(np.isnan(each), 0.0, weights @ members / sizes)
        total = times.sum(axis=1)
        mean: FloatArray = (times * np.nan_to_num(each)).sum(axis=1) / np.where(total > 0, total, np.nan)
        return mean[:, None]

    carried = len(np.unique(clusters.codes))
    target = Target(
        n,
        carried,
        carried,
        (-1.0, 1.0),
        "fisher",
        noise_floor=_noise_floor(items_per_group(scores, group), carried, plan),
        undefined="all true scores are equal",
    )
    value = float(statistic(np.ones((1, clusters.count)))[0, 0])
    target = _perfect(target, value, plan)
    width = 4 * max(clusters.count, n if len(tables) > 1 else 1)
    return Measure(statistic, clusters.count, (target,), width)


class PairTable:
    """The pairs of rows between any two clusters: in order less out of order, with different `first`, and
    with different `second` values. All arrays (n,); `codes` are those of clusters, not all need be there.
    """

    def __init__(self, first: FloatArray, second: FloatArray, codes: IntArray) -> None:
        order = np.argsort(codes, kind="stable")
        x, y, sorted_codes = first[order], second[order], codes[order]
        self._clusters, starts = np.unique(sorted_codes, return_index=True)
        count = len(starts)
        place = np.searchsorted(self._clusters, sorted_codes)
        self._tables = np.zeros((3, count, count))
        step = max(1, _PAIRS // len(x))
        for begin in range(0, len(x), step):
            some = slice(begin, begin + step)
            up = np.sign(x[some, None] - x[None, :]).astype(np.int8)
            right = np.sign(y[some, None] - y[None, :]).astype(np.int8)
            for table, pairs in zip(self._tables, (up * right, up != 0, right != 0), strict=True):
                sums = np.add.reduceat(pairs, starts, axis=1, dtype=np.float64)
                np.add.at(table, place[some], sums)

    def tau(self, weights: FloatArray) -> FloatArray:
        """tau-b (R,) under cluster weights (R, k): 0 where `second` does not vary, NaN where `first` does
        not.
        """
        own = weights[:, self._clusters]
        net, first, second = (((own @ table) * own).sum(axis=1) for table in self._tables)
        scale = np.sqrt(first * second)
        tau = np.divide(net, scale, out=np.zeros_like(net), where=scale > 0)
        return np.where(first > 0, np.clip(tau, -1.0, 1.0), np.nan)


def _perfect(target: Target, value: float, plan: Resampling) -> Target:
    """No resample of perfectly ordered rows is disordered. Of m disjoint pairs of clusters all are in order:
    the chance of that is at least tail^(1/m), and tau twice it less 1.
    """
    if not math.isfinite(value) or abs(value) < 1.0:
        return target
    pairs = target.clusters // 2
    reach = 2.0 * (1.0 - plan.tail ** (1.0 / pairs)) if pairs else 2.0
    slack = (reach, 0.0) if value > 0 else (0.0, reach)
    return replace(target, slack=slack, allowance=_ALLOWANCE)


def _noise_floor(items: Sequence[int] | IntArray, clusters: int, plan: Resampling) -> float:
    """Half-width at random order: the variance of tau is 2 (2n + 5) / (9 n (n - 1)) (Kendall 1938)."""
    variance = sum(2.0 * (2.0 * n + 5.0) / (9.0 * n * (n - 1.0)) if n > 1 else 1.0 for n in map(int, items))
    return min(1.0, critical(clusters, plan.level) * math.sqrt(variance) / len(items))
