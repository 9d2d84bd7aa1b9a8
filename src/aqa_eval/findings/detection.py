"""How much does the judge see, and how reluctant is it to say "fault"?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, judgements, observer, polarities
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.detection import Detection, detection
from aqa_eval.measures.estimate import impossible
from aqa_eval.measures.observer import Observer
from aqa_eval.vocabulary import Finding, Task

NAME = "detection"


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """D' and c of every judge, over all criteria and for each."""
    return [finding for trials in asked(table, Task.VERIFY) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    found = detection(judgements(trials.answered()), settings.plan)
    lacking = left_out(found.left_out, "not both classes are in two clusters")
    silent = Detection(*[impossible("no trial of this criterion was answered", 0, 0)] * 6)
    planted = observer(trials, settings)
    yield from _findings(trials, ALL, found.overall, lacking, planted)
    for criterion in trials.criteria:
        yield from _findings(trials, criterion, found.criteria.get(criterion, silent), "", planted)


def _findings(
    trials: Asked, criterion: str, found: Detection, note: str, planted: Observer | None
) -> Iterator[Finding]:
    seen = against(
        found.d_prime,
        0.0,
        "Sees something of the fault (d' of 0 is blind)",
        "Its evidence points the wrong way (d' below 0)",
        "whether it sees anything of the fault",
    )
    yield statement(
        NAME,
        "d_prime",
        trials,
        criterion,
        found.d_prime,
        words(seen, note),
        chance=0.0,
        planted=planted.measured_d_prime(polarities(trials.of(criterion))) if planted else None,
    )
    reluctant = against(
        found.c,
        0.0,
        'Reluctant to say "fault" (c above 0)',
        'Ready to say "fault" (c below 0)',
        'whether it is reluctant or ready to say "fault"',
    )
    yield statement(
        NAME,
        "c",
        trials,
        criterion,
        found.c,
        words(reluctant, note),
        chance=0.0,
        parts={"c_positive": found.c_positive.value, "c_negative": found.c_negative.value},
        planted=_mean_threshold(planted, trials.of(criterion)) if planted else None,
    )


def _mean_threshold(planted: Observer, rows: pl.DataFrame) -> float:
    sides = polarities(rows)
    return sum(planted.measured_c(side) for side in sides) / len(sides)
