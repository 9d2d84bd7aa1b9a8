"""Balanced accuracy with sensitivity and specificity, per criterion and as the unweighted mean over criteria.

Pooling the criteria instead would reward a blind rule that knows which faults are common: on data where
one criterion is mostly faulty and another mostly not it scores well above 1/2. Within a criterion chance is
1/2 whatever the prevalence (Brodersen et al. 2010, ICPR, "The balanced accuracy and its posterior").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.clusters import BoolArray, IntArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.links import Identity
from aqa_eval.measures.rates import Rates, Sum, estimate_sums, measure_sums, tally
from aqa_eval.measures.resampling import Measure, Resampling

_POLARITIES = 3


@dataclass(frozen=True, slots=True)
class Agreement:
    """Balanced accuracy, sensitivity (hit rate; the fault is the positive class) and specificity."""

    balanced_accuracy: Estimate
    sensitivity: Estimate
    specificity: Estimate


@dataclass(frozen=True, slots=True)
class AgreementByCriterion:
    """`overall`: unweighted means over the criteria that can be estimated. `criteria`: each one by name.
    `left_out`: criteria without both classes, which the mean does not contain.
    """

    overall: Agreement
    criteria: Mapping[str, Agreement]
    left_out: tuple[str, ...]


def agreement(judgements: Judgements, plan: Resampling) -> AgreementByCriterion:
    """Agreement with the truth, polarities pooled, all measures under the same resamples.

    Where all answers of a class are right (or all wrong) in every cluster, no resample differs and the
    limits come from an exact bound on clusters: 20 of 20 clusters right bounds a rate at 0.025^(1/20) =
    0.83 from below, not at 1. The noise floor is that of a judge who tosses a fair coin once an item.
    """
    present = np.unique(judgements.criterion)
    if not len(present):
        nothing = impossible("no answered trials", 0, 0)
        return AgreementByCriterion(Agreement(nothing, nothing, nothing), {}, ())
    rates = correct(judgements)
    used, left_out = estimable(rates, present)
    wanted = [
        s for chosen in [used, *([c] for c in present)] for s in _sums(len(judgements.criteria), chosen)
    ]
    estimates = estimate_sums(rates, Identity(), wanted, plan)
    trios = [Agreement(*estimates[i : i + 3]) for i in range(0, len(estimates), 3)]
    names = judgements.criteria
    return AgreementByCriterion(
        trios[0],
        {names[c]: trio for c, trio in zip(present, trios[1:], strict=True)},
        tuple(names[c] for c in left_out),
    )


def headline(judgements: Judgements, plan: Resampling) -> Measure | None:
    """The mean balanced accuracy over the criteria that can be estimated, as a measure that others can be
    subtracted from; None without rows.
    """
    present = np.unique(judgements.criterion)
    if not len(present):
        return None
    rates = correct(judgements)
    used, _ = estimable(rates, present)
    return measure_sums(rates, Identity(), _sums(len(judgements.criteria), used)[:1], plan)


def correct(judgements: Judgements) -> Rates:
    """Rates of right answers by criterion and truth (fault first), from cells that also split by polarity."""
    group = judgements.criterion * 2 + (~judgements.truth).astype(np.int64)
    groups = len(judgements.criteria) * 2
    right = (judgements.truth == judgements.fault).astype(np.float64)
    cell = group * _POLARITIES + judgements.polarity + 1
    pool = np.repeat(np.eye(groups), _POLARITIES, axis=0)
    return tally(right, cell, groups * _POLARITIES, judgements.item, judgements.clusters, pool)


def estimable(rates: Rates, present: IntArray, groups: int = 2) -> tuple[list[int], list[int]]:
    """Criteria with each class, or each of so many groups, in two clusters or more (in one, where none has
    more), and the rest.
    """
    carriers = rates.group_carriers.reshape(-1, groups).min(axis=1)
    for least in (2, 1):
        used = [int(c) for c in present if carriers[c] >= least]
        if used:
            return used, [int(c) for c in present if c not in used]
    return [int(c) for c in present], []


def _sums(criteria: int, chosen: list[int]) -> list[Sum]:
    hit, rejection = np.zeros(criteria * 2), np.zeros(criteria * 2)
    for criterion in chosen:
        hit[criterion * 2] = 1.0 / len(chosen)
        rejection[criterion * 2 + 1] = 1.0 / len(chosen)
    unit = (0.0, 1.0)
    return [
        Sum((hit + rejection) / 2.0, 0.0, unit, "only one class is present in the truth"),
        Sum(hit, 0.0, unit, "no clip shows the fault"),
        Sum(rejection, 0.0, unit, "every clip shows the fault"),
    ]


def confusion(truth: BoolArray, fault: BoolArray) -> tuple[int, int, int, int]:
    """Hits, misses, false alarms and correct rejections: the counts behind every measure here."""
    hits = int(np.count_nonzero(truth & fault))
    alarms = int(np.count_nonzero(~truth & fault))
    return hits, int(truth.sum()) - hits, alarms, int((~truth).sum()) - alarms
