"""Archives that can only be read from the beginning, unpacked once into the cache.

All members go into one file, end to end, with a table of where each lies: no member's name becomes a
path, and a million small files stay one. Both files are written whole, the table last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from aqa_eval.errors import MediaError
from aqa_eval.media.archives import table
from aqa_eval.media.archives.contents import Refusals, State, damaged
from aqa_eval.media.archives.table import Laid, Row, Table
from aqa_eval.media.cache import VARIABLE, new_file, shelf, write_whole

BLOCK = 2**20
"""Bytes copied at a time."""

ALLOWANCE, RATIO = 2**30, 200
"""An archive may grow to so many bytes, and so many times its own size: what grows more is a bomb."""

FORMAT = 1
"""Raised whenever the same archive would be laid out otherwise."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member's name, its stated length in bytes, and its bytes, to be read before the next member."""

    name: str
    size: int
    blocks: Iterator[bytes]


Members = Callable[[Refusals], Iterator[Member]]
"""Reads an archive from its beginning."""


def unpacked(archive: Path, state: State, cache: Path, members: Members) -> Laid:
    """The archive's members out of the cache, unpacked into it the first time. Raises MediaError."""
    contents, listed = (_entry(cache, state, suffix) for suffix in (".bin", ".npz"))
    with _alone(listed):
        known = _remembered(listed)
        if known is None or not _whole(contents, known):
            known = _unpack(archive, state, contents, members)
            write_whole(listed, table.to_bytes(known))
    return Laid(archive, [(contents, contents.stat().st_size)], known)


def indexed(state: State, cache: Path, index: Callable[[], Table]) -> Table:
    """The table of an archive that is read in place, made the first time. Raises MediaError."""
    listed = _entry(cache, state, ".npz")
    with _alone(listed):
        known = _remembered(listed)
        if known is None:
            known = index()
            write_whole(listed, table.to_bytes(known))
    return known


def _unpack(archive: Path, state: State, contents: Path, members: Members) -> Table:
    refusals, rows, written = Refusals(archive), list[Row](), 0
    most = ALLOWANCE + RATIO * sum(size for _, size, _ in state)
    with new_file(contents) as part, part.open("wb") as file:
        for member in members(refusals):
            start = written
            for block in member.blocks:
                written += len(block)
                if written > most:
                    raise MediaError(
                        f"{archive}: at the member {member.name!r} it has grown to more than {most} bytes, "
                        f"{RATIO} times its size: it is not unpacked. If it is sound, unpack it by hand."
                    )
                file.write(block)
            if written - start != member.size:
                found = f"{written - start} bytes of {member.size}"
                raise damaged(archive, f"the member {member.name!r} is cut short ({found})")
            rows.append((member.name, start, member.size))
    return table.tabulate(rows, refusals)


def _entry(cache: Path, state: State, suffix: str) -> Path:
    key = hashlib.sha256(repr((FORMAT, state)).encode()).hexdigest()
    return shelf(cache / "archives", key, suffix)


def _remembered(listed: Path) -> Table | None:
    try:
        return table.from_bytes(listed.read_bytes())
    except OSError:
        return None


def _whole(contents: Path, known: Table) -> bool:
    """Whether the file of members is there in full."""
    return contents.is_file() and contents.stat().st_size == int(known.sizes.sum())


@contextmanager
def _alone(listed: Path) -> Iterator[None]:
    """One process reads an archive; the others wait for it instead of unpacking it too."""
    lock = FileLock(listed.with_suffix(".lock"))
    try:
        listed.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise MediaError(
            f"cannot write to the cache folder {listed.parent}: {error.strerror or error}. "
            f"Free space or give write permission, or set {VARIABLE} to another folder."
        ) from error
    try:
        yield
    finally:
        lock.release()
