"""How far apart must two performances be for the judge to tell them apart?"""

from __future__ import annotations

import numpy as np
import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.crossed import Between
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.psychometric import Psychometric, psychometric
from aqa_eval.vocabulary import TIE, Finding


def of(name: str, trials: Asked, criterion: str, settings: Settings) -> Finding | None:
    """The just-noticeable gap in a criterion, the gap at which three of four answers are right; None where no
    gap is known. `name`: of the finding.
    """
    rows = trials.answered(criterion).drop_nulls(["truth_choice", "choice", "gap"])
    rows = rows.filter(pl.col("gap").is_finite(), pl.col("gap") >= 0.0)
    if rows.is_empty():
        return None
    right = np.where(rows["choice"] == TIE, 0.5, (rows["choice"] == rows["truth_choice"]).cast(float))
    between = Between.of(rows["cluster"].to_list(), rows["cluster_b"].to_list())
    found = psychometric(rows["gap"].to_numpy(), right, between, settings.plan)
    goodness = found.goodness
    return statement(
        name,
        "noticeable_gap",
        trials,
        criterion,
        found.threshold,
        _reading(found, settings.units.get(criterion, "")),
        parts={
            "largest_gap": float(rows["gap"].to_numpy().max()),
            "lapse": found.lapse,
            "slope": found.slope.value,
            "fit_p": None if goodness is None else goodness.p,
            **{f"right_at_{point.gap:.3g}": point.right for point in found.points},
        },
    )


def _reading(found: Psychometric, unit: str) -> str:
    gap = found.threshold
    if gap.value is None:
        return f"Cannot be estimated: {gap.reason}."
    of_unit = unit or "in the unit of the gap"
    said = f"Two performances must be {stated(gap)} {of_unit} apart until three of four answers are right."
    doubtful = found.goodness is not None and found.goodness.p < 0.05
    misfit = "The curve does not fit well: accuracy does not simply rise with the gap." if doubtful else ""
    return words(said, _beyond(gap), misfit)


def _beyond(gap: Estimate) -> str:
    """What an open end of the interval means."""
    if gap.low is None and gap.high is None:
        return "Undecided how well that is known: there is no interval within the gaps shown."
    if gap.high is None:
        return "It may be larger than the largest gap shown."
    return "It may be smaller than the smallest gap shown." if gap.low is None else ""
