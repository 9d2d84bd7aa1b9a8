"""Comparisons and yes/no judgements on one scale of sight, d'.

Two performances side by side hold more than one: an ideal judge with d' = 0.5 is right in 63.8% of pairs and
in 59.9% of unbiased yes/no judgements without having seen any better. And a judge who is loath to say
"fault", or drawn to the first place, is right less often than it sees. So neither accuracies nor deviates of
accuracies are compared, but (Macmillan and Creelman 2005, Detection Theory, chapters 1, 2 and 7)

    pairs: d' = (z(H) - z(F)) / sqrt 2, H = P(says the first | it is better), F = P(says it | it is worse);
    yes/no: d' = z(H) - z(F), H = P(says fault | fault), F = P(says fault | none), mean over polarities;

neither of which the place of the criterion moves. For a judge without any bias F = 1 - H = 1 - accuracy, and
these are sqrt 2 z(accuracy) and 2 z(accuracy), the closed forms of `of_accuracy`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray
from aqa_eval.measures.crossed import Between, Crossed, OfSums, difference
from aqa_eval.measures.crossed_means import still_deviate_variance
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import Probit
from aqa_eval.measures.pairs import FIRST, SECOND, Comparisons, deviates_measure
from aqa_eval.measures.resampling import Resampling, Target, critical

ONE_SIDE = "only one side is present in the truth"


class Form(Enum):
    """How was asked, and how many d' a normal deviate of an unbiased judge's accuracy is."""

    PAIR = math.sqrt(2.0)
    YES_NO = 2.0


@dataclass(frozen=True, slots=True)
class Singly:
    """One row an answered yes/no judgement, arrays (n,): does it say "fault", is there one, in which
    polarity was it asked (codes; each has its own d'), and its clusters (to be subtracted, comparisons and
    judgements must be coded alike: `Between.of` all).
    """

    fault: BoolArray
    truth: BoolArray
    polarity: IntArray
    between: Between


def of_accuracy(accuracy: Estimate, form: Form) -> Estimate:
    """The d' of the accuracy of an unbiased judge, limits transformed: None where infinite. Of a biased one
    it is too low.
    """

    def moved(rate: float | None) -> float | None:
        return form.value * float(special.ndtri(rate)) if rate is not None and 0.0 < rate < 1.0 else None

    if accuracy.value is None:
        return accuracy
    value = moved(accuracy.value)
    limits = [moved(x) for x in (accuracy.low, accuracy.high, accuracy.boot_low, accuracy.boot_high)]
    never = "" if value is not None else "always right or always wrong: d' is not finite"
    floor = moved(0.5 + accuracy.noise_floor) if accuracy.noise_floor is not None else None
    return replace(
        accuracy,
        value=value,
        low=limits[0],
        high=limits[1],
        boot_low=limits[2],
        boot_high=limits[3],
        noise_floor=floor,
        reason=never or accuracy.reason,
    )


def d_prime(answers: Comparisons | Singly, plan: Resampling) -> Estimate:
    """The d' free of bias, half an answer added to every count (Hautus 1995), so that it is finite."""
    measure = _measure(answers, plan)
    return measure.estimates(plan)[0] if measure else impossible(ONE_SIDE, len(answers.between), 0)


def gain(pairs: Comparisons, judgements: Singly, plan: Resampling) -> Estimate:
    """The d' of pairs minus that of yes/no judgements, paired where they share clusters: above 0 the judge
    sees more in a comparison than two looks at one performance each would show.
    """
    one, other = _measure(pairs, plan), _measure(judgements, plan)
    if one is None or other is None:
        return impossible(ONE_SIDE, min(len(pairs.between), len(judgements.between)), 0)
    return difference(one, other, plan)[0]


def _measure(answers: Comparisons | Singly, plan: Resampling) -> Crossed | None:
    return _of_pairs(answers, plan) if isinstance(answers, Comparisons) else _of_singly(answers, plan)


def _of_pairs(pairs: Comparisons, plan: Resampling) -> Crossed | None:
    if not ((pairs.better == FIRST).any() and (pairs.better == SECOND).any()):
        return None
    both = deviates_measure(pairs, plan)  # the pull of the first place, then d'
    return replace(
        both,
        statistic=lambda weights: both.statistic(weights)[:, 1:],
        targets=both.targets[1:],
        bearing=both.bearing[1:],
    )


def _of_singly(answers: Singly, plan: Resampling) -> Crossed | None:
    usable = _usable(answers)
    if not len(usable):
        return None
    rows = np.isin(answers.polarity, usable)
    said, between = answers.fault[rows].astype(np.float64), answers.between.only(rows)
    # Cells in pairs, as Probit has them: of each polarity those with the fault, then those without.
    cell = np.searchsorted(usable, answers.polarity[rows]) * 2 + (~answers.truth[rows]).astype(np.int64)
    cells = 2 * len(usable)
    member = (cell[:, None] == np.arange(cells)[None, :]).astype(np.float64)
    signs = np.tile([1.0, -1.0], len(usable)) / len(usable)

    def of(sums: FloatArray) -> FloatArray:
        deviates: FloatArray = Probit().values(sums[:, :cells], sums[:, cells:]) @ signs
        return deviates[:, None]

    bearing = 1.0 / member.sum(axis=0)[cell]
    support = between.effective(bearing)
    still = sum(still_deviate_variance(said, np.where(cell == c, 0, -1), between) for c in range(cells))
    half = critical(support, plan.level) * math.sqrt(still) / len(usable)
    carriers = len(np.union1d(between.first, between.second))
    target = Target(
        len(said), carriers, support, slack=(half, half), allowance=Probit.allowance, undefined=ONE_SIDE
    )
    statistic = OfSums(np.column_stack([member * said[:, None], member]), of)
    return Crossed(statistic, between, (target,), bearing[None])


def _usable(answers: Singly) -> IntArray:
    """The polarities with both classes: in two clusters or more each where any has that, else in one."""
    present = np.unique(answers.polarity)
    sides = [[(answers.polarity == p) & (answers.truth == side) for side in (True, False)] for p in present]
    carried = np.array([min(len(np.unique(answers.between.first[rows])) for rows in own) for own in sides])
    least = 2 if (carried >= 2).any() else 1
    usable: IntArray = present[carried >= least].astype(np.int64)
    return usable
