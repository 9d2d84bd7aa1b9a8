"""Answers of many shapes, each with the verdict a careful reader would give it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.verdicts import read, spoken
from aqa_eval.vocabulary import (
    Answer,
    Clip,
    Condition,
    Criterion,
    Failure,
    Item,
    Scale,
    Status,
    Task,
    Verdict,
)

STATEMENT = Criterion("c", "squat", "The squat is deep.", "The squat is shallow.")
SCORE = Criterion("s", "squat", "flawless", "very poor", scale=Scale(0, 10, "points"))
CLIP = Clip("c", "d", "squat", None, "s")
VERIFY = Item(Task.VERIFY, (CLIP,), STATEMENT, True)
RATE = Item(Task.SCORE, (CLIP,), SCORE, 5.0)
POSITIVE, NEGATIVE = Condition(framing="positive"), Condition(framing="negative")


def verify(text: str, condition: Condition = POSITIVE, finish: str = "stop") -> Verdict:
    return read(Answer(text=text, finish=finish), VERIFY, condition)


def score(text: str) -> Verdict:
    return read(Answer(text=text, finish="stop"), RATE, Condition(framing="neutral"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("True", True),
        ("true.", True),
        ("**False**", False),
        ("False, because the hips stay high.", False),
        ("No, the knees stay out", False),
        ("Yes!", True),
        ("True\n\nThe thighs reach parallel.", True),
        ('{"answer": true}', True),
        ('```json\n{"answer": "False"}\n```', False),
        ('{"answer": false, "evidence": [{"time": 1.2, "part": "knee"}]}', False),
        ("<answer>True</answer>", True),
        ("<look>hips</look><answer> false </answer>", False),
        ("Answer: **True**", True),
        ("The final answer is: false", False),
        ("True or False? The hips stay above the knees. Answer: False", False),
        ("The hips drop well below the knees, so the statement is true.", True),
        ("The hips stay high throughout.\n\nFalse", False),
        ("<think>At first I thought false.</think>True", True),
        ("it could be either</think>\nFalse", False),
        ("<THINKING>hmm</THINKING> True", True),
        (r"\boxed{True}", True),
        (r"<answer>\boxed{False}</answer>", False),
        ("<|begin_of_box|>True<|end_of_box|>", True),
        ("It is True.", True),
    ],
)
def test_a_plain_answer_is_read_in_any_dress(text: str, said: bool) -> None:
    verdict = verify(text)
    assert (verdict.status, verdict.literal) == (Status.OK, said)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "Verdadero",
        "Das stimmt nicht.",
        "正确",
        "Not true",
        "Not sure",
        "The statement is not true.",
        "True. Hmm, actually false.",
        "Answer: True. Wait, final answer: False",
        "<answer>True</answer> <answer>False</answer>",
        '{"answer": "maybe"}',
        '{"answer": null}',
        "The answer is true or false",
        "It is partly true",
        "True\n\nFalse",
        "True?",
        "Yes, it is not true",
        "The statement is true if the knees go in.",
        "True " * 10_000,
        "The lifter descends and stands up again.",
        "42",
    ],
)
def test_what_states_no_single_answer_is_never_guessed(text: str) -> None:
    verdict = verify(text)
    assert verdict.status is Status.UNPARSED
    assert verdict.literal is None
    assert verdict.judgement is None
    assert verdict.note


@pytest.mark.parametrize(
    "text",
    [
        "I cannot determine this from the images.",
        "I'm sorry, but I can't help with that.",
        "I\u2019m unable to assess the squat.",
        "I cannot tell: the body was not found.",
        "No, I cannot tell.",
        "No - images are missing, so I cannot determine this.",
        "I cannot give an answer: true judgement requires a video.",
        "The statement is true if the knees pass the toes, which I cannot see.",
    ],
)
def test_a_refusal_is_its_own_status(text: str) -> None:
    assert verify(text).status is Status.REFUSED


def test_the_polarity_turns_the_literal_answer_into_a_judgement() -> None:
    # "The squat is deep" True -> no fault; "The squat is shallow" True -> fault.
    assert verify("True", POSITIVE).judgement is False
    assert verify("False", POSITIVE).judgement is True
    assert verify("True", NEGATIVE).judgement is True
    assert verify("False", NEGATIVE).judgement is False


def test_thinking_left_open_is_truncated_and_no_answer() -> None:
    assert verify("<think>The knees look fine, so True").status is Status.TRUNCATED
    assert verify("True", finish="length").status is Status.TRUNCATED


def test_a_content_filter_is_a_refusal_and_a_failure_an_error() -> None:
    assert verify("", finish="content_filter").status is Status.REFUSED
    failed = read(Answer(failure=Failure("timeout", "no answer within 5 s")), VERIFY, POSITIVE)
    assert failed.status is Status.ERROR
    assert "no answer within 5 s" in failed.note


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7.0),
        ("7.5", 7.5),
        ("7,5", 7.5),
        ("7/10", 7.0),
        ("10 / 10", 10.0),
        ("7.5 out of 10", 7.5),
        ("Score: 7", 7.0),
        ("**Score:** 6.5", 6.5),
        ("The score is 7.5.", 7.5),
        ("I would give 8.0 points.", 8.0),
        ('{"score": 6.5, "reason": "2 knees"}', 6.5),
        ("<answer>5</answer>", 5.0),
        ("Frame 3 shows a wobble. Score: 4", 4.0),
        ("<think>between 2 and 9</think>6", 6.0),
        ("7.123456789012345", 7.123456789012345),
        ("1e-05", 1e-05),
        ('{"score": 1e-05}', 1e-05),
        ("Score: 4, since the knees cave in", 4.0),
    ],
)
def test_a_single_score_is_read(text: str, value: float) -> None:
    verdict = score(text)
    assert (verdict.status, verdict.judgement) == (Status.OK, value)


@pytest.mark.parametrize(
    "text",
    [
        "between 6 and 7",
        "12",
        "-3",
        "7/20",
        "25%",
        "excellent",
        "Score: 3. Score: 4",
        "The score is not 7.",
        "lower than 5",
        "Score: 7-8",
        "The diver performs 2 somersaults.",
        "Frame 7: entry",
        "5\n6",
    ],
)
def test_a_score_that_is_not_single_or_not_on_the_scale_is_unparsed(text: str) -> None:
    verdict = score(text)
    assert verdict.status is Status.UNPARSED
    assert verdict.judgement is None


def test_a_stated_confidence_is_kept_only_when_it_is_a_probability() -> None:
    assert verify('{"answer": true, "confidence": 0.9}').confidence == 0.9
    assert verify('{"answer": true, "confidence": 90}').confidence is None
    assert verify('{"answer": true, "confidence": true}').confidence is None
    assert verify("True").confidence is None


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    for verdict in (verify(text), verify(text, NEGATIVE), score(text)):
        assert (verdict.judgement is None) == (verdict.status is not Status.OK)


@given(st.text(), st.sampled_from(["True", "False"]))
def test_whatever_is_thought_the_spoken_answer_counts(thought: str, said: str) -> None:
    inside = thought.replace("<", "").replace(">", "")
    assert spoken(f"<think>{inside}</think>{said}") == (said, False)
    assert verify(f"<think>{inside}</think>{said}").literal is (said == "True")


@given(st.floats(min_value=0, max_value=10, allow_nan=False))
def test_a_score_reads_back_as_it_was_said(value: float) -> None:
    assert score(repr(value)).judgement == value


GRIP = Criterion("g", "squat", "", "", question="How?", options=("Parallel", "Not parallel", "Crossed"))


def choose(text: str) -> Verdict:
    item = Item(Task.CHOOSE, (CLIP,), GRIP, "Parallel")
    return read(Answer(text=text, finish="stop"), item, Condition(framing="neutral"))


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("A", "Parallel"),
        ("b", "Not parallel"),
        ("(C)", "Crossed"),
        ("**B**", "Not parallel"),
        ("B) Not parallel", "Not parallel"),
        ("B. The trunk leans.", "Not parallel"),
        ("Option A", "Parallel"),
        ("Answer: C", "Crossed"),
        ("The answer is: B) Not parallel", "Not parallel"),
        ("not parallel", "Not parallel"),
        ("Crossed.", "Crossed"),
        ("The legs cross.\n\nC", "Crossed"),
        ('{"answer": "B"}', "Not parallel"),
        ("<answer>Crossed</answer>", "Crossed"),
        ("<think>A or B?</think>A", "Parallel"),
        (r"\boxed{C}", "Crossed"),
        ("A) Parallel\nB) Not parallel\n\nAnswer: B", "Not parallel"),
        ("A) Parallel\nB) Not parallel\nC) Crossed\n\nB", "Not parallel"),
        ("C, because the legs cross.", "Crossed"),
        ("A\n\nThe trunk stays beside the shin.", "Parallel"),
    ],
)
def test_an_option_is_read_by_its_letter_or_in_its_own_words(text: str, option: str) -> None:
    verdict = choose(text)
    assert (verdict.status, verdict.judgement) == (Status.OK, option)


@pytest.mark.parametrize(
    "text",
    [
        "A person squats.",
        "D",
        "A or B",
        "A\nB",
        "A) Not parallel",
        "I think it is fine.",
        "parallel, crossed",
    ],
)
def test_what_names_no_single_option_is_not_guessed(text: str) -> None:
    assert choose(text).status is Status.UNPARSED


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("A", "first"),
        ("Video B", "second"),
        ("B.", "second"),
        ("Performance B comes closer to it.", "second"),
        ("A\n\nVideo A is deeper than video B.", "first"),
        ("**B**: the knees stay out.", "second"),
    ],
)
def test_which_performance_is_better(text: str, better: str) -> None:
    item = Item(Task.COMPARE, (CLIP, CLIP), STATEMENT, "first")
    verdict = read(Answer(text=text, finish="stop"), item, Condition(framing="neutral"))
    assert (verdict.status, verdict.judgement) == (Status.OK, better)


@pytest.mark.parametrize(
    "text", ["Video A: the knees cave in.\nVideo B: the knees stay out.\nTherefore the second one is better."]
)
def test_a_description_of_both_is_no_preference(text: str) -> None:
    item = Item(Task.COMPARE, (CLIP, CLIP), STATEMENT, "first")
    assert read(Answer(text=text, finish="stop"), item, Condition()).status is Status.UNPARSED


@given(st.text(max_size=80))
def test_no_text_makes_the_reader_of_options_fail(text: str) -> None:
    verdict = choose(text)
    assert (verdict.judgement is None) == (verdict.status is not Status.OK)
