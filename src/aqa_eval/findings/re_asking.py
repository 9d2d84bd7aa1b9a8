"""Flips beyond those of asking again: from how many repeats on something is said of them."""

from __future__ import annotations

import polars as pl

from aqa_eval.findings.reading import against, stated
from aqa_eval.measures.estimate import Estimate

LEAST_REPEATS = 5
"""So often each question is asked in each way before anything is said of flips."""


def least_repeats(answered: pl.DataFrame, question: str, way: str) -> int:
    """The fewest answers in one of two ways, among the questions answered twice or more in both; 0 without
    any. `question` and `way`: the columns they stand in.
    """
    times = answered.group_by(question, way).agg(pl.len().alias("times"))
    both = times.group_by(question).agg(pl.col("times").min(), pl.len().alias("ways"))
    repeated = both.filter((pl.col("ways") == 2) & (pl.col("times") > 1))
    return 0 if repeated.is_empty() else int(repeated["times"].to_numpy().min())


def excess_reading(excess: Estimate, least: int, above: str, below: str, open_question: str) -> str:
    """As `reading.against` at 0, and undecided whatever the interval where a question has `least` answers in
    a way and more are needed.
    """
    if excess.value is None or least >= LEAST_REPEATS:
        return against(excess, 0.0, above, below, open_question)
    return (
        f"Undecided {open_question}: {stated(excess)} more flips, but some questions were answered only "
        f"{least} times in a way, and {LEAST_REPEATS} are needed for a statement."
    )
