"""RAR 5.0 archives of stored members: https://www.rarlab.com/technote.htm, RAR 5.0 archive format."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

SIGNATURE = b"Rar!\x1a\x07\x01\x00"
MAIN, FILE, ENCRYPTED_HEADERS, END = 1, 2, 4, 5  # types of headers
VOLUME = 1  # flag of an archive: one of several volumes
EXTRA_AREA, DATA_AREA = 1, 2  # flags of every header
CRC_PRESENT = 4  # flag of a file header
STORED, UNIX = 0, 1
ENCRYPTION, REDIRECTION = 1, 5  # types of records in the extra area of a file header

Member = tuple[str, bytes]


def rar(members: Sequence[Member | bytes], archive_flags: int = 0) -> bytes:
    """An archive of (name, content) members, or of whole blocks made by the functions below."""
    blocks = [block if isinstance(block, bytes) else stored(*block) for block in members]
    return (
        SIGNATURE
        + _header(MAIN, b"", b"", vint(archive_flags))
        + b"".join(blocks)
        + _header(END, b"", b"", vint(0))
    )


def stored(name: str, content: bytes, crc: int | None = None, extra: bytes = b"") -> bytes:
    """A file's header and content; `crc` is the CRC-32 the header states, by default the true one."""
    stated = zlib.crc32(content) if crc is None else crc
    fields = vint(CRC_PRESENT) + vint(len(content)) + vint(0o100644) + struct.pack("<I", stated)
    fields += vint(STORED) + vint(UNIX) + vint(len(name.encode())) + name.encode()
    return _header(FILE, extra, content, fields)


def encrypted(name: str, content: bytes) -> bytes:
    """A file whose content is said to be encrypted with AES-256, its check value absent."""
    record = vint(ENCRYPTION) + vint(0) + vint(0) + bytes([15]) + bytes(16) + bytes(16)
    return stored(name, content, extra=vint(len(record)) + record)


def encryption_header() -> bytes:
    """The header after which all others are encrypted with AES-256."""
    return _header(ENCRYPTED_HEADERS, b"", b"", vint(0) + vint(0) + bytes([15]) + bytes(16))


def symlink(name: str, target: str) -> bytes:
    """A Unix symbolic link."""
    record = vint(REDIRECTION) + vint(1) + vint(0) + vint(len(target)) + target.encode()
    return stored(name, b"", extra=vint(len(record)) + record)


def vint(number: int) -> bytes:
    """A number in groups of seven bits, lowest first; the top bit says that more follow."""
    groups = []
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


def _header(kind: int, extra: bytes, data: bytes, fields: bytes) -> bytes:
    flags = (EXTRA_AREA if extra else 0) | (DATA_AREA if data or kind == FILE else 0)
    body = vint(kind) + vint(flags)
    body += vint(len(extra)) if extra else b""
    body += vint(len(data)) if flags & DATA_AREA else b""
    body += fields + extra
    sized = vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized + data
