"""Misses weighed by what they cost: a missed rounded back is not a missed shallow squat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import Identity
from aqa_eval.measures.rates import Sum, estimate_sums, tally
from aqa_eval.measures.resampling import Resampling


def severity_weighted_misses(
    missed: BoolArray, severity: FloatArray, cluster: ArrayLike, plan: Resampling
) -> Estimate:
    """The share of all severity that was missed: sum(severity x missed) / sum(severity), rows (n,) being
    clips that show a fault. Severities are numbers of at least 0 in any unit; all equal, it is 1 -
    sensitivity.

    Raises ValueError for a severity that is negative or not finite.
    """
    weight = np.asarray(severity, np.float64)
    if not np.isfinite(weight).all() or (weight < 0).any():
        odd = weight[~(np.isfinite(weight) & (weight >= 0))][0]
        raise ValueError(f"severity {odd:g}: expected finite numbers of at least 0")
    clusters, n = Clusters.of(cluster), len(weight)
    if not (weight > 0).any():
        return impossible("no clip shows a fault of any severity" if n else "no clip shows a fault", n, 0)
    yes = np.asarray(missed, np.bool_).astype(np.float64)
    rates = tally(yes, np.zeros(n, np.int64), 1, np.arange(n), clusters, weight=weight)
    whole = Sum(np.ones(1), 0.0, (0.0, 1.0))
    return replace(estimate_sums(rates, Identity(), [whole], plan)[0], noise_floor=None)
