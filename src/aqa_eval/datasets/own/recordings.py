"""Which of the recordings that a table names are there, each folder being listed once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aqa_eval.errors import MediaError
from aqa_eval.media import archives

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
_NUMBERED = re.compile(r"(.*?)(\d+)(\.[A-Za-z]+)")


class Kind(IntEnum):
    """What a recording is. A file that is no image by its name is taken for a video."""

    MISSING = 0
    VIDEO = 1
    STILL = 2
    FRAMES = 3


@dataclass(frozen=True, slots=True)
class Numbered:
    """The images of a folder: `pattern % n` for n in first..last."""

    pattern: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Recordings:
    """`kinds` (m,) of the recordings named `names` below `root`; `frames` of those that are folders;
    `why` a recording is missing, in words.
    """

    root: Path
    names: Sequence[str]
    kinds: NDArray[np.int8]
    frames: Mapping[int, Numbered]
    why: Mapping[int, str]

    def path(self, code: int) -> Path:
        """Where the recording lies."""
        return self.root / self.names[code]


def look(root: Path, names: Sequence[str]) -> Recordings:
    """Look for recordings named relative to `root`, or absolutely; they may lie in archives."""
    kinds = np.zeros(len(names), np.int8)
    frames: dict[int, Numbered] = {}
    why: dict[int, str] = {}
    for folder, codes in _by_folder(names).items():
        try:
            listed = _listed(root / folder)
        except (OSError, MediaError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            why.update((c, _address(names[c]) or f"its folder cannot be listed: {reason}") for c in codes)
            continue
        for code in codes:
            name = names[code].rstrip("/").rpartition("/")[2]
            is_folder = listed.get(name)
            if is_folder is None:
                why[code] = _not_there(name, names[code], listed)
            elif not is_folder:
                image = name[name.rfind(".") :].lower() in IMAGES
                kinds[code] = Kind.STILL if image else Kind.VIDEO
            else:
                found = _numbered(root / names[code])
                if isinstance(found, str):
                    why[code] = found
                else:
                    kinds[code], frames[code] = Kind.FRAMES, found
    return Recordings(root, names, kinds, frames, why)


def _by_folder(names: Sequence[str]) -> dict[str, list[int]]:
    folders: dict[str, list[int]] = {}
    for code, name in enumerate(names):
        above, slash, _ = name.rstrip("/").rpartition("/")
        folders.setdefault(above or slash, []).append(code)
    return folders


def _listed(folder: Path) -> dict[str, bool]:
    """Name -> whether it is a folder (or an archive), of all in a folder on disk or in an archive."""
    if any(map(archives.names_archive, folder.parts)) and not folder.is_dir():
        return dict(archives.entries(folder))
    with os.scandir(folder) as entries:
        return {
            e.name: e.is_dir() or (archives.names_archive(e.name) and archives.is_archive(folder / e.name))
            for e in entries
        }


def _not_there(name: str, full: str, listed: Iterable[str]) -> str:
    same = [other for other in listed if other.lower() == name.lower()]
    return _address(full) or (f"only {same[0]!r} is there" if same else "it is not there")


def _address(name: str) -> str:
    return "it is an address on the network: download it first" if "://" in name else ""


def _numbered(folder: Path) -> Numbered | str:
    """The folder's images, or why they are no recording. Files that are no images do not count."""
    try:
        names = [name for name, is_folder in _listed(folder).items() if not is_folder]
    except (OSError, MediaError) as error:
        return f"the folder cannot be listed: {error}"
    found: dict[tuple[str, str], list[str]] = {}
    for name in names:
        match = _NUMBERED.fullmatch(name)
        if match and match[3].lower() in IMAGES:
            found.setdefault((match[1], match[3]), []).append(match[2])
    if not found:
        return "the folder holds no numbered images"
    if len(found) > 1:
        kinds = " and ".join(sorted(f"'{before}*{after}'" for before, after in found)[:2])
        return f"the folder holds images of different names ({kinds})"
    [((before, after), digits)] = found.items()
    numbers = sorted(map(int, digits))
    first, last = numbers[0], numbers[-1]
    widths = {len(text) for text in digits}
    if len(widths) > 1 and any(text.startswith("0") and len(text) > 1 for text in digits):
        return "its images are numbered with different counts of digits"
    if len(numbers) != last - first + 1:
        gap = next(n for n, other in enumerate(numbers, start=first) if n != other)
        return f"its images are numbered {first} to {last}, but number {gap} is missing or there twice"
    width = f"0{widths.pop()}" if len(widths) == 1 else ""
    return Numbered(f"{before.replace('%', '%%')}%{width}d{after}", first, last)
