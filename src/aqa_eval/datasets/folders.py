"""Finding files in a folder a user downloaded: any capitals, any nesting, never deeper than needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from aqa_eval.errors import DataError

# Extracted recordings: folders named by number hold up to hundreds of thousands of pictures and no folders.
_NUMBERED = re.compile(r"\d+(_\d+)*")


def entries(folder: Path) -> list[Path]:
    """List a folder, sorted by name. Raises DataError where it is missing or cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise DataError(
            f"{folder}: cannot be listed ({error.strerror}). Expected a folder: check the path."
        ) from error


def walk(root: Path, depth: int) -> Iterator[tuple[Path, list[Path]]]:
    """Yield (folder, its entries) for `root` and the folders below it, down to `depth` levels.

    Breadth first and sorted, so that what is found first does not depend on the file system. Folders
    named by a number are listed as entries and not entered.
    """
    level = [root]
    for _ in range(depth + 1):
        below = []
        for folder in level:
            found = entries(folder)
            yield folder, found
            below += [
                entry
                for entry in found
                if not _NUMBERED.fullmatch(entry.name) and not entry.name.startswith(".") and entry.is_dir()
            ]
        level = below


def pick(found: list[Path], name: str) -> Path | None:
    """Find `name` among a folder's entries, whatever its capitals."""
    return next((entry for entry in found if entry.name.lower() == name.lower()), None)
