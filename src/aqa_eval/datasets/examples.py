"""Examples to be shown before a question: clips of the training split with their labels.

They are about the same criterion, of the same action and view, pictures for a picture and moving clips for a
moving one, and never of the item's own subject, event or cluster. There are as many of each truth as can be:
verify in turns, choose one option after the other, scores from both halves of the range, then from all its
quarters, then from all its eighths (by rank in the training split). What comes first, and in which order they
are shown, is drawn for each item, so that no truth is always last. More examples keep those of fewer.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from aqa_eval.datasets import kinship
from aqa_eval.datasets.dataset import Dataset, item_of
from aqa_eval.datasets.relatives import numbered, ranks
from aqa_eval.vocabulary import Clip, Item, Label, Task, Truth

SPLIT = "train"
POOL = 32
"""So many clips of each truth (of each eighth of the scores) are kept to choose examples from, for each
criterion, action, view and kind of media: one of each cluster before a second of any."""
EIGHTHS = (0, 4, 2, 6, 1, 5, 3, 7)
"""The order in which eighths are taken: the first two lie in both halves, the first four in all quarters. It
stays so when each is turned by the same number (exclusive or)."""

TASKS = frozenset({Task.VERIFY, Task.CHOOSE, Task.SCORE})
NO_TASK = "examples are shown before a clip is verified, chosen for or scored"
NO_POOL = f"no recording of the same action, view and criterion is in the split '{SPLIT}'"
TOO_FEW = "too few examples by others than the item's own subject, event and cluster"

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The labelled clips of one key: place in the dataset, truth as a number, draw, code of the cluster."""

    clip: array[int] = field(default_factory=lambda: array("i"))
    value: array[float] = field(default_factory=lambda: array("d"))
    draw: array[int] = field(default_factory=lambda: array("Q"))
    cluster: array[int] = field(default_factory=lambda: array("q"))

    def pools(self, scored: bool) -> dict[int, list[int]]:
        """Class -> the places of at most `POOL` clips of it, in the order in which they are drawn."""
        value, draws = np.asarray(self.value), np.asarray(self.draw)
        classes = value.astype(np.int64)
        if scored:
            rank = ranks(np.zeros(len(value), np.int64), value, draws)
            classes = rank * len(EIGHTHS) // len(value)
        pools = {}
        for number in np.unique(classes).tolist():
            rows = np.flatnonzero(classes == number)
            order = rows[kinship.spread(np.asarray(self.cluster)[rows], draws[rows])]
            pools[number] = [self.clip[row] for row in order[:POOL].tolist()]
        return pools


@dataclass(frozen=True, slots=True)
class Examples:
    """Where examples come from: by criterion, action, view and kind of media, class -> items."""

    seed: int
    pools: Mapping[Key, Mapping[int, Sequence[Item]]]

    @classmethod
    def of(cls, dataset: Dataset, tasks: Collection[Task], seed: int) -> Examples:
        """The examples for the items of `tasks`; clips without a recording are none."""
        columns: dict[Key, _Columns] = {}
        for place, (clip, labels) in enumerate(zip(dataset.clips, dataset.labels, strict=True)):
            if clip.split != SPLIT or clip.media is None:
                continue
            draw, cluster = kinship.draw(seed, "example", clip.id), kinship.code(clip.cluster)
            for label in labels:
                criterion = dataset.criteria[label.criterion]
                if criterion.task in TASKS & frozenset(tasks):
                    own = columns.setdefault(_key(criterion.id, clip), _Columns())
                    own.clip.append(place)
                    own.value.append(numbered(criterion, label.value))
                    own.draw.append(draw)
                    own.cluster.append(cluster)
        pools = {}
        for key, own in columns.items():
            found = own.pools(dataset.criteria[key[0]].scale is not None)
            pools[key] = {c: [_item(dataset, key[0], place) for place in rows] for c, rows in found.items()}
        return cls(seed, pools)

    def examples(
        self, item: Item, count: int, labels: Literal["balanced", "random"]
    ) -> tuple[Item, ...] | str:
        """`count` examples in the order in which they are shown, or why there are not as many.

        Each is an item whose truth is the label that it is told to have: its own, or one drawn from all
        labels there are, whatever is true (random). Clips and order are the same for both.
        """
        if item.task not in TASKS:
            return NO_TASK
        classes = self.pools.get(_key(item.criterion.id, item.clips[0]))
        if classes is None:
            return NO_POOL
        chosen: list[Item] = []
        for example in self._in_turns(item, classes):
            if len(chosen) == count:
                break
            chosen.append(example)
        if len(chosen) < count:
            return TOO_FEW
        shown = sorted(chosen, key=lambda it: self._draw("order", item, it))
        if labels == "random":
            every = _labels(item, classes)
            shown = [replace(it, truth=every[self._draw("label", item, it) % len(every)]) for it in shown]
        return tuple(replace(it, criterion=item.criterion) for it in shown)

    def _in_turns(self, item: Item, classes: Mapping[int, Sequence[Item]]) -> Iterator[Item]:
        """All eligible examples, one of each class after the other; of two truths never more of one."""
        lot = kinship.draw(self.seed, "examples", item.id)
        lines = [_eligible(item, classes.get(c, ()), lot >> 8) for c in _order(item, classes, lot & 0xFF)]
        while lines:
            left = []
            for line in lines:
                example = next(line, None)
                if example is not None:
                    yield example
                    left.append(line)
                elif item.task is Task.VERIFY:
                    return
            lines = left

    def _draw(self, purpose: str, item: Item, example: Item) -> int:
        return kinship.draw(self.seed, purpose, item.id, example.clips[0].id)


def _key(criterion: str, clip: Clip) -> Key:
    return criterion, clip.action, clip.view, kinship.kind(clip)


def _item(dataset: Dataset, criterion: str, place: int) -> Item:
    label: Label = next(label for label in dataset.labels[place] if label.criterion == criterion)
    asked = dataset.criteria[criterion]
    return item_of(asked.task, dataset.clips[place], asked, label, label.value)


def _order(item: Item, classes: Mapping[int, Sequence[Item]], lot: int) -> list[int]:
    """The classes in the order in which they are taken."""
    if item.task is Task.SCORE:
        return [eighth ^ lot % len(EIGHTHS) for eighth in EIGHTHS]
    known = [0, 1] if item.task is Task.VERIFY else sorted(classes)
    turn = lot % len(known)
    return known[turn:] + known[:turn]


def _eligible(item: Item, pool: Sequence[Item], lot: int) -> Iterator[Item]:
    """The clips of a pool, from a place on that is drawn, without those that share anything with the item."""
    own = item.clips[0]
    start = lot % len(pool) if pool else 0
    for example in (*pool[start:], *pool[:start]):
        clip = example.clips[0]
        same_subject = bool(own.subject) and clip.subject == own.subject
        same_event = bool(own.event) and clip.event == own.event
        if not (same_subject or same_event or clip.cluster == own.cluster):
            yield example


def _labels(item: Item, classes: Mapping[int, Sequence[Item]]) -> Sequence[Truth]:
    """All labels that an example could be told to have."""
    if item.task is Task.VERIFY:
        return (False, True)
    if item.task is Task.CHOOSE:
        return item.criterion.options
    return [example.truth for _, pool in sorted(classes.items()) for example in pool]
