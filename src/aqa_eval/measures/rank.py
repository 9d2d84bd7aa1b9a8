"""Spearman's rank correlation, pooled and within events.

Within an event the question is whether the judge sees who did better; pooled, knowing which event usually
scores high is enough for a good part of it. Events are combined by tanh of the mean atanh (Fisher 1921;
as usual in action quality assessment since Pan et al. 2019, ICCV).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from aqa_eval.measures import noise_floor
from aqa_eval.measures.cluster_ranks import ClusterRanks, width
from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, IntArray
from aqa_eval.measures.estimate import Estimate, exact, impossible
from aqa_eval.measures.resampling import Measure, Resampling, Target, critical
from aqa_eval.measures.scores import Scores

SMALLEST_EVENT = 3
"""Rows an event needs: of two, the correlation is 1 or -1 whatever the judge."""


class Ranking:
    """Midranks of one variable within groups, centred on their mean, under row weights."""

    def __init__(self, values: FloatArray, group: IntArray) -> None:
        self._order = np.lexsort((values, group))
        ordered, groups = values[self._order], group[self._order]
        fresh = np.ones(len(ordered), np.bool_)
        fresh[1:] = (ordered[1:] != ordered[:-1]) | (groups[1:] != groups[:-1])
        starts = np.flatnonzero(fresh)
        self._last = np.append(starts[1:], len(ordered)) - 1
        tie_group = groups[starts]
        self._group_starts = np.flatnonzero(np.diff(tie_group, prepend=-1))
        self._group_of_tie = np.cumsum(np.diff(tie_group, prepend=-1) != 0) - 1
        self._tie_of_row = np.empty(len(ordered), np.int64)
        self._tie_of_row[self._order] = np.cumsum(fresh) - 1

    def centred(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Centred midranks (R, n) and their weighted sums of squares per group (R, G)."""
        reached = np.cumsum(weights[:, self._order], axis=1)[:, self._last]
        counts = np.diff(reached, axis=1, prepend=0.0)
        totals = np.add.reduceat(counts, self._group_starts, axis=1)
        before = np.cumsum(totals, axis=1) - totals
        # A tie of c rows ending at rank e has midrank e - (c - 1)/2; the mean of N ranks is (N + 1)/2.
        ranks = reached - (counts - 1.0) / 2.0 - (before + (totals + 1.0) / 2.0)[:, self._group_of_tie]
        squares = np.add.reduceat(counts * ranks**2, self._group_starts, axis=1)
        return ranks[:, self._tie_of_row], squares


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """`pooled` over all rows, `within` events (None-like where there are none), how many `events` it
    combines, and the events `left_out` as too small or of one true score only.
    """

    pooled: Estimate
    within: Estimate
    events: int
    left_out: tuple[str, ...]


def rank_correlation(scores: Scores, plan: Resampling) -> RankCorrelation:
    """Spearman's rho of prediction and truth. A judge that does not vary has no ranks: counted as rho 0.

    Several criteria are combined as events are. Noise floor: that of a judge whose scores are in random
    order, one score an item.
    """
    if scores.unusable:
        nothing = impossible(scores.unusable, len(scores), scores.clusters.count)
        return RankCorrelation(nothing, nothing, 0, ())
    pooled = _combined(scores, scores.criterion, plan)
    if all(not scores.events[e] for e in np.unique(scores.event)):
        none = impossible("the dataset names no events", len(scores), scores.clusters.count)
        return RankCorrelation(pooled, none, 0, ())
    group = scores.criterion * len(scores.events) + scores.event
    kept = rankable(scores, group)
    lost = sorted({scores.events[e] for e in np.unique(scores.event[~kept])})
    if not kept.any():
        reason = f"no event holds {SMALLEST_EVENT} clips or more with different true scores"
        none = impossible(reason, len(scores), scores.clusters.count)
        return RankCorrelation(pooled, none, 0, tuple(lost))
    within = _combined(scores.only(kept), group[kept], plan)
    return RankCorrelation(pooled, within, len(np.unique(group[kept])), tuple(lost))


def combine(rho: FloatArray, sizes: FloatArray, multiplicity: FloatArray) -> FloatArray:
    """Tanh of the mean atanh of rho (R, G) over groups, undefined (NaN) ones left out.

    A group of n rows with |rho| = 1 would make the mean infinite: it counts as half a step below, the step
    to the next lower attainable |rho| being 12 / (n (n^2 - 1)) (one swap of neighbours). `multiplicity`
    (R, G) is how often each group stands in the resample.
    """
    guard = 1.0 - 6.0 / (sizes * (sizes**2 - 1.0))
    deviates = np.arctanh(np.clip(rho, -guard, guard))
    weights = np.where(np.isnan(deviates), 0.0, multiplicity)
    total = weights.sum(axis=1)
    mean = (weights * np.nan_to_num(deviates)).sum(axis=1) / np.where(total > 0, total, np.nan)
    combined: FloatArray = np.tanh(mean)
    return combined


def rankable(scores: Scores, group: IntArray) -> BoolArray:
    """Rows of events with enough rows and more than one true score."""
    names, place = np.unique(group, return_inverse=True)
    rows = np.bincount(place)
    lowest, highest = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.minimum.at(lowest, place, scores.truth)
    np.maximum.at(highest, place, scores.truth)
    named = np.array([scores.events[e] != "" for e in scores.event])
    kept: BoolArray = ((rows >= SMALLEST_EVENT) & (highest > lowest))[place] & named
    return kept


def headline(scores: Scores, plan: Resampling) -> Measure | None:
    """Rho within events where there are any, else pooled, as a measure that others can be subtracted from;
    None where it cannot be computed. All clusters of the scores count, whether or not their events do.
    """
    if scores.unusable:
        return None
    group, kept = scores.criterion, np.ones(len(scores), np.bool_)
    if any(scores.events[e] for e in np.unique(scores.event)):
        group = scores.criterion * len(scores.events) + scores.event
        kept = rankable(scores, group)
    if not kept.any():
        return None
    codes = np.unique(group[kept], return_inverse=True)[1].astype(np.int64).reshape(-1)
    clusters = Clusters(scores.clusters.codes[kept], scores.clusters.count)
    return _measure(replace(scores.only(kept), clusters=clusters), codes, plan)


def _combined(scores: Scores, group: IntArray, plan: Resampling) -> Estimate:
    """One group: rho itself; several: combined through Fisher's z."""
    codes = np.unique(group, return_inverse=True)[1].astype(np.int64).reshape(-1)
    n, clusters = len(scores), scores.clusters.count
    measure = _measure(scores, codes, plan)
    if measure is None:
        return impossible("all true scores are equal", n, clusters)
    if never_varies(scores.prediction, codes):
        why = "constant predictions have no ranks: rho counts as 0"
        return exact(0.0, why, n, clusters, measure.targets[0].noise_floor)
    return measure.estimates(plan)[0]


def _measure(scores: Scores, codes: IntArray, plan: Resampling) -> Measure | None:
    """Rho over the groups of `codes` (n,); None where no group's true scores differ."""
    n, clusters = len(scores), scores.clusters
    sizes = np.bincount(codes).astype(np.float64)
    ranks = ClusterRanks(scores.truth, scores.prediction, codes, clusters.codes)
    members = np.zeros((clusters.count, len(sizes)))
    np.add.at(members, (clusters.codes, codes), 1.0)
    each = ranks.correlations(np.ones((1, clusters.count)))[0]
    if np.isnan(each).all():
        return None

    def statistic(weights: FloatArray) -> FloatArray:
        rho = ranks.correlations(weights)
        if len(sizes) == 1:
            return rho
        return combine(rho, sizes, weights @ members / sizes)[:, None]

    floor = noise_floor.of_rank_correlation(items_per_group(scores, codes), clusters.count, plan)
    bounds, carried = (-1.0, 1.0), len(np.unique(clusters.codes))
    target = Target(n, carried, carried, bounds, "fisher", (0.0, 0.0), noise_floor=floor)
    if (np.abs(each[~np.isnan(each)]) >= 1.0).all():
        perfect = float(statistic(np.ones((1, clusters.count)))[0, 0])
        target = _perfect(target, perfect, plan)
    return Measure(statistic, clusters.count, (target,), width(n))


def _perfect(target: Target, value: float, plan: Resampling) -> Target:
    """No resample of perfectly ordered rows is disordered: take Fisher's z with clusters as the sample."""
    k = target.clusters
    guard = 1.0 - 6.0 / (k * (k**2 - 1.0)) if k > 1 else 0.0
    reach = critical(k, plan.level) / math.sqrt(k - 3) if k > 3 else math.inf
    gap = abs(value) - math.tanh(math.atanh(guard) - reach)
    slack = (gap, 0.0) if value > 0 else (0.0, gap)
    words = "Fisher's z on the number of clusters, since every resample is perfectly ordered"
    return Target(target.n, k, target.support, target.bounds, "fisher", slack, words, target.noise_floor)


def never_varies(prediction: FloatArray, group: IntArray) -> bool:
    """Whether the prediction (n,) is the same throughout every group (n,)."""
    return all(np.ptp(prediction[group == g]) == 0.0 for g in np.unique(group))


def items_per_group(scores: Scores, group: IntArray) -> IntArray:
    """Distinct items of each group: repeats of an item do not make the ranking longer."""
    per_item = np.unique(group * (int(scores.item.max()) + 1) + scores.item)
    return np.bincount(per_item // (int(scores.item.max()) + 1))
