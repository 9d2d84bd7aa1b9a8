"""A threshold fitted on some clusters and used on others: it is never judged by what it was fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, IntArray

FOLDS = 5


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """`above` (n,): does the row's evidence exceed the threshold of its fold; False where none could be
    `fitted` (n,). `folds`: into how many the clusters were dealt.
    """

    above: BoolArray
    fitted: BoolArray
    folds: int


def cross_fitted(
    truth: BoolArray, evidence: FloatArray, group: IntArray, cluster: ArrayLike, seed: int
) -> CrossFitted:
    """For each fold of clusters and each `group` (n,) the threshold of best balanced accuracy on all other
    folds, applied to it. Clusters are dealt to five folds (fewer, where there are fewer clusters) by `seed`.
    No threshold is fitted where the other folds lack one of the classes of `truth` (n,).
    """
    clusters = Clusters.of(cluster)
    folds = min(FOLDS, clusters.count)
    above, fitted = np.zeros(len(truth), np.bool_), np.zeros(len(truth), np.bool_)
    if folds < 2:
        return CrossFitted(above, fitted, folds)
    dealt = np.random.default_rng(seed).permutation(clusters.count) % folds
    fold = dealt[clusters.codes]
    for one in np.unique(group):
        own = group == one
        for place in range(folds):
            learnt = own & (fold != place)
            limit = best_threshold(truth[learnt], evidence[learnt])
            if limit is not None:
                used = own & (fold == place)
                above[used], fitted[used] = evidence[used] > limit, True
    return CrossFitted(above, fitted, folds)


def best_threshold(truth: BoolArray, evidence: FloatArray) -> float | None:
    """The threshold above which to say "yes" for the best balanced accuracy on these rows (n,), halfway
    between two values of the evidence; of several as good the one nearest to the middle of them. None where
    one of the classes is missing.
    """
    positives = int(truth.sum())
    if positives in (0, len(truth)):
        return None
    order = np.argsort(evidence, kind="stable")
    values, right = evidence[order], truth[order]
    missed = np.concatenate([[0.0], np.cumsum(right)]) / positives
    spared = np.concatenate([[0.0], np.cumsum(~right)]) / (len(truth) - positives)
    gain = spared - missed
    ends = np.concatenate([[True], values[1:] != values[:-1], [True]])
    places = np.flatnonzero(ends)
    best = places[gain[places] >= gain[places].max() - 1e-12]
    place = int(best[(len(best) - 1) // 2])
    if place == 0:
        return float(np.nextafter(values[0], -np.inf))
    if place == len(values):
        return float(values[-1])
    return float((values[place - 1] + values[place]) / 2.0)
