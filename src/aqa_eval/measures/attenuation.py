"""How well a judge would agree with the truth, were the raters not noisy.

Spearman 1904 (American Journal of Psychology 15): a correlation with a noisy measure is too small by the
square root of that measure's reliability. Spearman 1910 and Brown 1910 (British Journal of Psychology 3): the
reliability of a mean of k ratings.
"""

from __future__ import annotations

import math

import numpy as np

from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.resampling import Measure, Resampling, Target, infer


def spearman_brown(reliability: float, ratings: float) -> float:
    """The reliability of the mean of so many ratings, each of this reliability: k r / (1 + (k - 1) r).

    Raises ValueError for a reliability outside 0 to 1 and for a number of ratings that is not over 0.
    """
    if not 0.0 <= reliability <= 1.0 or not ratings > 0.0:
        raise ValueError(
            f"reliability {reliability}, {ratings} ratings: expected 0 to 1, and a number over 0"
        )
    return ratings * reliability / (1.0 + (ratings - 1.0) * reliability)


def attenuation_corrected(rho: Measure, reliability: Measure, plan: Resampling, output: int = 0) -> Estimate:
    """Rho / sqrt(reliability), both under the same resamples of the same clusters, so that the interval knows
    both uncertainties. `rho` has one output; of the reliability `output` is used (see `intraclass.OUTPUTS`).

    It may be above 1, which says that the reliability is taken too low. It is not defined where the
    reliability is not over 0. Raises ValueError where the measures do not rest on as many clusters.
    """
    if rho.clusters != reliability.clusters:
        raise ValueError(
            "a correction needs the same clusters on both sides, found "
            f"{rho.clusters} and {reliability.clusters}"
        )

    def statistic(weights: FloatArray) -> FloatArray:
        true = reliability.statistic(weights)[:, output]
        known = np.sqrt(np.where(true > 0.0, true, np.nan))
        return rho.statistic(weights)[:, :1] / known[:, None]

    one, other = rho.targets[0], reliability.targets[output]
    target = Target(
        one.n,
        min(one.clusters, other.clusters),
        min(one.support, other.support),
        (-math.inf, math.inf),
        slack=one.slack,
        allowance=one.allowance,
        undefined="the reliability of the ratings is not over 0, or there is no correlation",
    )
    return infer(statistic, rho.clusters, [target], plan, rho.width + reliability.width)[0]
