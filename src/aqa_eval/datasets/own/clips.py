"""The clips that a table's rows name: one for each recording and span, made when it is looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from aqa_eval.datasets.own.recordings import Kind, Numbered, Recordings
from aqa_eval.vocabulary import Box, Clip, FrameFolder, FrameSpan, Media, Still, TimeSpan, VideoFile

Codes = NDArray[np.int32]
SPAN = ("start", "end", "first", "last")
AHEAD = 4096
"""Clips whose columns are turned into plain values at once while iterating."""


@dataclass(frozen=True, slots=True)
class Names:
    """A column of texts of clips: `codes` (n,) into `names`, -1 where there is none."""

    codes: Codes
    names: Sequence[str]

    def of(self, rows: NDArray[np.int64]) -> Names:
        """The column of some clips."""
        return Names(self.codes[rows], self.names)


@dataclass(frozen=True, slots=True)
class About:
    """What all clips of a table share: the dataset's name, and the boxes painted over in each."""

    dataset: str
    masks: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """Clips as columns. `media` are codes into `recordings`; `span` maps the names in `SPAN` that are used
    to numbers, NaN where a clip has none; `difficulty` NaN likewise; `texts` has id, action, subject,
    event, code, view and split. `masks` are those of every clip.
    """

    dataset: str
    media: Codes
    recordings: Recordings
    span: Mapping[str, NDArray[np.float64]]
    rotation: NDArray[np.int16]
    fps: NDArray[np.float64]
    difficulty: NDArray[np.float64]
    texts: Mapping[str, Names]
    masks: tuple[Box, ...] = ()

    def of(self, rows: NDArray[np.int64]) -> Columns:
        """The columns of some clips."""
        return Columns(
            self.dataset,
            self.media[rows],
            self.recordings,
            {name: values[rows] for name, values in self.span.items()},
            self.rotation[rows],
            self.fps[rows],
            self.difficulty[rows],
            {name: column.of(rows) for name, column in self.texts.items()},
            self.masks,
        )


class Clips(Sequence[Clip]):
    """Columns that make a `Clip` when it is looked at."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns.media)

    @overload
    def __getitem__(self, index: int) -> Clip: ...

    @overload
    def __getitem__(self, index: slice) -> list[Clip]: ...

    def __getitem__(self, index: int | slice) -> Clip | list[Clip]:
        if isinstance(index, slice):
            return list(self._made(np.arange(*index.indices(len(self)))))
        return next(self._made(np.array([range(len(self))[index]])))

    def __iter__(self) -> Iterator[Clip]:
        for start in range(0, len(self), AHEAD):
            yield from self._made(np.arange(start, min(start + AHEAD, len(self))))

    def ids(self, start: int, stop: int) -> list[str]:
        """The ids of the clips from `start` up to `stop`."""
        own = self._columns.of(np.arange(start, stop))
        names = own.texts["id"]
        return [
            names.names[named] if named >= 0 else clip_name(own.recordings.names[code], span)
            for named, code, span in zip(
                names.codes.tolist(), own.media.tolist(), _spans(own, stop - start), strict=True
            )
        ]

    def _made(self, rows: NDArray[np.int64]) -> Iterator[Clip]:
        own = self._columns.of(rows)
        texts = {
            name: [column.names[code] if code >= 0 else "" for code in column.codes.tolist()]
            for name, column in own.texts.items()
        }
        numbers = (own.fps.tolist(), own.difficulty.tolist(), own.rotation.tolist())
        fixed = zip(own.media.tolist(), _spans(own, len(rows)), *numbers, strict=True)
        path = cache(own.recordings.path)  # many clips are parts of one recording
        for place, (code, span, fps, difficulty, rotation) in enumerate(fixed):
            name, subject = own.recordings.names[code], texts["subject"][place]
            yield Clip(
                id=texts["id"][place] or clip_name(name, span),
                dataset=own.dataset,
                action=texts["action"][place],
                media=_media(own.recordings, path, code, span, fps),
                cluster=subject or name,
                split=texts["split"][place] or "test",
                view=texts["view"][place],
                rotation=rotation,
                subject=subject,
                event=texts["event"][place],
                masks=own.masks,
                code=texts["code"][place],
                difficulty=None if math.isnan(difficulty) else difficulty,
            )


Span = tuple[float, float, float, float]


def _spans(columns: Columns, count: int) -> list[Span]:
    nothing = [math.nan] * count
    each = [columns.span[name].tolist() if name in columns.span else nothing for name in SPAN]
    return list(zip(each[0], each[1], each[2], each[3], strict=True))


def clip_name(recording: str, span: Span) -> str:
    """What a clip without an id is called: its recording, with its seconds (@) or frames (#)."""
    start, end, first, last = span
    if not math.isnan(start):
        return f"{recording}@{start}-{end}"
    return recording if math.isnan(first) else f"{recording}#{int(first)}-{int(last)}"


def _media(
    recordings: Recordings, path: Callable[[int], Path], code: int, span: Span, fps: float
) -> Media | None:
    kind = recordings.kinds[code]
    if kind == _VIDEO:
        return VideoFile(path(code), _span(span))
    if kind == _STILL:
        return Still(path(code))
    if kind != _FRAMES:
        return None
    images = recordings.frames[code]
    numbers = numbers_shown(images, span, fps)
    return FrameFolder(path(code), images.pattern, *numbers, fps) if numbers else None


_VIDEO, _STILL, _FRAMES = int(Kind.VIDEO), int(Kind.STILL), int(Kind.FRAMES)


def _span(span: Span) -> TimeSpan | FrameSpan | None:
    start, end, first, last = span
    if not math.isnan(start):
        return TimeSpan(start, end)
    return None if math.isnan(first) else FrameSpan(int(first), int(last))


def numbers_shown(images: Numbered, span: Span, fps: float) -> tuple[int, int] | None:
    """First and last image of a clip in a folder of images; None where they are not all there.

    Image n is shown from (n - first number) / fps on: the clip has those that begin in its span.
    """
    start, end, first, last = span
    if math.isnan(fps):
        return None
    if not math.isnan(start):
        first = images.first + math.ceil(round(start * fps, 6))
        last = images.first + math.ceil(round(end * fps, 6)) - 1
    elif math.isnan(first):
        first, last = images.first, images.last
    return (int(first), int(last)) if images.first <= first <= last <= images.last else None
