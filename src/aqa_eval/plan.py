"""Study -> trials, lazily and in a fixed order; nothing is decoded, asked or written.

Items come clip by clip, so that a clip's frames are prepared once for everything asked about it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cache, lru_cache, partial

import orjson

from aqa_eval.datasets.dataset import Dataset, forbid_problems
from aqa_eval.datasets.sampling import Stream, items
from aqa_eval.errors import DataError, MediaError
from aqa_eval.judges import PROTOCOLS, Respondent
from aqa_eval.media import MEDIA_VERSION
from aqa_eval.prompts import answer_key, compose, digest, prompt_text
from aqa_eval.study import DatasetChoice, Study
from aqa_eval.vocabulary import Clip, Condition, Frame, Item, Request, Sampling, Still, Task, Trial

KEY_VERSION = 1
"""Raised only when old answers must not be used again at all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be asked: the study with its datasets read, its items drawn, its judges set up.

    `streams` give the items of each dataset, anew each time they are called: a million items are met one
    after the other and never held.
    """

    study: Study
    datasets: tuple[Dataset, ...]
    streams: tuple[Stream, ...]
    respondents: Mapping[str, Respondent]
    identities: Mapping[str, Mapping[str, object]]
    fingerprint: Callable[[Clip], str]

    def items(self) -> Iterator[Item]:
        """Every item of every dataset, clip by clip."""
        for stream in self.streams:
            yield from stream()

    def trials(self, judge: str | None = None) -> Iterator[Trial]:
        """Every trial, or only those of one judge, always in the same order."""
        for item, asked in self._asked(judge):
            content = _item_content(item)
            for condition, respondent, reason in asked:
                if not reason:
                    yield from self._repeats(item, content, condition, respondent)

    def census(self) -> Census:
        """How much is asked of whom, in one pass and without a single key."""
        census = Census()
        ways = self._ways(None)
        alike: Counter[tuple[Task, bool]] = Counter()
        for item in self.items():
            census.items[item.dataset, str(item.task)] += 1
            blind = _blind(item)
            alike[item.task, blind] += 1
            for way in ways[item.task]:
                if way.particular:
                    census.count(way.respondent, way.reason(item, blind), 1)
        for (task, blind), times in alike.items():
            for way in ways[task]:
                if not way.particular:
                    census.count(way.respondent, way.general(blind), times)
        return census

    def wanted(self) -> tuple[tuple[str, Sampling], ...]:
        """What is shown of a clip over all conditions: (representation, sampling) pairs."""
        shown = ((c.representation, c.sampling) for task in Task for c in self.study.conditions(task))
        return tuple(dict.fromkeys(pair for pair in shown if pair[0] != "none"))

    def request(self, trial: Trial, frames: Sequence[Frame]) -> Request:
        """What the trial's judge is sent, with `frames` in their places."""
        item, protocol = trial.item, PROTOCOLS[self.respondents[trial.judge].judge.protocol]
        text = prompt_text(item.task, trial.condition.strategy)
        system, parts = compose(text, item, trial.condition, frames)
        truth = trial.truth if protocol.sees_truth else None
        answers = answer_key(item, trial.condition)
        return Request(trial.key, system, parts, item.task, item.criterion, trial.condition, truth, answers)

    def _asked(self, judge: str | None) -> Iterator[tuple[Item, list[tuple[Condition, Respondent, str]]]]:
        """Every item with all ways and judges to ask it, each with the reason why it is not asked, if any."""
        ways = self._ways(judge)
        for item in self.items():
            blind = _blind(item)
            yield item, [(w.condition, w.respondent, w.reason(item, blind)) for w in ways[item.task]]

    def _ways(self, judge: str | None) -> dict[Task, list[_Way]]:
        chosen = [r for name, r in self.respondents.items() if judge in {None, name}]
        return {
            task: [_Way(task, condition, r) for condition in self.study.conditions(task) for r in chosen]
            for task in Task
        }

    def _repeats(
        self, item: Item, content: bytes, condition: Condition, respondent: Respondent
    ) -> Iterator[Trial]:
        known = hashlib.sha256(content + condition_text(condition).encode())
        still = any(isinstance(clip.media, Still) for clip in item.clips)
        text = prompt_text(item.task, condition.strategy)
        known.update(orjson.dumps([KEY_VERSION, digest(text, still)]))
        if condition.representation != "none":
            known.update(orjson.dumps([MEDIA_VERSION, [self.fingerprint(clip) for clip in item.clips]]))
        who = {**self.identities[respondent.judge.name], "depends": respondent.depends_on(item)}
        known.update(orjson.dumps(who, option=orjson.OPT_SORT_KEYS))
        for repeat in range(respondent.judge.repeats):
            one = known.copy()
            one.update(str(repeat).encode())
            yield Trial(
                one.hexdigest(), item, condition, respondent.judge.name, repeat, item.clips, item.truth
            )


@dataclass(frozen=True, slots=True)
class Census:
    """Counts of a plan: (dataset, task) -> items, judge -> trials, (judge, reason) -> what the judge cannot
    be asked, in pairs of an item and a condition.
    """

    items: Counter[tuple[str, str]] = field(default_factory=Counter)
    trials: Counter[str] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, respondent: Respondent, reason: str, times: int) -> None:
        """Count `times` items asked in one way, or, with a reason, not asked."""
        if reason:
            self.left_out[respondent.judge.name, reason] += times
        else:
            self.trials[respondent.judge.name] += times * respondent.judge.repeats


def make_plan(study: Study, fingerprint: Callable[[Clip], str], strict: bool = False) -> Plan:
    """Read the datasets, draw their items and set up the judges; reference judges are fitted on train.

    Raises:
        DataError: a dataset cannot be read, has no item in the wanted split, or, where `strict`, has any
            problem at all.
    """
    datasets = tuple(_loaded(choice) for choice in study.datasets)
    if strict:
        for dataset in datasets:
            forbid_problems(dataset)
    chosen = list(zip(datasets, study.datasets, strict=True))
    streams = tuple(items(d, choice.tasks, choice.sample, study.seed) for d, choice in chosen)
    for stream, (dataset, choice) in zip(streams, chosen, strict=True):
        if next(stream(), None) is None:
            raise DataError(_nothing_to_ask(dataset, choice))

    def train() -> Iterator[Item]:
        for dataset, choice in chosen:
            if choice.sample.split != "train":
                yield from dataset.items(choice.tasks, "train")

    respondents = {judge.name: PROTOCOLS[judge.protocol].build(judge, train) for judge in study.judges}
    # A clip is met once for each condition and judge in a row; its files are looked at once.
    known = lru_cache(maxsize=64)(partial(_known_content, fingerprint))
    identities = {name: dict(respondent.identity) for name, respondent in respondents.items()}
    return Plan(study, datasets, streams, respondents, identities, known)


def _loaded(choice: DatasetChoice) -> Dataset:
    try:
        return choice.loader.load(choice.options)
    except DataError as error:
        name = choice.loader.name
        raise DataError(f"dataset '{name}': {error} (aqa-eval datasets {name} --how)") from error


def _nothing_to_ask(dataset: Dataset, choice: DatasetChoice) -> str:
    splits = ", ".join(sorted({clip.split for clip in dataset.clips})) or "none"
    drawn = " that can be balanced" if choice.sample.balanced else ""
    return (
        f"dataset '{dataset.name}': no item{drawn} for {', '.join(choice.tasks)} in the split "
        f"'{choice.sample.split}'; splits it has: {splits}"
    )


def _known_content(fingerprint: Callable[[Clip], str], clip: Clip) -> str:
    """The clip's fingerprint; one unreadable recording fails its own trials when they are asked, no more."""
    try:
        return fingerprint(clip)
    except MediaError:
        return "unreadable"


@cache
def condition_text(condition: Condition) -> str:
    """The condition as JSON, of its deviations from the default only: a new axis changes no old text."""
    plain = Condition()
    odd = {}
    for axis in fields(condition):
        value = getattr(condition, axis.name)
        if value != getattr(plain, axis.name):
            odd[axis.name] = asdict(value) if isinstance(value, Sampling) else value
    return orjson.dumps(odd, option=orjson.OPT_SORT_KEYS).decode()


@dataclass(frozen=True, slots=True)
class _Way:
    """One task put to one respondent under one condition."""

    task: Task
    condition: Condition
    respondent: Respondent

    @property
    def particular(self) -> bool:
        """Whether it depends on the item itself if it is asked."""
        return type(self.respondent).refuses is not Respondent.refuses

    def general(self, blind: bool) -> str:
        """Why no item is asked that is `blind`, without its recording, or not; empty where they are."""
        if blind and self.condition.representation != "none":
            return "the recording is not at hand"
        able = self.task in PROTOCOLS[self.respondent.judge.protocol].tasks
        return "" if able else f"the judge does not do the task '{self.task}'"

    def reason(self, item: Item, blind: bool) -> str:
        """Why the item is not asked; empty where it is."""
        return self.general(blind) or self.respondent.refuses(item, self.condition)


def _blind(item: Item) -> bool:
    return any(clip.media is None for clip in item.clips)


def _item_content(item: Item) -> bytes:
    criterion = item.criterion
    content: dict[str, object] = {
        "dataset": item.dataset,
        "item": item.id,
        "action": item.clips[0].action,
        "requirement": criterion.requirement,
        "fault": criterion.fault,
        "options": criterion.options,
        "scale": asdict(criterion.scale) if criterion.scale else None,
    }
    if criterion.question:
        content["question"] = criterion.question
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
