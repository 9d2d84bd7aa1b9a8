"""Intraclass correlations: what share of the scatter of ratings is the thing rated.

McGraw and Wong 1996 (Psychological Methods 1), names theirs; Shrout and Fleiss 1979 (Psychological Bulletin
86) call ICC(1) (1,1), ICC(A,1) (2,1) and ICC(C,1) (3,1). From mean squares of the table (units, raters):

    ICC(1)   = (MSR - MSW) / (MSR + (k - 1) MSW)                        raters differ from unit to unit
    ICC(C,1) = (MSR - MSE) / (MSR + (k - 1) MSE)                        same raters, offsets forgiven
    ICC(A,1) = (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n)    same raters, offsets count

and of the mean of k raters ICC(k), ICC(C,k) and ICC(A,k).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import Clusters, FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.resampling import Measure, Resampling, Target

OUTPUTS = ("icc1", "icc1k", "icca1", "iccak", "iccc1", "iccck")
"""The outputs of `measure`, in order."""


@dataclass(frozen=True, slots=True)
class Intraclass:
    """ICC(1), ICC(A,1) and ICC(C,1) of one rater, and ICC(k), ICC(A,k) and ICC(C,k) of the mean of all
    `raters`. `left_out`: units that not all raters have rated, which are not used.
    """

    icc1: Estimate
    icc1k: Estimate
    icca1: Estimate
    iccak: Estimate
    iccc1: Estimate
    iccck: Estimate
    raters: int
    left_out: int


def intraclass(ratings: ArrayLike, cluster: ArrayLike, plan: Resampling) -> Intraclass:
    """The six coefficients of `ratings` (units, raters), all under the same resamples of whole clusters of
    units, `cluster` (units,). They need every rating of a unit; alpha does not.

    Raises ValueError where the ratings are not a table of two raters or more, or hold infinite numbers.
    """
    table = np.asarray(ratings, np.float64)
    if table.ndim != 2 or table.shape[1] < 2 or np.isinf(table).any():
        raise ValueError(
            f"ratings of shape {table.shape}: expected finite numbers, (units, 2 raters or more)"
        )
    whole = ~np.isnan(table).any(axis=1)
    left_out = int(np.count_nonzero(~whole))
    clusters = Clusters.of(np.asarray(cluster)[whole])
    if np.count_nonzero(whole) < 2:
        reason = (
            f"{np.count_nonzero(whole)} unit is rated by all {table.shape[1]} raters: expected two or more"
        )
        none = impossible(reason, int(whole.sum()), clusters.count)
        return Intraclass(none, none, none, none, none, none, table.shape[1], left_out)
    first, of_mean, a1, ak, c1, ck = measure(table[whole], clusters).estimates(plan)
    return Intraclass(first, of_mean, a1, ak, c1, ck, table.shape[1], left_out)


def measure(ratings: FloatArray, clusters: Clusters) -> Measure:
    """The coefficients named in `OUTPUTS`, of a complete table (units, raters)."""
    units, raters = ratings.shape
    centred = ratings - ratings.mean()
    columns = [np.ones(units), centred.mean(axis=1) ** 2, (centred**2).sum(axis=1)]
    sums = clusters.sums(np.column_stack([*columns, centred]))

    def statistic(weights: FloatArray) -> FloatArray:
        return _coefficients(weights @ sums, raters)

    carried = len(np.unique(clusters.codes))
    undefined = "all ratings are equal"
    one = Target(units, carried, carried, (-1.0, 1.0), "fisher", undefined=undefined)
    # Of raters that contradict each other all of a mean, and ICC(A,1) of few units, have no lower limit.
    free = Target(units, carried, carried, (-np.inf, 1.0), undefined=undefined)
    return Measure(statistic, clusters.count, (one, free, free, free, one, free), clusters.count + 8 * raters)


def _coefficients(sums: FloatArray, k: int) -> FloatArray:
    """The six (R, 6) from sums (R, 3 + k): units, squared unit means, squares, and ratings by rater."""
    n = sums[:, 0]
    safe = np.where(n > 1, n, np.nan)
    columns = sums[:, 3:] / safe[:, None]
    grand = columns.mean(axis=1)
    between = k * (sums[:, 1] - safe * grand**2)
    total = sums[:, 2] - safe * k * grand**2
    by_rater = safe * ((columns - grand[:, None]) ** 2).sum(axis=1)
    rest = np.maximum(total - between - by_rater, 0.0)
    between = np.maximum(between, 0.0)
    msr, mse = between / (safe - 1.0), rest / ((safe - 1.0) * (k - 1.0))
    msw, msc = (rest + by_rater) / (safe * (k - 1.0)), by_rater / (k - 1.0)
    floor = 1e-12 * np.maximum(sums[:, 2], 1e-300)
    found = [
        (msr - msw, msr + (k - 1.0) * msw),
        (msr - msw, msr),
        (msr - mse, msr + (k - 1.0) * mse + k * (msc - mse) / safe),
        (msr - mse, msr + (msc - mse) / safe),
        (msr - mse, msr + (k - 1.0) * mse),
        (msr - mse, msr),
    ]
    return np.stack(
        [np.divide(a, b, out=np.full_like(a, np.nan), where=b > floor / safe) for a, b in found], axis=1
    )
