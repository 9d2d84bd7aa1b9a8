"""CSV read in blocks of whole records, so that a file of any length needs little memory.

RFC 4180 in UTF-8, with or without a byte order mark; lines may end in LF or CRLF, and quoted cells may
hold line breaks. The separator is the one of comma, semicolon and tab that makes most of the header.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from aqa_eval.datasets.own.columns import COLUMNS
from aqa_eval.errors import DataError
from aqa_eval.measures.clusters import IntArray

BLOCK = 2**20
"""Bytes that are read at once."""
LONGEST = 2**26
"""A record of more bytes than this has a quotation mark that is never closed."""
SEPARATORS = (",", ";", "\t")
MARK = b"\xef\xbb\xbf"
ROW = " row"
TOO_MANY = " too many"
"""Names of two columns that no header can have, since headers are stripped."""


def read_header(path: Path) -> tuple[list[str], str]:
    """The header's names, stripped, and the separator. Raises DataError where there is no header."""
    try:
        with path.open("rb") as file:
            start = file.read(BLOCK)
    except OSError as error:
        raise DataError(f"{path}: the table cannot be read ({error.strerror}). Check the path.") from error
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path}: the table is in UTF-16. Save it as CSV in UTF-8.")
    ends = _record_ends(start)
    line = start[: int(ends[0])] if len(ends) else start
    if not len(ends) and b"\r" in line:
        raise DataError(f"{path}: lines end in CR alone. Save the table with line ends of Windows or Unix.")
    try:
        text = line.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} row 1: not UTF-8 ({error.reason}). Save the table as CSV in UTF-8."
        ) from None
    known = {column.name for column in COLUMNS}
    split = {separator: _split(text, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: len(known.intersection(split[separator])))
    if not text.strip():
        raise DataError(f"{path}: row 1 is empty. Expected the names of the columns, such as media,action.")
    return split[best], best


def _split(line: str, separator: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]


def read_blocks(path: Path, width: int, separator: str) -> Iterator[pl.DataFrame]:
    """The records below the header as texts, in columns named "0", "1", ... and their numbers in `ROW`.

    An empty record is a row of nulls. `TOO_MANY` holds a cell beyond the header's `width`. Raises
    DataError where quotation marks do not pair up or the bytes are not UTF-8.
    """
    row = 2
    for number, block in enumerate(_whole_records(path)):
        records = block[int(_record_ends(block)[0]) :] if number == 0 else block
        if not records:
            continue
        frame = _parse(path, records, width, separator, row)
        yield frame
        row += frame.height


def _whole_records(path: Path) -> Iterator[bytes]:
    """The file in blocks that end where a record ends; the last one gets a line end."""
    rest = b""
    try:
        with path.open("rb") as file:
            while data := file.read(BLOCK):
                rest += data
                ends = _record_ends(rest)
                if len(ends):
                    yield rest[: int(ends[-1])]
                    rest = rest[int(ends[-1]) :]
                elif len(rest) > LONGEST:
                    raise DataError(f"{path}: {_UNPAIRED}")
    except OSError as error:
        raise DataError(f"{path}: the table cannot be read ({error.strerror}). Copy it again.") from error
    if rest:
        yield rest + b"\n"


_UNPAIRED = (
    "a quotation mark is never closed, or stands within a cell that does not begin with one. Enclose such a "
    'cell in quotation marks and double those within: "a ""so-called"" squat"'
)


def _record_ends(data: bytes) -> IntArray:
    """Where records end, behind the line feed: those not between quotation marks."""
    octets = np.frombuffer(data, np.uint8)
    feeds = np.flatnonzero(octets == ord("\n"))
    quotes = np.flatnonzero(octets == ord('"'))
    if len(quotes):
        feeds = feeds[np.searchsorted(quotes, feeds) % 2 == 0]
    return (feeds + 1).astype(np.int64)


def _parse(path: Path, records: bytes, width: int, separator: str, row: int) -> pl.DataFrame:
    header = separator.join([*map(str, range(width)), TOO_MANY]) + "\n"
    try:
        frame = pl.read_csv(
            io.BytesIO(header.encode() + records),
            separator=separator,
            infer_schema=False,
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError:
        raise DataError(_what_is_broken(path, records, separator, row)) from None
    return frame.with_columns(pl.Series(ROW, np.arange(row, row + frame.height)))


def _what_is_broken(path: Path, records: bytes, separator: str, row: int) -> str:
    """Why a block cannot be parsed, and the row where it begins to be so."""
    cell = rf'(?:"(?:[^"]|"")*"|[^"{separator}\r\n]*)'
    sound = re.compile(rf"{cell}(?:{separator}{cell})*\r?\n?")
    ends = [*_record_ends(records).tolist(), len(records)]
    for place, (start, end) in enumerate(itertools.pairwise([0, *ends])):
        try:
            record = records[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            return f"{path} row {row + place}: not UTF-8 ({error.reason}). Save the table as CSV in UTF-8."
        if not sound.fullmatch(record):
            return f"{path} row {row + place}: {_UNPAIRED}"
    return f"{path}: rows {row} to {row + len(ends) - 1} cannot be read as CSV. Save the table again."
