"""AUROC: the chance that a graded answer ranks a clip with the fault above one without, ties counting half.

It is the Mann-Whitney statistic (Hanley and McNeil 1982, Radiology 143), here under row weights by weighted
midranks. Per criterion and as the unweighted mean over criteria: pooled, knowing which criterion is mostly
faulty would be enough for a good part of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from aqa_eval.measures.clusters import FloatArray, IntArray, Tallies, effective
from aqa_eval.measures.estimate import Estimate, exact, impossible
from aqa_eval.measures.graded import Graded
from aqa_eval.measures.resampling import Measure, Resampling, Target, critical

_ALLOWANCE = "exact bound of disjoint pairs of clusters, all ordered alike"


@dataclass(frozen=True, slots=True)
class AurocByCriterion:
    """`overall`: unweighted mean over the criteria that can be estimated. `criteria`: each one by name.
    `left_out`: criteria without both outcomes, which the mean does not contain.
    """

    overall: Estimate
    criteria: Mapping[str, Estimate]
    left_out: tuple[str, ...]


class WeightedAuroc:
    """AUROC of each group under weights of clusters, as if each row stood there as often as its cluster
    weighs. `group` (n,) are codes 0..G-1. Rows of one grade in one group are counted, and no more.
    """

    def __init__(self, graded: Graded, group: IntArray) -> None:
        pairs = np.stack([group.astype(np.float64), graded.grade], axis=1)
        ties, tie = np.unique(pairs, axis=0, return_inverse=True)
        of_row = tie.reshape(-1).astype(np.int64)
        self.ties = len(ties)
        self._hits, self._others = (
            Tallies(graded.clusters, of_row, self.ties, counted)
            for counted in (graded.outcome, ~graded.outcome)
        )
        self._starts = np.flatnonzero(np.diff(ties[:, 0], prepend=-1.0))
        self._group = ties[:, 0].astype(np.int64)

    def values(self, weights: FloatArray) -> FloatArray:
        """AUROC (R, G) under weights (R, k), NaN where one of the outcomes is missing."""
        hit, other = self._hits.under(weights), self._others.under(weights)
        counts = hit + other
        hits, others = self._sums(hit), self._sums(other)
        totals = hits + others
        before = np.cumsum(totals, axis=1) - totals
        # A tie of c rows ending at rank e has midrank e - (c - 1)/2; the mean of N ranks is (N + 1)/2.
        middle = (before + (totals + 1.0) / 2.0)[:, self._group]
        ranks = np.cumsum(counts, axis=1) - (counts - 1.0) / 2.0 - middle
        # The sum of the centred midranks of P positive and N negative rows is U - P N / 2.
        above = self._sums(hit * ranks)
        pairs = hits * others
        return np.divide(above, pairs, out=np.full_like(pairs, np.nan), where=pairs > 0) + 0.5

    def _sums(self, values: FloatArray) -> FloatArray:
        sums: FloatArray = np.add.reduceat(values, self._starts, axis=1)
        return sums


def auroc(graded: Graded, plan: Resampling) -> AurocByCriterion:
    """AUROC with its intervals, all criteria under the same resamples.

    Where every pair is ordered alike no resample differs: of m disjoint pairs of clusters, one with the
    outcome and one without, all m were ordered so, which a chance of theta^m >= 0.025 allows. The noise floor
    is that of grades in random order, one grade an item. Constant grades order nothing: exactly 1/2.
    """
    names, clusters = graded.criteria, graded.clusters.count
    if graded.unusable:
        return AurocByCriterion(impossible(graded.unusable, len(graded), clusters), {}, ())
    present = np.unique(graded.criterion)
    used = _estimable(graded, present)
    places = [used or list(present), *([c] for c in present)]
    estimates = [
        _constant(graded, chosen, estimate)
        for chosen, estimate in zip(places, measure(graded, places, plan).estimates(plan), strict=True)
    ]
    return AurocByCriterion(
        estimates[0],
        {names[c]: one for c, one in zip(present, estimates[1:], strict=True)},
        tuple(names[c] for c in present if used and c not in used),
    )


def headline(graded: Graded, plan: Resampling) -> Measure | None:
    """The mean AUROC over the criteria that can be estimated, as a measure that others can be subtracted
    from; None where there is none.
    """
    used = [] if graded.unusable else _estimable(graded, np.unique(graded.criterion))
    return measure(graded, [used], plan) if used else None


def measure(graded: Graded, places: Sequence[Sequence[int]], plan: Resampling) -> Measure:
    """The unweighted mean AUROC over each selection of criterion codes, an output each; usable rows only."""
    present, group = np.unique(graded.criterion, return_inverse=True)
    weighted = WeightedAuroc(graded, group.astype(np.int64).reshape(-1))
    columns = [np.searchsorted(present, list(chosen)) for chosen in places]

    def statistic(weights: FloatArray) -> FloatArray:
        each = weighted.values(weights)
        return np.stack([each[:, chosen].mean(axis=1) for chosen in columns], axis=1)

    whole = statistic(np.ones((1, graded.clusters.count)))[0]
    targets = tuple(
        _target(graded, chosen, float(value), plan) for chosen, value in zip(places, whole, strict=True)
    )
    return Measure(statistic, graded.clusters.count, targets, 8 * weighted.ties + graded.clusters.count)


def _carriers(graded: Graded, criterion: int) -> tuple[IntArray, IntArray]:
    """The clusters that have the outcome in this criterion, and those that lack it somewhere."""
    mine = graded.criterion == criterion
    codes = graded.clusters.codes
    return np.unique(codes[mine & graded.outcome]), np.unique(codes[mine & ~graded.outcome])


def _estimable(graded: Graded, present: IntArray) -> list[int]:
    """Criteria with each outcome in two clusters or more (in one, where none has more)."""
    fewest = {int(c): min(len(side) for side in _carriers(graded, int(c))) for c in present}
    for least in (2, 1):
        used = [c for c, carriers in fewest.items() if carriers >= least]
        if used:
            return used
    return []


def _target(graded: Graded, chosen: Sequence[int], value: float, plan: Resampling) -> Target:
    rows = np.isin(graded.criterion, list(chosen))
    clusters = len(np.unique(graded.clusters.codes[rows]))
    sides = [_carriers(graded, int(c)) for c in chosen]
    fewest = min(min(len(hits), len(others)) for hits, others in sides)
    support = float(min(clusters, 2 * fewest))
    worth = float(effective(np.bincount(graded.clusters.codes[rows]).astype(np.float64)))
    support = min(support, worth)
    bounds, missing = (0.0, 1.0), "only one outcome is there"
    target = Target(int(rows.sum()), clusters, support, bounds, "rate", undefined=missing)
    if not math.isfinite(value):
        return target
    if value in (0.0, 1.0):
        pairs = min(min(len(a), len(b), len(np.union1d(a, b)) // 2) for a, b in sides)
        reach = 1.0 - plan.tail ** (1.0 / pairs) if pairs else 1.0
        slack = (reach, 0.0) if value == 1.0 else (0.0, reach)
        target = replace(target, slack=slack, allowance=_ALLOWANCE)
    return replace(target, noise_floor=_noise_floor(graded, chosen, support, plan))


def _noise_floor(graded: Graded, chosen: Sequence[int], support: float, plan: Resampling) -> float:
    """Half-width at random order: the variance of U / (P N) is (P + N + 1) / (12 P N), in items."""
    variance = 0.0
    for criterion in chosen:
        mine = graded.criterion == criterion
        hits = len(np.unique(graded.item[mine & graded.outcome]))
        others = len(np.unique(graded.item[mine & ~graded.outcome]))
        variance += (hits + others + 1.0) / (12.0 * hits * others)
    return min(critical(support, plan.level) * math.sqrt(variance) / len(chosen), 0.5)


def _constant(graded: Graded, chosen: Sequence[int], estimate: Estimate) -> Estimate:
    ranges = [np.unique(graded.grade[graded.criterion == c]).size for c in chosen]
    if estimate.value is None or max(ranges) > 1:
        return estimate
    why = "constant grades order nothing: AUROC is 1/2"
    return exact(0.5, why, estimate.n, estimate.clusters, estimate.noise_floor)
