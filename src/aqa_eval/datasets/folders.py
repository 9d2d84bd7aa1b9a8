"""Finding files in a folder a user downloaded: any capitals, any nesting, never deeper than needed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from aqa_eval.errors import DataError, MediaError
from aqa_eval.media import archives

# Extracted recordings: folders named by number hold up to hundreds of thousands of pictures and no folders.
_NUMBERED = re.compile(r"\d+(_\d+)*")
_FRAME = re.compile(r"(|.*\D)(\d+)(\.(?:jpg|jpeg|png))", re.IGNORECASE)

LOOKED_AT = 64
"""So many entries tell what a folder holds."""

FEW = 8
"""A folder of fewer pictures costs nothing to list."""


def entries(folder: Path) -> list[Path]:
    """List a folder or an archive, sorted by name. Raises DataError where it is missing or cannot be read."""
    if archives.is_archive(folder) or archives.locate(folder) is not None:
        try:
            return [folder / name for name, _ in archives.entries(folder)]
        except MediaError as error:
            raise DataError(str(error)) from error
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise DataError(
            f"{folder}: cannot be listed ({error.strerror}). Expected a folder: check the path."
        ) from error


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder, an archive, or a folder in one. Raises MediaError for a broken archive."""
    return path.is_dir() or archives.is_archive(path) or _is_inside(path)


def _is_inside(path: Path) -> bool:
    return archives.locate(path) is not None and archives.is_folder(path)


def walk(root: Path, depth: int, problems: list[str]) -> Iterator[tuple[Path, list[Path]]]:
    """Yield (folder, its entries) for `root` and the folders and archives below it, `depth` levels down.

    Breadth first and sorted, so that what is found first does not depend on the file system. Folders
    named by a number are listed as entries and not entered. An archive that cannot be read goes to
    `problems`; a root that cannot be listed raises DataError.
    """
    yield root, (found := entries(root))
    level = _below(found)
    for _ in range(depth):
        below = []
        for folder in level:
            try:
                found = entries(folder)
            except DataError as error:
                problems.append(str(error))
                continue
            yield folder, found
            below += _below(found)
        level = below


def _below(found: list[Path]) -> list[Path]:
    """The folders among entries that are worth entering."""
    return [
        entry
        for entry in found
        if not _NUMBERED.fullmatch(entry.name) and not entry.name.startswith(".") and is_folder(entry)
    ]


def pick(found: list[Path], name: str) -> Path | None:
    """Find `name` among a folder's entries, whatever its capitals."""
    return next((entry for entry in found if entry.name.lower() == name.lower()), None)


def holds_frames(folder: Path) -> bool:
    """Whether a folder, on disk or in an archive, holds the extracted pictures of a video.

    All of its first entries are pictures whose names differ only in a number at their end. Looks at a
    few entries, however many there are.
    """
    try:
        first = list(islice(_names(folder), LOOKED_AT))
    except OSError:
        return False
    shapes = {(m[1], m[3].lower()) if (m := _FRAME.fullmatch(name)) else None for name in first}
    return len(first) >= FEW and len(shapes) == 1 and None not in shapes


def _names(folder: Path) -> Iterator[str]:
    if archives.locate(folder) is not None:
        yield from (name for name, _ in archives.entries(folder))
        return
    with os.scandir(folder) as found:
        yield from (entry.name for entry in found)
