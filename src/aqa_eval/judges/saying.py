"""How a reference judge words its judgement, so that it is read by the same parser as any model's."""

from __future__ import annotations

from aqa_eval.vocabulary import Answer, Request


def say(judgement: bool | str, request: Request) -> Answer:
    """The allowed answer that means `judgement`: is the fault present, which option, which clip is better.

    Raises ValueError where none of the allowed answers means it.
    """
    said = [word for word, meaning in request.answers.items() if meaning == judgement]
    if not said:
        raise ValueError(f"{judgement!r} is none of what can be answered: {dict(request.answers)}")
    return Answer(text=said[0], finish="stop", manifest=request.frames)


def say_score(score: float, request: Request) -> Answer:
    """The score as the shortest text that reads back as the same number."""
    return Answer(text=repr(float(score)), finish="stop", manifest=request.frames)


def say_cannot_tell(why: str, request: Request) -> Answer:
    """A refusal to judge, with its reason."""
    return Answer(text=f"I cannot tell: {why}.", finish="stop", manifest=request.frames)
