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

    Raises ValueError for a criterion with one class only, of which no balanced accuracy can be told
    (`estimable`).
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


def estimable(truth: IntArray, criterion: IntArray, cluster: IntArray) -> tuple[IntArray, IntArray]:
    """The codes of the criteria with two classes or more in two clusters each (in one, where none has more),
    and of the rest: as in `agreement.estimable`. All arrays (n,) of codes.
    """
    present = np.unique(criterion)
    carriers = [_carriers(truth[criterion == one], cluster[criterion == one]) for one in present]
    for least in (2, 1):
        used = np.array([np.count_nonzero(each >= least) >= 2 for each in carriers], np.bool_)
        if used.any():
            return present[used], present[~used]
    return present[:0], present


def _carriers(truth: IntArray, cluster: IntArray) -> IntArray:
    """In how many clusters each class is (classes,)."""
    pairs = np.unique(np.column_stack([truth, cluster]), axis=0)
    counts: IntArray = np.unique(pairs[:, 0], return_counts=True)[1]
    return counts


def _weights(truth: IntArray, criterion: IntArray) -> FloatArray:
    """What each question counts (n,), adding up to 1: criteria alike, and within them the classes alike."""
    _, cells, sizes = np.unique(
        np.column_stack([criterion, truth]), axis=0, return_inverse=True, return_counts=True
    )
    cells = cells.reshape(-1)
    weights: FloatArray = 1.0 / sizes[cells]
    for one in np.unique(criterion):
        mine = criterion == one
        classes = len(np.unique(truth[mine]))
        if classes < 2:
            raise ValueError(f"criterion {one} has one class only: it has no balanced accuracy")
        weights[mine] /= classes
    return weights / len(np.unique(criterion))
