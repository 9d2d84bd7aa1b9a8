"""Archives read as if they were folders: a path may lead into one (`videos.zip/clips/1.mp4`).

Zip and plain tar, also split over parts, are read in place. RAR and compressed tar can only be read
from the beginning: they are unpacked once, into the user's cache. A member's name never becomes a
path on disk, so that no archive can write outside the cache; links are refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO

from aqa_eval.errors import MediaError
from aqa_eval.media.archives import rars, tars
from aqa_eval.media.archives.contents import Contents, Listing, State, children, damaged, position
from aqa_eval.media.archives.names import Kind, is_archive_file, kind, later_parts, parts
from aqa_eval.media.archives.table import Laid
from aqa_eval.media.archives.unpacking import indexed, unpacked
from aqa_eval.media.archives.zips import Zipped
from aqa_eval.media.cache import cache_folder

__all__ = [
    "Listing",
    "entries",
    "exists",
    "is_archive",
    "is_file",
    "is_folder",
    "later_parts",
    "locate",
    "members",
    "names_archive",
    "opened",
    "read_bytes",
    "size",
    "state",
    "streamed",
]

IN_MEMORY = 2**30
"""A file of more bytes than this is not read into memory as a whole."""


def is_archive(path: Path) -> bool:
    """Whether `path` is a file that is an archive by its name, or the first part of a split one."""
    return is_archive_file(path)


def names_archive(name: str) -> bool:
    """Whether a file of this name would be an archive, or the first part of a split one."""
    return kind(name) is not None


def members(archive: Path) -> Listing:
    """The files in an archive. Raises MediaError where its table of contents cannot be read."""
    return _contents(archive).listing


def locate(path: Path) -> tuple[Path, str] | None:
    """The archive that `path` leads into and the member's name there; None where it leads into none."""
    steps = path.parts
    for n, step in enumerate(steps[:-1], start=1):
        if kind(step) is not None and is_archive_file(folder := Path(*steps[:n])):
            return folder, "/".join(steps[n:])
    return None


def exists(path: Path) -> bool:
    """Whether there is such a file or folder, on disk or in an archive. Raises MediaError as `members`."""
    inside = locate(path)
    if inside is None:
        return path.exists()
    return is_file(path) or is_folder(path)


def is_file(path: Path) -> bool:
    """Whether `path` is a file, on disk or in an archive. Raises MediaError as `members`."""
    inside = locate(path)
    if inside is None:
        return path.is_file()
    return position(_contents(inside[0]).listing.names, inside[1]) is not None


def size(path: Path) -> int:
    """A file's length in bytes, on disk or in an archive. Raises MediaError."""
    inside = locate(path)
    try:
        return path.stat().st_size if inside is None else _contents(inside[0]).size(inside[1])
    except OSError as error:
        raise _unreadable(path, error) from error


def is_folder(path: Path) -> bool:
    """Whether `path` is a folder, on disk or in an archive, or an archive itself. Raises MediaError."""
    inside = locate(path)
    if inside is None:
        return path.is_dir() or is_archive_file(path)
    return next(children(_contents(inside[0]).listing.names, inside[1]), None) is not None


def entries(folder: Path) -> Iterator[tuple[str, bool]]:
    """(name, whether it is a folder) of what lies directly in an archive or a folder in one, sorted by name.

    Raises MediaError where the archive cannot be read, and for a folder that is in none.
    """
    archive, inside = (folder, "") if is_archive_file(folder) else _inside(folder)
    return children(_contents(archive).listing.names, inside)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, on disk or in an archive. Raises MediaError, also beyond 1 GiB."""
    length = size(path)
    if length > IN_MEMORY:
        raise MediaError(
            f"{path}: {length} bytes are more than the {IN_MEMORY} that are read at once. "
            "Is it the right file?"
        )
    try:
        with streamed(path) as file:
            return file.read()
    except OSError as error:
        raise _unreadable(path, error) from error


def opened(path: Path) -> BinaryIO:
    """A file, on disk or in an archive, to be read and sought in. Raises MediaError."""
    inside = locate(path)
    try:
        return path.open("rb") if inside is None else _contents(inside[0]).opened(inside[1])
    except OSError as error:
        raise _unreadable(path, error) from error


def streamed(path: Path) -> BinaryIO:
    """A file, on disk or in an archive, to be read once from its start. Raises MediaError."""
    inside = locate(path)
    try:
        return path.open("rb") if inside is None else _contents(inside[0]).streamed(inside[1])
    except OSError as error:
        raise _unreadable(path, error) from error


def state(archive: Path) -> State:
    """The archive's files with sizes and times of change. Raises MediaError for a missing part."""
    try:
        listed = [(part, part.stat()) for part in parts(archive.absolute())]
    except OSError as error:
        raise _unreadable(archive, error) from error
    return tuple((str(part), status.st_size, status.st_mtime_ns) for part, status in listed)


def _inside(path: Path) -> tuple[Path, str]:
    inside = locate(path)
    if inside is None:
        raise MediaError(f"{path}: it does not lead into an archive.")
    return inside


def _contents(archive: Path) -> Contents:
    # A file that was opened before a fork must not be shared by two processes: each reads its own.
    return _read(archive, state(archive), os.getpid())


@lru_cache(maxsize=16)
def _read(archive: Path, state: State, process: int) -> Contents:
    """An archive's contents; read again when one of its files has changed."""
    listed = [(Path(part), size) for part, size, _ in state]
    if not any(size for _, size in listed):
        raise damaged(archive, "it is empty (0 bytes)")
    cache = cache_folder(os.environ)
    match kind(archive.name):
        case Kind.ZIP:
            return Zipped(archive)
        case Kind.TAR:
            table = indexed(state, cache, lambda: tars.index(archive, listed))
            return Laid(archive, listed, table)
        case Kind.PACKED:
            return unpacked(archive, state, cache, partial(tars.unpacked, archive, listed))
        case _:
            return unpacked(archive, state, cache, partial(rars.unpacked, archive))


def _unreadable(path: Path, error: OSError) -> MediaError:
    return MediaError(
        f"cannot read {path}: {error.strerror or error}. Check that it is there and its permissions."
    )
