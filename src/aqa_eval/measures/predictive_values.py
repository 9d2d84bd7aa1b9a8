"""What an answer is worth where you are: positive and negative predictive value at a stated base rate.

A judge's sensitivity and specificity carry over to another share of faults, its predictive values do not
(Altman and Bland 1994, BMJ 309: "Diagnostic tests 2: predictive values").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.agreement import correct, estimable
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.confusion_measures import Counts, of_criteria
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.rate_functions import estimate_functions
from aqa_eval.measures.resampling import Resampling


@dataclass(frozen=True, slots=True)
class PredictiveValues:
    """At the `base_rate` of faults: `ppv`, the share of its "fault"s that are faults (a judge who sees
    nothing has the base rate), and `npv`, the share of its "no fault"s that are none (1 - base rate).
    """

    base_rate: float
    ppv: Estimate
    npv: Estimate


@dataclass(frozen=True, slots=True)
class PredictiveByCriterion:
    """`overall`: unweighted means over the criteria that can be estimated. `criteria`: each one by name.
    `left_out`: criteria without both classes, which the mean does not contain.
    """

    overall: PredictiveValues
    criteria: Mapping[str, PredictiveValues]
    left_out: tuple[str, ...]


def predictive_values(judgements: Judgements, base_rate: float, plan: Resampling) -> PredictiveByCriterion:
    """PPV and NPV by Bayes' rule from sensitivity and specificity, in the functions' own resamples.

    A judge who never says "fault" has no PPV. Raises ValueError for a base rate that is not between 0 and 1.
    """
    if not 0.0 < base_rate < 1.0:
        raise ValueError(f"base rate {base_rate}: expected a share of faults between 0 and 1")
    present = np.unique(judgements.criterion)
    if not len(present):
        nothing = impossible("no answered trials", 0, 0)
        return PredictiveByCriterion(PredictiveValues(base_rate, nothing, nothing), {}, ())
    rates = correct(judgements)
    used, left_out = estimable(rates, present)
    kinds = (
        (_ppv(base_rate), 'in a criterion it never says "fault", or only one class is present in the truth'),
        (_npv(base_rate), 'in a criterion it always says "fault", or only one class is present in the truth'),
    )
    wanted = [
        of_criteria(counts, (0.0, 1.0), undefined, chosen)
        for chosen in [used, *([int(c)] for c in present)]
        for counts, undefined in kinds
    ]
    estimates = estimate_functions(rates, wanted, plan)
    found = [PredictiveValues(base_rate, *estimates[i : i + 2]) for i in range(0, len(estimates), 2)]
    names = judgements.criteria
    return PredictiveByCriterion(
        found[0],
        {names[c]: one for c, one in zip(present, found[1:], strict=True)},
        tuple(names[c] for c in left_out),
    )


def _ppv(base_rate: float) -> Counts:
    def ppv(hits: FloatArray, misses: FloatArray, alarms: FloatArray, rejections: FloatArray) -> FloatArray:
        found = base_rate * hits / (hits + misses)
        false = (1.0 - base_rate) * alarms / (alarms + rejections)
        return _share(found, false)

    return ppv


def _npv(base_rate: float) -> Counts:
    def npv(hits: FloatArray, misses: FloatArray, alarms: FloatArray, rejections: FloatArray) -> FloatArray:
        cleared = (1.0 - base_rate) * rejections / (alarms + rejections)
        missed = base_rate * misses / (hits + misses)
        return _share(cleared, missed)

    return npv


def _share(right: FloatArray, wrong: FloatArray) -> FloatArray:
    said = right + wrong
    return np.divide(right, said, out=np.full_like(said, np.nan), where=said > 0)
