"""The library's files: complete, checked when they are read, and each in the digest of what uses it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aqa_eval.errors import StudyError
from aqa_eval.prompts import (
    CUES,
    compose,
    description_digest,
    digest,
    paraphrases,
    strategies,
    strategy,
)
from aqa_eval.prompts import library_files as library
from aqa_eval.prompts.library_files import check_placeholders, filled, parsed
from aqa_eval.prompts.strategy_texts import StrategyFile, named
from aqa_eval.prompts.task_texts import TaskText, task_text, wordings
from aqa_eval.vocabulary import Condition, Sampling, Task

from .situations import frames, item

TWO_STEP = Condition(strategy="two-step")


def test_the_strategies_of_the_study() -> None:
    assert strategies() == (
        "base",
        "cited",
        "grounding",
        "guidelines",
        "self-consistency",
        "structured",
        "two-step",
    )
    assert [name for name in strategies() if strategy(name).describes] == ["two-step"]
    assert [name for name in strategies() if strategy(name).cites] == ["cited"]
    assert strategy("self-consistency").samples_of == "base"
    assert strategy("base").tasks == tuple(Task)
    for name in strategies():
        assert strategy(name).title
    with pytest.raises(StudyError, match=r"strategy 'magic': there is no .*magic\.toml; there are: base"):
        strategy("magic")


def test_a_strategy_refuses_a_task_that_it_is_not_for() -> None:
    with pytest.raises(ValueError, match="'cited' has no prompt for the task 'compare'"):
        compose(item(Task.COMPARE), Condition(strategy="cited"), [frames(0.0)] * 2)


def test_there_are_as_many_wordings_as_promised_and_all_differ() -> None:
    least = {Task.VERIFY: 4, Task.SCORE: 4, Task.CHOOSE: 3, Task.COMPARE: 3, Task.LOCATE: 3, Task.CONTROL: 0}
    for task, count in least.items():
        assert paraphrases(task) >= count
        questions = [task_text(task).question, *(wording.question for wording in wordings(task))]
        requests = [wording.request for wording in wordings(task)]
        assert len(set(questions)) == len(questions)
        assert len(set(requests)) == len(requests)
    with pytest.raises(ValueError, match="wordings 0 to 3, not 4"):
        digest(Task.CHOOSE, Condition(paraphrase=4), still=False)


def test_whatever_changes_a_text_changes_the_digest() -> None:
    ways = [
        Condition(),
        *(Condition(strategy=name) for name in strategies() if name not in {"base", "self-consistency"}),
        *(Condition(cue=name) for name in CUES if Task.VERIFY in CUES[name].says and name != "none"),
        *(Condition(paraphrase=n) for n in range(1, paraphrases(Task.VERIFY) + 1)),
        Condition(negated=True),
        Condition(framing="neutral"),
        Condition(answer_key="yes-no"),
        Condition(answer_key="a-b"),
        Condition(answer_format="json"),
        Condition(answer_format="choice"),
        Condition(shots=2),
        Condition(representation="pose-text"),
        Condition(transport="video"),
        Condition(transport="native"),
        Condition(sampling=Sampling(count=1)),
    ]
    for still in (False, True):
        # Of a still, frames, their number and their transport are not spoken of, but the intros are hashed.
        assert len({digest(Task.VERIFY, way, still) for way in ways}) == len(ways)


def test_repeats_read_together_are_asked_as_what_they_are_repeats_of() -> None:
    own = Condition(strategy="self-consistency")
    assert digest(Task.SCORE, own, still=False) == digest(Task.SCORE, Condition(), still=False)
    seen = [frames(0.0)]
    assert compose(item(Task.SCORE), own, seen) == compose(item(Task.SCORE), Condition(), seen)


def test_a_description_is_shared_by_all_that_is_asked_about_a_clip() -> None:
    shared = {
        description_digest(task, replace(TWO_STEP, **change), still=False)  # type: ignore[arg-type]
        for task in (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.LOCATE)
        for change in (
            {},
            {"framing": "negative"},
            {"answer_format": "json"},
            {"paraphrase": 1},
            {"shots": 2},
        )
    }
    assert len(shared) == 1
    absent = replace(TWO_STEP, cue="action-absent")
    assert description_digest(Task.VERIFY, absent, still=False) not in shared
    assert description_digest(Task.VERIFY, TWO_STEP, still=True) not in shared
    # What is told besides, or burnt into the frames, is not said in the description's own words.
    praised = replace(TWO_STEP, cue="fake-praise")
    assert description_digest(Task.VERIFY, praised, still=False) in shared
    with pytest.raises(ValueError, match="'base' does not describe"):
        description_digest(Task.VERIFY, Condition(), still=False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("task = ", r"prompts/library/tasks/x\.toml: Invalid value"),
        ('task = "verify"', r"tasks/x\.toml, key 'version': Field required"),
        ('task = "guess"\nversion = 1', r"tasks/x\.toml, key 'task': Input should be 'verify'"),
        ('colour = "red"', r"tasks/x\.toml, key '\w+'"),
    ],
)
def test_a_malformed_file_is_named_with_its_key(text: str, complaint: str) -> None:
    with pytest.raises(StudyError, match=complaint):
        parsed("tasks/x.toml", text, TaskText)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "$statment",
            r"x\.toml, key 'question': unknown placeholder \$statment; allowed: \$request, \$statement",
        ),
        ("$statement", r"x\.toml, key 'question': the placeholder \$request is missing"),
        ("$statement $request costs 5$", r"a \$ that begins no placeholder; write \$\$"),
    ],
)
def test_a_wrong_placeholder_is_named_with_its_key(text: str, complaint: str) -> None:
    with pytest.raises(StudyError, match=complaint):
        check_placeholders("x.toml", {"question": text}, {"statement", "request"}, {"request"})


def test_filling_some_placeholders_leaves_the_others_open() -> None:
    assert filled("$a ${b} $$a $c", {"a": "$c", "b": "2"}) == "$c 2 $$a $c"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"ending": "json"}, "'json' is for a strategy that cites"),
        ({"cites": True}, "a strategy that cites ends in 'json' and has the coordinates xy-1000, yx-1000"),
        ({"describe": "Describe."}, r"key 'before_question': the placeholder \$description is missing"),
        ({"describe": "$question"}, r"key 'describe': unknown placeholder \$question"),
        ({"before_answer": "$movement"}, r"key 'before_answer': unknown placeholder \$movement"),
        ({"movement": [{"words": ["squat"], "text": "Look."}]}, r"none is for any action"),
        ({"still": {"before_answer": "$x"}}, r"key 'still\.before_answer': unknown placeholder \$x"),
    ],
)
def test_a_strategy_that_cannot_work_is_refused(change: dict[str, object], complaint: str) -> None:
    file = StrategyFile.model_validate({"title": "x", "version": 1, "tasks": ["verify"], **change})
    with pytest.raises(StudyError, match=rf"prompts/library/strategies/new\.toml.*{complaint}"):
        named("new", file)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(StudyError, match=r"prompts/library/tasks/none\.toml: there is no such file"):
        library.read("tasks/none.toml", TaskText)
