"""Does the reasoning look? What the judge's own words say, held against the clip.

Five questions: what kinds of claims it makes (`claim_kinds`), whether its observations are so
(`claim_checks`), whether they follow the clip (`claim_swap`), whether it is right for reasons that hold
(`grounded`), and whether its answer rests on them (`causal`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings import causal, claim_checks, claim_kinds, claim_swap, grounded
from aqa_eval.findings.asked import Asked, asked
from aqa_eval.findings.claimed import NONE, TASKS, claimed
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import impossible
from aqa_eval.vocabulary import Finding

NAME = "traces"


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """What the words of every judge say of the clip; reference judges have none of their own."""
    return [
        finding for task in TASKS for trials in asked(table, task) for finding in _of(trials, table, settings)
    ]


def _of(trials: Asked, table: pl.DataFrame, settings: Settings) -> Iterator[Finding]:
    words = claimed(trials, settings)
    if words is None:
        return
    if words.rows.is_empty():
        estimate = impossible(NONE, trials.answered().height, 0)
        yield statement(NAME, "observation_share", trials, "all", estimate, f"Cannot be estimated: {NONE}.")
    else:
        yield from claim_kinds.find(words, settings)
        yield from claim_checks.find(words, settings)
        yield from claim_swap.find(words, table, settings)
        yield from grounded.find(words, settings)
    yield from causal.find(trials, table, settings)
