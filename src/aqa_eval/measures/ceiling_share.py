"""How much of what people reach does a judge reach?"""

from __future__ import annotations

import math

import numpy as np

from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.resampling import Measure, Resampling, Target, infer


def share_of_ceiling(judge: Measure, ceiling: Measure, line: float, plan: Resampling) -> Estimate:
    """(judge - line) / (ceiling - line), of the first outputs of both under the same resamples of the same
    clusters: 0 at the `line` of no sight, 1 at the ceiling. Not defined where the ceiling is not above the
    line.

    Raises ValueError where the measures do not rest on as many clusters.
    """
    if judge.clusters != ceiling.clusters:
        raise ValueError(
            f"a share needs the same clusters on both sides, found {judge.clusters} and {ceiling.clusters}"
        )

    def statistic(weights: FloatArray) -> FloatArray:
        above = ceiling.statistic(weights)[:, :1] - line
        ratio: FloatArray = (judge.statistic(weights)[:, :1] - line) / np.where(above > 0.0, above, np.nan)
        return ratio

    one, other = judge.targets[0], ceiling.targets[0]
    reach = float(ceiling.statistic(np.ones((1, ceiling.clusters)))[0, 0]) - line
    scale = 1.0 / reach if reach > 0.0 else 0.0
    target = Target(
        one.n,
        min(one.clusters, other.clusters),
        min(one.support, other.support),
        (-math.inf, math.inf),
        slack=(one.slack[0] * scale, one.slack[1] * scale),
        allowance=one.allowance,
        undefined="the raters agree with each other no better than by chance, or nothing can be measured",
    )
    return infer(statistic, judge.clusters, [target], plan, judge.width + ceiling.width)[0]
