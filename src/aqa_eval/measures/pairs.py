"""Comparisons of two performances: accuracy, the pull of the first place, and the same answer when swapped.

With H = P(says the first | the first is better) and F = P(says the first | the second is better), ties half
each, accuracy is (H + 1 - F) / 2, which no leaning to a place can raise, and the leaning is (H + F) / 2 -
1/2. In normal deviates the leaning is (z(H) + z(F)) / 2 and what is seen d' = (z(H) - z(F)) / sqrt 2, for
the evidence is a difference of two (Macmillan and Creelman 2005, Detection Theory, chapter 7).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray
from aqa_eval.measures.crossed import Between, Crossed, OfSums
from aqa_eval.measures.crossed_means import ALIKE, mean, still_deviate_variance, still_slack
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import Identity, Probit
from aqa_eval.measures.repeats import Flips, Repeats, flips
from aqa_eval.measures.resampling import Resampling, Target, critical

FIRST, TIE, SECOND = 1, 0, -1
ONE_SIDE = "the better one was never shown first, or never second"


@dataclass(frozen=True, slots=True)
class Comparisons:
    """One row an answered comparison, all arrays (n,): which of the two as shown (FIRST, SECOND or TIE) is
    `better` and which was `preferred`; which `pair` it is of, a code that both orders share, and whether it
    is shown `swapped`; and the clusters of the two.
    """

    better: IntArray
    preferred: IntArray
    pair: IntArray
    swapped: BoolArray
    between: Between

    @classmethod
    def of(
        cls,
        first: Sequence[str],
        second: Sequence[str],
        better: Sequence[str | None],
        preferred: Sequence[str | None],
        cluster: Sequence[str],
        cluster_second: Sequence[str],
        question: Sequence[str] | None = None,
    ) -> Comparisons:
        """From names: which performances were shown `first` and `second`, which of them is `better` and
        which was `preferred` (None: a tie), the cluster of each as shown, and what was asked of them (the
        criterion). Raises ValueError where the columns differ in length, a performance is compared with
        itself, or one that was not shown is better or preferred.
        """
        asked = question if question is not None else [""] * len(first)
        columns = (first, second, better, preferred, cluster, cluster_second, asked)
        if len({len(column) for column in columns}) > 1:
            raise ValueError(f"comparisons need columns of one length, found {[len(c) for c in columns]}")
        rows = list(zip(first, second, better, preferred, strict=True))
        for a, b, *named in rows:
            if a == b or any(name not in {a, b, None} for name in named):
                raise ValueError(f"a comparison of {a!r} and {b!r} cannot have {named} as better, preferred")
        best, chosen = (
            np.array([_side(row[0], row[1], row[place]) for row in rows], np.int64) for place in (2, 3)
        )
        keys = [repr((min(a, b), max(a, b), q)) for a, b, q in zip(first, second, asked, strict=True)]
        pair = np.unique(np.array(keys, dtype=str), return_inverse=True)[1].astype(np.int64).reshape(-1)
        swapped = np.array([a > b for a, b, *_ in rows], np.bool_)
        return cls(best, chosen, pair, swapped, Between.of(cluster, cluster_second))

    def __len__(self) -> int:
        return len(self.better)


@dataclass(frozen=True, slots=True)
class Preference:
    """`accuracy` (chance 1/2), `first_bias` (-1/2 to 1/2; above zero: the first shown is preferred), the same
    in deviates as `first_bias_z`, `d_prime` free of it, and the share of `ties`. `order`: flips when a pair
    is shown in the other order, beside those of plain re-asking; `consistency` is 1 - their `between`.
    """

    accuracy: Estimate
    first_bias: Estimate
    first_bias_z: Estimate
    d_prime: Estimate
    ties: Estimate
    consistency: Estimate
    order: Flips


def preference(comparisons: Comparisons, plan: Resampling) -> Preference:
    """All measures of the comparisons. Rows in which neither is better count for ties and order alone."""
    told = comparisons.better != TIE
    sides = [comparisons.better[told] == side for side in (FIRST, SECOND)]
    if all(side.any() for side in sides):
        accuracy, bias = rates_measure(comparisons, plan).estimates(plan)
        bias_z, d_prime = deviates_measure(comparisons, plan).estimates(plan)
    else:
        accuracy = bias = bias_z = d_prime = impossible(ONE_SIDE, int(told.sum()), 0)
    tied = (comparisons.preferred == TIE).astype(np.float64)
    ties = mean(tied, comparisons.between, (0.0, 1.0), plan, "nothing was compared")
    order = order_flips(comparisons, plan)
    return Preference(accuracy, bias, bias_z, d_prime, ties, _complement(order.between), order)


def order_flips(comparisons: Comparisons, plan: Resampling) -> Flips:
    """How often the preferred performance changes with the order, and beyond plain re-asking."""
    performance = np.where(comparisons.swapped, -comparisons.preferred, comparisons.preferred)
    one = np.unique(comparisons.pair, return_index=True)[1]
    item = Repeats(performance + 1, comparisons.pair, comparisons.swapped, comparisons.between.only(one))
    return flips(item, plan)


def rates_measure(comparisons: Comparisons, plan: Resampling) -> Crossed:
    """Accuracy and first-position bias as a measure; both sides must be there."""
    said, cell, between = _said_first(comparisons)
    sizes = np.bincount(cell, minlength=2)

    def of(sums: FloatArray) -> FloatArray:
        hit, false = Identity().values(sums[:, :2], sums[:, 2:]).T
        return np.stack([(hit + 1.0 - false) / 2.0, (hit + false) / 2.0 - 0.5], axis=1)

    # Accuracy falls if H was always 1 or F always 0, and rises the other way; the bias falls if both were 1.
    slacks = [
        (_slack(said, cell, between, below, plan), _slack(said, cell, between, above, plan))
        for below, above in (((1.0, 0.0), (0.0, 1.0)), ((1.0, 1.0), (0.0, 0.0)))
    ]
    support = between.effective(1.0 / sizes[cell])
    floor = critical(support, plan.level) * math.sqrt(0.25 * float((1.0 / sizes).sum())) / 2.0
    targets = tuple(
        _target(cell, between, bounds, slack, "fisher", min(floor, 0.5))
        for bounds, slack in zip(((0.0, 1.0), (-0.5, 0.5)), slacks, strict=True)
    )
    return Crossed(OfSums(_tallied(said, cell), of), between, targets, np.tile(1.0 / sizes[cell], (2, 1)))


def deviates_measure(comparisons: Comparisons, plan: Resampling) -> Crossed:
    """First-position bias and d' in deviates as a measure, log-linear correction as in `Probit`."""
    said, cell, between = _said_first(comparisons)
    sizes = np.bincount(cell, minlength=2)

    def of(sums: FloatArray) -> FloatArray:
        hit, false = Probit().values(sums[:, :2], sums[:, 2:]).T
        return np.stack([(hit + false) / 2.0, (hit - false) / math.sqrt(2.0)], axis=1)

    times = critical(between.effective(1.0 / sizes[cell]), plan.level)
    variance = sum(still_deviate_variance(said, np.where(cell == side, 0, -1), between) for side in (0, 1))
    slacks = [times * math.sqrt(variance * square) for square in (0.25, 0.5)]
    infinite = (-math.inf, math.inf)
    targets = tuple(
        replace(
            _target(cell, between, infinite, (slack, slack), "identity", None), allowance=Probit.allowance
        )
        for slack in slacks
    )
    return Crossed(OfSums(_tallied(said, cell), of), between, targets, np.tile(1.0 / sizes[cell], (2, 1)))


def _side(first: str | None, second: str | None, name: str | None) -> int:
    return TIE if name is None else FIRST if name == first else SECOND


def _said_first(comparisons: Comparisons) -> tuple[FloatArray, IntArray, Between]:
    """Of the rows in which one is better: 1 if the first was preferred (a tie: 1/2), 0 for which cell if
    the first is better and 1 if the second is, and their clusters.
    """
    told = comparisons.better != TIE
    cell = (comparisons.better[told] == SECOND).astype(np.int64)
    return (comparisons.preferred[told] + 1.0) / 2.0, cell, comparisons.between.only(told)


def _tallied(said: FloatArray, cell: IntArray) -> FloatArray:
    """Columns (n, 4) whose sums are the counts of "first" in both cells, and of all in both."""
    member = (cell[:, None] == np.arange(2)[None, :]).astype(np.float64)
    return np.column_stack([member * said[:, None], member])


def _slack(
    said: FloatArray, cell: IntArray, between: Between, values: tuple[float, float], plan: Resampling
) -> float:
    """Half of each rate that never was anything but its one of `values`: how far it may be from that."""
    still = np.array([(said[cell == side] == value).all() for side, value in enumerate(values)])
    return still_slack(np.where(still, 0.5, 0.0), np.where(still[cell], cell, -1), between, plan.tail)


def _target(
    cell: IntArray,
    between: Between,
    bounds: tuple[float, float],
    slack: tuple[float, float],
    scale: Literal["identity", "fisher"],
    floor: float | None,
) -> Target:
    carriers = len(np.union1d(between.first, between.second))
    support = between.effective(1.0 / np.bincount(cell, minlength=2)[cell])
    return Target(len(cell), carriers, support, bounds, scale, slack, ALIKE, floor, ONE_SIDE)


def _complement(estimate: Estimate) -> Estimate:
    """1 - the estimate."""
    value, low, high, boot_low, boot_high = (
        None if one is None else 1.0 - one
        for one in (estimate.value, estimate.high, estimate.low, estimate.boot_high, estimate.boot_low)
    )
    return replace(estimate, value=value, low=low, high=high, boot_low=boot_low, boot_high=boot_high)
