"""Does the judge choose the right option, and the better of two performances, more often than by chance?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.choices import Choices, skill
from aqa_eval.measures.estimate import Estimate, by_construction
from aqa_eval.vocabulary import FIRST, TIE, Finding, Task

CHOICE, CONTRAST = "choice", "contrast"


def find_choice(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Chance-corrected accuracy over the options, over all criteria and for each."""
    return [finding for trials in asked(table, Task.CHOOSE) for finding in _of(CHOICE, trials, settings)]


def find_contrast(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Chance-corrected accuracy over pairs, over all criteria and for each."""
    return [finding for trials in asked(table, Task.COMPARE) for finding in _of(CONTRAST, trials, settings)]


def _of(name: str, trials: Asked, settings: Settings) -> Iterator[Finding]:
    found = skill(_choices(trials.answered()), settings.plan)
    lacking = left_out(found.left_out, "no two of their answers are true in two clusters each")
    for criterion, estimate in {ALL: found.overall, **found.criteria}.items():
        note = lacking if criterion == ALL else ""
        known = estimate
        if trials.constant_by_construction:
            known = by_construction(estimate, "the judge is constant by construction")
        yield _finding(name, trials, criterion, known, note)


def _choices(rows: pl.DataFrame) -> Choices:
    kept = rows.drop_nulls(["truth_choice", "choice"])
    columns = ("truth_choice", "choice", "criterion", "cluster", "cluster_b")
    return Choices.of(*(kept[column].to_list() for column in columns))


def _finding(name: str, trials: Asked, criterion: str, estimate: Estimate, note: str) -> Finding:
    what = "the right option" if name == CHOICE else "the better of two performances"
    reading = against(
        estimate,
        0.0,
        f"Finds {what} more often than by always saying the same, on the scale where that is 0 and always "
        "right is 1",
        f"Finds {what} less often than by always saying the same, on the scale where that is 0",
        f"whether it finds {what} more often than by always saying the same",
    )
    answered = trials.answered(criterion)
    parts: dict[str, float | None] = {"accuracy": _share(answered["choice"] == answered["truth_choice"])}
    if name == CONTRAST:
        first = (answered["choice"] == FIRST) == (answered["order"] == "given")
        parts["said_first"] = _share(first & (answered["choice"] != TIE))
        parts["said_tie"] = _share(answered["choice"] == TIE)
    return statement(
        name,
        "choice_skill",
        trials,
        criterion,
        estimate,
        words(reading, note),
        chance=0.0,
        parts=parts,
    )


def _share(hits: pl.Series) -> float | None:
    return float(hits.sum()) / len(hits) if len(hits) else None
