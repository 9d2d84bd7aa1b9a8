"""Tar archives (POSIX ustar and pax, GNU): where their members lie, or the members one after the other."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Self

from aqa_eval.media.archives.contents import Refusals, damaged
from aqa_eval.media.archives.span import Span
from aqa_eval.media.archives.table import Row, Table, tabulate
from aqa_eval.media.archives.unpacking import BLOCK, Member

Parts = Sequence[tuple[Path, int]]
"""Path and size of the files an archive is stored in, in order."""

Packed = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile

PACKERS: Mapping[bytes, Callable[[IO[bytes]], Packed]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZ": bz2.BZ2File,
    b"\xfd7": lzma.LZMAFile,
}
"""By the first two bytes: RFC 1952, bzip2, and the .xz file format 1.1."""

FAULTS = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError)
"""What the standard library raises for archives that are damaged or cut short."""


def index(archive: Path, parts: Parts) -> Table:
    """Where the members of an uncompressed tar lie, from its headers alone. Raises MediaError."""
    refusals = Refusals(archive)

    def rows() -> Iterator[Row]:
        with io.BufferedReader(_whole(archive, parts), tarfile.BLOCKSIZE) as stream:
            for member, _ in _members(archive, stream, refusals):
                name = refusals.accept(member.name, _fault(member))
                if name is not None:
                    yield name, member.offset_data, member.size

    return tabulate(rows(), refusals)


def unpacked(archive: Path, parts: Parts, refusals: Refusals) -> Iterator[Member]:
    """The members of a compressed tar, each to be read before the next. Raises MediaError."""
    with io.BufferedReader(_whole(archive, parts), 2**20) as packed:
        opener = PACKERS.get(packed.peek(2)[:2])
        if opener is None:
            raise damaged(archive, "it starts neither as gzip nor as bzip2 nor as xz")
        with opener(packed) as stream:
            for member, tar in _members(archive, stream, refusals):
                name = refusals.accept(member.name, _fault(member))
                data = tar.extractfile(member) if name is not None else None
                if name is not None and data is not None:
                    yield Member(name, member.size, _blocks(archive, name, data))


def _whole(archive: Path, parts: Parts) -> Span:
    return Span(parts, 0, sum(size for _, size in parts), str(archive))


class _Unended(tarfile.ReadError):
    """The archive ends where a member could begin, without the zero blocks that end it."""


class _Tar(tarfile.TarFile):
    """A tar whose list of headers read so far can be emptied."""

    members: list[tarfile.TarInfo]


class _Header(tarfile.TarInfo):
    """A header refused wherever it is damaged: the standard library takes a damaged one for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        if not buf:
            raise _Unended("it has no end mark")
        if len(buf) == tarfile.BLOCKSIZE and not any(buf):
            return super().frombuf(buf, encoding, errors)  # raises what the caller takes for the end
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from error


def _members(
    archive: Path, stream: IO[bytes] | Packed, refusals: Refusals
) -> Iterator[tuple[tarfile.TarInfo, tarfile.TarFile]]:
    """Headers of all members that are no folders, in order, each with the archive it is in."""
    last = ""
    try:
        with _Tar.open(fileobj=stream, mode="r:", tarinfo=_Header) as tar:
            while (member := tar.next()) is not None:
                tar.members.clear()  # a million headers do not fit
                last = member.name
                if not member.isdir():
                    yield member, tar
        if not _nothing_but_zeros(stream):
            place = f"after the member {last!r}" if last else "at its start"
            refusals.problems.append(
                f"{archive}: its end mark is {place}, and more data follows, which is not read: is it a "
                "whole download of one archive?"
            )
    except _Unended as error:
        if not last:
            raise damaged(archive, "it is empty") from error
        refusals.problems.append(f"{archive}: {error} after the member {last!r}: more may have been cut off")
    except FAULTS as error:
        where = f"at or after the member {last!r}" if last else "at its start"
        raise damaged(archive, f"{where} ({error})") from error


def _nothing_but_zeros(stream: IO[bytes] | Packed) -> bool:
    """Whether only padding follows. A hole in a download is full of zeros too: it looks like the end."""
    while block := stream.read(BLOCK):
        if block.count(0) < len(block):
            return False
    return True


def _fault(member: tarfile.TarInfo) -> str:
    """Why a member cannot be read; empty where it can."""
    if member.issym() or member.islnk():
        return f"it is a link to {member.linkname!r}"
    return "" if member.isreg() and not member.issparse() else "it is no plain file"


def _blocks(archive: Path, name: str, data: IO[bytes]) -> Iterator[bytes]:
    try:
        while block := data.read(BLOCK):
            yield block
    except FAULTS as error:
        raise damaged(archive, f"the member {name!r} cannot be read ({error})") from error
