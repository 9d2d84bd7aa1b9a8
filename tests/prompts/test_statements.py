"""A statement in every framing, and the denial of its opposite as an English sentence."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

import aqa_eval.mannequin.movements as movements
from aqa_eval.mannequin.movements.movement import Movement
from aqa_eval.prompts import answer_key, asked_about, statement
from aqa_eval.prompts.statements import denied
from aqa_eval.vocabulary import Condition, Criterion, Task

from .situations import DEPTH, item, put, told

INSTRUCTION = 'The person {} this instruction: "Keep both heels down. Then rise: slowly."'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The knees cave in.", "It is not true that the knees cave in."),
        (
            "At some point at least one knee bends.",
            "It is not true that at some point at least one knee bends.",
        ),
        (INSTRUCTION.format("follows"), f"It is not true that t{INSTRUCTION.format('follows')[1:]}"),
        ("The answer is \u201cBelow\u201d.", "It is not true that the answer is \u201cBelow\u201d."),
        # What stands after a colon, or in a second sentence, would look asserted.
        ("The tuck is open: it is late.", 'The following is not true: "The tuck is open: it is late."'),
        ("The hips sag. The head drops.", 'The following is not true: "The hips sag. The head drops."'),
        (
            'The coach says "up": it rises.',
            'The following is not true: \u201cThe coach says "up": it rises.\u201d',
        ),
        # A first word that is not known to be small may be a name.
        ("Knees cave in.", 'The following is not true: "Knees cave in."'),
        ("Theo falls.", 'The following is not true: "Theo falls."'),
        ("Die Knie fallen ein.", 'The following is not true: "Die Knie fallen ein."'),
        # A point in a number ends no sentence.
        ("The hips are 2.5 cm too low.", "It is not true that the hips are 2.5 cm too low."),
    ],
)
def test_a_denial_reads_as_english(text: str, expected: str) -> None:
    assert denied(text) == expected


def test_a_blank_text_cannot_be_denied() -> None:
    with pytest.raises(ValueError, match="blank"):
        denied(" ")


def shipped() -> Iterator[Criterion]:
    for module in pkgutil.iter_modules(movements.__path__):
        for value in vars(importlib.import_module(f"{movements.__name__}.{module.name}")).values():
            if isinstance(value, Movement):
                yield from (fault.criterion for fault in value.faults)


def test_what_follows_in_the_same_sentence_has_no_colon_of_its_own() -> None:
    texts = {text for criterion in shipped() for text in (criterion.requirement, criterion.fault)}
    assert len(texts) >= 30
    for text in texts:
        said = denied(text)
        if ":" in text:
            assert said == f'The following is not true: "{text}"'
        else:
            assert said == f"It is not true that {text[0].lower()}{text[1:]}"


def test_a_framing_says_what_is_meant_and_a_denial_means_the_same() -> None:
    assert statement(DEPTH, Condition()) == "The squat is deep."
    assert statement(DEPTH, Condition(framing="negative")) == "The squat is shallow."
    denial = Condition(negated=True)
    assert statement(DEPTH, denial) == "It is not true that the squat is shallow."
    assert statement(DEPTH, replace(denial, framing="negative")) == "It is not true that the squat is deep."
    # True to the denied fault says, as True to the requirement does, that there is no fault.
    asked = item(Task.VERIFY)
    assert answer_key(asked, denial) == answer_key(asked, Condition()) == {"True": False, "False": True}


def test_neutral_framing_offers_both_in_the_order_of_the_answers() -> None:
    neutral = Condition(framing="neutral")
    orders = set()
    for name in "abcdefgh":
        asked = item(Task.VERIFY, names=name)
        fault_first = answer_key(asked, neutral)["A"]
        first, second = (DEPTH.fault, DEPTH.requirement) if fault_first else (DEPTH.requirement, DEPTH.fault)
        assert f"Statement A: {first}\nStatement B: {second}\n" in told(put(asked, neutral))
        assert asked_about(asked, neutral) == f"A: {first} B: {second}"
        orders.add(fault_first)
    assert orders == {True, False}


def test_letters_say_what_they_mean_and_are_turned_from_item_to_item() -> None:
    turns = set()
    for name in "abcdefgh":
        for framing in ("positive", "negative"):
            way = Condition(answer_key="a-b", framing=framing)  # type: ignore[arg-type]
            asked = item(Task.VERIFY, names=name)
            # Affirming the requirement denies the fault; affirming the fault affirms it.
            a_affirms = answer_key(asked, way)["A"] is (framing == "negative")
            a, b = ("true", "false") if a_affirms else ("false", "true")
            assert f"performance?\nA: the statement is {a}\nB: the statement is {b}\n" in told(
                put(asked, way)
            )
            turns.add(a_affirms)
    assert turns == {True, False}


def test_asked_about_is_one_line_for_every_task() -> None:
    assert asked_about(item(Task.CHOOSE), Condition()) == "How is the bar held?"
    assert asked_about(item(Task.LOCATE), Condition()) == "The squat is shallow."
    assert asked_about(item(Task.COMPARE), Condition()) == "The squat is deep."
    assert asked_about(item(Task.SCORE), Condition()) == "It is flawless."
