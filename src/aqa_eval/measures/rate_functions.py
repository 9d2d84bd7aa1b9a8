"""Measures that are any function of rates: F1, MCC, predictive values, a corrected prevalence.

What `aqa_eval.measures.rates` does for sums: the function is computed under any cluster weights from sums
over clusters. A rate of 0 or 1 that no resample can vary is moved to its exact bound, and what the function
then loses or gains is added to the interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.links import Identity, worst
from aqa_eval.measures.rates import Rates, effective_clusters
from aqa_eval.measures.resampling import Measure, Resampling, Target

_STEP = 1e-4  # by how much a rate is moved to see how a function answers to it


@dataclass(frozen=True, slots=True)
class RateFunction:
    """A measure: `of(yes, total)` takes the counts of the `groups` that it uses (..., g) and gives (...), NaN
    where it is not defined (where a total is 0 it need not look: that is NaN already). Within `bounds`;
    `undefined` says what is missing if there is no value.
    """

    of: Callable[[FloatArray, FloatArray], FloatArray]
    groups: tuple[int, ...]
    bounds: tuple[float, float] = (-math.inf, math.inf)
    undefined: str = "not defined on these rows"


def estimate_functions(rates: Rates, functions: Sequence[RateFunction], plan: Resampling) -> list[Estimate]:
    """Every function with its interval, all under the same resamples."""
    return measure_functions(rates, functions, plan).estimates(plan)


def measure_functions(rates: Rates, functions: Sequence[RateFunction], plan: Resampling) -> Measure:
    """The functions as one measure, an output each."""
    yes, total = rates.yes @ rates.pool, rates.total @ rates.pool

    def statistic(weights: FloatArray) -> FloatArray:
        said, asked = weights @ yes, weights @ total
        return np.stack([_value(one, said, asked) for one in functions], axis=1)

    variances = Identity().variances(rates)
    targets = tuple(_target(rates, one, yes, total, variances, plan) for one in functions)
    return Measure(statistic, len(yes), targets, len(yes) + 4 * rates.total.shape[1])


def _value(function: RateFunction, yes: FloatArray, total: FloatArray) -> FloatArray:
    used = list(function.groups)
    there = total[..., used] > 0
    safe = np.where(there, total[..., used], 1.0)
    values = function.of(np.where(there, yes[..., used], 0.0), safe)
    result: FloatArray = np.where(there.all(axis=-1), values, np.nan)
    return result


def _target(
    rates: Rates,
    function: RateFunction,
    yes: FloatArray,
    total: FloatArray,
    variances: FloatArray,
    plan: Resampling,
) -> Target:
    used = list(function.groups)
    clusters = int(np.count_nonzero((total[:, used] > 0).any(axis=1)))
    trials = int(rates.trials[used].sum())
    said, asked = yes[:, used].sum(axis=0), total[:, used].sum(axis=0)
    if (asked == 0).any() or not np.isfinite(function.of(said, asked)):
        return Target(trials, clusters, clusters, undefined=function.undefined)
    slopes = np.array([_slope(function, said, asked, place) for place in range(len(used))])
    contributions = slopes**2 * variances[used]
    slack = _slack(function, said, asked, total[:, used], plan)
    return Target(
        trials,
        clusters,
        effective_clusters(contributions, rates.group_carriers[used], clusters),
        function.bounds,
        slack=slack,
        allowance=Identity.allowance if slack != (0.0, 0.0) else "",
        undefined=function.undefined,
    )


def _slope(function: RateFunction, yes: FloatArray, total: FloatArray, place: int) -> float:
    """How fast the function moves with one rate, from a small step into the side where there is room."""
    step = -_STEP if yes[place] * 2 > total[place] else _STEP
    moved = yes.copy()
    moved[place] += step * total[place]
    slope = float(function.of(moved, total) - function.of(yes, total)) / step
    return slope if math.isfinite(slope) else 0.0


def _slack(
    function: RateFunction, yes: FloatArray, total: FloatArray, per_cluster: FloatArray, plan: Resampling
) -> tuple[float, float]:
    """How far the function falls and rises if rates of 0 and 1 lie at their exact bounds (see
    `links.Identity.slack`). Still rates are moved one after the other, each where it makes matters worse.
    """
    still = np.flatnonzero((yes == 0) | (yes == total))
    bounds = {int(g): worst(per_cluster[:, g] / total[g], plan.tail) * total[g] for g in still}
    here = float(function.of(yes, total))
    return here - _extreme(function, yes, total, bounds, -1.0), _extreme(
        function, yes, total, bounds, 1.0
    ) - here


def _extreme(
    function: RateFunction, yes: FloatArray, total: FloatArray, bounds: dict[int, float], side: float
) -> float:
    """The lowest (`side` -1) or highest (+1) value that moving the still rates to their bounds reaches."""
    now, best = yes.copy(), float(function.of(yes, total))
    for _ in range(2):  # a rate that does nothing alone may do so once another one has moved
        for group, bound in bounds.items():
            moved = now.copy()
            moved[group] = bound if yes[group] == 0 else total[group] - bound
            value = float(function.of(moved, total))
            if not math.isfinite(value):
                return side * math.inf  # within the bounds it may not even be defined
            if side * value > side * best:
                now, best = moved, value
    return best
