"""The two scales on which rates are added: as they are, or as normal deviates."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray
from aqa_eval.measures.resampling import Resampling, critical


class Counts(Protocol):
    """Counts per cluster and cell, as in `aqa_eval.measures.rates.Rates`."""

    @property
    def yes(self) -> FloatArray:
        """(k, J)."""

    @property
    def total(self) -> FloatArray:
        """(k, J)."""

    @property
    def pool(self) -> FloatArray:
        """(J, G)."""

    @property
    def items(self) -> FloatArray:
        """(G,)."""

    @property
    def carriers(self) -> IntArray:
        """(J,)."""

    @property
    def group_carriers(self) -> IntArray:
        """(G,)."""


class Link(Protocol):
    """A transformation g of rates, and what its sums need beside resampling.

    `allowance` says in words what `slack` is.
    """

    allowance: str

    def values(self, yes: FloatArray, total: FloatArray) -> FloatArray:
        """g(rate) for weighted counts (R, G); NaN where nothing was counted."""

    def variances(self, counts: Counts) -> FloatArray:
        """Sampling variance of each g(rate) (G,), clusters taken as the units."""

    def chance_variances(self, counts: Counts) -> FloatArray:
        """The same (G,) for a judge who tosses a fair coin once an item."""

    def slack(self, counts: Counts, coefficients: FloatArray, plan: Resampling) -> tuple[float, float]:
        """Allowance below and above for cells where all answers are alike, which no resample can vary."""


class Identity:
    """The rates themselves: g(p) = p."""

    allowance = "exact cluster-level bound where all answers of a class are alike"

    def values(self, yes: FloatArray, total: FloatArray) -> FloatArray:
        """The rates (R, G)."""
        return np.divide(yes, total, out=np.full_like(total, np.nan), where=total > 0)

    def variances(self, counts: Counts) -> FloatArray:
        """Linearised variance of the ratio of cluster totals (Cochran 1977, Sampling Techniques, 2.11)."""
        return _cluster_variances(counts)

    def chance_variances(self, counts: Counts) -> FloatArray:
        """Binomial variance p (1 - p) / items at p = 1/2."""
        return np.divide(0.25, counts.items, out=np.zeros_like(counts.items), where=counts.items > 0)

    def slack(self, counts: Counts, coefficients: FloatArray, plan: Resampling) -> tuple[float, float]:
        """Exact joint bound for cells without a yes, or without a no.

        If cluster c answers all of its questions in such cells alike with probability q_c, all clusters are
        seen to do so with probability prod q_c, so prod q_c >= tail with the wanted confidence. The sum
        then moves by at most sum b_c (1 - q_c), b_c being what cluster c weighs in it: see `worst`.
        """
        total, yes = counts.total.sum(axis=0), counts.yes.sum(axis=0)
        groups = np.maximum(total @ counts.pool, 1e-300)
        share = (counts.pool * total[:, None] / groups[None, :]) @ coefficients
        weights = counts.total / np.maximum(total, 1e-300)
        full, empty = (total > 0) & (yes == total), (total > 0) & (yes == 0)
        rising, falling = np.maximum(share, 0), np.maximum(-share, 0)
        below = weights @ (np.where(full, rising, 0) + np.where(empty, falling, 0))
        above = weights @ (np.where(empty, rising, 0) + np.where(full, falling, 0))
        return worst(below, plan.tail), worst(above, plan.tail)


def worst(weights: FloatArray, tail: float) -> float:
    """The largest sum_c weights_c (1 - q_c) with prod q_c >= tail and all q_c <= 1.

    By Lagrange q_c = min(1, level / weights_c): the heaviest clusters share what the tail allows. For k
    equal weights w it is k w (1 - tail^(1/k)), the "rule of three" of k clusters.
    """
    heavy = np.sort(weights[weights > 0])[::-1]
    if not len(heavy):
        return 0.0
    counts = np.arange(1, len(heavy) + 1)
    levels = np.exp((math.log(tail) + np.cumsum(np.log(heavy))) / counts)
    active = int(np.count_nonzero(heavy > levels))
    return float(heavy[:active].sum() - active * levels[active - 1])


class Probit:
    """g(p) = z(p) under the log-linear correction (Hautus 1995, Behavior Research Methods 27): half a yes
    and half a no are added to every cell, so that rates of 0 and 1 have a finite deviate.

    Cells come in pairs (fault present, fault absent). Where a judge never varies in either cell of a pair,
    both get the deviate of the pair's pooled rate: the correction differs between classes of different
    size and would alone make a sensitivity out of an answer that is always the same.
    """

    allowance = "binomial variance of the corrected rate over clusters where all answers of a class are alike"

    def values(self, yes: FloatArray, total: FloatArray) -> FloatArray:
        """The deviates (R, G)."""
        pairs_yes, pairs_total = _pairs(yes), _pairs(total)
        pooled_yes = pairs_yes.sum(axis=2, keepdims=True)
        pooled_total = pairs_total.sum(axis=2, keepdims=True)
        still = (pooled_yes == 0) | (pooled_yes == pooled_total)
        corrected_yes = np.where(still, pooled_yes, pairs_yes) + 0.5
        corrected_total = np.where(still, pooled_total, pairs_total) + 1.0
        deviates = special.ndtri(corrected_yes / corrected_total).reshape(total.shape)
        return np.where(total > 0, deviates, np.nan)

    def variances(self, counts: Counts) -> FloatArray:
        """Var(p) / phi(z)^2 (Gourevitch and Galanter 1967, Psychometrika 32)."""
        own = np.where(self._still(counts), self._corrected_variances(counts), _cluster_variances(counts))
        variances: FloatArray = own / self._densities(counts) ** 2
        return variances

    def chance_variances(self, counts: Counts) -> FloatArray:
        """Binomial variance over phi(0)^2 at p = 1/2: pi / (2 items)."""
        return np.divide(math.pi / 2.0, counts.items, out=np.zeros_like(counts.items), where=counts.items > 0)

    def slack(self, counts: Counts, coefficients: FloatArray, plan: Resampling) -> tuple[float, float]:
        """For cells where all answers are alike: the binomial variance at the corrected rate, clusters
        taken as the trials. A bound would be infinite on one side, since a rate may really be 1.
        """
        still = self._still(counts) & (coefficients != 0)
        if not still.any():
            return 0.0, 0.0
        variances = (coefficients**2 * self.variances(counts))[still]
        half = critical(float(counts.group_carriers[still].min()), plan.level) * math.sqrt(variances.sum())
        return half, half

    def _still(self, counts: Counts) -> BoolArray:
        total, yes = counts.total.sum(axis=0) @ counts.pool, counts.yes.sum(axis=0) @ counts.pool
        still: BoolArray = (total > 0) & ((yes == 0) | (yes == total))
        return still

    def _densities(self, counts: Counts) -> FloatArray:
        deviates = special.ndtri(self._corrected(counts))
        densities: FloatArray = np.exp(-0.5 * deviates**2) / math.sqrt(2.0 * math.pi)
        return densities

    def _corrected(self, counts: Counts) -> FloatArray:
        total, yes = counts.total.sum(axis=0) @ counts.pool, counts.yes.sum(axis=0) @ counts.pool
        corrected: FloatArray = (yes + 0.5) / (total + 1.0)
        return corrected

    def _corrected_variances(self, counts: Counts) -> FloatArray:
        rates = self._corrected(counts)
        variances: FloatArray = rates * (1.0 - rates) / np.maximum(counts.group_carriers, 1)
        return variances


def _pairs(counts: FloatArray) -> FloatArray:
    return counts.reshape(counts.shape[0], -1, 2)


def _cluster_variances(counts: Counts) -> FloatArray:
    """Variance of every group's rate (G,) from how cluster totals scatter about it."""
    yes, total = counts.yes @ counts.pool, counts.total @ counts.pool
    sizes = total.sum(axis=0)
    safe = np.where(sizes > 0, sizes, 1.0)
    residuals = (yes - total * (yes.sum(axis=0) / safe)) / safe
    carriers = np.count_nonzero(total, axis=0)
    inflation = carriers / np.maximum(carriers - 1, 1)
    variances: FloatArray = (residuals**2).sum(axis=0) * inflation
    return variances
