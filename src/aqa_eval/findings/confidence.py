"""Where a judge's confidence comes from: what it states, the probability of its token, or its repeats.

The three are never mixed: a judge may state 0.95 whatever it sees, while its repeats tell how sure it is.
After thinking a token's probability is near 1 whatever it says, and only the share of repeats varies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.pairing import QUESTION
from aqa_eval.findings.table import UNASKED
from aqa_eval.prompts import strategies, strategy
from aqa_eval.vocabulary import Status, Task

STATED, TOKEN, SAMPLES = "stated", "token", "samples"
IN_WORDS: Mapping[str, str] = {
    STATED: "as stated in the answer",
    TOKEN: "the probability of the answer's token",
    SAMPLES: "the share of repeats that agree",
}
LEAST_REPEATS = 3
"""So many times a question must be asked for its repeats to be a confidence."""


@dataclass(frozen=True, slots=True)
class Confident:
    """Answers that carry a confidence of one `source`, the answers beside them that carry none of it, and the
    rows in which the judge said that it cannot tell.
    """

    source: str
    rows: pl.DataFrame
    without: int
    abstained: pl.DataFrame


def said(task: str) -> str:
    """The column of what a judge holds."""
    return "fault" if task == Task.VERIFY else "choice"


def confidences(trials: Asked, consistent: bool) -> Iterator[Confident]:
    """The answers by the source of their confidence, where it is a number from 0 to 1. `consistent`: the
    table has rows read from repeats for this judge, so that they are not read a second time.
    """
    answered = trials.answered().drop_nulls([said(trials.way["task"])])
    number = pl.col("confidence")
    usable = answered.filter(number.is_not_null() & number.is_not_nan() & number.is_between(0.0, 1.0))
    held_back = abstained(trials)
    for source in IN_WORDS:
        rows = usable.filter(pl.col("confidence_source") == source)
        if rows.height:
            yield Confident(source, rows, answered.height - rows.height, held_back)
    if not consistent and not trials.repeats_are_raters:
        rows = from_repeats(trials)
        if rows.height:
            yield Confident(SAMPLES, rows, 0, held_back.clear())


def abstained(trials: Asked) -> pl.DataFrame:
    """The rows in which the judge said that it cannot tell (which its reading notes as "abstained:")."""
    refused = trials.rows.filter(pl.col("status") == str(Status.REFUSED))
    return refused.filter(pl.col("note").fill_null("").str.starts_with("abstained"))


def read_from_repeats(way: Mapping[str, str]) -> bool:
    """Whether a way is one that asks nothing and reads the repeats of another."""
    return way["strategy"] in strategies() and bool(strategy(way["strategy"]).samples_of)


def from_repeats(trials: Asked) -> pl.DataFrame:
    """One row a question that was asked three times or more: the answer that most repeats give, and as its
    confidence the share of all repeats that gave it. A tie gives no row.
    """
    judged = said(trials.way["task"])
    asked = trials.rows.filter(~pl.col("status").is_in(UNASKED))
    times = asked.group_by(QUESTION, maintain_order=True).agg(pl.len().alias("_times"))
    answered = trials.answered().drop_nulls([judged])
    votes = answered.group_by([*QUESTION, judged], maintain_order=True).agg(
        pl.len().alias("_votes"), pl.exclude("_votes").first()
    )
    most = pl.col("_votes").max().over(QUESTION)
    winners = votes.filter(pl.col("_votes") == most).filter(pl.len().over(QUESTION) == 1)
    joined = winners.join(times, on=QUESTION, nulls_equal=True, maintain_order="left")
    kept = joined.filter(pl.col("_times") >= LEAST_REPEATS)
    return kept.with_columns(
        confidence=pl.col("_votes") / pl.col("_times"), confidence_source=pl.lit(SAMPLES)
    ).select(trials.rows.columns)
