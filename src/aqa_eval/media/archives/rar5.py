"""What the headers of a RAR 5.0 archive say that libarchive does not heed: checksums and encryption.

Format: https://www.rarlab.com/technote.htm, "RAR 5.0 archive format". libarchive 3.6 hands out stored
members whose CRC-32 is wrong, and encrypted ones as if they were plain; of the older RAR 4 format it
checks both itself.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aqa_eval.errors import MediaError
from aqa_eval.media.archives.contents import damaged

SIGNATURE = b"Rar!\x1a\x07\x01\x00"
MAIN, FILE, ENCRYPTED_HEADERS, END = 1, 2, 4, 5  # types of headers
EXTRA_AREA, DATA_AREA = 1, 2  # flags of a header
VOLUME = 1  # flag of the archive in its main header
TIME, CHECKSUM = 2, 4  # flags of a file header
ENCRYPTION = 1  # type of a record in the extra area

LONGEST = 2**21
"""A header's length in bytes is told in three groups of seven bits."""


@dataclass(frozen=True, slots=True)
class Header:
    """A member's name, the CRC-32 of its content where it is given, and whether it is encrypted."""

    name: str
    crc: int | None
    encrypted: bool


def headers(archive: Path) -> dict[str, Header]:
    """The headers of a RAR 5.0 archive by name; none for an archive of another format.

    Raises MediaError where the headers are encrypted, or damaged.
    """
    found: dict[str, Header] = {}
    with archive.open("rb") as file:
        if file.read(len(SIGNATURE)) != SIGNATURE:
            return found
        try:
            for header in _walk(archive, file):
                found.setdefault(header.name, header)
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise damaged(archive, f"a header before byte {file.tell()} is cut short") from error
    return found


def _walk(archive: Path, file: IO[bytes]) -> Iterator[Header]:
    last = "its start"
    while file.read(4):  # the header's own CRC-32, which libarchive checks
        size = _number(file)
        if not 0 < size < LONGEST:
            raise IndexError("a header of impossible length")
        block = io.BytesIO(file.read(size))
        kind, flags = _number(block), _number(block)
        if kind == ENCRYPTED_HEADERS:
            raise MediaError(f"{archive}: the archive is encrypted. Unpack it by hand, beside the archive.")
        if kind == END:
            return
        extra = _number(block) if flags & EXTRA_AREA else 0
        data = _number(block) if flags & DATA_AREA else 0
        if kind == MAIN and _number(block) & VOLUME:
            raise MediaError(
                f"{archive}: a RAR archive of several volumes is not read. Unpack it by hand beside it."
            )
        if kind == FILE:
            header = _file(block, extra)
            yield header
            last = f"the member {header.name!r}"
        file.seek(data, io.SEEK_CUR)
    raise damaged(archive, f"it ends without an end header, at or after {last}")


def _file(block: io.BytesIO, extra: int) -> Header:
    flags, _size, _attributes = _number(block), _number(block), _number(block)
    block.seek(4 if flags & TIME else 0, io.SEEK_CUR)
    crc = struct.unpack("<I", block.read(4))[0] if flags & CHECKSUM else None
    _compression, _system = _number(block), _number(block)
    name = block.read(_number(block)).decode()
    records = io.BytesIO(block.getvalue()[len(block.getvalue()) - extra :])
    return Header(name, crc, ENCRYPTION in _record_types(records))


def _record_types(records: io.BytesIO) -> Iterator[int]:
    while records.tell() < len(records.getvalue()):
        size = _number(records)
        following = records.tell() + size
        yield _number(records)
        records.seek(following)


def _number(file: IO[bytes]) -> int:
    """A number in groups of seven bits, lowest first; the top bit of a byte says that more follow."""
    number = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)[0]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number
    raise IndexError("a number of more than ten bytes")
