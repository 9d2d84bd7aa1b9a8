"""How well people agree: Krippendorff's alpha, and each rater against the others (the human ceiling).

Ratings are (units, raters), NaN where a rater did not rate a unit. Alpha is 1 where all agree, 0 where they
agree as values drawn from one urn would (Hayes & Krippendorff 2007, Communication Methods and Measures 1,
77-89; Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability").
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from aqa_eval.measures.cluster_ranks import ClusterRanks
from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray

SMALLEST = 3
"""Units a rank correlation needs: of two it is 1 or -1 whatever was said."""


def alpha_nominal(ratings: ArrayLike) -> float:
    """Krippendorff's alpha of categories: two ratings agree or they do not.

    `ratings` (units, raters) are any numbers that name categories. Raises ValueError where no unit has two
    ratings or all ratings are equal.
    """
    values, unit, sizes = pairable(ratings)
    names, codes = np.unique(values, return_inverse=True)
    _, in_unit = np.unique(unit * len(names) + codes.reshape(-1), return_counts=True)
    cell_unit = np.unique(unit * len(names) + codes.reshape(-1)) // len(names)
    same = np.bincount(cell_unit, weights=in_unit.astype(np.float64) ** 2, minlength=len(sizes))
    observed = float(((sizes**2 - same) / (sizes - 1.0)).sum())
    n = len(values)
    totals = np.bincount(codes.reshape(-1)).astype(np.float64)
    return 1.0 - observed / ((n**2 - float((totals**2).sum())) / (n - 1.0))


def alpha_interval(ratings: ArrayLike) -> float:
    """Krippendorff's alpha of numbers: two ratings disagree by the square of their difference.

    `ratings` (units, raters). Raises ValueError where no unit has two ratings or all ratings are equal.
    """
    values, unit, sizes = pairable(ratings)
    values = values - values.mean()  # squares of large equal parts would drown the differences
    sums = np.bincount(unit, weights=values, minlength=len(sizes))
    squares = np.bincount(unit, weights=values**2, minlength=len(sizes))
    # The sum of (x - y)^2 over all ordered pairs of m numbers is 2 (m sum x^2 - (sum x)^2).
    observed = float(((sizes * squares - sums**2) / (sizes - 1.0)).sum())
    n = len(values)
    expected = (n * float((values**2).sum()) - float(values.sum()) ** 2) / (n - 1.0)
    return 1.0 - observed / expected


def alpha_ordinal(ratings: ArrayLike) -> float:
    """Krippendorff's alpha of ranks: two ratings disagree by the square of how many ratings lie between them.

    That number is the difference of their midranks among all pairable ratings, so it is the interval alpha of
    midranks. `ratings` (units, raters). Raises ValueError where no unit has two ratings or all are equal.
    """
    values, unit, sizes = pairable(ratings)
    ranks = rankdata(values)
    table = np.full((len(sizes), int(sizes.max())), np.nan)
    place = np.arange(len(unit)) - np.searchsorted(unit, unit)
    table[unit, place] = ranks
    return alpha_interval(table)


def pairable(ratings: ArrayLike) -> tuple[FloatArray, IntArray, FloatArray]:
    """Ratings (N,) of units with two or more, the code (N,) of each rating's unit, counted among those units,
    and each unit's count. Raises ValueError where there are none, or all are equal.
    """
    table = rating_table(ratings)
    given: BoolArray = ~np.isnan(table)
    used = given.sum(axis=1) >= 2
    if not used.any():
        raise ValueError("no unit is rated by two raters or more, so nobody can agree")
    unit, rater = np.nonzero(given[used])
    values = table[used][unit, rater]
    if np.ptp(values) == 0.0:
        raise ValueError(f"all ratings are {values[0]:g}: without differences agreement cannot be told")
    return values, unit.astype(np.int64), given[used].sum(axis=1).astype(np.float64)


def mean_of_others(others: FloatArray) -> FloatArray:
    """The mean of the ratings that are there, for each unit: (units, raters) -> (units,)."""
    given = ~np.isnan(others)
    mean: FloatArray = np.where(given, others, 0.0).sum(axis=1) / given.sum(axis=1)
    return mean


def one_against_the_rest(
    ratings: ArrayLike, rest: Callable[[FloatArray], FloatArray] = mean_of_others
) -> list[float]:
    """Spearman's rho of each rater with the `rest` of them, over the units that both have rated.

    `ratings` (units, raters); `rest` makes one number of the others' ratings, (units, raters - 1) ->
    (units,), by default their mean. Gives one correlation a rater (a column: on a panel, a seat). Raises
    ValueError for fewer than two raters, and for a rater with fewer than three such units or on which he
    or the rest never vary.
    """
    table = rating_table(ratings)
    if table.shape[1] < 2:
        raise ValueError(f"{table.shape[1]} rater: expected two or more to compare")
    return [_against(table, rater, rest) for rater in range(table.shape[1])]


def _against(table: FloatArray, rater: int, rest: Callable[[FloatArray], FloatArray]) -> float:
    others = np.delete(table, rater, axis=1)
    both = ~np.isnan(table[:, rater]) & ~np.isnan(others).all(axis=1)
    if np.count_nonzero(both) < SMALLEST:
        raise ValueError(
            f"rater {rater + 1}: {np.count_nonzero(both)} units are rated by this and another one; expected "
            f"at least {SMALLEST}"
        )
    own, combined = table[both, rater], rest(others[both])
    if np.ptp(own) == 0.0 or np.ptp(combined) == 0.0:
        raise ValueError(f"rater {rater + 1}: the ratings never vary, so there is no rank correlation")
    one = np.zeros(len(own), np.int64)
    return float(ClusterRanks(own, combined, one, one).correlations(np.ones((1, 1)))[0, 0])


def rating_table(ratings: ArrayLike) -> FloatArray:
    """The ratings as an array (units, raters). Raises ValueError for another shape and infinite numbers."""
    table = np.asarray(ratings, np.float64)
    if table.ndim != 2:
        raise ValueError(f"ratings of shape {table.shape}: expected (units, raters)")
    if np.isinf(table).any():
        raise ValueError("ratings hold infinite numbers; expected finite ones, or NaN where there is none")
    return table
