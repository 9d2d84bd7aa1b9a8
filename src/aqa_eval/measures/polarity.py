"""The polarity design: is "true" said because of the clip, of the statement, or of the word?

Each criterion is put as a requirement (+) and as a fault (-). With P = P(answer "true"), averaged over the
two truth classes with equal weight whatever their counts, correctness bias is (P+ - P-)/2 and acquiescence
(P+ + P-)/2 - 1/2. One polarity alone cannot tell the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures.agreement import estimable
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.judgements import NEUTRAL, POSITIVE, Judgements
from aqa_eval.measures.links import Identity
from aqa_eval.measures.rates import Rates, Sum, estimate_sums, tally
from aqa_eval.measures.resampling import Resampling

_CELLS = 4
"""Of a criterion: polarities times classes."""


@dataclass(frozen=True, slots=True)
class Polarity:
    """`correctness` (-1/2 to 1/2; above zero: "correct" whatever is shown), `acquiescence` (-1/2 to 1/2;
    above zero: "true" whatever is said), and the P+ and P- they are made of.
    """

    correctness: Estimate
    acquiescence: Estimate
    true_positive_statement: Estimate
    true_negative_statement: Estimate


@dataclass(frozen=True, slots=True)
class PolarityByCriterion:
    """`overall`: unweighted means over criteria. `criteria`: each by name. `left_out`: criteria not asked
    in both polarities with both classes present.
    """

    overall: Polarity
    criteria: Mapping[str, Polarity]
    left_out: tuple[str, ...]


def polarity(judgements: Judgements, plan: Resampling) -> PolarityByCriterion:
    """Correctness bias and acquiescence on the scale of probabilities; neutral questions are not used.

    The noise floor is that of a judge who answers "true" by a fair coin, tossed once an item and polarity.
    """
    leaning = judgements.only(judgements.polarity != NEUTRAL)
    present = np.unique(leaning.criterion)
    if not len(present):
        nothing = impossible("no answered trials in either polarity", 0, 0)
        return PolarityByCriterion(Polarity(*[nothing] * 4), {}, ())
    rates = _said_true(leaning)
    used, left_out = estimable(rates, present, _CELLS)
    wanted = [s for chosen in [used, *([c] for c in present)] for s in _sums(len(leaning.criteria), chosen)]
    estimates = estimate_sums(rates, Identity(), wanted, plan)
    sets = [Polarity(*estimates[i : i + 4]) for i in range(0, len(estimates), 4)]
    names = leaning.criteria
    return PolarityByCriterion(
        sets[0],
        {names[c]: found for c, found in zip(present, sets[1:], strict=True)},
        tuple(names[c] for c in left_out),
    )


def _said_true(judgements: Judgements) -> Rates:
    """Rates of "true" in cells criterion x polarity (+ first) x truth."""
    positive = judgements.polarity == POSITIVE
    cell = judgements.criterion * 4 + (~positive) * 2 + (~judgements.truth)
    said = judgements.fault != positive  # "true" means no fault under a positive statement
    cells = len(judgements.criteria) * 4
    return tally(said.astype(np.float64), cell.astype(np.int64), cells, judgements.item, judgements.clusters)


def _sums(criteria: int, chosen: list[int]) -> list[Sum]:
    plus, minus = _mean_over(criteria, chosen, 0), _mean_over(criteria, chosen, 1)
    half, undefined = (-0.5, 0.5), "not asked in both polarities with both classes present"
    return [
        Sum((plus - minus) / 2.0, 0.0, half, undefined),
        Sum((plus + minus) / 2.0, -0.5, half, undefined),
        Sum(plus, 0.0, (0.0, 1.0), undefined),
        Sum(minus, 0.0, (0.0, 1.0), undefined),
    ]


def _mean_over(criteria: int, chosen: list[int], side: int) -> FloatArray:
    """Coefficients of P under one polarity: classes weigh alike, criteria weigh alike."""
    coefficients = np.zeros((criteria, 2, 2))
    coefficients[chosen, side] = 0.5 / len(chosen)
    return coefficients.reshape(-1)
