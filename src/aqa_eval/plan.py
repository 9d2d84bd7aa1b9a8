"""Study -> trials, lazily and in a fixed order; nothing is decoded, asked or written.

Items come clip by clip, so that a clip's frames are prepared once for everything asked about it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache, partial

import orjson

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.errors import DataError, MediaError
from aqa_eval.judges import PROTOCOLS, Respondent
from aqa_eval.media import MEDIA_VERSION
from aqa_eval.prompts import compose, prompt_text
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.vocabulary import Clip, Condition, Frame, Item, Judge, Request, Sampling, Task, Trial

KEY_VERSION = 1
"""Raised only when old answers must not be used again at all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be asked: the study with its datasets read and its judges set up."""

    study: Study
    datasets: tuple[Dataset, ...]
    respondents: Mapping[str, Respondent]
    fingerprint: Callable[[Clip], str]

    def items(self) -> Iterator[Item]:
        """Every item of every dataset, clip by clip."""
        for choice, dataset in zip(self.study.datasets, self.datasets, strict=True):
            yield from _chosen(dataset, choice, self.study.seed)

    def trials(self, judge: str | None = None) -> Iterator[Trial]:
        """Every trial, or only those of one judge, always in the same order."""
        for item, condition, respondent, reason in self._asked(judge):
            if not reason:
                yield from self._repeats(item, condition, respondent)

    def left_out(self) -> Counter[tuple[str, str]]:
        """(judge, reason) -> how many item-condition pairs the judge cannot be asked."""
        return Counter((r.judge.name, reason) for _, _, r, reason in self._asked(None) if reason)

    def wanted(self) -> tuple[tuple[str, Sampling], ...]:
        """What is shown of a clip over all conditions: (representation, sampling) pairs."""
        shown = ((c.representation, c.sampling) for task in Task for c in self.study.conditions(task))
        return tuple(dict.fromkeys(pair for pair in shown if pair[0] != "none"))

    def request(self, trial: Trial, frames: Sequence[Frame]) -> Request:
        """What the trial's judge is sent, with `frames` in their places."""
        item, protocol = trial.item, PROTOCOLS[self.respondents[trial.judge].judge.protocol]
        text = prompt_text(item.task, trial.condition.strategy)
        system, parts = compose(text, item.criterion, trial.condition, frames)
        truth = item.truth if protocol.sees_truth else None
        return Request(trial.key, system, parts, item.task, item.criterion, trial.condition, truth)

    def _asked(self, judge: str | None) -> Iterator[tuple[Item, Condition, Respondent, str]]:
        conditions = {task: tuple(self.study.conditions(task)) for task in Task}
        chosen = [r for name, r in self.respondents.items() if judge in {None, name}]
        for item in self.items():
            for condition in conditions[item.task]:
                for respondent in chosen:
                    yield item, condition, respondent, _reason(item, condition, respondent)

    def _repeats(self, item: Item, condition: Condition, respondent: Respondent) -> Iterator[Trial]:
        digest = hashlib.sha256(_item_content(item) + condition_text(condition).encode())
        shown = condition.representation != "none"
        digest.update(orjson.dumps([KEY_VERSION, prompt_text(item.task, condition.strategy).digest]))
        if shown:
            digest.update(orjson.dumps([MEDIA_VERSION, [self.fingerprint(clip) for clip in item.clips]]))
        who = {**respondent.identity, "depends": respondent.depends_on(item)}
        digest.update(orjson.dumps(who, option=orjson.OPT_SORT_KEYS))
        for repeat in range(respondent.judge.repeats):
            one = digest.copy()
            one.update(str(repeat).encode())
            yield Trial(one.hexdigest(), item, condition, respondent.judge.name, repeat)


def make_plan(study: Study, fingerprint: Callable[[Clip], str]) -> Plan:
    """Read the datasets and set up the judges; reference judges are fitted on the train split.

    Raises:
        DataError: a dataset cannot be read, or has no item in the wanted split.
    """
    datasets = tuple(choice.loader.load(choice.options) for choice in study.datasets)
    for choice, dataset in zip(study.datasets, datasets, strict=True):
        if next(_chosen(dataset, choice, study.seed), None) is None:
            splits = ", ".join(sorted({clip.split for clip in dataset.clips})) or "none"
            raise DataError(
                f"dataset '{dataset.name}': no item for {', '.join(choice.tasks)} in the split "
                f"'{choice.split}'; splits it has: {splits}"
            )
    train = [
        item
        for choice, dataset in zip(study.datasets, datasets, strict=True)
        if choice.split != "train"
        for item in dataset.items(choice.tasks, "train")
    ]
    respondents = {judge.name: _respondent(judge, train) for judge in study.judges}
    # A clip is met once for each condition and judge in a row; its files are looked at once.
    return Plan(study, datasets, respondents, lru_cache(maxsize=64)(partial(_known_content, fingerprint)))


def _known_content(fingerprint: Callable[[Clip], str], clip: Clip) -> str:
    """The clip's fingerprint; one unreadable recording fails its own trials when they are asked, no more."""
    try:
        return fingerprint(clip)
    except MediaError:
        return "unreadable"


def condition_text(condition: Condition) -> str:
    """The condition as JSON, of its deviations from the default only: a new axis changes no old text."""
    plain = Condition()
    odd = {}
    for field in fields(condition):
        value = getattr(condition, field.name)
        if value != getattr(plain, field.name):
            odd[field.name] = asdict(value) if isinstance(value, Sampling) else value
    return orjson.dumps(odd, option=orjson.OPT_SORT_KEYS).decode()


def _respondent(judge: Judge, train: Sequence[Item]) -> Respondent:
    return PROTOCOLS[judge.protocol].build(judge, train)


def _chosen(dataset: Dataset, choice: DatasetChoice, seed: int) -> Iterator[Item]:
    """The split's items, or `limit` of them: those whose seeded digests are smallest, in their order."""
    if choice.limit is None:
        yield from dataset.items(choice.tasks, choice.split)
        return
    draws = sorted(_draw(item, seed) for item in dataset.items(choice.tasks, choice.split))
    last = draws[: choice.limit][-1] if draws else b""
    yield from (i for i in dataset.items(choice.tasks, choice.split) if _draw(i, seed) <= last)


def _draw(item: Item, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{item.dataset}:{item.id}".encode()).digest()


def _reason(item: Item, condition: Condition, respondent: Respondent) -> str:
    """Why this is not asked; empty when it is."""
    if condition.representation != "none" and any(clip.media is None for clip in item.clips):
        return "the recording is not at hand"
    if item.task not in PROTOCOLS[respondent.judge.protocol].tasks:
        return f"the judge does not do the task '{item.task}'"
    return respondent.refuses(item, condition)


def _item_content(item: Item) -> bytes:
    criterion = item.criterion
    content = {
        "dataset": item.dataset,
        "item": item.id,
        "action": criterion.action,
        "requirement": criterion.requirement,
        "fault": criterion.fault,
        "options": criterion.options,
        "scale": asdict(criterion.scale) if criterion.scale else None,
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
