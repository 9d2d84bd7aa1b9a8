"""How long answers are. Nobody can know before they are given, so this is a stated assumption, as a range.

`ANSWERS` is what is assumed; a judge's `expected_output` replaces it, and so do answers already in a ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aqa_eval.vocabulary import Judge

Kind = Literal["answer", "evidence", "reasons", "description"]


@dataclass(frozen=True, slots=True)
class Span:
    """A number of tokens, as a low, an expected and a high value."""

    low: float
    expected: float
    high: float

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def capped(self, most: float | None) -> Span:
        """No value above `most`."""
        if most is None:
            return self
        return Span(min(self.low, most), min(self.expected, most), min(self.high, most))


ANSWERS: Mapping[Kind, Span] = {
    "answer": Span(2, 5, 50),  # a word, a letter, a number; some models add a sentence
    "evidence": Span(60, 150, 400),  # a verdict and a few observations as JSON
    "reasons": Span(150, 400, 1000),  # some paragraphs, then the verdict
    "description": Span(100, 250, 600),  # what is seen, blind to the question
}
"""Assumed tokens of an answer without its thinking."""
THINKING = Span(400, 2000, 8000)
"""Assumed tokens of thinking, which come to those of the answer."""

KINDS: Mapping[str, Kind] = {
    "base": "answer",
    "guidelines": "answer",
    "two-step": "answer",
    "self-consistency": "answer",
    "cited": "evidence",
    "grounding": "reasons",
    "structured": "reasons",
}
"""Strategy -> what its answers are like; a strategy that is not named here is taken for one with reasons."""


def thinks(judge: Judge) -> bool:
    """Whether the judge thinks before it answers, by its model's name and its decoding parameters.

    Gemini 3 always does. Of the others, a model named `...-Thinking` does, one whose system text asks for
    `<think>` (InternVL3.5), and one whose template is told to (`enable_thinking`).
    """
    decoding = dict(judge.decoding)
    asked = "<think>" in str(decoding.get("system", ""))
    told = '"enable_thinking":true' in str(decoding.get("extra_body", ""))
    return judge.family == "gemini" or "thinking" in judge.model.lower() or asked or told


def answer_span(kind: Kind, thinking: bool) -> Span:
    """Assumed tokens of an answer of this kind, with the thinking before it if there is any."""
    return ANSWERS[kind] + THINKING if thinking else ANSWERS[kind]
