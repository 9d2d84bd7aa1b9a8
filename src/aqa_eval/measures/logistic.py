"""Logistic regression on counts in the cells of a design, robust to clusters, bounded under separation.

Fitted by Firth's penalised likelihood (1993, Biometrika 80): Jeffreys' prior, which takes the first-order
bias away from the coefficients and keeps them finite where an answer is always the same under some
condition (Heinze and Schemper 2002, Statistics in Medicine 21). It was preferred to a log-F prior, which
pulls every coefficient to 0 and would make two unequal effects more alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray
from aqa_eval.measures.draws import CELLS
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.resampling import Measure, Resampling, Target

INTERCEPT = "intercept"
SEPARATED = "at most as many clusters as 1 - tail^(1/k) allows answer otherwise, since answers are separated"

_ITERATIONS = 100
_LARGEST_STEP = 2.0
_INFINITE = (
    10.0  # logits: a maximum likelihood beyond it has run away; its probabilities are under 1 in 20,000
)


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts of yes among `total` (k, cells) per cluster and cell; `design` (cells, p) with the column
    `names`, the first an intercept.
    """

    design: FloatArray
    names: tuple[str, ...]
    yes: FloatArray
    total: FloatArray

    @classmethod
    def of(cls, yes: ArrayLike, columns: Mapping[str, ArrayLike], cluster: ArrayLike) -> Cells:
        """From rows: `yes` (n,) of 0s and 1s, regressors (n,) by name, clusters (n,) by label.

        Raises ValueError where they differ in length, or a regressor is not finite.
        """
        said = np.asarray(yes, dtype=np.float64)
        rows = np.column_stack([np.ones(len(said)), *(np.asarray(c, np.float64) for c in columns.values())])
        clusters = Clusters.of(cluster)
        if len(clusters.codes) != len(said):
            raise ValueError(f"{len(said)} answers need as many clusters, found {len(clusters.codes)}")
        if not np.isfinite(rows).all() or not np.isin(said, (0.0, 1.0)).all():
            raise ValueError("answers must be 0 or 1 and regressors finite")
        design, cell = np.unique(rows, axis=0, return_inverse=True)
        place = clusters.codes * len(design) + cell.reshape(-1)
        shape = (clusters.count, len(design))
        total = np.bincount(place, minlength=math.prod(shape)).astype(np.float64).reshape(shape)
        affirmed = np.bincount(place, weights=said, minlength=math.prod(shape)).reshape(shape)
        return cls(design, (INTERCEPT, *columns), affirmed.astype(np.float64), total)

    def fit(self, weights: FloatArray) -> FloatArray:
        """Coefficients (R, p) under weights of clusters (R, k)."""
        return fit(self.design, weights @ self.yes, weights @ self.total)

    @property
    def runaway(self) -> BoolArray:
        """Which coefficients (p,) have no finite maximum likelihood, because answers are separated."""
        ones = np.ones((1, len(self.total)))
        plain = fit(self.design, ones @ self.yes, ones @ self.total, firth=False)[0]
        away: BoolArray = np.isnan(plain) | (np.abs(plain) > _INFINITE)
        return away

    def mixed(self, share: float, with_yes: FloatArray) -> FloatArray:
        """Coefficients (p,) if a `share` of the answers were `with_yes` (cells,) instead, 0 to 1 each."""
        total = self.total.sum(axis=0)
        yes = (1.0 - share) * self.yes.sum(axis=0) + share * total * with_yes
        found: FloatArray = fit(self.design, yes[None], total[None])[0]
        return found

    def other(self, plan: Resampling) -> float:
        """The share of clusters that may answer otherwise though none of k did: 1 - tail^(1/k)."""
        carriers = int(np.count_nonzero(self.total.sum(axis=1)))
        return float(1.0 - plan.tail ** (1.0 / max(carriers, 1)))


def coefficients(cells: Cells, plan: Resampling) -> dict[str, Estimate]:
    """Every coefficient (logits for a step of 1 in its regressor) with its interval over clusters.

    Of a coefficient without a finite maximum likelihood the limit away from 0 is unknown.
    """
    return dict(zip(cells.names, coefficients_measure(cells, plan).estimates(plan), strict=True))


def coefficients_measure(cells: Cells, plan: Resampling) -> Measure:
    """The coefficients as a measure that those of others can be subtracted from."""
    clusters, width = len(cells.total), cells.design.shape[0] * cells.design.shape[1] ** 2
    targets = []
    slacks = _slacks(cells, plan)
    n, carriers = int(cells.total.sum()), int(np.count_nonzero(cells.total.sum(axis=1)))
    for slack in slacks:
        undefined = "its regressor does not vary by itself in these rows"
        targets.append(Target(n, carriers, carriers, slack=slack, allowance=SEPARATED, undefined=undefined))
    return Measure(cells.fit, clusters, tuple(targets), width)


def _slacks(cells: Cells, plan: Resampling) -> list[tuple[float, float]]:
    """For coefficients that run away: unbounded away from 0, and towards 0 what the clusters allow that might
    answer the opposite.
    """
    slacks = [(0.0, 0.0)] * len(cells.names)
    runaway = cells.runaway
    value = cells.fit(np.ones((1, len(cells.total))))[0]
    if not runaway.any() or np.isnan(value).any():
        return slacks
    total = np.maximum(cells.total.sum(axis=0), 1e-300)
    opposite = cells.mixed(cells.other(plan), 1.0 - cells.yes.sum(axis=0) / total)
    for i in np.flatnonzero(runaway):
        towards = abs(value[i] - opposite[i])
        slacks[i] = (towards, math.inf) if value[i] > 0 else (math.inf, towards)
    return slacks


def fit(design: FloatArray, yes: FloatArray, total: FloatArray, firth: bool = True) -> FloatArray:
    """Coefficients (R, p) of `design` (cells, p) for counts (R, cells), by Newton's method, steps bounded.

    `firth` False: maximum likelihood. NaN where the design has not full rank in the cells that hold rows, or
    no maximum is reached.
    """
    rows: _Dense | _Sparse = _Dense.of(design) if design.size * design.shape[1] <= CELLS else _Sparse(design)
    found = np.zeros((len(yes), design.shape[1]))
    open_ = _full_rank(rows.information(total))
    found[~open_] = np.nan
    for _ in range(_ITERATIONS):
        left = np.flatnonzero(open_)
        if not len(left):
            return found
        step = _step(design, rows, yes[left], total[left], found[left], firth)
        largest = np.abs(step).max(axis=1, keepdims=True)
        found[left] += step * np.minimum(1.0, _LARGEST_STEP / np.maximum(largest, 1e-300))
        lost = np.abs(found[left]).max(axis=1) > 3.0 * _INFINITE
        found[left[lost]] = np.nan
        open_[left[(largest[:, 0] < 1e-9) | lost]] = False
    found[open_] = np.nan
    return found


@dataclass(frozen=True, slots=True)
class _Dense:
    """A design whose rows' outer products (cells, p * p) are held at once."""

    outer: FloatArray
    size: int

    @classmethod
    def of(cls, design: FloatArray) -> _Dense:
        return cls((design[:, :, None] * design[:, None, :]).reshape(len(design), -1), design.shape[1])

    def information(self, spread: FloatArray) -> FloatArray:
        """X' diag(spread) X (R, p, p) for spreads (R, cells)."""
        return (spread @ self.outer).reshape(-1, self.size, self.size)

    def quadratic(self, inverse: FloatArray) -> FloatArray:
        """X' V x (R, cells) of every row x for matrices V (R, p, p)."""
        forms: FloatArray = inverse.reshape(-1, self.size**2) @ self.outer.T
        return forms


class _Sparse:
    """A design with too many columns for that, and few numbers a row: a tournament."""

    def __init__(self, design: FloatArray) -> None:
        self._rows = sparse.csr_array(design)

    def information(self, spread: FloatArray) -> FloatArray:
        """X' diag(spread) X (R, p, p) for spreads (R, cells)."""
        rows = self._rows
        return np.stack([(rows.T @ rows.multiply(each[:, None]).tocsr()).toarray() for each in spread])

    def quadratic(self, inverse: FloatArray) -> FloatArray:
        """X' V x (R, cells) of every row x for matrices V (R, p, p)."""
        return np.stack([self._rows.multiply(self._rows @ each).sum(axis=1) for each in inverse])


def _step(
    design: FloatArray,
    rows: _Dense | _Sparse,
    yes: FloatArray,
    total: FloatArray,
    at: FloatArray,
    firth: bool,
) -> FloatArray:
    """Newton's step (R, p): inverse information times the (modified) score."""
    chance = special.expit(at @ design.T)
    spread = total * chance * (1.0 - chance)
    # A trace keeps the information of a likelihood that is running away invertible.
    information = rows.information(spread) + 1e-12 * np.eye(design.shape[1])
    residual = yes - total * chance
    if firth:
        inverse: FloatArray = np.linalg.inv(information).astype(np.float64)
        residual = residual + spread * rows.quadratic(inverse) * (0.5 - chance)
    step: FloatArray = np.linalg.solve(information, (residual @ design)[:, :, None])[:, :, 0]
    return step


def _full_rank(matrices: FloatArray) -> BoolArray:
    """Which symmetric matrices (R, p, p) are invertible, as measured on unit diagonals."""
    diagonal = np.sqrt(np.maximum(np.diagonal(matrices, axis1=1, axis2=2), 1e-300))
    scaled = matrices / (diagonal[:, :, None] * diagonal[:, None, :])
    full: BoolArray = np.linalg.eigvalsh(scaled)[:, 0] > 1e-9
    return full
