"""What a good rater would reach: each rater taken as the judge, the others as the truth.

Leave-one-rater-out is a little strict: a judge is compared with the mean of all raters, a rater with that of
one fewer.
"""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures import rank
from aqa_eval.measures.clusters import Clusters, FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.raters import SMALLEST, mean_of_others, rating_table
from aqa_eval.measures.resampling import Measure, Resampling, Target
from aqa_eval.measures.scores import Scores


def against_the_majority(
    votes: ArrayLike, cluster: ArrayLike, criterion: ArrayLike | None = None
) -> Judgements:
    """Judgements of each rater with the majority of the others as the truth: what `agreement` and every other
    measure of judgements then measures is the human ceiling.

    `votes` (units, raters) are 0 or 1, NaN where there is none; `cluster` and `criterion` (units,). A vote is
    left out where the others are split evenly or nobody else voted. A unit is an item. Raises ValueError
    where a vote is neither.
    """
    table = rating_table(votes)
    given = ~np.isnan(table)
    odd = table[given & (table != 0) & (table != 1)]
    if len(odd):
        raise ValueError(f"votes are 0 or 1, found {odd[0]:g}")
    yes = np.where(given, table, 0.0)
    others_yes = yes.sum(axis=1, keepdims=True) - yes
    others = given.sum(axis=1, keepdims=True) - given
    unit, rater = np.nonzero(given & (2 * others_yes != others))
    return Judgements.of(
        2 * others_yes[unit, rater] > others[unit, rater],
        table[unit, rater],
        np.asarray(cluster)[unit],
        None if criterion is None else np.asarray(criterion)[unit],
        item=unit,
    )


def rank_ceiling(
    ratings: ArrayLike, cluster: ArrayLike, plan: Resampling, event: ArrayLike | None = None
) -> Estimate:
    """The mean over raters of Spearman's rho with the mean of the others, within events where there are any
    (as `rank.headline` has it for a judge). Raters with fewer than three units that another one has rated, or
    whose ratings or the others' never vary, are left out.
    """
    table, clusters = rating_table(ratings), Clusters.of(cluster)
    found = ceiling_measure(table, clusters, plan, event)
    if found is None:
        reason = f"no rater has {SMALLEST} units that another one has rated too, with different ratings"
        return impossible(reason, len(table), clusters.count)
    return found.estimates(plan)[0]


def ceiling_measure(
    table: FloatArray, clusters: Clusters, plan: Resampling, event: ArrayLike | None = None
) -> Measure | None:
    """The mean rho of `rank_ceiling` as a measure over all `clusters` of the units; None without raters."""
    each = [_one(table, rater, clusters, plan, event) for rater in range(table.shape[1])]
    raters = [one for one in each if one is not None]
    if not raters:
        return None

    def statistic(weights: FloatArray) -> FloatArray:
        rho = np.concatenate([one.statistic(weights) for one in raters], axis=1)
        with warnings.catch_warnings():  # where all are NaN, so is the mean
            warnings.simplefilter("ignore", RuntimeWarning)
            mean: FloatArray = np.nanmean(rho, axis=1, keepdims=True)
        return mean

    units = int((~np.isnan(table)).any(axis=1).sum())
    carried = min(one.targets[0].clusters for one in raters)
    target = Target(units, carried, carried, (-1.0, 1.0), "fisher", undefined="no rater's ratings vary")
    return Measure(statistic, clusters.count, (target,), max(one.width for one in raters))


def _one(
    table: FloatArray, rater: int, clusters: Clusters, plan: Resampling, event: ArrayLike | None
) -> Measure | None:
    """Rho of one rater with the mean of the others, in the clusters' own codes."""
    others = np.delete(table, rater, axis=1)
    both = ~np.isnan(table[:, rater]) & ~np.isnan(others).all(axis=1)
    if np.count_nonzero(both) < SMALLEST:
        return None
    own, rest = table[both, rater], mean_of_others(others[both])
    if np.ptp(own) == 0.0 or np.ptp(rest) == 0.0:
        return None
    codes = clusters.codes[both]
    scores = Scores.of(rest, own, codes, event=None if event is None else np.asarray(event)[both])
    return rank.headline(replace(scores, clusters=Clusters(codes, clusters.count)), plan)
