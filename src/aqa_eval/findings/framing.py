"""Does the judgement turn with the way of asking: with the polarity, or with the order of two clips?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.flips import Components, Flips, components, flips
from aqa_eval.findings.reading import against, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import mean_across, mean_measure, share_measure
from aqa_eval.vocabulary import Finding, Task

NAME = "framing"
LEAST_REPEATS = 5
"""So often each question is asked in each way before anything is said of flips."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Two ways of putting one question: the column they stand in, their values, and what makes a question."""

    measure: str
    side: str
    ways: tuple[str, str]
    unit: tuple[str, ...]
    answer: str
    right: pl.Expr
    words: str


TURNS = {
    Task.VERIFY: Turn(
        "flips",
        "framing",
        ("positive", "negative"),
        ("item",),
        "fault",
        pl.col("fault") == pl.col("truth_fault"),
        "statement, as a requirement and as a fault,",
    ),
    Task.COMPARE: Turn(
        "order_flips",
        "order",
        ("given", "swapped"),
        ("item", "permuted"),
        "choice",
        pl.col("choice") == pl.col("truth_choice"),
        "order of the two clips",
    ),
}


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Flips between polarities of a statement and between orders of two clips, and their excess over those
    of plain asking again, for every way of asking in which both were put.
    """
    return [
        finding
        for task, turn in TURNS.items()
        for trials in asked(table, task)
        if set(turn.ways) <= set(trials.rows[turn.side].unique())
        for finding in _of(trials, turn, settings)
    ]


def _of(trials: Asked, turn: Turn, settings: Settings) -> Iterator[Finding]:
    found = flips(trials.answered(), turn.unit, turn.side, turn.ways, turn.answer)
    noise = components(trials.answered().with_columns(right=turn.right), [*turn.unit, turn.side])
    raw = _mean(found.rows, "between", settings)
    yield statement(
        NAME,
        turn.measure,
        trials,
        ALL,
        raw,
        _raw_reading(raw, found, turn),
        parts={"questions": float(found.rows.height), "within": _average(found.repeated, "within")},
        versus=turn.words.rstrip(","),
    )
    excess = _mean(found.repeated, "excess", settings)
    yield statement(
        NAME,
        f"excess_{turn.measure}",
        trials,
        ALL,
        excess,
        words(_excess_reading(excess, found, turn), _noise_reading(noise)),
        chance=0.0,
        parts={
            "between": _average(found.repeated, "between"),
            "within": _average(found.repeated, "within"),
            "repeats": _average(found.repeated, "repeats"),
            "item_variance": None if noise is None else noise.item,
            "sampling_variance": None if noise is None else noise.sampling,
        },
        versus=f"the same {turn.side}, asked again",
    )


def _mean(rows: pl.DataFrame, column: str, settings: Settings) -> Estimate:
    if rows.is_empty():
        why = "no question was answered in both ways"
        if column == "excess":
            why = "no question was answered twice or more in both ways, so that a flip may be noise alone"
        return impossible(why, 0, 0)
    values = rows[column].to_numpy()
    if rows["cluster_b"].is_null().all():
        within = rows["cluster"].to_numpy()
        if column == "between":
            return share_measure(values, within, settings.plan).estimates(settings.plan)[0]
        return mean_measure(values, within, (-1.0, 1.0)).estimates(settings.plan)[0]
    second = rows["cluster_b"].fill_null(rows["cluster"]).to_list()
    bounds = (0.0 if column == "between" else -1.0, 1.0)
    return mean_across(values, rows["cluster"].to_list(), second, bounds).estimates(settings.plan)[0]


def _average(rows: pl.DataFrame, column: str) -> float | None:
    return None if rows.is_empty() else float(rows[column].to_numpy().mean())


def _raw_reading(raw: Estimate, found: Flips, turn: Turn) -> str:
    if raw.value is None:
        return f"Cannot be estimated: {raw.reason}."
    said = f"The judgement turns with the {turn.words} on {stated(raw)} of the questions."
    if found.repeated.is_empty():
        return words(
            said,
            "Noise alone may explain that: nothing was asked twice in the same way. Repeats are needed, two "
            f"for an estimate, {LEAST_REPEATS} for a statement.",
        )
    return words(said, "What asking again would turn anyhow is still in it: see the excess.")


def _excess_reading(excess: Estimate, found: Flips, turn: Turn) -> str:
    if excess.value is None:
        return f"Cannot be estimated: {excess.reason}."
    least = int(found.repeated["repeats"].to_numpy().min())
    what = f"with the {turn.words}".rstrip(",")
    if least < LEAST_REPEATS:
        return (
            f"Undecided whether the judgement turns {what} more than when the question is asked again: "
            f"{stated(excess)} more flips, but some questions were answered only {least} times in a way, and "
            f"{LEAST_REPEATS} are needed for a statement."
        )
    return against(
        excess,
        0.0,
        f"The judgement turns {what} more often than when the same question is asked again",
        f"The judgement turns {what} less often than when the same question is asked again",
        f"whether the judgement turns {what} more than when the same question is asked again",
    )


def _noise_reading(noise: Components | None) -> str:
    if noise is None:
        return ""
    return (
        f"Of the squared error of its accuracy {max(noise.error_from_items, 0.0):.2g} come from the "
        f"{noise.questions:,} questions and {noise.error_from_sampling:.2g} from sampling, at {noise.repeats:.3g} "
        "repeats."
    )
