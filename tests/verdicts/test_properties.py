"""What must hold of any answer whatever: no text raises, none is guessed, no contradiction passes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.prompts.answers import answer_key
from aqa_eval.verdicts import read
from aqa_eval.vocabulary import Answer, Condition, Item, Status, Task, Verdict
from verdicts.bundle import ITEMS, Entry, entries

CONDITIONS = st.builds(
    Condition,
    framing=st.sampled_from(["positive", "negative", "neutral"]),
    negated=st.booleans(),
    answer_key=st.sampled_from(["true-false", "yes-no", "a-b"]),
    answer_format=st.sampled_from(["plain", "words", "letters", "json", "choice"]),
    order=st.sampled_from(["given", "swapped"]),
    permuted=st.booleans(),
    ties=st.booleans(),
    strategy=st.sampled_from(["base", "guidelines", "grounding", "two-step", "structured", "cited"]),
)
PIECES = st.sampled_from(
    r"""True False true yes No A B C D 7 7.5 7,5 1.2 2.4 s - to from / 10 { } [ ] " ' : , . ? ! ( ) ** is not
    I cannot tell probably because Parallel Crossed \boxed{ <|im_end|> <answer> </answer> <look> </look>
    <think> </think> Answer: Score: "answer" "score" "evidence" "start" "end" """.split(" ")  # noqa: SIM905
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map(" ".join))
OK = [e for e in entries() if e.expect["status"] == "ok" and not e.answer.tokens]


def said(text: str, item: Item, condition: Condition = Condition()) -> Verdict:  # noqa: B008
    return read(Answer(text=text, finish="stop"), item, condition)


@given(TEXTS, st.sampled_from(sorted(ITEMS)), CONDITIONS)
def test_no_text_breaks_the_reader_and_only_what_is_read_carries_a_judgement(
    text: str, name: str, condition: Condition
) -> None:
    item = ITEMS[name]
    verdict = said(text, item, condition)
    assert (verdict.judgement is None) == (verdict.status is not Status.OK)
    assert (verdict.literal is None) == (verdict.status is not Status.OK)
    key = answer_key(item, condition)
    if key and verdict.status is Status.OK:
        assert verdict.judgement in key.values()


@given(st.text(alphabet=st.characters(blacklist_categories=["Nd"])), st.sampled_from(["score", "locate"]))
def test_without_a_digit_there_is_no_number(text: str, name: str) -> None:
    assert said(text, ITEMS[name]).status is not Status.OK


@given(st.text(), CONDITIONS)
def test_without_an_allowed_word_or_letter_nothing_is_read(text: str, condition: Condition) -> None:
    words = r"true|false|yes|no|correct|[abc\uff21-\uff23\uff41-\uff43]|squat|first|second|tie|draw|equal|ſ"
    bare = re.sub(words, "", text, flags=re.IGNORECASE)
    bare = re.sub(words, "", bare, flags=re.IGNORECASE)
    if re.search(words, bare, re.IGNORECASE):
        return
    for name in ("verify", "turned", "fault-first", "compare"):
        assert said(bare, ITEMS[name], condition).status is not Status.OK


@pytest.mark.parametrize("entry", OK, ids=lambda entry: entry.id)
def test_a_second_answer_that_contradicts_leaves_none(entry: Entry) -> None:
    text = entry.answer.text + "\n\nAnswer: " + other(entry)
    assert read(replace(entry.answer, text=text), entry.item, entry.condition).status is not Status.OK


def other(entry: Entry) -> str:
    """An allowed answer that means something else than the entry's."""
    judgement = entry.expect["judgement"]
    if entry.item.task is Task.SCORE:
        return "1" if judgement != 1 else "2"
    if entry.item.task is Task.LOCATE:
        return "7.5 - 8.5 s"
    key = answer_key(entry.item, entry.condition)
    return next(word for word, meaning in key.items() if meaning != judgement)


WORST = [
    *r"""<answer> <look> <look < { [ {"answer":[ {"a":{ " ' \boxed{ ( * _ Answer 1 1, 1. 1: - ? <!-- <script
    /* {"a":/* {"a"// \ {"a":"\ ,so ``` </think <| 0:0 ✅""".split(),  # noqa: SIM905
    *(" ", "\n", "Answer: ", "answer is ", "Score: ", "not ", "True, ", "True or ", "A) ", "A, ", "True? "),
    *("it is ", "I ", "Answer (", "Answer *", "so ", "the ", "<think ", "as an AI ", "1 - ", "start: 1 "),
    *("can't ", "the statement ", "The squat is deep. ", "<b ", "\x1b[", "start:\n"),
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["verify", "turned", "choose", "score", "compare", "locate"])
def test_a_long_text_of_any_one_piece_is_read_to_its_end(name: str) -> None:
    """A pattern that runs away on 20,000 characters would take minutes for one of these; all of them together
    take seconds. Not one of them is an answer.
    """
    condition = Condition(answer_key="a-b") if name == "turned" else Condition()
    for piece in WORST:
        text = (piece * (20_000 // len(piece) + 1))[:20_000]
        assert said(text, ITEMS[name], condition).status is not Status.OK, piece
