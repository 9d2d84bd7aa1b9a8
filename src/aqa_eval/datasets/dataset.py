"""What every dataset is once it is loaded: clips, criteria, labels, terms, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from aqa_eval.errors import DataError
from aqa_eval.vocabulary import Clip, Criterion, Item, Label, Task, Truth


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms the data may be used, and how it is had.

    `may_embed`: frames may be shown inside a report. `may_send`: frames may leave the machine for a
    third party's endpoint.
    """

    licence: str
    citation: str
    how: str
    may_embed: bool
    may_send: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset, read.

    `labels[i]` are the labels of `clips[i]`; both may be views of columns that make their elements when
    they are looked at, so that a million clips fit. What a check of the download prints: `facts` (name ->
    value), in order; `differences` from the counts the authors published; `problems`, each naming file and
    key, for everything that is broken, missing or malformed; `notes` for oddities of sound files that were
    dealt with as the dataset's description says (a repair, a tie, a record that breaks a rule). `pairs` are
    comparisons that the dataset itself makes; without any they are made of its clips (`datasets.pairs`).
    """

    name: str
    title: str
    terms: Terms
    criteria: Mapping[str, Criterion]
    clips: Sequence[Clip]
    labels: Sequence[Sequence[Label]]
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()
    differences: Sequence[str] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    pairs: Sequence[Item] = ()

    def items(self, tasks: Sequence[Task], split: str) -> Iterator[Item]:
        """Every item about a single clip of `split`, clip by clip, in the dataset's own order.

        A fault is located where it is there and its span is known, besides being verified where that is
        asked.
        """
        for clip, labels in zip(self.clips, self.labels, strict=True):
            if clip.split != split:
                continue
            for label in labels:
                criterion = self.criteria[label.criterion]
                if criterion.task in tasks:
                    yield item_of(criterion.task, clip, criterion, label, label.value)
                if label.span is not None and Task.LOCATE in tasks and _is_fault(criterion, label):
                    yield item_of(Task.LOCATE, clip, criterion, label, label.span)


def item_of(task: Task, clip: Clip, criterion: Criterion, label: Label, truth: Truth) -> Item:
    """The item that asks about a clip what a label answers."""
    return Item(
        task,
        (clip,),
        criterion,
        truth,
        label.ratings,
        span=label.span,
        moment=label.moment,
        amount=label.amount,
    )


def _is_fault(criterion: Criterion, label: Label) -> bool:
    return criterion.task is Task.VERIFY and bool(label.value)


def open_dataset(loader: Loader, root: Path | None) -> Dataset:
    """The dataset with its default options, read from `root` where it has one.

    Raises:
        DataError: a root is needed and not given, or given and not needed, or the files are wrong.
    """
    fields = loader.options.model_fields
    if "root" not in fields and root is not None:
        raise DataError(f"the dataset '{loader.name}' is embedded; it has no --root")
    if root is None and any(field.is_required() for field in fields.values()):
        raise DataError(f"the dataset '{loader.name}' needs --root: the folder it was downloaded to")
    return loader.load(loader.options.model_validate({} if root is None else {"root": root}))


def forbid_problems(dataset: Dataset) -> None:
    """Nothing where the dataset is sound.

    Raises:
        DataError: naming every problem of it.
    """
    if dataset.problems:
        listed = "\n".join(f"{dataset.name}: {problem}" for problem in dataset.problems)
        raise DataError(
            f"{dataset.name}: {len(dataset.problems)} problems, and --strict allows none\n{listed}"
        )


class Options(BaseModel):
    """What a study may set for a dataset beside what all datasets share. Each loader subclasses it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Loader:
    """A dataset's registration line: its name, its options, the tasks it supports, how it is read.

    `tasks` are asked unless a study names others; `optional` are those that it has to name.
    `terms` are known before anything is downloaded. `criteria` gives the criteria that do not depend on a
    download or its options, by id; None where they come with the files.
    """

    name: str
    title: str
    options: type[Options]
    tasks: tuple[Task, ...]
    load: Callable[[Options], Dataset]
    terms: Terms
    criteria: Callable[[], Mapping[str, Criterion]] | None = None
    optional: tuple[Task, ...] = ()
