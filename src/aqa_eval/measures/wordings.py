"""How far accuracy moves with the wording alone, beside what wordings that mean nothing would do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Spread:
    """Balanced accuracy under each wording (W,), the range over them, and the range that 95 of 100 draws stay
    under if wordings mean nothing; `p` is the share of such draws that reach the observed range.
    """

    accuracies: FloatArray
    span: float
    by_chance: float
    p: float


def spread(right: BoolArray, truth: IntArray, criterion: IntArray, seed: int, draws: int = 2000) -> Spread:
    """The spread of `right` (n, W): each of n questions in each of W wordings.

    `truth` and `criterion` (n,): every class of every criterion weighs the same, as in balanced accuracy.
    Under the hypothesis that the wording changes nothing, the answers to one question can be exchanged among
    its wordings (a permutation test within blocks; Good 2005, section 3.7), whatever its cluster.
    """
    weights = _weights(truth, criterion)
    values = right.astype(np.float64)
    accuracies = weights @ values
    observed = float(np.ptp(accuracies))
    generator = np.random.default_rng(seed)
    ranges = np.empty(draws)
    for draw in range(draws):
        ranges[draw] = np.ptp(weights @ generator.permuted(values, axis=1))
    reached = float((np.count_nonzero(ranges >= observed - 1e-12) + 1) / (draws + 1))
    return Spread(accuracies, observed, float(np.quantile(ranges, 0.95)), reached)


@dataclass(frozen=True, slots=True)
class Component:
    """Variance of one answer being right that comes from the `wording`, and the `residual` that is left when
    wordings and questions are taken out. The first is estimated without bias and may be below 0.
    """

    wording: float
    residual: float


def component(right: FloatArray) -> Component | None:
    """The components of `right` (n, W), n questions in each of W wordings: two-way analysis of variance
    without replication, wordings drawn at random from all there could be (Searle, Casella and McCulloch 1992,
    Variance Components, section 4.4). None with fewer than two of either.
    """
    n, wordings = right.shape
    if n < 2 or wordings < 2:
        return None
    by_wording = right.mean(axis=0)
    left = right - by_wording - right.mean(axis=1, keepdims=True) + right.mean()
    residual = float((left**2).sum()) / ((n - 1) * (wordings - 1))
    return Component(float(by_wording.var(ddof=1)) - residual / n, residual)


def _weights(truth: IntArray, criterion: IntArray) -> FloatArray:
    """What each question counts (n,), adding up to 1: criteria alike, and within them the classes alike."""
    _, cells, sizes = np.unique(
        np.column_stack([criterion, truth]), axis=0, return_inverse=True, return_counts=True
    )
    cells = cells.reshape(-1)
    weights: FloatArray = 1.0 / sizes[cells]
    for one in np.unique(criterion):
        mine = criterion == one
        weights[mine] /= len(np.unique(truth[mine]))
    return weights / len(np.unique(criterion))
