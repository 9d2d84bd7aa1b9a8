"""Labels and comparisons of a table as columns that make their elements when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from aqa_eval.datasets.own.clips import AHEAD, Clips
from aqa_eval.datasets.own.truths import Ratings
from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.vocabulary import FIRST, SECOND, Criterion, Item, Label, LabelValue, Task

AnyCodes = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class LabelColumns:
    """Labels clip by clip: those of clip i are the rows `starts[i]:starts[i + 1]` of the columns."""

    starts: IntArray
    criterion: AnyCodes
    truth: FloatArray
    ratings: Ratings | None


class Labels(Sequence[Sequence[Label]]):
    """The labels of each clip. `criteria` are by the code in the columns."""

    def __init__(self, clips: Clips, columns: LabelColumns, criteria: Mapping[int, Criterion]) -> None:
        self._clips = clips
        self._columns = columns
        self._criteria = criteria

    def __len__(self) -> int:
        return len(self._clips)

    @overload
    def __getitem__(self, index: int) -> Sequence[Label]: ...

    @overload
    def __getitem__(self, index: slice) -> list[Sequence[Label]]: ...

    def __getitem__(self, index: int | slice) -> Sequence[Label] | list[Sequence[Label]]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return next(self._made(place, place + 1))

    def __iter__(self) -> Iterator[Sequence[Label]]:
        for start in range(0, len(self), AHEAD):
            yield from self._made(start, min(start + AHEAD, len(self)))

    def _made(self, first: int, stop: int) -> Iterator[tuple[Label, ...]]:
        columns = self._columns
        bounds = columns.starts[first : stop + 1].tolist()
        start = bounds[0]
        part = slice(start, bounds[-1])
        codes, truths = columns.criterion[part].tolist(), columns.truth[part].tolist()
        ratings = _ratings(columns.ratings, part, len(codes))
        made = [
            (self._criteria[code].id, truth_of(self._criteria[code], truth), said)
            for code, truth, said in zip(codes, truths, ratings, strict=True)
        ]
        for place, name in enumerate(self._clips.ids(first, stop)):
            own = made[bounds[place] - start : bounds[place + 1] - start]
            yield tuple([Label(name, criterion, truth, said) for criterion, truth, said in own])


def truth_of(criterion: Criterion, number: float) -> LabelValue:
    """A truth from its number: fault, option or score."""
    if criterion.scale is not None:
        return number
    return criterion.options[int(number)] if criterion.options else bool(number)


def _ratings(ratings: Ratings | None, part: slice, count: int) -> list[tuple[float, ...]]:
    """The ratings of each label; equal ones are made once."""
    if ratings is None:
        return [()] * count
    bounds = list(zip(ratings.starts[part].tolist(), ratings.stops[part].tolist(), strict=True))
    made = {(start, stop): tuple(ratings.values[start:stop].tolist()) for start, stop in set(bounds)}
    return [made[pair] for pair in bounds]


@dataclass(frozen=True, slots=True)
class PairColumns:
    """Comparisons: places of both clips, the criterion's code, and whether the second one is better."""

    first: IntArray
    second: IntArray
    criterion: AnyCodes
    better: AnyCodes


class Pairs(Sequence[Item]):
    """The comparisons that a table makes itself."""

    def __init__(self, clips: Clips, columns: PairColumns, criteria: Mapping[int, Criterion]) -> None:
        self._clips = clips
        self._columns = columns
        self._criteria = criteria

    def __len__(self) -> int:
        return len(self._columns.first)

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...

    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        own = self._columns
        clips = (self._clips[int(own.first[place])], self._clips[int(own.second[place])])
        criterion = self._criteria[int(own.criterion[place])]
        return Item(Task.COMPARE, clips, criterion, SECOND if own.better[place] else FIRST)


def gather_labels(
    rows: IntArray,
    clip: AnyCodes,
    clips: int,
    criterion: AnyCodes,
    truth: FloatArray,
    ratings: Ratings | None,
) -> LabelColumns:
    """Label columns from rows (k,) in the order of the table; `clip` (k,) is the place of each row's clip."""
    order = np.argsort(clip, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(clip, minlength=clips))])
    ordered = rows[order]
    return LabelColumns(
        starts.astype(np.int64),
        criterion[ordered].astype(np.int32),
        truth[ordered],
        ratings.of(ordered) if ratings is not None else None,
    )
