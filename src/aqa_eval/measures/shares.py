"""A share of rows and a mean over rows, with intervals that resample whole clusters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, effective
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.links import Identity
from aqa_eval.measures.rates import Sum, measure_sums, tally
from aqa_eval.measures.resampling import Measure, Resampling, Target


def share(hits: BoolArray, cluster: ArrayLike, plan: Resampling) -> Estimate:
    """The share of rows (n,) that are hits. `cluster` (n,): whole ones are resampled. n is at least 1."""
    return share_measure(hits, cluster, plan).estimates(plan)[0]


def share_measure(hits: BoolArray | FloatArray, cluster: ArrayLike, plan: Resampling) -> Measure:
    """The share of rows (n,) that are hits, or the mean of the share that each is (0 to 1), as a measure that
    others can be subtracted from. n is at least 1.
    """
    rows = len(hits)
    nowhere = np.zeros(rows, np.int64)
    rates = tally(hits.astype(np.float64), nowhere, 1, np.arange(rows), Clusters.of(cluster))
    measure = measure_sums(rates, Identity(), [Sum(np.ones(1), 0.0, (0.0, 1.0))], plan)
    return replace(measure, targets=(replace(measure.targets[0], noise_floor=None),))


def mean(values: FloatArray, cluster: ArrayLike, bounds: tuple[float, float], plan: Resampling) -> Estimate:
    """The mean of rows (n,), each between the `bounds`. `cluster` (n,): whole ones are resampled."""
    return mean_measure(values, cluster, bounds).estimates(plan)[0]


def mean_measure(values: FloatArray, cluster: ArrayLike, bounds: tuple[float, float]) -> Measure:
    """The mean of rows (n,) as a measure that others can be subtracted from. n is at least 1."""
    clusters = Clusters.of(cluster)
    sums = clusters.sums(np.column_stack([values, np.ones(len(values))]))

    def statistic(weights: FloatArray) -> FloatArray:
        totals = weights @ sums
        with np.errstate(invalid="ignore"):
            result: FloatArray = totals[:, :1] / totals[:, 1:]
        return result

    target = Target(len(values), clusters.count, float(effective(sums[:, 1])), bounds)
    return Measure(statistic, clusters.count, (target,), clusters.count)
