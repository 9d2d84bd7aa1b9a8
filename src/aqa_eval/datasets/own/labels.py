"""Labels and comparisons of a table as columns that make their elements when they are looked at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from aqa_eval.datasets.own.clips import AHEAD, Clips
from aqa_eval.datasets.own.truths import Ratings
from aqa_eval.datasets.relatives import truth_of
from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.vocabulary import FIRST, SECOND, Criterion, Item, Label, Task, TimeSpan

AnyCodes = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class LabelColumns:
    """Labels clip by clip: those of clip i are the rows `starts[i]:starts[i + 1]` of the columns.

    `times` (n, 2): from when to when a fault shows, NaN where that is not known.
    """

    starts: IntArray
    criterion: AnyCodes
    truth: FloatArray
    times: FloatArray | None
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
        spans = _spans(columns.times, part, len(codes))
        made = [
            (self._criteria[code].id, truth_of(self._criteria[code], truth), said, span)
            for code, truth, said, span in zip(codes, truths, ratings, spans, strict=True)
        ]
        for place, name in enumerate(self._clips.ids(first, stop)):
            own = made[bounds[place] - start : bounds[place + 1] - start]
            yield tuple([Label(name, *label) for label in own])


def _ratings(ratings: Ratings | None, part: slice, count: int) -> list[tuple[float, ...]]:
    """The ratings of each label; equal ones are made once."""
    if ratings is None:
        return [()] * count
    bounds = list(zip(ratings.starts[part].tolist(), ratings.stops[part].tolist(), strict=True))
    made = {(start, stop): tuple(ratings.values[start:stop].tolist()) for start, stop in set(bounds)}
    return [made[pair] for pair in bounds]


def _spans(times: FloatArray | None, part: slice, count: int) -> list[TimeSpan | None]:
    """When the fault of each label shows."""
    if times is None:
        return [None] * count
    return [None if math.isnan(start) else TimeSpan(start, end) for start, end in times[part].tolist()]


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
    times: FloatArray | None,
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
        times[ordered] if times is not None else None,
        ratings.of(ordered) if ratings is not None else None,
    )
