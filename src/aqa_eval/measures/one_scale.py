"""Comparisons and yes/no judgements on one scale of sight, d'.

Two performances side by side hold more than one: an ideal judge with d' = 0.5 is right in 63.8% of pairs and
in 59.9% of unbiased yes/no judgements without having seen any better. So accuracies are turned into
d' = sqrt 2 z(accuracy) of pairs and d' = 2 z(accuracy) of yes/no (Macmillan and Creelman 2005, Detection
Theory, chapters 1 and 7) before they are compared. Accuracy is the mean over both sides (first or second is
better; fault present or absent), which a leaning to one answer lowers, and d' with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from scipy import special

from aqa_eval.measures.clusters import BoolArray, FloatArray
from aqa_eval.measures.crossed import Between, Crossed, OfSums, difference
from aqa_eval.measures.crossed_means import quotients, still_deviate_variance
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import Probit
from aqa_eval.measures.resampling import Resampling, Target, critical

ONE_SIDE = "only one side is present in the truth"


class Form(Enum):
    """How was asked, and how many d' a normal deviate of the accuracy is."""

    PAIR = math.sqrt(2.0)
    YES_NO = 2.0


@dataclass(frozen=True, slots=True)
class Answers:
    """One row an answered trial, arrays (n,): was it right (a tie: 1/2), on which of the two sides is the
    truth, and its clusters (to be subtracted, both sets of answers must be coded alike: `Between.of` all).
    """

    right: FloatArray
    side: BoolArray
    between: Between


def of_accuracy(accuracy: Estimate, form: Form) -> Estimate:
    """The d' of an accuracy (both sides weighing alike), limits transformed: None where infinite."""

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


def d_prime(answers: Answers, form: Form, plan: Resampling) -> Estimate:
    """The d' with half an answer added to either count (Hautus 1995), so that it is finite."""
    measure = _measure(answers, form, plan)
    return measure.estimates(plan)[0] if measure else impossible(ONE_SIDE, len(answers.right), 0)


def gain(pairs: Answers, judgements: Answers, plan: Resampling) -> Estimate:
    """The d' of pairs minus that of yes/no judgements, paired where they share clusters: above 0 the judge
    sees more in a comparison than two looks at one performance each would show.
    """
    one, other = _measure(pairs, Form.PAIR, plan), _measure(judgements, Form.YES_NO, plan)
    if one is None or other is None:
        return impossible(ONE_SIDE, min(len(pairs.right), len(judgements.right)), 0)
    return difference(one, other, plan)[0]


def _measure(answers: Answers, form: Form, plan: Resampling) -> Crossed | None:
    sides = [np.flatnonzero(answers.side == side) for side in (False, True)]
    if any(not len(rows) for rows in sides):
        return None

    member = np.stack([~answers.side, answers.side], axis=1).astype(np.float64)

    def of(sums: FloatArray) -> FloatArray:
        rates, total = quotients(sums[:, :2], sums[:, 2:]), sums[:, 2:].sum(axis=1)
        corrected = (rates.sum(axis=1) / 2.0 * total + 0.5) / (total + 1.0)
        deviates: FloatArray = form.value * special.ndtri(corrected)[:, None]
        return deviates

    bearing = np.where(answers.side, 1.0 / len(sides[1]), 1.0 / len(sides[0]))
    support = answers.between.effective(bearing)
    carriers = len(np.union1d(answers.between.first, answers.between.second))
    n = len(answers.right)
    still = still_deviate_variance(answers.right, np.zeros(n, np.int64), answers.between)
    half = form.value * math.sqrt(still) * critical(support, plan.level)
    floor = critical(support, plan.level) * form.value * math.sqrt(math.pi / 2.0 / n)
    target = Target(
        n,
        carriers,
        support,
        slack=(half, half),
        allowance=Probit.allowance,
        noise_floor=floor,
        undefined=ONE_SIDE,
    )
    statistic = OfSums(np.column_stack([member * answers.right[:, None], member]), of)
    return Crossed(statistic, answers.between, (target,), bearing[None])
