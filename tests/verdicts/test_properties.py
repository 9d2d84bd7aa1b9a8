"""What must hold of any answer whatever: no text raises, none is guessed, no contradiction passes."""

from __future__ import annotations

import re
import sys
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
    "True False true false yes No A B C D 7 7.5 7,5 1.2 - to from 2.4 s / 10 { } [ ] \" ' : , . ? ! \n ( ) ** <answer> "
    '</answer> <look> </look> <think> </think> Answer: Score: is not "answer" "score" "evidence" "start" "end" '
    "\\boxed{ <|im_end|> I cannot tell probably because Parallel Crossed ✅ \u00bd \ud7ff".split(" ")
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
    "<answer>", "<look>", "<look", "<", "{", "[", '{"answer": [', '{"a": {', '"', "'", "\\boxed{", "(", "*", "_",
    " ", "\n", "\t", "Answer", "Answer: ", "answer is ", "Score: ", "not ", "1", "1,", "1.", "1:", "-", "True, ",
    "True or ", "A) ", "A, ", "True? ", "?", "it is ", "I ", "<!--", "<script", "/*", '{"a": /*', '{"a" //', "\\",
    '{"a":"\\', "Answer (", "Answer *", "so ", ", so", "the ", "```", "<think ", "</think", "as an AI ", "1 - ",
    "start: 1 ", "can't ", "the statement ", "The squat is deep. ", "✅ ", "<|", "<b ", "\x1b[", "0:0", "start:\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", WORST, ids=repr)
@pytest.mark.parametrize("name", ["verify", "turned", "choose", "score", "compare", "locate"])
def test_no_text_of_20_000_characters_takes_more_than_a_bounded_number_of_steps(name: str, piece: str) -> None:
    """Counted in calls of Python functions, not in seconds: they grow with the text, not with its square. A
    runaway pattern inside the engine would not return at all before the test's time limit.
    """
    calls = [steps(piece, length, name) for length in (2_500, 20_000)]
    assert calls[1] <= 10 * calls[0] + 2_000


def steps(piece: str, length: int, name: str) -> int:
    condition = Condition(answer_key="a-b") if name == "turned" else Condition()
    count = 0

    def counting(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    text = (piece * (length // len(piece) + 1))[:length]
    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        said(text, ITEMS[name], condition)
    finally:
        sys.setprofile(before)
    return count
