"""A stretch of one or several files laid end to end, read as one seekable file without copying."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Span(io.RawIOBase):
    """`size` bytes from `start` on of `parts` laid end to end; `name` is what errors and readers call it.

    Parts are opened when they are read, one at a time. Raises OSError where a part cannot be read or
    ends before its time.
    """

    def __init__(self, parts: Sequence[tuple[Path, int]], start: int, size: int, name: str) -> None:
        """`parts` are (path, size in bytes), in order."""
        super().__init__()
        self.name = name
        self._paths = [path for path, _ in parts]
        self._starts = [0, *accumulate(length for _, length in parts)]
        self._start, self._size, self._at = start, size, 0
        self._part = -1
        self._file: BinaryIO | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Bytes from the start of the stretch."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; past the end is allowed and reads nothing."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(f"{self.name}: a seek to before its start")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read up to as many bytes as the buffer holds; fewer at the end of a part."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._size - self._at)
        if wanted <= 0:
            return 0
        place = self._start + self._at
        part = bisect_right(self._starts, place) - 1
        file = self._opened(part)
        file.seek(place - self._starts[part])
        data = file.read(min(wanted, self._starts[part + 1] - place))
        if not data:
            raise OSError(f"{self._paths[part]} ends before its time: was it changed?")
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Close the part that is open."""
        if self._file is not None:
            self._file.close()
            self._file = None
        super().close()

    def _opened(self, part: int) -> BinaryIO:
        if self._file is None or part != self._part:
            if self._file is not None:
                self._file.close()
            self._file, self._part = self._paths[part].open("rb"), part
        return self._file
