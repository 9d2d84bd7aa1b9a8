"""Reasoning cut and made wrong: where, how, always alike, and never where there is nothing to do it to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.prompts import Interfered, corrupted, digest, fits, probe_texts, truncated
from aqa_eval.prompts.probe_texts import opposite_words
from aqa_eval.vocabulary import Condition, Task

from .situations import item, put

# Places of the sentences' ends: 28, 59, 87, 110 of 110 characters; the half is 55.
TRACE = (
    "The person starts upright...\nAt 0.5 s the knees fall inward. The hips stay over the ankles. "
    "So this is no good rep."
)


def test_it_is_cut_at_the_end_of_the_sentence_nearest_to_the_half() -> None:
    cut = truncated(TRACE)
    assert cut == Interfered("The person starts upright...\nAt 0.5 s the knees fall inward.")


def test_of_two_ends_as_near_the_earlier_one_counts() -> None:
    # 18 characters with ends at 6, 12 and 18: the half, 9, is as far from 6 as from 12.
    assert truncated("Aa bb. Cc d. Ee f.") == Interfered("Aa bb.")


def test_it_is_made_wrong_where_it_would_have_been_cut() -> None:
    assert corrupted(TRACE) == Interfered(
        "The person starts upright...\nAt 0.5 s the knees fall outward.",
        "At 0.5 s the knees fall inward.",
        "At 0.5 s the knees fall outward.",
    )


@pytest.mark.parametrize(
    ("sentence", "opposite"),
    [
        ("The knees fall inward.", "The knees fall outward."),
        ("Above the bar are the hands.", "Below the bar are the hands."),
        ("The back is bent.", "The back is straight."),
        ("The thighs are not parallel to the floor.", "The thighs are parallel to the floor."),
        ("The thighs are parallel to the floor.", "The thighs are oblique to the floor."),
        ("The back isn't flat.", "The back is flat."),
        ("The hips do not reach the knees.", "The hips do reach the knees."),
        ("Don't they meet it, the hands.", "Do they meet it, the hands."),
        ("The knee bends to 90 degrees.", "The knee bends to 45 degrees."),
        ("The knee bends to 40.5\N{DEGREE SIGN} at 1.2 s", "The knee bends to 81\N{DEGREE SIGN} at 1.2 s"),
        ("The chin is at the chest.", "The chin is not at the chest."),
        ("At 2.0 s the weight is in front of the feet.", "At 2.0 s the weight is behind the feet."),
    ],
)
def test_an_observation_has_an_opposite(sentence: str, opposite: str) -> None:
    assert corrupted(sentence) == Interfered(opposite, sentence, opposite)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "  \n ",
        "1.",
        "...",
        "True",
        "The knees should stay out.",  # a rule
        "The back is usually straight.",  # a prior
        "Is the back straight?",
        "So the statement is false.",
        "At 0.5 s a person squats.",  # nothing in it can be turned, and a time is no measure
        "Die Knie sind gebeugt.",
        "It bends 0 degrees",
    ],
)
def test_what_is_no_observation_is_left_alone(said: str) -> None:
    assert corrupted(said) is None


def test_an_observation_far_from_the_half_is_better_than_none() -> None:
    said = "The knees fall inward. They should not. Ideally they stay out. This would be better."
    found = corrupted(said)
    assert found is not None
    assert found.reasoning == "The knees fall outward."


@pytest.mark.parametrize("said", ["", "1.", "The knees fall inward", "The knees fall inward.", "...\n\n"])
def test_one_sentence_leaves_nothing_to_cut(said: str) -> None:
    assert truncated(said) is None


@given(st.text())
def test_any_text_is_interfered_with_in_one_way(said: str) -> None:
    cut = truncated(said)
    assert cut == truncated(said)
    if cut is not None:
        assert cut.reasoning
        assert said.strip().startswith(cut.reasoning)
        assert len(cut.reasoning) < len(said.strip())
    wrong = corrupted(said)
    assert wrong == corrupted(said)
    if wrong is not None:
        assert wrong.before != wrong.after
        assert wrong.reasoning.endswith(wrong.after)
        assert wrong.before in said


@given(st.lists(st.sampled_from(["The knee is bent.", "One.", "2.", "It may be.", "\n", "He sinks low! "])))
def test_made_of_sentences_too(parts: list[str]) -> None:
    said = " ".join(parts)
    wrong = corrupted(said)
    assert (wrong is None) == (not {"The knee is bent.", "He sinks low! "} & set(parts))


def test_every_opposite_is_another_word() -> None:
    table = opposite_words()
    assert all(one != two for one, two in table.opposites.pairs)
    words = [word for pair in table.opposites.pairs for word in pair]
    assert len(words) == len(set(words))  # else which of two opposites is meant?
    assert not set(words) & set(table.spared)


def test_the_reasoning_stands_after_the_question_and_the_question_as_it_was() -> None:
    plain = Condition(strategy="grounding")
    asked = put(item(Task.VERIFY), plain)
    for probe in ("truncated", "corrupted"):
        again = put(item(Task.VERIFY), Condition(strategy="grounding", probe=probe), reasoning="Knees $in.")
        (*before, last), (*once, question) = again.parts, asked.parts
        assert (again.system, before, again.answers) == (asked.system, once, asked.answers)
        assert isinstance(last, str)
        assert isinstance(question, str)
        assert last == f"{question}\n\n{probe_texts().resumed.replace('$reasoning', 'Knees $in.')}"


def test_reasoning_is_needed_exactly_where_the_probe_puts_it_before_the_judge() -> None:
    with pytest.raises(ValueError, match="the probe 'truncated' lacks the reasoning"):
        put(item(Task.VERIFY), Condition(strategy="grounding", probe="truncated"))
    with pytest.raises(ValueError, match="the probe 'none' has no place for reasoning"):
        put(item(Task.VERIFY), Condition(strategy="grounding"), reasoning="Knees.")
    with pytest.raises(ValueError, match="the probe 'masked-cited' has no place for reasoning"):
        put(item(Task.VERIFY), Condition(strategy="cited", probe="masked-cited"), reasoning="Knees.")


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (Condition(probe="masked-cited"), "only an answer of the strategy 'cited' names what can be masked"),
        (Condition(strategy="cited", probe="masked-control", transport="native"), "sent as it is"),
        (Condition(strategy="cited", probe="masked-cited", perturbation="blank"), "nothing to mask"),
        (Condition(strategy="cited", probe="masked-cited"), ""),
        (Condition(strategy="cited", probe="masked-control", representation="skeleton"), ""),
        (Condition(probe="truncated"), ""),
        (Condition(strategy="grounding", representation="none", probe="corrupted"), "something to look at"),
    ],
)
def test_which_probes_make_sense(condition: Condition, reason: str) -> None:
    said = fits(Task.VERIFY, condition)
    assert (reason in said) if reason else said == ""


def test_only_probes_depend_on_what_is_said_of_them() -> None:
    probes = ("none", "truncated", "corrupted", "masked-cited", "masked-control")
    digests = [digest(Task.VERIFY, Condition(strategy="cited", probe=p), False) for p in probes]  # type: ignore[arg-type]
    assert len(set(digests)) == 4  # the two masks are said alike: their keys differ by the axis
    assert digests[3] == digests[4]
