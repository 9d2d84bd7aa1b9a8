"""Does the judge choose the right option more often than by always saying the same?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, choices
from aqa_eval.findings.equivalence import no_better
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.choices import skill
from aqa_eval.measures.equivalence import at_90
from aqa_eval.measures.estimate import Estimate, by_construction
from aqa_eval.vocabulary import Finding, Task

NAME = "choice"

MARGIN = 0.1
"""Of choice skill; with two answers, 0.05 of balanced accuracy."""


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Chance-corrected accuracy over the options, over all criteria and for each."""
    return [
        finding
        for trials in asked(table, Task.CHOOSE)
        for finding in skills(NAME, trials, "the right option", settings)
    ]


def skills(
    name: str,
    trials: Asked,
    what: str,
    settings: Settings,
    parts: Mapping[str, Mapping[str, float | None]] | None = None,
) -> Iterator[Finding]:
    """Choice skill over all criteria and for each, under the failure mode `name`; `what` is found, in words.
    `parts`: criterion -> what else is told of it.
    """
    rows = choices(trials.answered())
    found = skill(rows, settings.plan)
    lacking = left_out(found.left_out, "no two of their answers are true in two clusters each")
    narrow = skill(rows, at_90(settings.plan)).overall
    for criterion, estimate in {ALL: found.overall, **found.criteria}.items():
        known, notes = estimate, [lacking] if criterion == ALL else []
        if trials.constant_by_construction:
            known = by_construction(estimate, "the judge is constant by construction")
        elif criterion == ALL:
            notes.append(no_better(known, narrow, 0.0, MARGIN))
        yield _finding(name, trials, criterion, known, what, notes, (parts or {}).get(criterion, {}))


def _finding(
    name: str,
    trials: Asked,
    criterion: str,
    estimate: Estimate,
    what: str,
    notes: list[str],
    parts: Mapping[str, float | None],
) -> Finding:
    reading = against(
        estimate,
        0.0,
        f"Finds {what} more often than by always saying the same, on the scale where that is 0 and always "
        "right is 1",
        f"Finds {what} less often than by always saying the same, on the scale where that is 0",
        f"whether it finds {what} more often than by always saying the same",
    )
    answered = trials.answered(criterion)
    right = answered["choice"] == answered["truth_choice"]
    return statement(
        name,
        "choice_skill",
        trials,
        criterion,
        estimate,
        words(reading, *notes),
        chance=0.0,
        parts={"accuracy": float(right.sum()) / len(right) if len(right) else None, **parts},
    )
