"""Does the judge put performances in the right order?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.rank import RankCorrelation
from aqa_eval.vocabulary import Finding, Task

NAME = "rank"


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Spearman's rho, within events where there are any, else pooled; over all criteria and for each."""
    return [finding for trials in asked(table, Task.SCORE) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    whole = trials.ranked(ALL, settings)
    yield from _findings(trials, ALL, whole)
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
