"""The texts of an answer in which claims are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from aqa_eval import verdicts
from aqa_eval.prompts import strategy
from aqa_eval.vocabulary import Answer, Evidence, Status, Trial

Source = Literal["trace", "answer", "cited"]
SOURCES: tuple[Source, ...] = ("trace", "answer", "cited")
"""The reasoning before the answer, what was said to the asker, and what a cited answer says it saw."""

_EVIDENCE = re.compile(r'"evidence"\s*:')


def texts(trial: Trial, answer: Answer) -> Iterator[tuple[Source, str]]:
    """The trace and the answer of one exchange, where they say more than a verdict. The answer of a strategy
    that cites is its evidence, which is read for itself.
    """
    said, _ = verdicts.spoken(answer.text)
    # The thinking stands before what is said, or is left open after it; if nothing is said, all is thinking.
    before, _, after = answer.text.rpartition(said) if said else (answer.text, "", "")
    thought = answer.reasoning or before + after
    if _says(thought):
        yield "trace", thought
    if _says(said) and not _EVIDENCE.search(said):
        yield "answer", said


def cited(trial: Trial, answer: Answer, coordinates: str) -> tuple[Evidence, ...]:
    """The evidence that an answer cites; none where the strategy asks for none, or it cannot be read."""
    if answer.failure is not None or not strategy(trial.condition.strategy).cites:
        return ()
    verdict = verdicts.read(answer, trial.item, trial.condition, coordinates)
    return verdict.evidence if verdict.status is Status.OK else ()


def _says(text: str) -> bool:
    """Whether there is more than a word or two."""
    return len(text) > 8 and text.count(" ") >= 2
