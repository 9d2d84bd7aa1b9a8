"""How a reference judge words its judgement, so that it is read by the same parser as any model's."""

from __future__ import annotations

from aqa_eval.prompts import LETTERS
from aqa_eval.vocabulary import FIRST, SECOND, Answer, Request, Task


def say_fault(fault: bool, request: Request) -> Answer:
    """True or False to the statement as it is framed: a fault makes the requirement false."""
    agrees = fault if request.condition.framing == "negative" else not fault
    return Answer(text="True" if agrees else "False", finish="stop", manifest=request.frames)


def say_score(score: float, request: Request) -> Answer:
    """The score as the shortest text that reads back as the same number."""
    return Answer(text=repr(float(score)), finish="stop", manifest=request.frames)


def say_choice(choice: str, request: Request) -> Answer:
    """The letter under which the option, or the better of two performances, was shown."""
    shown = (FIRST, SECOND) if request.task is Task.COMPARE else request.criterion.options
    return Answer(text=LETTERS[shown.index(choice)], finish="stop", manifest=request.frames)


def say_cannot_tell(why: str, request: Request) -> Answer:
    """A refusal to judge, with its reason."""
    return Answer(text=f"I cannot tell: {why}.", finish="stop", manifest=request.frames)
