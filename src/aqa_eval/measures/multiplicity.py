"""Many tests at once: adjusted p, and in how many cells there is something.

p are arrays (k,) of numbers from 0 to 1, NaN where a cell could not be tested.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from aqa_eval.measures.clusters import FloatArray

Combination = Literal["fisher", "simes", "bonferroni"]
_Adjust = Callable[[FloatArray, int], FloatArray]


def holm(p: ArrayLike) -> FloatArray:
    """P adjusted so that calling those under alpha different makes one false call in alpha of the families,
    whatever depends on what (Holm 1979, Scandinavian J. of Statistics 6). NaN stays and is not counted.
    """
    return _adjusted(p, lambda ordered, m: np.maximum.accumulate(ordered * (m - np.arange(m))))


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """P adjusted so that of those called under alpha a share of alpha is false on average, for independent or
    positively dependent tests (Benjamini and Hochberg 1995, JRSS B 57). NaN stays and is not counted.
    """

    def stepped_up(ordered: FloatArray, m: int) -> FloatArray:
        scaled = ordered * m / np.arange(1, m + 1)
        falling: FloatArray = np.minimum.accumulate(scaled[::-1])[::-1]
        return falling

    return _adjusted(p, stepped_up)


def partial_conjunction(p: ArrayLike, u: int, by: Combination = "simes") -> float:
    """P of the hypothesis that fewer than `u` of the k cells have an effect (Benjamini and Heller 2008,
    Biometrics 64): the combination of the k - u + 1 largest. u = 1 asks for any effect, u = k for all.

    `by`: "fisher" for independent cells, "simes" also for positively dependent ones (models asked about the
    same clips), "bonferroni" whatever depends on what. A cell without a test (NaN) counts as p = 1. For an
    effect in one direction p must be one-sided. Raises ValueError where u is not from 1 to k.
    """
    values = _checked(p)
    k = len(values)
    if not 1 <= u <= k:
        raise ValueError(f"u = {u} of {k} cells: expected 1 to {k}")
    largest = np.sort(np.where(np.isnan(values), 1.0, values))[u - 1 :]
    m = len(largest)
    if by == "bonferroni":
        return float(min(1.0, m * largest[0]))
    if by == "simes":
        return float(min(1.0, (m * largest / np.arange(1, m + 1)).min()))
    if largest[0] == 0.0:
        return 0.0
    return float(special.chdtrc(2 * m, -2.0 * np.log(largest).sum()))


def cells_with_effect(p: ArrayLike, alpha: float = 0.05, by: Combination = "simes") -> int:
    """A lower bound, at confidence 1 - alpha, on how many of the cells have an effect: the largest u such
    that an effect in at least 1, 2, ... u of them is shown each time.

    The hypotheses are nested, so that no further correction is due.
    """
    values = _checked(p)
    u = 0
    while u < len(values) and partial_conjunction(values, u + 1, by) <= alpha:
        u += 1
    return u


def _adjusted(p: ArrayLike, adjust: _Adjust) -> FloatArray:
    values = _checked(p)
    tested = np.flatnonzero(~np.isnan(values))
    order = tested[np.argsort(values[tested], kind="stable")]
    result = np.full(len(values), np.nan)
    if len(order):
        result[order] = np.minimum(adjust(values[order], len(order)), 1.0)
    return result


def _checked(p: ArrayLike) -> FloatArray:
    values = np.asarray(p, np.float64)
    if values.ndim != 1:
        raise ValueError(f"p of shape {values.shape}: expected (k,)")
    outside = values[(values < 0.0) | (values > 1.0)]
    if len(outside):
        raise ValueError(f"p = {outside[0]:g}: expected numbers from 0 to 1")
    return values
