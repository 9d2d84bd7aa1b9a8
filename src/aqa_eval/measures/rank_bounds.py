"""How far missing scores could move a rank correlation.

The scores that were given stay as they are; the missing ones may be anything. Where they would stand in the
ranking is then free, and the lowest and highest rho over all placings bound what the whole would have given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.rank import SMALLEST_EVENT, combine

_LARGEST = 20_000_000  # cells of the table that placing fills; beyond it only -1 and 1 are certain


@dataclass(frozen=True, slots=True)
class RhoBounds:
    """The lowest and the highest rho that any values of the missing scores can give."""

    low: float
    high: float


def rho_bounds(truth: FloatArray, given: FloatArray) -> RhoBounds | None:
    """Bounds of Spearman's rho of `truth` (n,) and `given` (n,), NaN where a score is missing; None where the
    truth does not vary, since then there is no rho.

    With R the midranks of the truth and S those of the scores, rho = sum (R - m)(S - m) / sqrt(SSR SSS),
    where m = (n + 1) / 2. The sum is made extreme exactly: rows of one given score share their mean R, the
    missing ones enter between them in order of their R (rearrangement inequality), and how many enter before
    which given score is found by dynamic programming. A missing score that ties with others has the mean of
    what placing it before and after them gives, so that ties never go beyond it. SSS is smallest with all
    missing scores tied with the commonest given one, largest with none tied: the one that makes the bound
    wider is taken. So no filling lies outside; without missing scores both bounds are rho itself.
    """
    n = len(truth)
    if n < 2 or np.ptp(truth) == 0.0:
        return None
    ranks = stats.rankdata(truth) - (n + 1) / 2.0
    missing = np.isnan(given)
    free = np.sort(ranks[missing])
    levels, place, counts = np.unique(given[~missing], return_inverse=True, return_counts=True)
    if len(levels) * (len(free) + 1) > _LARGEST:
        return RhoBounds(-1.0, 1.0)
    means = np.bincount(place.reshape(-1), weights=ranks[~missing]) / counts if len(levels) else np.zeros(0)
    spread = float(ranks @ ranks)
    least, most = _spreads(n, counts.astype(np.int64), len(free))
    high = _extreme(means, counts, free)
    low = -_extreme(-means, counts, np.sort(-free))
    return RhoBounds(-_ratio(-low, spread, least, most), _ratio(high, spread, least, most))


def rho_bounds_within(truth: FloatArray, given: FloatArray, group: IntArray) -> RhoBounds | None:
    """Bounds of rho combined over groups as `rank.combine` does, `group` (n,) codes; groups of fewer than
    three rows or of one true score are left out, and None where no other is there.
    """
    found, sizes = [], []
    for code in np.unique(group):
        rows = group == code
        bounds = rho_bounds(truth[rows], given[rows]) if np.count_nonzero(rows) >= SMALLEST_EVENT else None
        if bounds is not None:
            found.append((bounds.low, bounds.high))
            sizes.append(float(np.count_nonzero(rows)))
    if not found:
        return None
    if len(found) == 1:
        return RhoBounds(*found[0])
    each = np.array(found).T
    low, high = combine(each, np.array(sizes), np.ones_like(each))
    return RhoBounds(float(low), float(high))


def _extreme(means: FloatArray, counts: IntArray, free: FloatArray) -> float:
    """The largest sum over rows of centred truth rank times rank of the score, all placings considered.

    `means` (L,) and `counts` (L,): mean truth rank and number of rows of each given score, rising; `free`
    (m,): truth ranks of the missing, rising. `best[j]`: j of the missing stand before the next given score.
    """
    missing = len(free)
    order = np.arange(1, missing + 1)
    before = 0
    # So far only missing ones: the j-th has rank j.
    best = np.concatenate([[0.0], np.cumsum(free * order)])
    for mean, count in zip(means, counts, strict=True):
        stood = np.arange(missing + 1)
        best = best + mean * count * (before + stood + (count + 1) / 2.0)
        before += int(count)
        entering = np.concatenate([[0.0], np.cumsum(free * (before + order))])
        best = entering + np.maximum.accumulate(best - entering)
    return float(best[-1])


def _spreads(n: int, counts: IntArray, missing: int) -> tuple[float, float]:
    """The smallest and the largest sum of squared centred midranks of n scores, `counts` (L,) of which are
    tied at each given level: (n^3 - n)/12 less (t^3 - t)/12 for every tie of t.
    """
    ties = counts.astype(np.float64)
    whole, tied = float(n) ** 3 - n, float((ties**3 - ties).sum())
    largest = float(ties.max()) if len(ties) else 0.0
    joined = largest + missing
    return (whole - tied + (largest**3 - largest) - (joined**3 - joined)) / 12.0, (whole - tied) / 12.0


def _ratio(total: float, spread: float, least: float, most: float) -> float:
    scale = least if total > 0 else most
    if abs(total) <= 1e-9 * spread:
        return 0.0
    return 1.0 if scale <= 0.0 else float(np.clip(total / math.sqrt(spread * scale), -1.0, 1.0))
