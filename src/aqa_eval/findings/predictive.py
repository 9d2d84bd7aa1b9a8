"""What an answer is worth where faults are as common as the study says, and how much severity is missed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.predictive_values import predictive_values
from aqa_eval.measures.severity import severity_weighted_misses
from aqa_eval.vocabulary import Finding


def of(name: str, trials: Asked, settings: Settings) -> Iterator[Finding]:
    """PPV and NPV of a way with pictures that is plain but for its representation and strategy, and where the
    severity of faults is known the share of it that was missed. `name`: of the findings.
    """
    if trials.way["representation"] == "none" or trials.way["setting"]:
        return
    yield from _values(name, trials, settings)
    yield from _severity(name, trials, settings)


def _values(name: str, trials: Asked, settings: Settings) -> Iterator[Finding]:
    rate = settings.prevalence
    found = predictive_values(trials.judged(), rate, settings.plan)
    lost = left_out(found.left_out, "not both classes are in two clusters")
    where = f"where {rate:.0%} of the clips have the fault"
    ppv = against(
        found.overall.ppv,
        rate,
        f'{where.capitalize()}, its "fault" is right more often than any clip has it',
        f'{where.capitalize()}, its "fault" is right less often than any clip has it',
        f'whether its "fault" says anything {where}',
    )
    yield statement(
        name,
        "ppv",
        trials,
        ALL,
        found.overall.ppv,
        words(ppv, lost),
        chance=rate,
        tested=True,
        parts={"prevalence": rate},
    )
    npv = against(
        found.overall.npv,
        1.0 - rate,
        f'{where.capitalize()}, its "no fault" is right more often than any clip is without',
        f'{where.capitalize()}, its "no fault" is right less often than any clip is without',
        f'whether its "no fault" says anything {where}',
    )
    yield statement(
        name,
        "npv",
        trials,
        ALL,
        found.overall.npv,
        words(npv, lost),
        chance=1.0 - rate,
        tested=True,
        parts={"prevalence": rate},
    )


def _severity(name: str, trials: Asked, settings: Settings) -> Iterator[Finding]:
    """Misses weighed by how severe the fault is, against the plain share of misses."""
    rows = trials.answered().filter(pl.col("truth_fault")).drop_nulls(["fault"])
    severity, known = _known(rows)
    kept = rows.filter(pl.Series(np.isfinite(severity)))
    if kept.is_empty():
        return
    weight = severity[np.isfinite(severity)]
    missed = (~kept["fault"]).to_numpy().astype(np.bool_)
    estimate = severity_weighted_misses(missed, weight, kept["cluster"].to_numpy(), settings.plan)
    plain = float(missed.mean())
    reading = against(
        estimate,
        plain,
        f"Misses severe faults more than slight ones ({plain:.2f} of all faults)",
        f"Misses slight faults more than severe ones ({plain:.2f} of all faults)",
        f"whether it misses severe faults as often as slight ones ({plain:.2f} of all faults)",
    )
    yield statement(
        name,
        "severity_missed",
        trials,
        ALL,
        estimate,
        words(reading, f"Severity is {known}."),
        chance=plain,
        tested=True,
        parts={"missed": plain},
    )


def _known(rows: pl.DataFrame) -> tuple[FloatArray, str]:
    """How severe the fault of each row is (n,), NaN where nobody knows, and how that is known: the amount
    that was measured, in means of its criterion, or else the share of raters who saw it.
    """
    amount = pl.col("amount").clip(lower_bound=0.0)
    measured = rows.select(amount / amount.mean().over("criterion")).to_series()
    if measured.count():
        return measured.fill_null(float("nan")).to_numpy(), "the measured amount of the fault"
    return _shares(rows), "the share of raters who saw the fault"


def _shares(rows: pl.DataFrame) -> FloatArray:
    given = pl.col("ratings").fill_null("").str.split("|")
    numbers = given.list.eval(pl.element().cast(pl.Float64, strict=False)).list.drop_nulls()
    share = pl.when(numbers.list.len() >= 2).then(numbers.list.mean())
    return rows.select(share.fill_null(float("nan"))).to_series().to_numpy()
