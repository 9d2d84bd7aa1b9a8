"""The reasoning before an answer, wherever it was put, and nothing that came after."""

from __future__ import annotations

import pytest

from aqa_eval.verdicts import trace
from aqa_eval.vocabulary import Answer, Condition


@pytest.mark.parametrize(
    ("strategy", "text", "reasoning", "found"),
    [
        ("base", "True", " The knees\nfall in. ", "The knees\nfall in."),
        ("base", "<think>They fall in.</think>True", "", "They fall in."),
        ("base", "They fall in.</think>True", "", "They fall in."),  # the template opened it
        ("base", "<think>One.</think><think>Two.</think>True", "", "One.\nTwo."),
        ("base", "<think>They fall", "", "They fall"),
        ("base", "True", "", ""),
        ("base", "True. The knees stay out.", "", ""),  # an explanation
        ("base", "The knees stay out.\n**Answer:** True", "", "The knees stay out."),
        ("base", "<think> </think>True", "", ""),
        ("grounding", "Knees: 0.5 s, inward.\nAnswer: False", "", "Knees: 0.5 s, inward."),
        ("grounding", "Knees: inward.", "", "Knees: inward."),  # it never got to its answer
        ("grounding", "Answer: True\nSince the knees stay out.", "", ""),
        ("grounding", "Answer: hard.\nKnees in.\nFinal answer: False", "", "Answer: hard.\nKnees in."),
        (
            "structured",
            "<look>Knees in.</look>\n\n<analyse>Bad.</analyse><answer>False</answer>",
            "",
            "Knees in.\nBad.",
        ),
        ("structured", "<look>Knees in.", "", "Knees in."),
        ("cited", '{"evidence": [], "answer": "True"}', "", ""),
        ("cited", '<think>Knees in.</think>{"answer": "False"}', "", "Knees in."),
    ],
)
def test_what_came_before_the_answer(strategy: str, text: str, reasoning: str, found: str) -> None:
    assert trace(Answer(text=text, reasoning=reasoning), Condition(strategy=strategy)) == found
