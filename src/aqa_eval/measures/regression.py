"""R-l2 and what it hides: the trap of the mean.

R-l2 x100 = 100/N sum(((p - y)/(ymax - ymin))^2) looks good for any judge that stays near the mean. Exactly,
with s = SD(p)/SD(y), r = Pearson's correlation and b = (mean(p) - mean(y))/SD(y), all with ddof 0,

    R-l2 / R-l2(constant mean) = 1 + s^2 - 2 r s + b^2

which is smallest at s = r, b = 0, where it is 1 - r^2 (Murphy 1988, Monthly Weather Review 116, the same
decomposition of a skill score). Skill is 1 minus that ratio: 0 for the mean, 1 for the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from aqa_eval.measures import noise_floor
from aqa_eval.measures.clusters import FloatArray, IntArray, effective
from aqa_eval.measures.estimate import Estimate, exact, impossible
from aqa_eval.measures.resampling import Measure, Resampling, Target
from aqa_eval.measures.scores import Scores


@dataclass(frozen=True, slots=True)
class Trap:
    """`r_l2` (x100), `skill`, and what skill is made of: correlation `r`, relative spread `s`, offset `b`.

    `r_l2_of_mean` (x100) is what the mean of the evaluated truth would get. With several criteria each is
    the unweighted mean over them. `distinct` is how many different scores the judge gave.
    """

    r_l2: Estimate
    skill: Estimate
    r: Estimate
    s: Estimate
    b: Estimate
    r_l2_of_mean: float | None
    distinct: int


def trap(scores: Scores, plan: Resampling) -> Trap:
    """R-l2 and its decomposition, all under the same resamples.

    Noise floors are those of a judge with this spread and no correlation (see `noise_floor.of_skill`).
    """
    n, clusters = len(scores), scores.clusters.count
    distinct = len(np.unique(scores.prediction))
    if scores.unusable:
        nothing = impossible(scores.unusable, n, clusters)
        return Trap(nothing, nothing, nothing, nothing, nothing, None, distinct)
    estimates = measure(scores).estimates(plan)
    of_mean = _of_mean(scores, np.unique(scores.criterion))
    r_l2, skill, r, s, b = _with_floors(estimates, scores, of_mean, plan)
    if scores.constant and skill.value is not None:
        floor, why = r.noise_floor, "constant predictions have no spread"
        r, s = exact(0.0, why, n, clusters, floor), exact(0.0, why, n, clusters)
    return Trap(r_l2, skill, r, s, b, of_mean, distinct)


def measure(scores: Scores) -> Measure:
    """R-l2 x100, skill, r, s and b as one measure, an output each, of usable scores."""
    n, clusters = len(scores), scores.clusters.count
    present = np.unique(scores.criterion)
    sums, spans = moments(scores, present), scores.spans[present]

    def statistic(weights: FloatArray) -> FloatArray:
        flat = sums.reshape(clusters, -1)
        return _decomposed((weights @ flat).reshape(len(weights), *sums.shape[1:]), spans)

    equal, flat_scale = "all true scores are equal", "the range of the scale is zero"
    support = float(effective(sums[:, :, 0].sum(axis=1)))
    targets = (
        Target(n, clusters, support, (0.0, np.inf), "log", undefined=flat_scale),
        Target(n, clusters, support, (-np.inf, 1.0), "shortfall", undefined=equal),
        Target(n, clusters, support, (-1.0, 1.0), "fisher", undefined=equal),
        Target(n, clusters, support, (0.0, np.inf), "log", undefined=equal),
        Target(n, clusters, support, undefined=equal),
    )
    return Measure(statistic, clusters, targets, clusters + 24 * len(present))


def mean_guesser(
    rho: Estimate, s: Estimate, skill: Estimate
) -> Literal["mean-guesser", "not a mean-guesser", "undecided"]:
    """Whether the judge hugs the mean: only if the upper limits of rho, s and skill are under 0.3, 0.5 and
    0.05, and not on fewer than ten clusters. It is not one if any lower limit reaches its bound.
    """
    limits = ((rho, 0.3), (s, 0.5), (skill, 0.05))
    if any(estimate.low is not None and estimate.low >= bound for estimate, bound in limits):
        return "not a mean-guesser"
    under = all(estimate.high is not None and estimate.high < bound for estimate, bound in limits)
    return "mean-guesser" if under and not any(e.fragile for e, _ in limits) else "undecided"


def moments(scores: Scores, present: IntArray) -> FloatArray:
    """Sums per cluster and criterion (k, C, 8): 1, error^2, p - y, y, p^2, y^2, p y, p.

    p and y are taken from the criterion's first values, so that a constant gives zeros and nothing cancels.
    """
    columns = []
    for criterion in present:
        chosen = scores.criterion == criterion
        first = int(np.argmax(chosen))
        p = np.where(chosen, scores.prediction - scores.prediction[first], 0.0)
        y = np.where(chosen, scores.truth - scores.truth[first], 0.0)
        error = np.where(chosen, scores.prediction - scores.truth, 0.0)
        columns.append(np.stack([chosen * 1.0, error**2, error, y, p**2, y**2, p * y, p], axis=1))
    stacked = np.concatenate(columns, axis=1)
    return scores.clusters.sums(stacked).reshape(scores.clusters.count, len(present), 8)


def _decomposed(sums: FloatArray, spans: FloatArray) -> FloatArray:
    """R-l2 x100, skill, r, s, b (R, 5) from weighted sums (R, C, 8), means over criteria."""
    total = np.where(sums[..., 0] > 0, sums[..., 0], np.nan)
    squared, error, y, pp, yy, py, p = (sums[..., i] / total for i in range(1, 8))
    variance_y = np.where(yy - y**2 > 1e-12 * np.maximum(yy, 1e-300), yy - y**2, np.nan)
    variance_p = np.maximum(pp - p**2, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        s = np.sqrt(variance_p / variance_y)
        r = np.where(variance_p > 1e-18 * pp, (py - p * y) / np.sqrt(variance_p * variance_y), 0.0)
        r_l2 = 100.0 * squared / np.where(spans > 0, spans, np.nan) ** 2
    r = np.where(np.isnan(variance_y), np.nan, np.clip(r, -1.0, 1.0))
    b = error / np.sqrt(variance_y)
    each = np.stack([r_l2, 1.0 - squared / variance_y, r, s, b], axis=-1)
    means: FloatArray = each.mean(axis=1)
    return means


def _with_floors(
    estimates: list[Estimate], scores: Scores, of_mean: float | None, plan: Resampling
) -> list[Estimate]:
    r_l2, skill, r, s, b = estimates
    items = len(np.unique(scores.item))
    clusters = scores.clusters.count
    if s.value is None:
        return estimates
    floor = noise_floor.of_skill(s.value, items, clusters, plan)
    one_group = np.array([items])
    return [
        replace(r_l2, noise_floor=floor * of_mean if of_mean and floor else None),
        replace(skill, noise_floor=floor or None),
        replace(r, noise_floor=noise_floor.of_rank_correlation(one_group, clusters, plan)),
        s,
        b,
    ]


def _of_mean(scores: Scores, present: IntArray) -> float | None:
    """R-l2 x100 of the constant mean: the variance of the truth over the squared range."""
    spans = scores.spans[present]
    if not (spans > 0).all():
        return None
    variances = np.array([scores.truth[scores.criterion == c].var() for c in present])
    return float(100.0 * (variances / spans**2).mean())
