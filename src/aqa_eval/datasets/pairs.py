"""Pairs for contrast: two clips of one action, judged by one criterion, of which one is better.

The two come from as close to each other as the data allow: the same matched execution, else the same
person, else the same cluster (event, recording), else anywhere; always the same action and view. No clip is
in two pairs of a criterion, so no pair comes twice. By a fault the one is faulty and the other is not; by a
score the gaps between the two are spread evenly over `BINS` bins of equal width, as far as the data fill
them. In exactly half of a criterion's pairs (one more or less) the better one stands first.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aqa_eval.datasets import kinship
from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.kinship import KINSHIPS, Ints
from aqa_eval.vocabulary import FIRST, SECOND, Criterion, Item, Task

BINS = 5
"""Bins of the gap, from nothing to the widest gap there is between two scores of the criterion."""
STARTS_A_PAIR = 50
"""From so many clips a partner is sought for each pair that is wanted, before a bin counts as empty."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """The labelled clips of one criterion.

    Their place in the dataset; their truth, of which a greater value is better (no fault counts 1, a fault
    0); the measured amount of the fault, NaN where unknown; and codes of what they share with others.
    """

    clip: array[int] = field(default_factory=lambda: array("i"))
    value: array[float] = field(default_factory=lambda: array("d"))
    amount: array[float] = field(default_factory=lambda: array("d"))
    kin: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("q") for _ in KINSHIPS))


def pairs(dataset: Dataset, tasks: Collection[Task], split: str, seed: int, count: int) -> Iterator[Item]:
    """At most `count` pairs of clips for each criterion that orders clips, or the dataset's own pairs.

    Where a study asks other `tasks` beside comparing, its pairs are about the criteria of those tasks. The
    same dataset, split, seed and count give the same pairs in the same order.
    """
    own = [item for item in dataset.pairs if item.clips[0].split == split]
    if own or count == 0:
        yield from _turned(own, kinship.rng(seed, dataset.name, split, "order"))
        return
    others = {Task.VERIFY, Task.SCORE} & frozenset(tasks)
    for name, columns in _columns(dataset, split).items():
        criterion = dataset.criteria[name]
        if others and criterion.task not in others:
            continue
        rng = kinship.rng(seed, dataset.name, split, name)
        matched = _by_score if criterion.scale is not None else _by_fault
        made = [_item(dataset, criterion, columns, rows) for rows in matched(columns, rng, count)]
        yield from _turned(made, rng)


def _turned(items: Sequence[Item], rng: Generator) -> Iterator[Item]:
    """The pairs with the better one first in half of each criterion's, one more or less."""
    for name in dict.fromkeys(item.criterion.id for item in items):
        own = [item for item in items if item.criterion.id == name]
        first = rng.permutation(len(own)) < len(own) / 2
        for item, leads in zip(own, first, strict=True):
            stands = item.truth == FIRST
            if stands == bool(leads):
                yield item
            else:
                yield replace(item, clips=item.clips[::-1], truth=SECOND if stands else FIRST)


def _item(dataset: Dataset, criterion: Criterion, columns: _Columns, rows: tuple[int, int]) -> Item:
    """The pair of a better and a worse clip, in this order."""
    better, worse = (dataset.clips[columns.clip[row]] for row in rows)
    measured = columns.amount if criterion.scale is None else columns.value
    gap = abs(measured[rows[0]] - measured[rows[1]])
    return Item(Task.COMPARE, (better, worse), criterion, FIRST, gap=None if math.isnan(gap) else gap)


def _columns(dataset: Dataset, split: str) -> dict[str, _Columns]:
    """Criterion -> its labelled clips."""
    columns: dict[str, _Columns] = {}
    seen = any(clip.media is not None for clip in dataset.clips if clip.split == split)
    for place, (clip, labels) in enumerate(zip(dataset.clips, dataset.labels, strict=True)):
        # A pair of which one cannot be shown is no pair, unless none of the clips can: then all are blind.
        if clip.split != split or (seen and clip.media is None):
            continue
        kin = None
        for label in labels:
            criterion = dataset.criteria[label.criterion]
            if criterion.task is Task.CHOOSE:
                continue
            kin = kin or kinship.kin(clip, place)
            own = columns.setdefault(label.criterion, _Columns())
            own.clip.append(place)
            own.value.append(_goodness(criterion, float(label.value)))
            own.amount.append(math.nan if label.amount is None else label.amount)
            for codes, code in zip(own.kin, kin, strict=True):
                codes.append(code)
    return columns


def _goodness(criterion: Criterion, value: float) -> float:
    if criterion.scale is None:
        return 1.0 - value
    return value if criterion.scale.higher_is_better else -value


def _by_fault(columns: _Columns, rng: Generator, count: int) -> list[tuple[int, int]]:
    """(row of the faultless, row of the faulty) clips, the closest kin first."""
    good = np.asarray(columns.value) > 0.5
    order = rng.permutation(len(good))
    free = np.ones(len(good), dtype=np.bool_)
    chosen: list[tuple[int, int]] = []
    for kin in columns.kin:
        _, group = np.unique(np.asarray(kin), return_inverse=True)
        both = (np.bincount(group, good & free) > 0) & (np.bincount(group, ~good & free) > 0)
        waiting: dict[tuple[int, bool], list[int]] = {}
        for row in order[(free & both[group])[order]]:
            if len(chosen) == count:
                return chosen
            partners = waiting.get((group[row], not good[row]))
            if partners:
                other = partners.pop(0)
                chosen.append((int(row), other) if good[row] else (other, int(row)))
                free[[row, other]] = False
            else:
                waiting.setdefault((group[row], bool(good[row])), []).append(int(row))
    return chosen


def _by_score(columns: _Columns, rng: Generator, count: int) -> list[tuple[int, int]]:
    """(row of the better, row of the worse) clips, the widest gaps sought first since they are rarest."""
    value = np.asarray(columns.value)
    widest = float(np.ptp(value)) if len(value) else 0.0
    if widest == 0.0:
        return []
    edges = np.linspace(0.0, widest, BINS + 1)
    edges[-1] = np.inf  # rounding must not shut out the widest pair
    quotas = [count // BINS + (place < count % BINS) for place in range(BINS)]
    search = _Search(value, rng, np.ones(len(value), dtype=np.bool_))
    chosen: list[tuple[int, int]] = []
    for place in reversed(range(BINS)):
        found: list[tuple[int, int]] = []
        for kin in columns.kin:
            wanted = quotas[place] - len(found)
            found += search.pairs(np.asarray(kin), float(edges[place]), float(edges[place + 1]), wanted)
        chosen += found
    return chosen


@dataclass(frozen=True, slots=True)
class _Search:
    """Partners for clips by the gap of their scores. `free` marks the clips that are in no pair yet."""

    value: NDArray[np.float64]
    rng: Generator
    free: NDArray[np.bool_]

    def pairs(self, kin: Ints, low: float, high: float, wanted: int) -> list[tuple[int, int]]:
        """At most `wanted` pairs of the same `kin` (n,) whose gap is above `low` and at most `high`."""
        if wanted <= 0:
            return []
        order = np.lexsort((self.value, kin))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        starts = np.searchsorted(kin[order], kin, side="left")
        stops = np.searchsorted(kin[order], kin, side="right")
        rows = np.flatnonzero(self.free & (stops - starts > 1))
        found: list[tuple[int, int]] = []
        for row in self.rng.permutation(rows)[: wanted * STARTS_A_PAIR].tolist():
            if len(found) == wanted:
                break
            if self.free[row]:
                partner = self._partner(row, order[starts[row] : stops[row]], low, high)
                if partner is not None:
                    self.free[[row, partner]] = False
                    found.append((row, partner) if self.value[row] > self.value[partner] else (partner, row))
        return found

    def _partner(self, row: int, group: Ints, low: float, high: float) -> int | None:
        """A free clip of `group` (ordered by score) whose score lies in the gap on either side, by chance."""
        scores, own = self.value[group], float(self.value[row])
        above = group[
            np.searchsorted(scores, own + low, "right") : np.searchsorted(scores, own + high, "right")
        ]
        below = group[
            np.searchsorted(scores, own - high, "left") : np.searchsorted(scores, own - low, "left")
        ]
        candidates = np.concatenate([above, below])
        candidates = candidates[self.free[candidates]]
        return int(self.rng.choice(candidates)) if len(candidates) else None
