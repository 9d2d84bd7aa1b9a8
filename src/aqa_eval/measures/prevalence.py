"""How common a thing is, counted by a classifier that errs.

Rogan and Gladen (1978, American Journal of Epidemiology 107): the true share is
(apparent + specificity - 1) / (sensitivity + specificity - 1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import Identity
from aqa_eval.measures.rate_functions import RateFunction, estimate_functions
from aqa_eval.measures.rates import Rates, tally
from aqa_eval.measures.resampling import Resampling

_APPARENT, _SENSITIVITY, _SPECIFICITY = range(3)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the classifier was checked on, all arrays (n,): is the thing there (`truth`), does the classifier
    say so (`said`), and the `cluster` of each row, named as in the rows that are counted.
    """

    truth: BoolArray
    said: BoolArray
    cluster: ArrayLike


@dataclass(frozen=True, slots=True)
class Prevalence:
    """The `corrected` share, the `apparent` one, and the classifier's `sensitivity` and `specificity`."""

    corrected: Estimate
    apparent: Estimate
    sensitivity: Estimate
    specificity: Estimate


def prevalence(positive: BoolArray, cluster: ArrayLike, labelled: Labelled, plan: Resampling) -> Prevalence:
    """The Rogan-Gladen share of `positive` (n,), with an interval that carries the uncertainty of the count,
    of the sensitivity and of the specificity: all three are resampled together, and clusters that are in the
    labelled rows and in the counted ones weigh alike in both.

    The share is cut off at 0 and 1. It is not identified where sensitivity + specificity is at most 1: the
    classifier then tells nothing. A resample in which that happens counts as the worst for either limit.
    """
    rates = _rates(positive, cluster, labelled)
    functions = [
        RateFunction(_rogan_gladen, (_APPARENT, _SENSITIVITY, _SPECIFICITY), (0.0, 1.0)),
        *(RateFunction(_rate, (group,), (0.0, 1.0), _MISSING[group]) for group in range(3)),
    ]
    raw, apparent, sensitivity, specificity = estimate_functions(rates, functions, plan)
    corrected = _corrected(raw, apparent, sensitivity, specificity)
    return Prevalence(corrected, apparent, sensitivity, specificity)


_MISSING = ("no rows to count", "no labelled row has it", "every labelled row has it")


def _corrected(raw: Estimate, apparent: Estimate, sensitivity: Estimate, specificity: Estimate) -> Estimate:
    lacking = [part.reason for part in (apparent, sensitivity, specificity) if part.value is None]
    if lacking:
        return impossible(lacking[0], raw.n, raw.clusters)
    if raw.value is None:
        total = (sensitivity.value or 0.0) + (specificity.value or 0.0)
        reason = f"sensitivity + specificity is {total:.2f}, at most 1: the classifier tells nothing"
        return impossible(reason, raw.n, raw.clusters)
    return replace(raw, value=_cut(raw.value), low=_cut(raw.low), high=_cut(raw.high))


def _cut(share: float | None) -> float | None:
    return None if share is None else min(max(share, 0.0), 1.0)


def _rates(positive: BoolArray, cluster: ArrayLike, labelled: Labelled) -> Rates:
    truth, said = np.asarray(labelled.truth, np.bool_), np.asarray(labelled.said, np.bool_)
    counted = np.asarray(positive, np.bool_)
    names = np.concatenate([np.asarray(cluster).astype(str), np.asarray(labelled.cluster).astype(str)])
    yes = np.concatenate([counted, truth == said]).astype(np.float64)
    cell = np.concatenate([np.full(len(counted), _APPARENT), np.where(truth, _SENSITIVITY, _SPECIFICITY)])
    return tally(yes, cell.astype(np.int64), 3, np.arange(len(yes)), Clusters.of(names))


def _rate(yes: FloatArray, total: FloatArray) -> FloatArray:
    return Identity().values(yes, total)[..., 0]


def _rogan_gladen(yes: FloatArray, total: FloatArray) -> FloatArray:
    rates = yes / total
    told = rates[..., 1] + rates[..., 2] - 1.0
    excess = rates[..., 0] + rates[..., 2] - 1.0
    return np.divide(excess, told, out=np.full_like(told, np.nan), where=told > 1e-12)
