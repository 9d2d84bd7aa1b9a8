"""What moves the verdict: the clip or the cue? One logistic model a judge, and the part of the cue in it.

logit P(says fault) = b0 + bv * truth + bp * cue + ba * polarity (+ criteria). Truth, cue and polarity are
contrasts of one width (-1/2 to 1/2; a cue that is absent is 0), so that bv and bp can be compared: each is
how far the log-odds move from one end of it to the other. Modality index = |bp| / (|bv| + |bp|): 0 where
sight alone moves the verdict, 1 where the cue alone does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.logistic import SEPARATED, Cells, coefficients_measure
from aqa_eval.measures.resampling import Measure, Resampling, Target

TRUTH, CUE, POLARITY = "truth", "cue", "polarity"
UNMOVED = (
    "neither the truth nor the cue is known to move the verdict: their shares of nothing are not defined"
)


@dataclass(frozen=True, slots=True)
class Modality:
    """`index` (0 to 1) and the coefficients it is made of, in log-odds: `sight` is bv, `cue` bp, `polarity`
    ba (not estimated where polarity does not vary).
    """

    index: Estimate
    sight: Estimate
    cue: Estimate
    polarity: Estimate


def cells(
    fault: ArrayLike,
    truth: ArrayLike,
    cue: ArrayLike,
    cluster: ArrayLike,
    polarity: ArrayLike | None = None,
    criterion: ArrayLike | None = None,
) -> Cells:
    """The counts of the model, from rows (n,): does the judge say fault, is there one, what does the cue say
    (1 fault, -1 none, 0 nothing), its cluster, its polarity (1, -1, 0) and criterion.

    Every criterion but the first has an intercept of its own, measured from the mean of all.
    """
    columns: dict[str, ArrayLike] = {
        TRUTH: np.asarray(truth, np.float64) - 0.5,
        CUE: np.asarray(cue, np.float64) / 2.0,
    }
    if polarity is not None and len(np.unique(np.asarray(polarity))) > 1:
        columns[POLARITY] = np.asarray(polarity, np.float64) / 2.0
    if criterion is not None:
        names, codes = np.unique(np.asarray(criterion), return_inverse=True)
        for place in range(1, len(names)):
            columns[f"criterion {names[place]}"] = (codes == place) - (codes == 0).astype(np.float64)
    return Cells.of(fault, columns, cluster)


def modality(counts: Cells, plan: Resampling) -> Modality:
    """The index with its interval over clusters. It is not given while the intervals of both bv and bp
    hold 0: the ratio of two numbers that may both be 0 can be anything.
    """
    found = dict(zip(counts.names, coefficients_measure(counts, plan).estimates(plan), strict=True))
    none = impossible("polarity does not vary in these rows", found[TRUTH].n, found[TRUTH].clusters)
    sight, cue = found[TRUTH], found[CUE]
    index = index_measure(counts, plan).estimates(plan)[0]
    if index.value is not None and not (_known(sight) or _known(cue)):
        index = impossible(UNMOVED, index.n, index.clusters)
    return Modality(index, sight, cue, found.get(POLARITY, none))


def index_measure(counts: Cells, plan: Resampling) -> Measure:
    """The index as a measure that others can be subtracted from."""
    places = [counts.names.index(TRUTH), counts.names.index(CUE)]

    def statistic(weights: FloatArray) -> FloatArray:
        return _index(counts.fit(weights)[:, places])

    clusters, width = len(counts.total), counts.design.shape[0] * counts.design.shape[1] ** 2
    n, carriers = int(counts.total.sum()), int(np.count_nonzero(counts.total.sum(axis=1)))
    target = Target(
        n,
        carriers,
        carriers,
        (0.0, 1.0),
        allowance=SEPARATED,
        undefined="truth or cue does not vary by itself",
    )
    value = float(statistic(np.ones((1, clusters)))[0, 0])
    if counts.runaway[places].any() and np.isfinite(value):
        target = replace(target, slack=_slack(counts, places, value, plan))
    return Measure(statistic, clusters, (target,), width)


def _index(both: FloatArray) -> FloatArray:
    """|bp| / (|bv| + |bp|) (R, 1) of bv and bp (R, 2); NaN where both are 0."""
    sizes = np.abs(both)
    whole = sizes.sum(axis=1, keepdims=True)
    return np.where(whole > 1e-9, sizes[:, 1:] / np.where(whole > 1e-9, whole, 1.0), np.nan)


def _slack(counts: Cells, places: list[int], value: float, plan: Resampling) -> tuple[float, float]:
    """Where answers are separated: how far the index falls if the clusters that may do otherwise go by
    sight, and rises if they go by the cue.
    """
    ends = []
    for place in places:
        follows = np.clip(counts.design[:, place] + 0.5, 0.0, 1.0)
        ends.append(float(_index(counts.mixed(counts.other(plan), follows)[None, places])[0, 0]))
    return max(value - ends[0], 0.0), max(ends[1] - value, 0.0)


def _known(estimate: Estimate) -> bool:
    """Whether the estimate is known to differ from 0."""
    low, high = estimate.low, estimate.high
    return (low is not None and low > 0.0) or (high is not None and high < 0.0)
