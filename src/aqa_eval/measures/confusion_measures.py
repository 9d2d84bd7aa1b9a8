"""F1, macro-F1 and MCC, per criterion and as the unweighted mean over criteria, as `agreement` has them.

Unlike balanced accuracy these move with the prevalence: a judge who always says "fault" has an F1 of
2 pi / (1 + pi) at a share pi of faults. That number stands beside F1, which means nothing without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.agreement import correct, estimable
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.rate_functions import RateFunction, estimate_functions, measure_functions
from aqa_eval.measures.resampling import Measure, Resampling

Counts = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], FloatArray]
"""Hits, misses, false alarms and correct rejections (...) to a number (...)."""


@dataclass(frozen=True, slots=True)
class ConfusionMeasures:
    """`f1`: of the fault as the positive class. `macro_f1`: the mean of it and of the F1 of "no fault".
    `mcc`: Matthews' correlation (1975, Biochimica et Biophysica Acta 405), 0 for a judge of one answer.
    `always_fault`: the F1 of a judge who always says "fault", on these rows.
    """

    f1: Estimate
    macro_f1: Estimate
    mcc: Estimate
    always_fault: float | None


@dataclass(frozen=True, slots=True)
class ConfusionByCriterion:
    """`overall`: unweighted means over the criteria that can be estimated. `criteria`: each one by name.
    `left_out`: criteria without both classes, which the mean does not contain.
    """

    overall: ConfusionMeasures
    criteria: Mapping[str, ConfusionMeasures]
    left_out: tuple[str, ...]


def confusion_measures(judgements: Judgements, plan: Resampling) -> ConfusionByCriterion:
    """F1, macro-F1 and MCC with their intervals, all under the same resamples, polarities pooled."""
    present = np.unique(judgements.criterion)
    if not len(present):
        nothing = impossible("no answered trials", 0, 0)
        return ConfusionByCriterion(ConfusionMeasures(nothing, nothing, nothing, None), {}, ())
    rates = correct(judgements)
    used, left_out = estimable(rates, present)
    places = [used, *([int(c)] for c in present)]
    wanted = [of_criteria(*kind, chosen) for chosen in places for kind in _KINDS]
    estimates = estimate_functions(rates, wanted, plan)
    totals = (rates.total @ rates.pool).sum(axis=0).reshape(-1, 2)
    found = [
        ConfusionMeasures(
            estimates[3 * i], estimates[3 * i + 1], estimates[3 * i + 2], _always_fault(totals[chosen])
        )
        for i, chosen in enumerate(places)
    ]
    names = judgements.criteria
    return ConfusionByCriterion(
        found[0],
        {names[c]: one for c, one in zip(present, found[1:], strict=True)},
        tuple(names[c] for c in left_out),
    )


def headline(judgements: Judgements, plan: Resampling) -> Measure | None:
    """F1, macro-F1 and MCC, means over the criteria that can be estimated, as a measure of three outputs that
    others can be subtracted from; None without rows.
    """
    present = np.unique(judgements.criterion)
    if not len(present):
        return None
    rates = correct(judgements)
    used, _ = estimable(rates, present)
    return measure_functions(rates, [of_criteria(*kind, used) for kind in _KINDS], plan)


def of_criteria(
    counts: Counts, bounds: tuple[float, float], undefined: str, chosen: Sequence[int]
) -> RateFunction:
    """The unweighted mean of a function of counts over criteria, of the rates that `agreement.correct` makes:
    those of right answers by criterion and truth, fault first.
    """

    def mean(right: FloatArray, asked: FloatArray) -> FloatArray:
        hits, rejections = right[..., 0::2], right[..., 1::2]
        values: FloatArray = counts(
            hits, asked[..., 0::2] - hits, asked[..., 1::2] - rejections, rejections
        ).mean(axis=-1)
        return values

    groups = tuple(group for c in chosen for group in (2 * c, 2 * c + 1))
    return RateFunction(mean, groups, bounds, undefined)


def f1(hits: FloatArray, misses: FloatArray, alarms: FloatArray, rejections: FloatArray) -> FloatArray:
    """2 hits / (2 hits + misses + false alarms), the fault being the positive class."""
    return 2.0 * hits / (2.0 * hits + misses + alarms)


def macro_f1(hits: FloatArray, misses: FloatArray, alarms: FloatArray, rejections: FloatArray) -> FloatArray:
    """The mean of the F1 of both classes."""
    return (f1(hits, misses, alarms, rejections) + f1(rejections, alarms, misses, hits)) / 2.0


def mcc(hits: FloatArray, misses: FloatArray, alarms: FloatArray, rejections: FloatArray) -> FloatArray:
    """Matthews' correlation of truth and answer, 0 where the answer never varies."""
    margins = (hits + misses) * (alarms + rejections) * (hits + alarms) * (misses + rejections)
    scale = np.sqrt(np.maximum(margins, 0.0))
    cross = hits * rejections - misses * alarms
    return np.divide(cross, scale, out=np.zeros_like(cross), where=scale > 0)


_ONE_CLASS = "only one class is present in the truth"
_KINDS: tuple[tuple[Counts, tuple[float, float], str], ...] = (
    (f1, (0.0, 1.0), _ONE_CLASS),
    (macro_f1, (0.0, 1.0), _ONE_CLASS),
    (mcc, (-1.0, 1.0), _ONE_CLASS),
)


def _always_fault(totals: FloatArray) -> float | None:
    """The mean F1 of "fault" every time over criteria with `totals` (C, 2) of faulty and other rows."""
    if (totals.sum(axis=1) == 0).any() or (totals[:, 0] == 0).any():
        return None
    return float((2.0 * totals[:, 0] / (2.0 * totals[:, 0] + totals[:, 1])).mean())
