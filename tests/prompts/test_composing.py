"""Pictures and words stand in their places, whatever is shown and how it travels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aqa_eval.prompts import Example, compose, compose_description, transcript
from aqa_eval.vocabulary import (
    FIRST,
    SECOND,
    TIE,
    Condition,
    Criterion,
    Item,
    Request,
    Sampling,
    Shown,
    Task,
)

from .situations import DEPTH, ERRORS, GRIP, PHOTO, VIDEO, clip, frames, item, put, shown, told

TWO_STEP = Condition(strategy="two-step")


def test_options_are_lettered_in_the_order_of_the_criterion() -> None:
    composed = put(item(Task.CHOOSE))
    assert told(composed).endswith(
        "Question: How is the bar held?\nA) wide\nB) narrow\nC) loose\n\n"
        "Which answer is right? Answer with one letter, A, B or C."
    )
    assert composed.answers == {"A": "wide", "B": "narrow", "C": "loose"}


def test_options_in_their_own_words_have_no_letters() -> None:
    composed = put(item(Task.CHOOSE), Condition(answer_format="words"))
    assert "\n- wide\n- narrow\n- loose\n\n" in told(composed)
    assert list(composed.answers) == ["wide", "narrow", "loose"]


def test_where_less_is_better_the_better_end_is_what_it_should_be() -> None:
    asked = replace(item(Task.COMPARE), criterion=ERRORS)
    assert "This is how it should be: There is no error." in told(put(asked))
    asked = replace(item(Task.SCORE), criterion=ERRORS)
    assert "9: Everything is wrong.\n0: There is no error." in told(put(asked))


def test_a_question_needs_options_and_a_score_a_scale() -> None:
    lonely = Criterion("grip", "squat", "", "", question="How?", options=("wide",))
    with pytest.raises(ValueError, match="1 options"):
        put(replace(item(Task.CHOOSE), criterion=lonely))
    with pytest.raises(ValueError, match="no scale"):
        put(replace(item(Task.SCORE), criterion=DEPTH))


def test_two_performances_are_shown_one_after_the_other() -> None:
    text = told(put(item(Task.COMPARE)))
    places = [
        text.index(part)
        for part in ("Video A: the next 3 images", "<0:0.00>", "<0:1.25>", "Video B:", "<1:0.00>")
    ]
    assert places == sorted(places)
    assert "Video B, frame 2, 0.50 s:\n<1:0.50>" in text


@pytest.mark.parametrize(
    ("order", "permuted", "expected"),
    [
        # What stands first, what it is called, and which place it has in the item.
        ("given", False, [("A", 0, FIRST), ("B", 1, SECOND)]),
        ("swapped", False, [("A", 1, SECOND), ("B", 0, FIRST)]),
        ("given", True, [("B", 0, FIRST), ("A", 1, SECOND)]),
        ("swapped", True, [("B", 1, SECOND), ("A", 0, FIRST)]),
    ],
)
def test_order_and_letters_of_a_pair(
    order: str, permuted: bool, expected: list[tuple[str, int, str]]
) -> None:
    way = Condition(order=order, permuted=permuted)  # type: ignore[arg-type]
    seen = (frames(0.0, 1.0), frames(0.0, 2.0))
    composed = compose(item(Task.COMPARE), way, seen)
    text, at = told(composed), -1
    for letter, place, meaning in expected:
        lead = f"Video {letter}, frame 2, {place + 1}.00 s:\n<{place}:{place + 1}.00>"
        assert text.index(lead) > at
        at = text.index(lead)
        assert composed.answers[letter] == meaning
    stills = item(Task.COMPARE, PHOTO)
    said = told(compose(stills, way, (frames(0.0), frames(0.0))))
    (one, first, _), (other, second, _) = expected
    assert said.startswith(
        f"Image {one} shows a person performing: squat.\n<{first}:0.00>\n"
        f"Image {other} shows a person performing: squat.\n<{second}:0.00>\n"
    )


def test_a_draw_is_offered_where_it_may_be_declared() -> None:
    composed = put(item(Task.COMPARE), Condition(ties=True))
    assert told(composed).endswith(
        "If there is no difference between the two, the answer is C. Answer with one letter, A, B or C."
    )
    assert composed.answers["C"] == TIE
    assert "C" not in put(item(Task.COMPARE)).answers


def test_times_rise_whatever_was_done_to_the_frames() -> None:
    way = Condition(perturbation="reversed")
    plain, reversed_ = ([frames(*times)] for times in ((0.0, 0.5, 1.25), (1.25, 0.5, 0.0)))
    words = [p for p in compose(item(Task.VERIFY), Condition(), plain).parts if isinstance(p, str)]
    composed = compose(item(Task.VERIFY), way, reversed_)
    assert [p for p in composed.parts if isinstance(p, str)] == words
    assert told(composed).index("<0:1.25>") < told(composed).index("<0:0.00>")


@pytest.mark.parametrize("way", [Condition(sampling=Sampling(count=1)), Condition(perturbation="keyframe")])
def test_one_frame_is_called_one_frame(way: Condition) -> None:
    text = told(compose(item(Task.VERIFY), way, [frames(0.5)]))
    assert text.startswith("The image is one frame of a video. It shows")
    assert "Frame 1, 0.50 s:\n<0:0.50>" in text


def test_frames_as_one_video_have_no_words_between_them() -> None:
    text = told(put(item(Task.VERIFY), Condition(transport="video")))
    assert text.startswith(
        "The video shows a person performing: squat. It consists of 3 frames, from 0.00 s to 1.25 s.\n"
        "<0:0.00>\n<0:0.50>\n<0:1.25>\nStatement:"
    )


def test_a_film_is_introduced_and_nothing_is_said_of_frames() -> None:
    text = told(put(item(Task.COMPARE), Condition(transport="native")))
    assert text.startswith("Video A shows a person performing: squat.\n<film 0>\nVideo B shows")
    assert "frame" not in text


def test_the_pose_in_words_stands_in_place_of_the_pictures() -> None:
    for media in (VIDEO, PHOTO):
        composed = put(item(Task.COMPARE, media), Condition(representation="pose-text"))
        (text,) = composed.parts
        assert isinstance(text, str)
        assert text.index("Performance A:") < text.index("bent by 12 degrees.") < text.index("Performance B:")
        assert text.count("bent by 12 degrees.") == 2


def test_what_is_shown_must_be_what_the_condition_says() -> None:
    asked, seen = item(Task.VERIFY), [frames(0.0)]
    with pytest.raises(ValueError, match="pose in words"):
        compose(asked, Condition(representation="pose-text"), seen)
    with pytest.raises(ValueError, match="recording itself"):
        compose(asked, Condition(transport="native"), seen)
    with pytest.raises(ValueError, match="1 clips are shown, not 2"):
        compose(item(Task.COMPARE), Condition(), seen)
    with pytest.raises(ValueError, match="frames should be shown"):
        compose(item(Task.COMPARE), Condition(), [*seen, Shown()])


def test_examples_come_first_with_the_truth_they_are_told_to_have() -> None:
    asked = item(Task.VERIFY)
    examples = [
        Example(item(Task.VERIFY, names="a", which=0), (frames(0.0, 3.0),)),
        Example(item(Task.VERIFY, names="b", which=1), (frames(1.0),)),
    ]
    composed = compose(asked, Condition(shots=2), [frames(0.0)], examples=examples)
    text = told(composed)
    question = "Statement: The squat is deep.\n\nIs the statement true of this performance?"
    # The fault of the first is present, so that the statement is false of it.
    assert f"Example 1:\n\nThe images are 2 frames of one video" in text  # noqa: F541
    assert f"Frame 2, 3.00 s:\n<-1:3.00>\n{question}\nAnswer: False\n\nExample 2:" in text
    assert (
        f"Frame 1, 1.00 s:\n<-2:1.00>\n{question}\nAnswer: True\n\nThis is the performance to judge:" in text
    )
    assert text.endswith(f"<0:0.00>\n{question} Answer with one word, True or False.")
    assert composed.answers == {"True": False, "False": True}


def test_examples_are_answered_in_the_wanted_form() -> None:
    def answered(task: Task, way: Condition) -> str:
        text = told(put(item(task), replace(way, shots=1)))
        return text.split("\nAnswer: ")[1].split("\n\nThis is")[0]

    assert answered(Task.CHOOSE, Condition()) == "A"
    assert answered(Task.CHOOSE, Condition(answer_format="words")) == "wide"
    assert answered(Task.SCORE, Condition()) == "3"
    assert answered(Task.SCORE, Condition(answer_format="json")) == '{"score": 3, "confidence": 1}'
    assert answered(Task.VERIFY, Condition(answer_format="json")) == '{"answer": "False", "confidence": 1}'
    assert answered(Task.COMPARE, Condition(permuted=True)) == "B"
    assert answered(Task.LOCATE, Condition()) == "0.50 - 1.00"
    assert answered(Task.LOCATE, Condition(answer_format="json")) == '{"start": 0.5, "end": 1.0}'


def test_an_example_is_answered_under_its_own_key() -> None:
    way = Condition(answer_key="a-b", shots=1)
    said = set()
    for name in "abcdefgh":
        other = item(Task.VERIFY, names=name)
        text = told(compose(item(Task.VERIFY), way, [frames(0.0)], examples=[Example(other, (frames(0.0),))]))
        example = text.split("This is the performance to judge:")[0]
        letter = example.split("\nAnswer: ")[1].strip()
        assert f"\n{letter}: the statement is false\n" in example  # the fault is present
        said.add(letter)
    assert said == {"A", "B"}


def test_clips_of_compared_examples_are_numbered_on() -> None:
    text = told(put(item(Task.COMPARE), Condition(shots=2)))
    assert [text.index(f"<-{n}:0.00>") for n in (1, 2, 3, 4)] == sorted(
        text.index(f"<-{n}:0.00>") for n in (1, 2, 3, 4)
    )


def test_as_many_examples_as_shots() -> None:
    with pytest.raises(ValueError, match="0 examples, not 2"):
        compose(item(Task.VERIFY), Condition(shots=2), [frames(0.0)])


def test_a_description_knows_nothing_of_what_is_asked() -> None:
    told_of = set()
    for task in (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.LOCATE):
        for framing in ("positive", "negative"):
            way = replace(TWO_STEP, framing=framing)  # type: ignore[arg-type]
            described = compose_description(item(task), way, shown(item(task), way))
            told_of.add(told(described))
            assert described.answers == {}
    (text,) = told_of
    assert text.startswith("The images are 3 frames")
    assert "deep" not in text
    assert text.rstrip().endswith("Do not judge how well it is done.")


def test_the_second_exchange_shows_the_description_and_the_clip() -> None:
    composed = compose(item(Task.VERIFY), TWO_STEP, [frames(0.0)], description="Bent to $90 degrees.")
    text = told(composed)
    assert (
        text.index("<0:0.00>")
        < text.index("Bent to $90 degrees.")
        < text.index("Statement: The squat is deep.")
    )
    with pytest.raises(ValueError, match="lacks the description"):
        compose(item(Task.VERIFY), TWO_STEP, [frames(0.0)])
    with pytest.raises(ValueError, match="no place for a description"):
        compose(item(Task.VERIFY), Condition(), [frames(0.0)], description="x")
    with pytest.raises(ValueError, match="does not describe"):
        compose_description(item(Task.VERIFY), Condition(), [frames(0.0)])
    with pytest.raises(ValueError, match="nothing is shown"):
        compose_description(item(Task.VERIFY), TWO_STEP, [])


def test_schemas_allow_the_allowed_answers_only() -> None:
    way = Condition(answer_format="json")
    schema = put(item(Task.VERIFY), way).schema
    assert schema is not None
    assert schema["properties"] == {
        "answer": {"type": "string", "enum": ["True", "False"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    }
    assert schema["required"] == ["answer", "confidence"]
    score = put(item(Task.SCORE), way).schema
    assert score is not None
    assert score["properties"]["score"] == {"type": "number", "minimum": -6.25, "maximum": 104.5}  # type: ignore[index]
    locate = put(item(Task.LOCATE), way).schema
    assert locate is not None
    assert locate["required"] == ["start", "end"]
    assert put(item(Task.VERIFY)).schema is None


def test_evidence_comes_before_the_verdict_and_points_as_the_family_does() -> None:
    way = Condition(strategy="cited")
    composed = put(item(Task.VERIFY), way, "yx-1000")
    assert composed.schema is not None
    assert composed.schema["required"] == ["evidence", "answer", "confidence"]
    entry = composed.schema["properties"]["evidence"]["items"]  # type: ignore[index]
    assert entry["required"] == ["time", "part", "point", "observation"]
    assert "as [y, x], two whole numbers from 0 to 1000" in told(composed)
    assert "which is 448 wide and 252 high" in told(put(item(Task.VERIFY), way, "pixels"))
    still = put(item(Task.SCORE, PHOTO), way, "unit")
    assert still.schema is not None
    entry = still.schema["properties"]["evidence"]["items"]  # type: ignore[index]
    assert entry["required"] == ["part", "point", "observation"]
    assert '"time"' not in told(still)
    with pytest.raises(ValueError, match="no convention 'polar'"):
        put(item(Task.VERIFY), way, "polar")


def test_a_control_does_not_name_the_movement() -> None:
    asked = Item(Task.CONTROL, (clip("c"),), GRIP, "wide")
    assert "squat" not in told(put(asked))


def test_a_transcript_marks_pictures_and_films() -> None:
    for way, mark in ((Condition(), "[picture 3]"), (Condition(transport="native"), "[film 1]")):
        composed = put(item(Task.VERIFY), way)
        request = Request("k", composed.system, composed.parts, Task.VERIFY, DEPTH, way)
        assert mark in transcript(request)


def test_a_truth_that_no_answer_means_is_refused() -> None:
    wrong = replace(item(Task.CHOOSE), truth="sideways")
    with pytest.raises(ValueError, match="'sideways' is none of the allowed answers"):
        compose(
            item(Task.CHOOSE), Condition(shots=1), [frames(0.0)], examples=[Example(wrong, (frames(0.0),))]
        )
