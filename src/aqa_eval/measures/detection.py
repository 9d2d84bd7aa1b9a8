"""Signal detection: d' and c per criterion and polarity, combined by unweighted means.

Pooling criteria (or polarities) with opposite c first would dilute d': two criteria with c = +-1 and d' = 1
pool to 0.62. Equal-variance Gaussian model (Green and Swets 1966), log-linear correction (Hautus 1995).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.judgements import NEGATIVE, POSITIVE, Judgements
from aqa_eval.measures.links import Probit
from aqa_eval.measures.rates import Rates, Sum, estimate_sums, measure_sums, tally
from aqa_eval.measures.resampling import Measure, Resampling

_POLARITIES = 3


def d_prime(hit_rate: float, false_alarm_rate: float) -> float:
    """z(H) - z(F)."""
    return float(special.ndtri(hit_rate) - special.ndtri(false_alarm_rate))


@dataclass(frozen=True, slots=True)
class Detection:
    """d' and c, and from c per polarity the two biases: `correctness` (c+ + c-)/2, the reluctance to say
    "fault" however it is asked, and `acquiescence` (c+ - c-)/2, the pull towards "true".
    """

    d_prime: Estimate
    c: Estimate
    c_positive: Estimate
    c_negative: Estimate
    correctness: Estimate
    acquiescence: Estimate


@dataclass(frozen=True, slots=True)
class DetectionByCriterion:
    """`overall`: unweighted means over criteria. `criteria`: each by name. `left_out`: criteria lacking a
    class; `one_sided`: criteria not asked in both polarities, which the two biases do not contain.
    """

    overall: Detection
    criteria: Mapping[str, Detection]
    left_out: tuple[str, ...]
    one_sided: tuple[str, ...]


def detection(judgements: Judgements, plan: Resampling) -> DetectionByCriterion:
    """d', c and the two biases in units of z, all under the same resamples.

    Repeats of an item in a polarity count as the number of independent answers that they are worth, so
    that the correction, whose size depends on that number, is not thinned out by asking a judge again who
    always repeats himself, and does not pull towards 0 where every answer is drawn anew. The noise floor
    is that of a judge who tosses a fair coin once an item and polarity.
    """
    present = np.unique(judgements.criterion)
    if not len(present):
        nothing = impossible("no answered trials", 0, 0)
        return DetectionByCriterion(Detection(*[nothing] * 6), {}, (), ())
    rates = _said_fault(judgements)
    complete = _complete(rates, len(judgements.criteria))
    selections = [list(present), *([c] for c in present)]
    wanted = [s for chosen in selections for s in _sums(complete, chosen)]
    estimates = estimate_sums(rates, Probit(), wanted, plan)
    sets = [Detection(*estimates[i : i + 6]) for i in range(0, len(estimates), 6)]
    names = judgements.criteria
    return DetectionByCriterion(
        sets[0],
        {names[c]: found for c, found in zip(present, sets[1:], strict=True)},
        tuple(names[c] for c in present if not complete[c].any()),
        tuple(names[c] for c in present if complete[c].any() and not complete[c, [0, 2]].all()),
    )


def headline(judgements: Judgements, plan: Resampling) -> Measure | None:
    """The mean d' over the criteria that can be estimated, as a measure that others can be subtracted from;
    None without rows.
    """
    present = np.unique(judgements.criterion)
    if not len(present):
        return None
    rates = _said_fault(judgements)
    complete = _complete(rates, len(judgements.criteria))
    return measure_sums(rates, Probit(), _sums(complete, list(present))[:1], plan)


def _said_fault(judgements: Judgements) -> Rates:
    """Rates of "fault" in cells criterion x polarity x truth (fault present first)."""
    pair = judgements.criterion * _POLARITIES + judgements.polarity + 1
    cell = pair * 2 + (~judgements.truth).astype(np.int64)
    asked = pair * (int(judgements.item.max(initial=0)) + 1) + judgements.item
    fault = judgements.fault.astype(np.float64)
    _, place, times = np.unique(asked, return_inverse=True, return_counts=True)
    alike = intraclass_correlation(fault, place.reshape(-1), cell)
    return tally(
        fault,
        cell,
        len(judgements.criteria) * _POLARITIES * 2,
        judgements.item,
        judgements.clusters,
        weight=((1.0 + (times - 1.0) * (1.0 - alike)) / times)[place.reshape(-1)],
    )


def intraclass_correlation(values: FloatArray, item: IntArray, cell: IntArray) -> float:
    """How alike repeated answers to one item are, from 0 (each drawn anew) to 1 (always the same).

    One-way analysis of variance (Fisher 1925; Donner 1986, Int. Statistical Review 54) of `values` (n,)
    by `item` (n,) codes 0..m-1 nested in `cell` (n,), pooled over cells; 1 where nothing is repeated or
    nothing varies, since then nothing shows that repeats are worth anything.
    """
    times = np.bincount(item).astype(np.float64)
    means = np.bincount(item, weights=values) / times
    first = np.unique(item, return_index=True)[1]
    home = np.unique(cell[first], return_inverse=True)[1].reshape(-1)
    cell_means = np.bincount(home, weights=times * means) / np.bincount(home, weights=times)
    within_df, between_df = times.sum() - len(times), len(times) - len(cell_means)
    if within_df < 1 or between_df < 1:
        return 1.0
    within = float(((values - means[item]) ** 2).sum()) / within_df
    between = float((times * (means - cell_means[home]) ** 2).sum()) / between_df
    spread = between + (times.mean() - 1.0) * within
    return float(np.clip((between - within) / spread, 0.0, 1.0)) if spread > 0 else 1.0


def _complete(rates: Rates, criteria: int) -> IntArray:
    """Which criterion (rows) has both classes in which polarity (columns -, neutral, +): in two clusters
    or more where any criterion has that, else in one.
    """
    carriers = rates.group_carriers.reshape(criteria, _POLARITIES, 2).min(axis=2)
    least = 2 if (carriers >= 2).any() else 1
    complete: IntArray = carriers >= least
    return complete


def _sums(complete: IntArray, chosen: list[int]) -> list[Sum]:
    """d', c, c+, c-, correctness and acquiescence over the chosen criteria, as sums of deviates."""
    shape = (*complete.shape, 2)
    usable = [c for c in chosen if complete[c].any()]
    both = [c for c in chosen if complete[c, NEGATIVE + 1] and complete[c, POSITIVE + 1]]
    sensitivity, reluctance = np.zeros(shape), np.zeros(shape)
    for criterion in usable:
        share = complete[criterion] / complete[criterion].sum() / len(usable)
        sensitivity[criterion] = share[:, None] * np.array([1.0, -1.0])
        reluctance[criterion] = share[:, None] * np.array([-0.5, -0.5])
    positive = _reluctance(complete, chosen, POSITIVE)
    negative = _reluctance(complete, chosen, NEGATIVE)
    plus, minus = _reluctance(complete, both, POSITIVE), _reluctance(complete, both, NEGATIVE)
    one_class = "only one class is present in the truth"
    one_side = "not asked in both polarities with both classes present"
    return [
        _sum(sensitivity, one_class),
        _sum(reluctance, one_class),
        _sum(positive, "not asked in the positive polarity with both classes present"),
        _sum(negative, "not asked in the negative polarity with both classes present"),
        _sum((plus + minus) / 2.0, one_side),
        _sum((plus - minus) / 2.0, one_side),
    ]


def _reluctance(complete: IntArray, chosen: list[int], polarity: int) -> FloatArray:
    """Coefficients of the mean c in one polarity over the chosen criteria that have it."""
    coefficients = np.zeros((*complete.shape, 2))
    having = [c for c in chosen if complete[c, polarity + 1]]
    for criterion in having:
        coefficients[criterion, polarity + 1] = -0.5 / len(having)
    return coefficients


def _sum(coefficients: FloatArray, undefined: str) -> Sum:
    return Sum(coefficients.reshape(-1), undefined=undefined)
