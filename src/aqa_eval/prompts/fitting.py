"""Which ways of asking fit together, as far as the words are concerned."""

from __future__ import annotations

from collections.abc import Iterator

from aqa_eval.prompts.answer_texts import sort_of_answer
from aqa_eval.prompts.cues import CUES
from aqa_eval.prompts.strategy_texts import prompted, strategy
from aqa_eval.prompts.task_texts import paraphrases
from aqa_eval.vocabulary import MASKED, ONE_FRAME, PICTURELESS, Condition, Task


def fits(task: Task, condition: Condition) -> str:
    """Why it makes no sense to ask `task` under `condition`; empty where it does.

    A study leaves such combinations out. Also left out is what would be the same request twice, because an
    axis has no meaning for the task. Raises StudyError where the strategy does not exist.
    """
    checks = (_strategy, _pictures, _statement, _pair, _answer, _cue, _examples, _probe, _control)
    return next((reason for check in checks for reason in check(task, condition)), "")


def _strategy(task: Task, condition: Condition) -> Iterator[str]:
    own = strategy(condition.strategy)
    if task not in own.tasks:
        yield f"the strategy '{own.name}' is not for the task '{task}'"
    if prompted(condition).needs_sight and condition.representation == "none":
        yield f"the strategy '{own.name}' needs something to look at"
    if not 0 <= condition.paraphrase <= paraphrases(task):
        yield f"the task '{task}' has the wordings 0 to {paraphrases(task)}"


def _pictures(task: Task, condition: Condition) -> Iterator[str]:
    if condition.transport != "images" and condition.representation in PICTURELESS:
        yield f"the representation '{condition.representation}' has no pictures to send as a video"
    one = condition.sampling.count == 1 or condition.perturbation in ONE_FRAME
    if condition.transport == "video" and one:
        yield "a single frame is no video"
    if prompted(condition).cites and condition.representation == "pose-text":
        yield "a pose in words has no picture to point into"


def _statement(task: Task, condition: Condition) -> Iterator[str]:
    if task is not Task.VERIFY:
        if condition.framing == "negative":
            yield f"'framing' has no meaning for the task '{task}'"
        for axis in ("negated", "answer_key"):
            if getattr(condition, axis) != getattr(Condition(), axis):
                yield f"'{axis}' has no meaning for the task '{task}'"
    elif condition.framing == "neutral":
        if condition.negated:
            yield "the neutral framing has no statement to deny"
        if condition.answer_key != "true-false":
            yield "the neutral framing is answered by A or B, whatever the answer key"


def _pair(task: Task, condition: Condition) -> Iterator[str]:
    if task is Task.COMPARE:
        return
    for axis in ("order", "permuted", "ties"):
        if getattr(condition, axis) != getattr(Condition(), axis):
            yield f"'{axis}' has no meaning for the task '{task}'"


def _answer(task: Task, condition: Condition) -> Iterator[str]:
    form, own = condition.answer_format, prompted(condition)
    sort = sort_of_answer(task, condition)
    if own.cites and form not in {"plain", "json"}:
        yield f"the strategy '{own.name}' is answered in JSON only"
    if form in {"json", "choice"} and own.ending in {"line", "tags"}:
        yield f"the strategy '{own.name}' reasons in words, and the format '{form}' leaves no room for them"
    if form in {"words", "letters", "choice"} and sort in {"number", "times"}:
        yield f"the task '{task}' is answered by numbers, not in the format '{form}'"
    if form == "words" and sort == "letter":
        yield "the allowed answers are letters, not words"
    if form == "letters" and sort == "word":
        yield "a statement is answered by letters under the answer key a-b or the neutral framing only"


def _cue(task: Task, condition: Condition) -> Iterator[str]:
    cue = CUES.get(condition.cue)
    if cue is None:
        yield f"there is no cue '{condition.cue}'"
    elif task not in cue.says:
        yield f"the cue '{cue.name}' is not for the task '{task}'"
    elif cue.where != "prompt" and condition.representation in PICTURELESS:
        yield f"the cue '{cue.name}' is written into pictures, and there are none"
    elif cue.where != "prompt" and condition.transport == "native":
        yield f"the cue '{cue.name}' cannot be written into a recording that is sent as it is"


def _examples(task: Task, condition: Condition) -> Iterator[str]:
    own = prompted(condition)
    if condition.shots and own.ending != "direct":
        yield f"an example cannot show the reasoning that the strategy '{own.name}' asks for"
    if not condition.shots and condition.shot_labels != "balanced":
        yield "'shot_labels' has no meaning without examples"


def _probe(task: Task, condition: Condition) -> Iterator[str]:
    if condition.probe not in MASKED:
        return
    if not prompted(condition).cites:
        yield f"probe '{condition.probe}': only an answer of the strategy 'cited' names what can be masked"
    elif condition.transport == "native":
        yield f"probe '{condition.probe}': a recording is sent as it is, and nothing in it can be masked"
    elif condition.perturbation == "blank":
        yield f"probe '{condition.probe}': in blank pictures there is nothing to mask"


def _control(task: Task, condition: Condition) -> Iterator[str]:
    if task is not Task.CONTROL:
        return
    if condition.representation in PICTURELESS:
        yield "a positive control is about pictures"
    if condition.shots:
        yield "a positive control has no examples"
