"""Does the judgement turn with the way of asking: with the polarity, or with the order of two clips?

A judge that is sampled answers 70:30 where it is not sure and then flips against itself 42% of the time. So
what counts is the excess over flips between repeats of the same question, asked in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.re_asking import LEAST_REPEATS, excess_reading, least_repeats
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.components import Repeated, repeated
from aqa_eval.measures.estimate import Estimate, by_construction
from aqa_eval.measures.repeats import Flips, Repeats, flips
from aqa_eval.vocabulary import Finding, Task

NAME = "framing"
CONSTANT = "the judge is constant by construction"


@dataclass(frozen=True, slots=True)
class Turn:
    """Two ways of putting one question: the column they stand in, their values, and what makes a question;
    the column of what was judged, and whether that was right.
    """

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
        "statement, put as a requirement and as a fault",
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
        if set(turn.ways) <= set(trials.rows[turn.side].unique()) and not trials.repeats_are_raters
        for finding in _of(trials, turn, settings)
    ]


def _of(trials: Asked, turn: Turn, settings: Settings) -> Iterator[Finding]:
    answered = trials.answered().filter(pl.col(turn.side).is_in(turn.ways)).drop_nulls(turn.answer)
    unit = pl.concat_str([pl.col(name).cast(pl.String) for name in turn.unit], separator=" ")
    answered = answered.with_columns(unit=unit, right=turn.right)
    found = flips(_repeats(answered, turn), settings.plan)
    constant = trials.constant_by_construction and _fixed(answered, turn)
    if constant:
        found = _without_noise(found)
    least = LEAST_REPEATS if constant else least_repeats(answered, "unit", turn.side)
    yield statement(
        NAME,
        turn.measure,
        trials,
        ALL,
        found.between,
        _between_reading(found, turn, constant),
        parts={"questions": float(found.items), "within": found.within.value},
        versus=turn.words,
    )
    noise = _noise(answered, turn, settings)
    yield statement(
        NAME,
        f"excess_{turn.measure}",
        trials,
        ALL,
        found.excess,
        words(_excess_reading(found.excess, least, turn), _noise_reading(noise)),
        chance=0.0 if least >= LEAST_REPEATS else None,
        parts={
            "within": found.within.value,
            "questions": float(found.re_asked),
            "least_repeats": float(least),
            "item_variance": noise.item.value,
            "sampling_variance": noise.sampling.value,
        },
        versus="the same question, asked again",
    )


def _repeats(answered: pl.DataFrame, turn: Turn) -> Repeats:
    return Repeats.of(
        answered[turn.answer].cast(pl.String).to_list(),
        answered["unit"].to_list(),
        (answered[turn.side] == turn.ways[1]).to_list(),
        answered["cluster"].to_list(),
        answered["cluster_b"].to_list(),
    )


def _noise(answered: pl.DataFrame, turn: Turn, settings: Settings) -> Repeated:
    """Of what the variance of its accuracy is made, a question being put in one way."""
    question = answered.select(pl.struct("unit", turn.side).rank("dense")).to_series()
    return repeated(
        answered["right"].cast(pl.Float64).to_numpy(),
        question.to_numpy(),
        answered["cluster"].to_numpy(),
        settings.plan,
    )


def _fixed(answered: pl.DataFrame, turn: Turn) -> bool:
    """Whether every question of a criterion, put in one way, got the same answer."""
    each = answered.group_by("criterion", turn.side).agg(pl.col(turn.answer).n_unique())
    return bool((each[turn.answer] == 1).all())


def _without_noise(found: Flips) -> Flips:
    """Of a judge that is constant by construction no answer comes from noise, asked again or not."""
    between = by_construction(found.between, CONSTANT)
    return replace(found, between=between, excess=between)


def _between_reading(found: Flips, turn: Turn, constant: bool) -> str:
    if found.between.value is None:
        return f"Cannot be estimated: {found.between.reason}."
    ways = f"between the two ways of putting them (the {turn.words})"
    said = f"Answers differ on {stated(found.between)} of the questions {ways}."
    if constant:
        return f"{said} Exactly so: {CONSTANT}."
    if not found.re_asked:
        return words(
            said,
            "Noise alone may explain that: nothing was asked twice in the same way. Repeats are needed, two "
            f"for an estimate, {LEAST_REPEATS} for a statement.",
        )
    return words(said, "What asking again would turn anyhow is still in it: see the excess.")


def _excess_reading(excess: Estimate, least: int, turn: Turn) -> str:
    turns, again = f"the judgement turns with the {turn.words}", "when it is asked again"
    return excess_reading(
        excess,
        least,
        f"T{turns[1:]}, more often than {again}",
        f"T{turns[1:]}, less often than {again}",
        f"whether {turns}, more than {again}",
    )


def _noise_reading(noise: Repeated) -> str:
    items, sampling = noise.mean_item.value, noise.mean_sampling.value
    if items is None or sampling is None:
        return ""
    return (
        f"Of the squared error of its accuracy {max(items, 0.0):.2g} come from the {noise.items:,} questions "
        f"and {sampling:.2g} from sampling, at {noise.repeats:.3g} repeats."
    )
