"""RAR archives, read by libarchive (BSD) through `libarchive-c` (CC0): both are asked for only here."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aqa_eval.errors import MediaError
from aqa_eval.media.archives import rar5
from aqa_eval.media.archives.contents import Refusals, damaged
from aqa_eval.media.archives.rar5 import Header
from aqa_eval.media.archives.unpacking import BLOCK, Member


def unpacked(archive: Path, refusals: Refusals) -> Iterator[Member]:
    """The members of a RAR archive, each to be read before the next. Raises MediaError."""
    libarchive = _library(archive)
    stated = rar5.headers(archive)
    last = ""
    try:
        with libarchive.file_reader(str(archive)) as entries:
            for entry in entries:
                last = str(entry.pathname)
                if entry.isdir:
                    continue
                name = refusals.accept(last, _fault(entry, stated.get(last)))
                if name is not None:
                    blocks = _blocks(archive, name, entry, libarchive.ArchiveError)
                    yield Member(name, int(entry.size or 0), _proved(archive, name, blocks, stated.get(last)))
    except (libarchive.ArchiveError, OSError) as error:
        where = f"at or after the member {last!r}" if last else "at its start"
        raise damaged(archive, f"{where} ({_told(error)})") from error


def _library(archive: Path) -> Any:
    """The package `libarchive`. Raises MediaError where it or the library it wraps is missing."""
    try:
        return importlib.import_module("libarchive")
    except ImportError as error:
        missing = "the Python package libarchive-c (`pip install libarchive-c`)"
        raise MediaError(_unreadable(archive, missing)) from error
    except (OSError, AttributeError, TypeError) as error:
        # The package is there, and ctypes finds no shared library or one without the functions asked for.
        missing = (
            "the shared library libarchive (Debian, Ubuntu: `apt install libarchive13`; Fedora: `dnf install "
            "libarchive`; macOS: `brew install libarchive`; elsewhere set LIBARCHIVE to its path)"
        )
        raise MediaError(_unreadable(archive, missing)) from error


def _unreadable(archive: Path, missing: str) -> str:
    return (
        f"{archive}: to read a RAR archive, {missing} is needed and was not found. Install it, or unpack the "
        "archive by hand into a folder beside it."
    )


def _fault(entry: Any, stated: Header | None) -> str:
    """Why a member cannot be read; empty where it can."""
    if stated is not None and stated.encrypted:
        return "it is encrypted; unpack the archive by hand"
    if entry.issym or entry.islnk:
        return f"it is a link to {entry.linkpath!r}"
    return "" if entry.isreg else "it is no plain file"


def _blocks(archive: Path, name: str, entry: Any, fault: type[Exception]) -> Iterator[bytes]:
    try:
        yield from entry.get_blocks(BLOCK)
    except fault as error:
        raise damaged(archive, f"the member {name!r} cannot be read ({_told(error)})") from error


def _proved(archive: Path, name: str, blocks: Iterator[bytes], stated: Header | None) -> Iterator[bytes]:
    """The blocks of a member. Raises MediaError at their end where their CRC-32 is not the stated one."""
    crc = 0
    for block in blocks:
        crc = zlib.crc32(block, crc)
        yield block
    if stated is not None and stated.crc is not None and crc != stated.crc:
        raise damaged(archive, f"the CRC-32 of the member {name!r} is {crc:08x} instead of {stated.crc:08x}")


def _told(error: Exception) -> str:
    """What libarchive says, without the addresses it says it with."""
    return str(getattr(error, "msg", error))
