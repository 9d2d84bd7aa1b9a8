"""Balanced accuracy against soft labels: each clip counts as faulty by the share of raters who saw the fault.

Sensitivity is sum(p said) / sum(p) and specificity sum((1 - p)(1 - said)) / sum(1 - p), p being that share
(Uma et al. 2021, JAIR 72, on learning from disagreement). Against such labels no judge reaches 1.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, coded
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import Identity
from aqa_eval.measures.rates import Sum, estimate_sums, tally
from aqa_eval.measures.resampling import Resampling


def soft_balanced_accuracy(
    fault: BoolArray,
    share: FloatArray,
    criterion: ArrayLike,
    item: ArrayLike,
    cluster: ArrayLike,
    plan: Resampling,
) -> Estimate:
    """The unweighted mean over criteria; rows (n,) with the `share` of raters who saw the fault, 0 to 1.

    Criteria in which nobody, or everybody, saw the fault in every clip are left out.
    """
    n = len(fault)
    clusters = Clusters.of(cluster)
    if not n:
        return impossible("no answered trials", 0, 0)
    codes = coded(criterion)
    groups = int(codes.max()) + 1
    # Every row stands there twice: as a faulty clip by its share, as a faultless one by the rest.
    right = np.concatenate([fault, ~fault]).astype(np.float64)
    weight = np.concatenate([share, 1.0 - share])
    cell = np.concatenate([codes * 2, codes * 2 + 1])
    cell = np.where(weight > 0.0, cell, -1)
    both = Clusters(np.tile(clusters.codes, 2), clusters.count)
    rates = tally(right, cell, groups * 2, np.tile(coded(item), 2), both, weight=weight)
    there = (rates.total.sum(axis=0) > 0).reshape(-1, 2).all(axis=1)
    chosen = np.flatnonzero(there)
    if not len(chosen):
        return impossible("only one class is present in the labels", n, clusters.count)
    coefficients = np.zeros((groups, 2))
    coefficients[chosen] = 0.5 / len(chosen)
    mean = Sum(coefficients.reshape(-1), 0.0, (0.0, 1.0), "only one class is present in the labels")
    return replace(estimate_sums(rates, Identity(), [mean], plan)[0], n=n)
