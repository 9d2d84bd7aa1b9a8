"""Which items of a dataset a study asks: all, or a seeded draw that is balanced and stratified.

Every item has a draw, a number that only the seed, the dataset and the item's id decide; the smallest draws
are taken. A larger limit therefore keeps all that a smaller one chose, and what was answered stays answered.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import compress, islice, repeat

import numpy as np
from numpy.typing import NDArray

from aqa_eval.datasets import kinship, pairs
from aqa_eval.datasets.controls import controls
from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.tournament import tournaments
from aqa_eval.vocabulary import Item, Task

Stream = Callable[[], Iterator[Item]]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
TRUTHS = frozenset({Task.VERIFY, Task.CHOOSE})
"""Tasks with few possible truths, of which each can be asked equally often."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is drawn of a split.

    `limit`: at most so many items, shared out evenly over the tasks and criteria (a criterion with fewer
    items leaves its share to the others). `balanced`: as many items of every truth as of the rarest, in each
    criterion to verify or choose, and so within a limit too, which is then not always reached; a criterion
    with one truth only is left out. `pairs`: at most so many pairs a criterion to compare; with none, only
    those that the dataset itself brings along. `tournament`: by a score each clip meets so many others, in
    place of `pairs`; a limit counts these pairs as any items, so that a whole tournament needs none.
    `controls`: so many clips are asked the positive controls about, beside all that a limit allows.
    """

    split: str = "test"
    limit: int | None = None
    balanced: bool = False
    pairs: int = 100
    tournament: int = 0
    controls: int = 0


def items(dataset: Dataset, tasks: tuple[Task, ...], sample: Sample, seed: int) -> Stream:
    """A stream of the drawn items, clip by clip and in the dataset's own order, pairs last, controls first.

    The stream can be started any number of times and always gives the same. Between calls only one number
    an item is held, and nothing but the pairs where everything is asked. Without items there are no controls.
    """
    comparisons = cache(partial(_comparisons, dataset, tasks, sample, seed))
    easy = cache(lambda: tuple(controls(dataset, sample.split, seed, sample.controls)))

    def everything() -> Iterator[Item]:
        for item in dataset.items(tasks, sample.split):
            yield _shown(item)
        if Task.COMPARE in tasks:
            for compared in comparisons():
                yield from compared

    whole = sample.limit is None and not sample.balanced
    kept = repeat(True) if whole else _kept(everything, sample, seed)

    def drawn() -> Iterator[Item]:
        asked = compress(everything(), kept)
        for first in islice(asked, 1):
            yield from easy()
            yield first
        yield from asked

    return drawn


def _comparisons(
    dataset: Dataset, tasks: tuple[Task, ...], sample: Sample, seed: int
) -> tuple[Iterable[Item], ...]:
    """The pairs to compare, then the tournaments, which take the place of pairs that are made by a score."""
    made = list(pairs.pairs(dataset, tasks, sample.split, seed, sample.pairs))
    if not sample.tournament:
        return (made,)
    if not dataset.pairs:
        made = [item for item in made if item.criterion.scale is None]
    held = tournaments(dataset, tasks, sample.split, seed, sample.tournament, made)
    return (made, *held)


def _shown(item: Item) -> Item:
    """The item with its options in the order in which they are shown: rotated by its id, so that the right
    one stands nowhere more often than elsewhere. What raters chose is counted in that order too.
    """
    options = item.criterion.options
    if item.task is not Task.CHOOSE or not options:
        return item
    shown = kinship.turned(options, item.id)
    place = {float(n): float(shown.index(option)) for n, option in enumerate(options)}
    ratings = tuple(place.get(mark, math.nan) for mark in item.ratings)
    return replace(item, criterion=replace(item.criterion, options=shown), ratings=ratings)


def _kept(everything: Stream, sample: Sample, seed: int) -> NDArray[np.bool_]:
    """Which items are drawn, in the order of the stream."""
    strata: dict[tuple[Task, str], int] = {}
    classes: dict[object, int] = {}
    stratum, truth, draw = array("i"), array("i"), array("Q")
    for item in everything():
        balanced = _in_turns(item.task, sample)
        stratum.append(strata.setdefault((item.task, item.criterion.id), len(strata)))
        truth.append(classes.setdefault(item.truth if balanced else None, len(classes)))
        draw.append(_draw(item, seed))
    chosen = np.zeros(len(draw), dtype=np.bool_)
    if not draw:
        return chosen
    table = _Table(np.asarray(stratum), np.asarray(truth), np.asarray(draw))
    wholes = [_whole(table, code, task, sample) for (task, _), code in strata.items()]
    quotas = shares([len(rows) for rows in wholes], sample.limit)
    for (task, _), rows, quota in zip(strata, wholes, quotas, strict=True):
        # Whole rounds only: a truth more than the others would be no balance.
        truths = len(set(table.truth[rows].tolist())) if sample.balanced and task in TRUTHS else 1
        chosen[rows[: quota - quota % max(truths, 1)]] = True
    return chosen


def _whole(table: _Table, stratum: int, task: Task, sample: Sample) -> Ints:
    """All that may be drawn of a stratum, in the order in which it is."""
    if not _in_turns(task, sample):
        return table.ordered(stratum)
    rows = table.in_turns(stratum)
    # A single pair has its better clip on one side, and is a pair nevertheless.
    return table.ordered(stratum) if task is Task.COMPARE and not len(rows) else rows


def _in_turns(task: Task, sample: Sample) -> bool:
    """Whether every truth is drawn equally often; where the better one of two stands, always."""
    return task is Task.COMPARE or (sample.balanced and task in TRUTHS)


@dataclass(frozen=True, slots=True)
class _Table:
    """Stratum, truth and draw of every item (n,)."""

    stratum: Codes
    truth: Codes
    draw: NDArray[np.uint64]

    def ordered(self, stratum: int) -> Ints:
        """The items of a stratum, smallest draw first."""
        rows = np.flatnonzero(self.stratum == stratum)
        return rows[np.argsort(self.draw[rows], kind="stable")]

    def in_turns(self, stratum: int) -> Ints:
        """The same with as many of each truth as of the rarest, in turns; none where there is one truth."""
        rows = self.ordered(stratum)
        by_truth = [rows[self.truth[rows] == truth] for truth in np.unique(self.truth[rows])]
        if len(by_truth) == 1:
            return rows[:0]
        fewest = min(len(group) for group in by_truth)
        return np.stack([group[:fewest] for group in by_truth], axis=1).reshape(-1)


def shares(sizes: list[int], limit: int | None) -> list[int]:
    """How many of each stratum are taken so that at most `limit` are and the shares are as even as can be.

    >>> shares([5, 100, 100], 45)
    [5, 20, 20]
    """
    if limit is None:
        return sizes
    taken = [0] * len(sizes)
    left = min(limit, sum(sizes))
    while left > 0:
        open_ones = [place for place, size in enumerate(sizes) if taken[place] < size]
        each = max(left // len(open_ones), 1)
        for place in open_ones:
            more = min(each, sizes[place] - taken[place], left)
            taken[place] += more
            left -= more
    return taken


def _draw(item: Item, seed: int) -> int:
    digest = hashlib.sha256(f"{seed}:{item.dataset}:{item.id}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
