"""Two polarities for the texts that arrive with a download: the procedure, in one place.

A guideline in the imperative and a question with options are no statements, and rewriting a hundred of them
by hand would ship texts that are not ours. So the source's own words are quoted and never touched (typos,
spacing and missing full stops included), and the sentence around them, which is ours, says that they hold or
that they do not:

    Keep both heels down.    ->  The person follows this instruction: "Keep both heels down."
                                 The person does not follow this instruction: "Keep both heels down."
    Where are the hands?     ->  The answer to the question "Where are the hands?" is "Above the head".
      Above the head | Below     The answer to the question "Where are the hands?" is "Below".

Of any clip that was labelled, exactly one sentence of a pair is true. With two options the fault names the
other option, so that it is no longer a negation than the requirement is; with more it denies the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aqa_eval.prompts.quoting import quoted

_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Polarities:
    """One statement as requirement (how it should be) and as fault (how it goes wrong): whole sentences."""

    requirement: str
    fault: str


def of_instruction(text: str) -> Polarities:
    """Say that a guideline in the imperative is followed, and that it is not.

    Raises ValueError where the text is blank.
    """
    instruction = _closed(text)
    return Polarities(
        requirement=f"The person follows this instruction: {instruction}",
        fault=f"The person does not follow this instruction: {instruction}",
    )


def of_answer(question: str, options: Sequence[str], correct: str) -> Polarities:
    """Say that the answer to a question is the `correct` one of its options, and that it is another.

    Raises ValueError where a text is blank, an option is given twice, or `correct` is not an option.
    """
    others = [option for option in options if option != correct]
    different = len({option.strip() for option in options}) == len(options)
    if len(options) < 2 or len(others) != len(options) - 1 or not different:
        raise ValueError(f"{correct!r} is not exactly one of two or more different options: {list(options)}")
    about = f"The answer to the question {quoted(question)} is"
    wrong = f"{about} {_closed(others[0])}" if len(others) == 1 else f"{about} not {_closed(correct)}"
    return Polarities(requirement=f"{about} {_closed(correct)}", fault=wrong)


def _closed(text: str) -> str:
    """Quote a text at the end of a sentence, which ends with the text's own mark where it has one."""
    return quoted(text) + ("" if text.strip().endswith(_ENDS) else ".")
