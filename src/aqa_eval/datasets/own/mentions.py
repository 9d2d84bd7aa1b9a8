"""From rows to clips: which rows speak of the same clip, and what they say of it together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aqa_eval.datasets.own.clips import SPAN, About, Codes, Columns, Names, numbers_shown
from aqa_eval.datasets.own.recordings import Kind, look
from aqa_eval.datasets.own.rows import Sieve, Values, distinct, empty, merged, settle
from aqa_eval.errors import DataError
from aqa_eval.measures.clusters import BoolArray, IntArray

NONE = np.int32(-1)
ROTATIONS = (0, 90, 180, 270)
TEXTS = ("id", "action", "subject", "event", "code", "view", "split")
OF_THE_SECOND = frozenset({"subject", "view", "rotation"})
"""What a comparison may say of its second clip alone, in a column that ends in _b."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The clips, and by row (n,) which of them it speaks of: `first`, and `second` where it compares two;
    -1 where none.
    """

    columns: Columns
    first: Codes
    second: Codes


@dataclass(frozen=True, slots=True)
class _Sides:
    """Every mention of a clip: its row, and whether as the second of two."""

    row: IntArray
    second: BoolArray

    def values(self, first: Values, second: Values) -> Values:
        """A column of the mentions, from the columns of the first and of the second clips (by row)."""
        return np.where(self.second, second[self.row], first[self.row])


def is_pair(sieve: Sieve) -> BoolArray:
    """Which rows compare two clips."""
    texts = sieve.table.texts
    pair: BoolArray = (texts["media_b"].codes >= 0) | (texts["better"].codes >= 0)
    return pair


def check_spans(sieve: Sieve) -> None:
    """Refuse rows whose span, rotation or frame rate cannot be."""
    numbers = sieve.table.numbers
    for end in ("", "_b"):
        start, stop, first, last = (numbers[name + end] for name in SPAN)
        for one, other, name in ((start, stop, "start"), (first, last, "first")):
            there = ~np.isnan(one)
            pair = {"start": "end", "first": "last"}[name] + end
            sieve.refuse(pair, there & np.isnan(other), f"a number, since '{name}{end}' has one")
            sieve.refuse(name + end, ~there & ~np.isnan(other), f"a number, since '{pair}' has one")
        both = ~np.isnan(start) & ~np.isnan(first)
        sieve.refuse("first" + end, both, f"nothing, since 'start{end}' already says where the clip begins")
        sieve.refuse("start" + end, start < 0, "0 or more seconds")
        sieve.refuse("end" + end, stop <= start, "more than where the clip starts")
        for values, name in ((first, "first"), (last, "last")):
            sieve.refuse(name + end, (values < 0) | (values != np.floor(values)) & ~np.isnan(values), _FRAME)
        sieve.refuse("last" + end, last < first, "the first frame or a later one")
        turned = numbers["rotation" + end]
        sieve.refuse("rotation" + end, ~np.isnan(turned) & ~np.isin(turned, ROTATIONS), "0, 90, 180 or 270")
    sieve.refuse("fps", numbers["fps"] <= 0, "more than 0 images a second")


_FRAME = "the number of a frame: 0 or a greater whole number"


def read_mentions(sieve: Sieve, about: About, root: Path, notes: list[str]) -> Mentions:
    """Find the clips, look for their recordings below `root` and settle what the rows say of each clip.

    A row that contradicts an earlier one is refused. Raises DataError where not one recording is there.
    """
    texts = sieve.table.texts
    sieve.refuse("media", texts["media"].codes < 0, "the path of a recording")
    pair = is_pair(sieve)
    sieve.refuse("media_b", pair & (texts["media_b"].codes < 0), "the second clip, since 'better' is filled")
    media, media_b, names = _recordings(sieve, notes)
    rows = np.flatnonzero(sieve.usable)
    seconds = np.flatnonzero(sieve.usable & pair)
    sides = _Sides(
        np.concatenate([rows, seconds]).astype(np.int64),
        np.repeat([False, True], [len(rows), len(seconds)]),
    )
    keys = [sides.values(media, media_b)]
    keys += [sides.values(sieve.table.numbers[n], sieve.table.numbers[n + "_b"]) for n in SPAN]
    clip, first = distinct(keys)
    recordings = look(root, names)
    settled = _settle_all(sieve, sides, clip, len(first))
    span = {
        name: values[first] for name, values in zip(SPAN, keys[1:], strict=True) if not empty(values).all()
    }
    columns = Columns(about.dataset, keys[0][first].astype(np.int32), recordings, span, *settled, about.masks)
    _check_recordings(sieve, columns, sides, clip, first)
    by_row = [np.full(len(sieve.table), NONE) for _ in range(2)]
    for which, codes in enumerate(by_row):
        codes[sides.row[sides.second == which]] = clip[sides.second == which]
    return Mentions(columns, *by_row)


def _recordings(sieve: Sieve, notes: list[str]) -> tuple[NDArray[np.int32], NDArray[np.int32], Sequence[str]]:
    """Codes of the first and second recordings, and their paths with slashes."""
    media, media_b, names = merged(sieve.table.texts["media"], sieve.table.texts["media_b"])
    turned = [name.replace("\\", "/") for name in names]
    changed = sum(a != b for a, b in zip(names, turned, strict=True))
    if not changed:
        return media, media_b, names
    notes.append(f"{sieve.table.name}: backslashes in {changed} paths are read as slashes")
    places = {name: code for code, name in enumerate(dict.fromkeys(turned))}
    recode = np.array([*(places[name] for name in turned), -1], np.int32)
    return recode[media], recode[media_b], list(places)


def _settle_all(
    sieve: Sieve, sides: _Sides, clip: Codes, count: int
) -> tuple[NDArray[np.int16], NDArray[np.float64], NDArray[np.float64], Mapping[str, Names]]:
    """Rotation, frame rate, difficulty and texts of each clip."""
    table = sieve.table
    texts: dict[str, Names] = {}
    for name in TEXTS:
        if name in OF_THE_SECOND:
            own, other, names = merged(table.texts[name], table.texts[name + "_b"])
        else:
            own, names = table.texts[name].codes, list(table.texts[name].names)
            other = np.broadcast_to(np.int32(-1), len(own))
        codes = _settled(sieve, name, sides, clip, count, (own, other))
        texts[name] = Names(codes.astype(np.int32), names)
    _check_ids(sieve, sides, clip, texts["id"])
    rotation = _settled(
        sieve, "rotation", sides, clip, count, (table.numbers["rotation"], table.numbers["rotation_b"])
    )
    nothing = np.broadcast_to(np.nan, len(table))
    fps = _settled(sieve, "fps", sides, clip, count, (table.numbers["fps"], nothing))
    hard = _settled(sieve, "difficulty", sides, clip, count, (table.numbers["difficulty"], nothing))
    return np.nan_to_num(rotation).astype(np.int16), fps.astype(np.float64), hard.astype(np.float64), texts


def _settled(
    sieve: Sieve, name: str, sides: _Sides, clip: Codes, count: int, columns: tuple[Values, Values]
) -> Values:
    """What the rows say of each clip (count,); of one that is only ever the second of two, what its row says
    of the first, unless it says otherwise. An id is its own clip's alone.
    """
    said = sides.values(*columns)
    everywhere = sieve.usable[sides.row]
    first, odd = settle(clip, said, count, everywhere)
    for second in (False, True):
        where = odd[sides.second[odd] == second]
        earlier = dict(zip(sides.row[where].tolist(), sides.row[first[clip[where]]].tolist(), strict=True))
        column = f"{name}_b" if second else name
        sieve.refuse(column, sides.row[where], _as_earlier(sieve, earlier))
    blank = np.where(first >= 0, said[np.maximum(first, 0)], _blank(said)) if len(said) else said
    if name == "id" or not sides.second.any():
        return blank
    inherited, _ = settle(clip, columns[0][sides.row], count, everywhere & sides.second)
    from_first = np.where(inherited >= 0, columns[0][sides.row][np.maximum(inherited, 0)], _blank(said))
    own_row = np.zeros(count, np.bool_)
    own_row[clip[~sides.second]] = True
    filled: Values = np.where((first >= 0) | own_row, blank, from_first)
    return filled


def _as_earlier(sieve: Sieve, earlier: Mapping[int, int]) -> Callable[[int], str]:
    return lambda row: f"what row {sieve.table.rows[earlier[row]]} says of the same clip, or nothing"


def _blank(values: Values) -> float | int:
    return float("nan") if values.dtype.kind == "f" else -1


def _check_ids(sieve: Sieve, sides: _Sides, clip: Codes, ids: Names) -> None:
    """Refuse the rows that give a clip the id of another."""
    own = np.where(sides.second, -1, ids.codes[clip])
    among = sieve.usable[sides.row] & (own >= 0)
    first, odd = settle(own, clip, len(ids.names), among)
    taken = {int(sides.row[i]): int(sides.row[first[own[i]]]) for i in odd.tolist()}
    sieve.refuse(
        "id", sides.row[odd], lambda row: f"another id, since row {sieve.table.rows[taken[row]]} has it"
    )


def _check_recordings(sieve: Sieve, columns: Columns, sides: _Sides, clip: Codes, first: IntArray) -> None:
    """Say which recordings are missing and which spans they do not have."""
    recordings, table = columns.recordings, sieve.table
    kinds = recordings.kinds[columns.media]
    if not (recordings.kinds > Kind.MISSING).any() and len(recordings.names):
        raise DataError(
            f"{table.name}: not one of its {len(recordings.names)} recordings can be found; the first is "
            f"{recordings.path(0)}: {recordings.why[0]}. Check the column 'media' and the option 'root'."
        )
    missing = np.flatnonzero(kinds == Kind.MISSING)
    _, one = np.unique(columns.media[missing], return_index=True)
    _tell(
        sieve,
        "media",
        sides,
        first[np.sort(missing[one])],
        lambda m: (
            f"found {recordings.names[columns.media[clip[m]]]!r}, but "
            f"{recordings.why[int(columns.media[clip[m]])]}; its clips are kept without a recording"
        ),
    )
    spanned = np.zeros(len(kinds), np.bool_)
    for values in columns.span.values():
        spanned |= ~np.isnan(values)
    images = np.flatnonzero((kinds == Kind.STILL) & spanned)
    _refuse_clips(sieve, sides, clip, images, "media", "a video or a folder of images, since a span is given")
    folders = np.flatnonzero(kinds == Kind.FRAMES)
    slow = folders[np.isnan(columns.fps[folders])]
    _refuse_clips(sieve, sides, clip, slow, "fps", "the images a second of this folder of images")
    blind = [c for c in folders[~np.isnan(columns.fps[folders])].tolist() if not _whole(columns, c)]
    _refuse_clips(
        sieve, sides, clip, np.array(blind, np.int64), "media", "a folder that holds all images of the span"
    )


def _whole(columns: Columns, clip: int) -> bool:
    span = [float(columns.span[n][clip]) if n in columns.span else float("nan") for n in SPAN]
    images = columns.recordings.frames[int(columns.media[clip])]
    return numbers_shown(images, (span[0], span[1], span[2], span[3]), float(columns.fps[clip])) is not None


def _refuse_clips(
    sieve: Sieve, sides: _Sides, clip: Codes, clips: IntArray, column: str, expected: str
) -> None:
    if len(clips):
        where = np.isin(clip, clips)
        for second in (False, True):
            ending = "_b" if second and f"{column}_b" in sieve.table.texts else ""
            sieve.refuse(column + ending, sides.row[where & (sides.second == second)], expected)


def _tell(sieve: Sieve, column: str, sides: _Sides, mentions: IntArray, words: Callable[[int], str]) -> None:
    """Complain about mentions: in the column of the second clip where that is meant."""
    for second in (False, True):
        own = mentions[sides.second[mentions] == second]
        said = dict(zip(sides.row[own].tolist(), own.tolist(), strict=True))
        sieve.tell(f"{column}_b" if second else column, sides.row[own], _about(said, words))


def _about(mention: Mapping[int, int], words: Callable[[int], str]) -> Callable[[int], str]:
    return lambda row: words(mention[row])
