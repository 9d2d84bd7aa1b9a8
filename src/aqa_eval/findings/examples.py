"""Do examples help, and is it what they show or that they are there?

Random labels that help as much as true ones say that the judge takes the form of the answer from examples and
not what a fault looks like (Min et al. 2022, arXiv 2202.12837). Examples cost tokens; what did not fit a
judge's context was not asked and is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from aqa_eval.findings.asked import Asked, asked
from aqa_eval.findings.contrasts import Contrast, contrasts
from aqa_eval.findings.differences import HEADLINES, Difference, common, sides, stated
from aqa_eval.findings.pairing import side_by_side
from aqa_eval.findings.reading import words
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Finding, Task

NAME = "examples"
TASKS = (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.COMPARE)
_OF_EXAMPLES = ("context", "example")


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The gain of k examples over none, for each k and kind of label, and of true over random labels."""
    differences: list[Difference] = []
    for task in TASKS:
        ways = list(asked(table, task))
        differences += _gains(ways, task, settings)
        differences += _labels(ways, task, settings)
    return stated(differences)


def _gains(ways: Sequence[Asked], task: Task, settings: Settings) -> Iterator[Difference]:
    for contrast in contrasts(ways, "shots", base="0", loose=("shot_labels",)):
        labels = str(contrast.first.rows["shot_labels"][0])
        plural = "" if contrast.value == "1" else "s"
        shown = f"{contrast.value} example{plural} with {'random' if labels == 'random' else 'true'} labels"
        texts = (
            f"Judges better after {shown} than after none",
            f"Judges worse after {shown} than after none",
            f"whether it judges better or worse after {shown} than after none",
        )
        yield _difference("shots_gain", contrast, texts, task, settings)


def _labels(ways: Sequence[Asked], task: Task, settings: Settings) -> Iterator[Difference]:
    for contrast in contrasts(ways, "shot_labels", base="random"):
        texts = (
            "Learns from the examples: it judges better by true labels than by random ones",
            "Judges worse by true labels than by random ones",
            "whether it judges better by true labels of the examples than by random ones",
        )
        yield _difference("shot_labels_gain", contrast, texts, task, settings)


def _difference(
    measure: str, contrast: Contrast, texts: tuple[str, str, str], task: Task, settings: Settings
) -> Difference:
    first, second = contrast.first, contrast.second
    found = side_by_side(first.rows, second.rows, task, settings)
    above, below, open_question = (f"{text}, in {HEADLINES[found.name]}" for text in texts)
    tokens = [_tokens(side) for side in (first, second)]
    return Difference(
        NAME,
        measure,
        first,
        contrast.versus,
        found.estimate,
        (above, below, open_question),
        parts={
            **sides(found),
            "shots": float(first.rows["shots"][0]),
            "prompt_tokens": tokens[0],
            "prompt_tokens_versus": tokens[1],
        },
        note=words(common(found), _cost(tokens), _left_out(settings.left_out.get(first.judge, {}))),
    )


def _tokens(trials: Asked) -> float | None:
    """The mean count of tokens sent for a trial, where the server told it."""
    known = trials.answered()["prompt_tokens"].drop_nulls()
    return None if known.is_empty() else float(known.to_numpy().mean())


def _cost(tokens: Sequence[float | None]) -> str:
    this, other = tokens
    if this is None or other is None:
        return ""
    return f"A request takes {this:,.0f} tokens on average, against {other:,.0f}."


def _left_out(reasons: Mapping[str, int]) -> str:
    """What was not asked of the judge for want of context or of examples."""
    told = [f"{n:,} ({why})" for why, n in reasons.items() if any(word in why for word in _OF_EXAMPLES)]
    return f"Not asked of this judge: {'; '.join(told)}." if told else ""
