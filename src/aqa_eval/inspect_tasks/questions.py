"""What an Inspect task asks: a study's trials without its judges, each with all that is sent for it.

This file alone knows the plan and the frame store; tasks and scorers see `Question`s.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from aqa_eval.errors import MediaError, StudyError
from aqa_eval.media import FrameStore, cache_folder
from aqa_eval.media.cache import shelf
from aqa_eval.media.store import FRAMES, RECORDINGS
from aqa_eval.plan import Plan, Showing, arranged, condition_text, make_plan
from aqa_eval.study import read_study
from aqa_eval.vocabulary import Capabilities, Condition, Film, Frame, Item, Judge, Request, Shown, Task, Trial

RIGHT_OR_WRONG = frozenset({Task.VERIFY, Task.CHOOSE, Task.COMPARE, Task.CONTROL})
"""Tasks whose answers are right or wrong."""
ASKED = Judge("inspect", "inspect", model="none/none", capabilities=Capabilities(native=True))
"""Stands for the model that Inspect will choose. Its repeats are Inspect's epochs."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A study file, and which part of what it asks; None takes all."""

    study: str
    root: str | None = None
    dataset: str | None = None
    task: str | None = None
    representation: str | None = None
    strategy: str | None = None
    framing: str | None = None

    def axes(self, trial: Trial) -> Iterator[tuple[str, str | None, str]]:
        """(name, what is wanted, what the trial has) of everything that can be chosen."""
        condition = trial.condition
        yield "dataset", self.dataset, trial.item.dataset
        yield "task", self.task, str(trial.item.task)
        yield "representation", self.representation, condition.representation
        yield "strategy", self.strategy, condition.strategy
        yield "framing", self.framing, condition.framing


@dataclass(frozen=True, slots=True)
class Question:
    """One trial as it is put to a model: the request, and the file of each of its pictures by digest."""

    id: str
    trial: Trial
    request: Request
    files: Mapping[str, Path]

    @property
    def item(self) -> Item:
        """What is asked about."""
        return self.trial.item

    @property
    def condition(self) -> Condition:
        """How it is asked."""
        return self.trial.condition


@dataclass(frozen=True, slots=True)
class Questions:
    """All that is asked, by sample id and in order, the study's number of repeats, and the datasets whose
    frames must stay here.
    """

    asked: Mapping[str, Question]
    repeats: int
    restricted: tuple[str, ...]


@lru_cache(maxsize=8)
def questions(selection: Selection) -> Questions:
    """Everything the selection asks, its frames prepared; frames that a run has prepared are used again.

    A task and its scorer, and the scorer of a log of old, come to the same questions by the same selection.

    Raises:
        StudyError: the study cannot be read, or the selection is empty or cannot be one Inspect task.
        DataError: a dataset cannot be read.
        MediaError: a recording cannot be shown as the study wants it.
    """
    study = read_study(Path(selection.study), Path(selection.root).absolute() if selection.root else None)
    keypoints = {choice.loader.name: choice.keypoints for choice in study.datasets if choice.keypoints}
    store = FrameStore(cache_folder(os.environ), keypoints)
    plan = make_plan(replace(study, judges=(ASKED,)), store)
    chosen = _chosen(plan, selection)
    asked = {question.id: question for question in (_question(plan, store, trial) for trial in chosen)}
    shown = {question.item.dataset for question in asked.values() if question.files}
    restricted = tuple(d.name for d in plan.datasets if d.name in shown and not d.terms.may_send)
    return Questions(asked, study.repeats, restricted)


def _chosen(plan: Plan, selection: Selection) -> tuple[Trial, ...]:
    """The trials of the selection. Raises StudyError where there is none, or they do not go together."""
    met: dict[str, set[str]] = {}
    chosen: list[Trial] = []
    for trial in plan.trials():
        axes = list(selection.axes(trial))
        for name, _, has in axes:
            met.setdefault(name, set()).add(has)
        if all(wanted in {None, has} for _, wanted, has in axes):
            chosen.append(trial)
    if not chosen:
        there = "; ".join(f"{name}: {', '.join(sorted(values))}" for name, values in met.items())
        raise StudyError(
            f"{selection.study}: nothing is asked of what was chosen; there is {there or 'nothing'}"
        )
    _forbid_what_no_sample_holds(chosen, selection)
    return tuple(chosen)


def _forbid_what_no_sample_holds(chosen: list[Trial], selection: Selection) -> None:
    twice = next((trial for trial in chosen if trial.description_key), None)
    if twice is not None:
        raise StudyError(
            f"{selection.study}: the strategy '{twice.condition.strategy}' asks in two exchanges, which a "
            "sample of Inspect does not hold; choose another with -T strategy=..., or ask with aqa-eval run"
        )
    probe = next((trial for trial in chosen if trial.parent is not None), None)
    if probe is not None:
        raise StudyError(
            f"{selection.study}: the probe '{probe.condition.probe}' rests on an earlier answer, which a "
            "sample of Inspect does not hold; ask it with aqa-eval run"
        )
    tasks = {trial.item.task for trial in chosen}
    if not (tasks <= RIGHT_OR_WRONG or tasks == {Task.SCORE}):
        raise StudyError(
            f"{selection.study}: {', '.join(sorted(tasks))} cannot be scored in one Inspect task; choose "
            f"with -T task=...: {', '.join(sorted(RIGHT_OR_WRONG))} are right or wrong, score has a distance"
        )


def _question(plan: Plan, store: FrameStore, trial: Trial) -> Question:
    request = plan.request(trial, _showing(plan, store, trial))
    pictures = [part for part in request.parts if not isinstance(part, str)]
    files = {one.digest: _file(store, one) for one in pictures}
    # The condition itself is in the metadata; Inspect makes names of files from these.
    way = hashlib.sha256(condition_text(trial.condition).encode()).hexdigest()[:8]
    return Question(f"{trial.item.dataset}:{trial.item.id}:{way}", trial, request, files)


def _file(store: FrameStore, picture: Frame | Film) -> Path:
    folder, suffix = FRAMES if isinstance(picture, Frame) else RECORDINGS
    return shelf(store.folder / folder, picture.digest, suffix)


def _showing(plan: Plan, store: FrameStore, trial: Trial) -> Showing:
    """What the trial shows, made ready here and now: a script that calls `inspect_ai.eval` outside of
    `if __name__ == "__main__"` must not be started again by worker processes.
    """
    shown: dict[int, Shown] = {}
    for wanted in plan.pictures(trial):
        try:
            shown[wanted.place] = store.shown(wanted.clip, wanted.together)[wanted.want]
        except MediaError:
            # One way of showing that cannot be had spoils no other.
            shown[wanted.place] = store.shown(wanted.clip, [wanted.want])[wanted.want]
    return arranged(trial, shown)
