"""Members that lie uncompressed in one or several files: where each begins and how long it is."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from aqa_eval.media.archives.contents import Listing, Refusals, no_member, position
from aqa_eval.media.archives.span import Span

Row = tuple[str, int, int]
"""A member's name, where it begins, and its length, in bytes."""


@dataclass(frozen=True, slots=True)
class Table:
    """An archive's listing, and for each of its names where the member begins and how long it is."""

    listing: Listing
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Laid:
    """The members of `archive`, lying as `table` says in `parts` (path, size) laid end to end."""

    archive: Path
    parts: Sequence[tuple[Path, int]]
    table: Table

    @property
    def listing(self) -> Listing:
        """The members."""
        return self.table.listing

    def size(self, name: str) -> int:
        """A member's length in bytes."""
        return int(self.table.sizes[self._row(name)])

    def opened(self, name: str) -> BinaryIO:
        """A member as a seekable file."""
        row = self._row(name)
        start, size = int(self.table.starts[row]), int(self.table.sizes[row])
        return cast("BinaryIO", io.BufferedReader(Span(self.parts, start, size, f"{self.archive}/{name}")))

    def streamed(self, name: str) -> BinaryIO:
        """A member to be read once from the start."""
        return self.opened(name)

    def _row(self, name: str) -> int:
        row = position(self.listing.names, name)
        if row is None:
            raise no_member(self.archive, name)
        return row


def tabulate(rows: Iterable[Row], refusals: Refusals) -> Table:
    """The table of members in any order."""
    listed = sorted(rows)
    starts = np.array([start for _, start, _ in listed], np.int64)
    sizes = np.array([size for _, _, size in listed], np.int64)
    return Table(Listing([name for name, _, _ in listed], tuple(refusals.problems)), starts, sizes)


def to_bytes(table: Table) -> bytes:
    """The table as a NumPy archive, for the cache."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        names=_packed(table.listing.names),
        problems=_packed(table.listing.problems),
        starts=table.starts,
        sizes=table.sizes,
    )
    return buffer.getvalue()


def from_bytes(data: bytes) -> Table | None:
    """The table that `to_bytes` wrote; None when it is damaged."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            listing = Listing(list(_unpacked(stored["names"])), tuple(_unpacked(stored["problems"])))
            return Table(listing, stored["starts"], stored["sizes"])
    except (BadZipFile, KeyError, ValueError, EOFError, OSError):
        return None


def _packed(texts: Sequence[str]) -> NDArray[np.uint8]:
    # Names of a tar may hold bytes that are no UTF-8: they come as lone surrogates and must go back.
    joined = "".join(f"{text}\0" for text in texts).encode("utf-8", "surrogatepass")
    return np.frombuffer(joined, np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> Iterator[str]:
    yield from packed.tobytes().decode("utf-8", "surrogatepass").split("\0")[:-1]
