from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.datasets.negation import of_answer, of_instruction, quoted

SHARED = Path(__file__).parents[3] / "shared"
FOLLOWS = "The person follows this instruction: "
DOES_NOT = "The person does not follow this instruction: "

texts = st.text(min_size=1).filter(lambda text: text.strip())
different = st.lists(texts, min_size=2, max_size=4, unique_by=str.strip)


def test_an_instruction_is_followed_or_not() -> None:
    said = of_instruction("Keep both heels down.")
    assert said.requirement == 'The person follows this instruction: "Keep both heels down."'
    assert said.fault == 'The person does not follow this instruction: "Keep both heels down."'


def test_the_words_of_the_source_stay_as_they_are() -> None:
    said = of_instruction(" keep  you're bakc straigth ,and breath\n")
    assert said.requirement == FOLLOWS + '"keep  you\'re bakc straigth ,and breath".'
    assert of_instruction("Do not move!").fault == DOES_NOT + '"Do not move!"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", '"plain"'),
        ('say "ah"', '“say "ah"”'),
        ('“say” "ah"', '«“say” "ah"»'),
        ('« “ "', '「« “ "」'),
        ('「« “ "', '"「« “ ""'),  # every kind is taken: still one pair around the whole
        ("the runner's knee", '"the runner\'s knee"'),
    ],
)
def test_quotation_marks_inside_choose_those_outside(text: str, expected: str) -> None:
    assert quoted(text) == expected


@given(texts)
def test_both_sentences_hold_the_whole_text_and_differ_only_in_the_verb(text: str) -> None:
    said = of_instruction(text)
    assert said.requirement.removeprefix(FOLLOWS) == said.fault.removeprefix(DOES_NOT)
    words = said.requirement.removeprefix(FOLLOWS)
    assert text.strip() in words
    assert len(words) - len(text.strip()) in (2, 3)  # two marks, and a full stop where the text has none


def test_with_two_options_the_fault_is_the_other() -> None:
    said = of_answer("Where are the hands?", ["Above the head", "Below"], "Below")
    assert said.requirement == 'The answer to the question "Where are the hands?" is "Below".'
    assert said.fault == 'The answer to the question "Where are the hands?" is "Above the head".'


def test_with_more_options_the_fault_denies_the_right_one() -> None:
    said = of_answer("How deep?", ["Shallow", "Parallel", "Deep"], "Deep")
    assert said.requirement == 'The answer to the question "How deep?" is "Deep".'
    assert said.fault == 'The answer to the question "How deep?" is not "Deep".'


@given(st.text(min_size=1).filter(str.strip), different)
def test_the_two_sentences_about_an_answer_are_never_the_same(question: str, options: list[str]) -> None:
    said = of_answer(question, options, options[0])
    assert question.strip() in said.requirement
    assert options[0].strip() in said.requirement
    assert said.requirement != said.fault


@pytest.mark.parametrize(
    ("options", "correct"),
    [
        (["a"], "a"),
        (["a", "b"], "c"),
        (["a", "a", "b"], "a"),
        (["a", "b", "b"], "a"),
        (["a", "a "], "a"),
        ([], "a"),
    ],
)
def test_what_is_no_choice_is_refused(options: list[str], correct: str) -> None:
    with pytest.raises(ValueError, match="not exactly one of two or more"):
        of_answer("Which?", options, correct)


@pytest.mark.parametrize("blank", ["", "  ", "\n\t"])
def test_a_blank_text_is_refused(blank: str) -> None:
    with pytest.raises(ValueError, match="blank"):
        of_instruction(blank)
    with pytest.raises(ValueError, match="blank"):
        of_answer(blank, ["a", "b"], "a")


def test_every_rule_of_the_real_extract_reads_as_two_opposite_sentences() -> None:
    path = SHARED / "data" / "LLM-FMS" / "m78-llm-fms-inline-lunge-ontology-v1.json"
    if not path.is_file():
        pytest.skip("the extract of FMSRules.json is not at hand (expected at ../shared/data/LLM-FMS)")
    rules = [rule for movement in json.loads(path.read_text())["movements"] for rule in movement["rules"]]
    assert len(rules) == 6
    for rule in rules:
        first, second = rule["options"]
        said = of_answer(rule["question"], rule["options"], first)
        assert said.requirement == f'The answer to the question "{rule["question"]}" is "{first}".'
        assert said.fault == f'The answer to the question "{rule["question"]}" is "{second}".'
        assert said.fault == of_answer(rule["question"], rule["options"], second).requirement
