"""Scorers: a completion read by the readers of `aqa_eval.verdicts`, against what is true of the clips.

An answer that was not given, refused, cut off or cannot be read is unscored, with the reason: never guessed,
never counted as wrong. Inspect reports how many those are (`unscored_samples`).
"""

from __future__ import annotations

from collections.abc import Callable

from inspect_ai.scorer import (
    CORRECT,
    INCORRECT,
    Score,
    Scorer,
    Target,
    accuracy,
    grouped,
    mean,
    scorer,
    stderr,
)
from inspect_ai.solver import TaskState

from aqa_eval import verdicts
from aqa_eval.errors import StudyError
from aqa_eval.inspect_tasks.questions import ASKED, Question, Selection, questions
from aqa_eval.judges import AttemptError
from aqa_eval.judges.inspect_reply import cleaner, read_output
from aqa_eval.vocabulary import Answer, Status, Verdict

REASONS = {Status.REFUSED: "refusal", Status.UNPARSED: "invalid_response_format", Status.ERROR: "no_response"}
"""A status in Inspect's words for the reason of a score; `truncated` has none of its own there."""
Marking = Callable[[Question, Verdict], Score]


def _right(question: Question, verdict: Verdict) -> Score:
    right = verdict.judgement == question.trial.truth
    return Score(
        value=CORRECT if right else INCORRECT,
        answer=str(verdict.literal),
        explanation=f"judged {verdict.judgement}, true is {question.trial.truth}",
    )


def _apart(question: Question, verdict: Verdict) -> Score:
    said, true = verdict.judgement, question.trial.truth
    if isinstance(said, bool | str) or isinstance(true, bool | str):
        raise StudyError(f"{question.id}: no score to measure a distance of")
    return Score(
        value=abs(float(said) - float(true)),  # type: ignore[arg-type]
        answer=str(said),
        explanation=f"scored {said}, true is {true}",
    )


def _scorer(selection: Selection, marked: Marking) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:
        question = questions(selection).asked.get(str(state.sample_id))
        if question is None:
            raise StudyError(f"{selection.study}: it does not ask the sample '{state.sample_id}' any more")
        answer = _answer(state)
        verdict = verdicts.read(answer, question.item, question.condition)
        if verdict.status is not Status.OK:
            return Score.unscored(
                reason=REASONS.get(verdict.status, str(verdict.status)),
                answer=answer.text or None,
                explanation=f"{verdict.status}: {verdict.note}",
            )
        return marked(question, verdict)

    return score


def _answer(state: TaskState) -> Answer:
    try:
        return read_output(state.output, ASKED, cleaner(()))
    except AttemptError as error:
        return Answer(failure=error.failure)


def _chosen(marked: Marking) -> Callable[..., Scorer]:
    """The scorer of the questions that a task's own arguments choose."""

    def made(
        study: str,
        root: str | None = None,
        dataset: str | None = None,
        task: str | None = None,
        representation: str | None = None,
        strategy: str | None = None,
        framing: str | None = None,
    ) -> Scorer:
        return _scorer(Selection(study, root, dataset, task, representation, strategy, framing), marked)

    return made


judgement = scorer(
    metrics=[
        accuracy(),
        stderr(cluster="cluster"),
        grouped(accuracy(), "framing", all=False, name_template="accuracy_{group_name}"),
    ],
    name="judgement",
)(_chosen(_right))
"""Right or wrong: is the judgement what is true of the clips? The arguments are those of the task."""

distance = scorer(metrics=[mean(), stderr(cluster="cluster")], name="distance")(_chosen(_apart))
"""How far a score is from the true one, in the scale's unit. The arguments are those of the task."""
