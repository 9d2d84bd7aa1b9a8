"""Zip archives: members in any order, stored ones without copying (PKWARE APPNOTE.TXT)."""

from __future__ import annotations

import io
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from lzma import LZMAError
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, BinaryIO, cast
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from aqa_eval.errors import MediaError
from aqa_eval.media.archives.contents import Listing, Refusals, damaged, no_member
from aqa_eval.media.archives.span import Span

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGE = 100 * 2**20
RATIO = 200
"""A member larger than `LARGE` bytes that would grow to more than `RATIO` times its packed size is
refused. Video hardly packs at all and annotations about tenfold; what packs thousandfold is a bomb."""

SPOOL = 32 * 2**20
"""Up to so many bytes an unpacked member is held in memory, larger ones in a temporary file."""

COPIED = 2**20
"""Bytes unpacked at a time."""

ENCRYPTED = 1  # bit of the general purpose flags, APPNOTE 4.4.4
SYMLINK = 0o120000  # Unix file type, in the upper half of the external attributes
LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, lengths of name and extra field: APPNOTE 4.3.7
FAULTS = (BadZipFile, zlib.error, LZMAError, EOFError, OSError, NotImplementedError, RuntimeError)
"""What the standard library raises for members that are damaged, cut short, encrypted or of unknown kind."""


class Zipped:
    """A zip archive."""

    def __init__(self, path: Path) -> None:
        """Reads the table of contents. Raises MediaError where there is none."""
        self._path = path
        try:
            self._zip = ZipFile(path)
        except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise damaged(path, str(error)) from error
        refusals = Refusals(path)
        self._members: dict[str, ZipInfo] = {}
        for info in self._zip.infolist():
            if info.is_dir():
                continue
            link = (info.external_attr >> 16) & 0o170000 == SYMLINK
            name = refusals.accept(info.filename, "it is a symbolic link" if link else "")
            if name is not None:
                self._members[name] = info
        self.listing = Listing(sorted(self._members), refusals.problems)

    def size(self, name: str) -> int:
        """A member's length in bytes."""
        return self._member(name).file_size

    def streamed(self, name: str) -> BinaryIO:
        """A member to be read once from the start; reading to the end checks its CRC-32."""
        info = self._allowed(name)
        with self._faults(name):
            return cast("BinaryIO", io.BufferedReader(_Guarded(self._zip.open(info), self._path, name)))

    def opened(self, name: str) -> BinaryIO:
        """A member as a seekable file: a window of the archive if it is stored, else unpacked."""
        info = self._allowed(name)
        if info.compress_type == ZIP_STORED:
            archive = (self._path, self._path.stat().st_size)
            span = Span([archive], self._data_start(info, name), info.file_size, f"{self._path}/{name}")
            return cast("BinaryIO", io.BufferedReader(span))
        with ExitStack() as on_error:
            spool = on_error.enter_context(SpooledTemporaryFile(max_size=SPOOL))
            with self.streamed(name) as stream:
                shutil.copyfileobj(stream, spool, COPIED)
            spool.seek(0)
            on_error.pop_all()  # from here on the caller closes it
        return cast("BinaryIO", spool)

    def _member(self, name: str) -> ZipInfo:
        try:
            return self._members[name]
        except KeyError:
            raise no_member(self._path, name) from None

    def _allowed(self, name: str) -> ZipInfo:
        info = self._member(name)
        if info.flag_bits & ENCRYPTED:
            raise MediaError(
                f"{self._path}: the member {name!r} is encrypted. Unpack it by hand, beside the archive."
            )
        if info.file_size > LARGE and info.file_size > RATIO * info.compress_size:
            raise MediaError(
                f"{self._path}: the member {name!r} would grow from {info.compress_size} to {info.file_size} "
                f"bytes, more than {RATIO} times: it is not unpacked. If it is sound, unpack it by hand."
            )
        return info

    def _data_start(self, info: ZipInfo, name: str) -> int:
        """Where a stored member's bytes begin: its local header's names may differ in length."""
        with self._faults(name), self._path.open("rb") as file:
            file.seek(info.header_offset)
            signature, name_length, extra_length = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
        start: int = info.header_offset + LOCAL_HEADER.size + name_length + extra_length
        if signature != b"PK\3\4" or start + info.file_size > self._path.stat().st_size:
            raise damaged(self._path, f"the member {name!r} is not where the table of contents says")
        return start

    @contextmanager
    def _faults(self, name: str) -> Iterator[None]:
        try:
            yield
        except (*FAULTS, struct.error) as error:
            raise damaged(self._path, f"the member {name!r} cannot be read ({error})") from error


class _Guarded(io.RawIOBase):
    """A stream of a member whose faults name archive and member."""

    def __init__(self, stream: IO[bytes], path: Path, name: str) -> None:
        super().__init__()
        self._stream, self._path, self._member = stream, path, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._stream.read(len(view))
        except FAULTS as error:
            raise damaged(self._path, f"the member {self._member!r} cannot be read ({error})") from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
