"""Lin's concordance correlation, and the mean absolute error: does the judge give the very numbers?

CCC = 2 s_py / (s_p^2 + s_y^2 + (mean p - mean y)^2), Lin 1989, Biometrics 45. Variances and covariance have
ddof 0, as in Lin's estimator (so the sample's own CCC; with ddof 1 the offset would weigh less). It is
Pearson's r times how well the scales fit, so |CCC| <= |r|: a judge who hugs the mean has a CCC near 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate, exact, impossible
from aqa_eval.measures.regression import moments
from aqa_eval.measures.resampling import Measure, Resampling, Target
from aqa_eval.measures.scores import Scores
from aqa_eval.measures.shares import mean


@dataclass(frozen=True, slots=True)
class Concordance:
    """CCC: `overall` the unweighted mean over criteria, `criteria` each one by name."""

    overall: Estimate
    criteria: Mapping[str, Estimate]


def concordance(scores: Scores, plan: Resampling) -> Concordance:
    """Lin's CCC of prediction and truth, all criteria under the same resamples."""
    if scores.unusable:
        return Concordance(impossible(scores.unusable, len(scores), scores.clusters.count), {})
    present = np.unique(scores.criterion)
    estimates = measure(scores).estimates(plan)
    each = {
        scores.criteria[c]: _constant(scores.only(scores.criterion == c), estimate)
        for c, estimate in zip(present, estimates[1:], strict=True)
    }
    return Concordance(_constant(scores, estimates[0]), each)


def measure(scores: Scores) -> Measure:
    """The mean CCC over criteria, then that of each, an output each, of usable scores."""
    clusters, n = scores.clusters.count, len(scores)
    present = np.unique(scores.criterion)
    sums = moments(scores, present)
    flat = sums.reshape(clusters, -1)

    def statistic(weights: FloatArray) -> FloatArray:
        each = _ccc((weights @ flat).reshape(len(weights), *sums.shape[1:]))
        whole: FloatArray = np.concatenate([each.mean(axis=1, keepdims=True), each], axis=1)
        return whole

    rows = [n, *(int(np.count_nonzero(scores.criterion == c)) for c in present)]
    carried = [clusters, *(len(np.unique(scores.clusters.codes[scores.criterion == c])) for c in present)]
    undefined = "neither the true scores nor the given ones vary"
    targets = tuple(
        Target(size, having, having, (-1.0, 1.0), "fisher", undefined=undefined)
        for size, having in zip(rows, carried, strict=True)
    )
    return Measure(statistic, clusters, targets, clusters + 24 * len(present))


def mean_absolute_error(scores: Scores, plan: Resampling) -> dict[str, Estimate]:
    """The mean of |prediction - truth| of each criterion by name, in the unit of its scale."""
    if scores.unusable:
        nothing = impossible(scores.unusable, len(scores), scores.clusters.count)
        return {scores.criteria[c]: nothing for c in np.unique(scores.criterion)}
    found = {}
    for criterion in np.unique(scores.criterion):
        mine = scores.only(scores.criterion == criterion)
        off = np.abs(mine.prediction - mine.truth)
        found[scores.criteria[criterion]] = mean(off, mine.clusters.codes, (0.0, np.inf), plan)
    return found


def _ccc(sums: FloatArray) -> FloatArray:
    """CCC (R, C) from the sums of `regression.moments` (R, C, 8)."""
    total = np.where(sums[..., 0] > 0, sums[..., 0], np.nan)
    _, error, y, pp, yy, py, p = (sums[..., i] / total for i in range(1, 8))
    spread = np.maximum(pp - p**2, 0.0) + np.maximum(yy - y**2, 0.0)
    varied = np.where(spread > 1e-12 * np.maximum(pp + yy, 1e-300), spread, np.nan)
    ccc: FloatArray = np.clip(2.0 * (py - p * y) / (varied + error**2), -1.0, 1.0)
    return ccc


def _constant(scores: Scores, estimate: Estimate) -> Estimate:
    if estimate.value is None or not scores.constant:
        return estimate
    return exact(0.0, "constant predictions go with nothing", estimate.n, estimate.clusters)
