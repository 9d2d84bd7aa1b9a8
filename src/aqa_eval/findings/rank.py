"""Does the judge put performances in the right order, and does it give the very numbers?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, scores
from aqa_eval.findings.reading import against, left_out, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.concordance import concordance, mean_absolute_error
from aqa_eval.measures.kendall import Kendall, kendall
from aqa_eval.measures.rank import RankCorrelation
from aqa_eval.vocabulary import Finding, Task

NAME = "rank"


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Spearman's rho, within events where there are any, else pooled; over all criteria and for each. Beside
    it over all criteria Kendall's tau-b (of the plainest way alone: all pairs are looked at), Lin's CCC, and
    the mean absolute error of each criterion, whose units differ.
    """
    return [finding for trials in asked(table, Task.SCORE) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    whole = trials.ranked(ALL, settings)
    yield from _findings(trials, ALL, whole)
    yield from _beside(trials, settings)
    criteria = trials.criteria
    for criterion in criteria:
        found = whole if len(criteria) == 1 else trials.ranked(criterion, settings)
        yield from _findings(trials, criterion, found)


def _findings(trials: Asked, criterion: str, found: RankCorrelation) -> Iterator[Finding]:
    """The headline, and the pooled rho beside it where the headline is taken within events."""
    eventful = trials.of(criterion)["event"].fill_null("").ne("").any()
    headline = found.within if eventful else found.pooled
    where = f"within {found.events} events" if eventful else "over all clips"
    reading = against(
        headline,
        0.0,
        f"Puts performances in the right order better than luck ({where})",
        f"Puts performances in the wrong order more than luck would ({where})",
        f"whether it orders performances at all ({where})",
    )
    lost = left_out(found.left_out, "too small or of one true score only")
    parts = {"pooled": found.pooled.value, "within_event": found.within.value, "events": float(found.events)}
    yield statement(
        NAME, "spearman", trials, criterion, headline, words(reading, lost), chance=0.0, parts=parts
    )
    if eventful:
        beside = against(
            found.pooled,
            0.0,
            "Over all clips, with whatever is known of the events",
            "Over all clips the order is wrong",
            "over all clips",
        )
        yield statement(NAME, "spearman_pooled", trials, criterion, found.pooled, beside, chance=0.0)


def _beside(trials: Asked, settings: Settings) -> Iterator[Finding]:
    own = scores(trials.answered(), settings)
    if trials.way["strategy"] == "base" and not trials.way["setting"]:
        yield _tau(trials, kendall(own, settings.plan))
    ccc = concordance(own, settings.plan).overall
    told = against(
        ccc,
        0.0,
        "Its numbers agree with the true ones beyond chance, in Lin's concordance",
        "Its numbers disagree with the true ones beyond chance, in Lin's concordance",
        "whether its numbers agree with the true ones, in Lin's concordance",
    )
    yield statement(NAME, "ccc", trials, ALL, ccc, told, chance=0.0)
    for criterion, error in mean_absolute_error(own, settings.plan).items():
        unit = settings.units.get(criterion, "points of its scale")
        truth = own.truth[own.criterion == own.criteria.index(criterion)]
        constant = None if error.value is None else float(np.abs(truth - np.median(truth)).mean())
        told = (
            f"Cannot be estimated: {error.reason}."
            if constant is None
            else f"Its scores are {stated(error)} {unit} from the true ones on average; their median, given "
            f"every time, would be {constant:.2f}. By itself it does not tell sight from staying near the "
            "mean: see skill."
        )
        yield statement(NAME, "mean_absolute_error", trials, criterion, error, told, chance=constant)


def _tau(trials: Asked, found: Kendall) -> Finding:
    """tau-b as the headline is taken: within events where there are any."""
    eventful = trials.rows["event"].fill_null("").ne("").any()
    tau = found.within if eventful else found.pooled
    where = f"within {found.events} events" if eventful else "over all clips"
    told = against(
        tau,
        0.0,
        f"More pairs are in the right order than in the reverse, in tau-b ({where})",
        f"More pairs are in the reverse order than in the right one, in tau-b ({where})",
        f"whether more pairs are in the right order than in the reverse ({where})",
    )
    parts = {"pooled": found.pooled.value, "within_event": found.within.value, "events": float(found.events)}
    return statement(NAME, "kendall", trials, ALL, tau, told, chance=0.0, parts=parts)
