"""A table of one's own clips, CSV or Parquet, as columns: texts as codes, numbers as floats.

Rows are numbered as a spreadsheet shows them (the header of a CSV file is row 1); those of a Parquet file
from 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.datatypes import DataType, DataTypeClass

from aqa_eval.datasets.own.columns import COLUMNS, NUMBERS, RATINGS, REQUIRED, SEPARATOR, TEXTS
from aqa_eval.datasets.own.complaints import Complaints, found
from aqa_eval.datasets.own.csv_blocks import ROW, TOO_MANY, read_blocks, read_header
from aqa_eval.errors import DataError, did_you_mean
from aqa_eval.measures.clusters import BoolArray, FloatArray

Codes = NDArray[np.int32]
CHUNK = 100_000
"""Rows of a Parquet file that are read at once."""
_TEXTUAL = (pl.String, pl.Boolean, pl.Null, pl.Categorical, pl.Enum)
PARQUET = frozenset({".parquet", ".pq"})


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts: `codes` (n,) into `names`, -1 where the cell is empty."""

    codes: Codes
    names: Sequence[str]

    def at(self, index: int) -> str:
        """The text of row `index`; empty where the cell is."""
        code = int(self.codes[index])
        return self.names[code] if code >= 0 else ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that hold anything.

    `rows` (n,) numbers them for the user. A column that the file lacks is empty throughout: codes -1,
    numbers NaN. `sound` (n,) is False where a cell could not be read.
    """

    name: str
    rows: NDArray[np.uint32]
    texts: Mapping[str, Texts]
    numbers: Mapping[str, FloatArray]
    sound: BoolArray

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class _Source:
    """A file's columns by name, and its frames, whose columns are named by their place in `headers`."""

    headers: Sequence[str]
    frames: Iterator[pl.DataFrame]
    decimal_comma: bool = False


def read_table(path: Path, complaints: Complaints, notes: list[str]) -> Table:
    """Read a table. A row with a cell that is no number, or with cells too many, is not sound.

    Columns that are not known are complained about and not read. Raises DataError where the file cannot
    be read, a required column is missing, one is there twice, or no row holds anything.
    """
    source = _open_parquet(path) if path.suffix.lower() in PARQUET else _open_csv(path, notes)
    known = _known(path, source.headers, complaints)
    columns = _Columns()
    for frame in source.frames:
        columns.append(_stripped(frame, known), source.decimal_comma)
    if not columns.height:
        raise DataError(f"{path}: the table has no rows below its header. Expected one row a label.")
    return columns.table(path.name, complaints)


class _Columns:
    """Collects frames column by column. Texts become codes at once, so that no frame is kept."""

    def __init__(self) -> None:
        self.height = 0
        self._parts: dict[str, list[NDArray[Any]]] = defaultdict(list)
        self._codes: dict[str, dict[str, int]] = defaultdict(dict)
        self._refused: dict[str, list[tuple[int, str]]] = defaultdict(list)

    def append(self, frame: pl.DataFrame, decimal_comma: bool) -> None:
        """Take texts as codes and numbers as floats; what is no number is kept aside with its row."""
        self.height += frame.height
        self._parts[ROW].append(frame[ROW].cast(pl.UInt32).to_numpy())
        self._refuse("", frame[ROW], frame[TOO_MANY])
        for column in frame.drop(ROW, TOO_MANY):
            numeric = column.name in NUMBERS or column.name == RATINGS
            text = column.str.replace_all(r"(\d),(\d)", "${1}.${2}") if decimal_comma and numeric else column
            if column.name not in NUMBERS:
                self._parts[column.name].append(_encoded(text, self._codes[column.name]))
                continue
            number = text.cast(pl.Float64, strict=False).fill_null(np.nan)
            number = number.set(~number.is_finite(), np.nan)
            self._parts[column.name].append(number.to_numpy())
            self._refuse(column.name, frame[ROW], column.set(number.is_not_nan(), None))

    def table(self, name: str, complaints: Complaints) -> Table:
        """The table, with a complaint for each cell that was refused. Leaves nothing behind."""
        rows = self._joined(ROW)
        sound = np.ones(len(rows), np.bool_)
        for column, refused in self._refused.items():
            where = np.array([row for row, _ in refused])
            expected = "a number" if column else "no more cells than the header has"
            complaints.add(column, where, _unreadable([text for _, text in refused], expected))
            sound[np.searchsorted(rows, where)] = False
        empty = Texts(np.broadcast_to(np.int32(-1), len(rows)), [])
        nothing = np.broadcast_to(np.float64(np.nan), len(rows))
        return Table(
            name,
            rows,
            {
                c: Texts(self._joined(c), list(self._codes.pop(c))) if c in self._parts else empty
                for c in TEXTS
            },
            {c: self._joined(c) if c in self._parts else nothing for c in NUMBERS},
            sound,
        )

    def _refuse(self, column: str, rows: pl.Series, cells: pl.Series) -> None:
        for place in cells.is_not_null().arg_true().to_list():
            self._refused[column].append((rows[place], cells[place]))

    def _joined(self, column: str) -> NDArray[Any]:
        return np.concatenate(self._parts.pop(column))


def _encoded(column: pl.Series, codes: dict[str, int]) -> Codes:
    """The codes of texts, -1 for none; new texts get the next codes."""
    categories = column.cast(pl.Categorical)
    names = categories.unique(maintain_order=True).drop_nulls()
    known = [codes.setdefault(name, len(codes)) for name in names.cast(pl.String)]
    own = names.to_physical().to_numpy()
    order = np.argsort(own)
    table = np.array([*known, -1], np.int32)[np.append(order, len(known))]
    physical = categories.to_physical()
    places = np.searchsorted(own[order], physical.fill_null(0).to_numpy())
    places[physical.is_null().to_numpy()] = len(known)
    encoded: Codes = table[places]
    return encoded


def _open_csv(path: Path, notes: list[str]) -> _Source:
    headers, separator = read_header(path)
    if separator != ",":
        said = {";": "semicolons; a comma may be the decimal point", "\t": "tabs"}[separator]
        notes.append(f"{path.name}: its columns are separated by {said}")
    return _Source(headers, read_blocks(path, len(headers), separator), separator == ";")


def _open_parquet(path: Path) -> _Source:
    try:
        scan = pl.scan_parquet(path)
        schema = scan.collect_schema()
        height = scan.select(pl.len()).collect().item()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"{path}: not a readable Parquet file ({error}). Write it again.") from error
    headers = list(schema)
    wanted = {column.name for column in COLUMNS}
    for name, kind in schema.items():
        if name in wanted and not _readable(kind):
            raise DataError(
                f"{path}, column '{name}': of type {kind}; expected text, numbers, booleans or lists of these"
            )
    named = [
        (_plain(pl.col(name), kind) if name in wanted else pl.lit(None, pl.String)).alias(str(place))
        for place, (name, kind) in enumerate(schema.items())
    ]

    def frames() -> Iterator[pl.DataFrame]:
        for start in range(0, height, CHUNK):
            try:
                part = scan.slice(start, CHUNK).select(named).collect()
            except (OSError, pl.exceptions.PolarsError) as error:
                raise DataError(f"{path}: rows from {start + 1} cannot be read ({error})") from error
            rows = np.arange(start + 1, start + 1 + part.height)
            yield part.with_columns(pl.Series(ROW, rows), pl.lit(None, pl.String).alias(TOO_MANY))

    return _Source(headers, frames())


def _readable(kind: DataType | DataTypeClass) -> bool:
    if isinstance(kind, pl.List):
        return _readable(kind.inner)
    return kind.is_numeric() or any(kind == other for other in _TEXTUAL)


def _plain(values: pl.Expr, kind: DataType | DataTypeClass) -> pl.Expr:
    """Values as the texts that a CSV file would hold: 3.0 is "3", NaN is empty, a list is joined."""
    if isinstance(kind, pl.List):
        return values.list.eval(_plain(pl.element(), kind.inner).fill_null("")).list.join(SEPARATOR)
    if not kind.is_float():
        return values.cast(pl.String)
    whole = values.cast(pl.Int64, strict=False)
    text = pl.when(whole == values).then(whole.cast(pl.String)).otherwise(values.cast(pl.String))
    return pl.when(values.is_not_nan()).then(text)


def _known(path: Path, headers: Sequence[str], complaints: Complaints) -> dict[str, str]:
    """Known column -> its name in the frames."""
    wanted = [column.name for column in COLUMNS]
    twice = sorted({name for name in headers if name in wanted and headers.count(name) > 1})
    if twice:
        raise DataError(f"{path}: column '{twice[0]}' is there twice; name each once")
    known = {name: str(place) for place, name in enumerate(headers) if name in wanted}
    odd = [name for name in headers if name and name not in wanted]
    missing = [name for name in REQUIRED if name not in known]
    if missing:
        raise DataError(
            f"{path}: column '{missing[0]}' is missing. Found: {', '.join(filter(None, headers)) or 'none'}; "
            f"required: {', '.join(REQUIRED)}"
        )
    for name in odd:
        complaints.say(f"column '{name}' is unknown and not read; {did_you_mean(name, wanted)}")
    return known


def _stripped(frame: pl.DataFrame, known: Mapping[str, str]) -> pl.DataFrame:
    """The known columns by their names, white space taken off; rows in which nothing stands are left out."""
    texts = {name: pl.col(place).str.strip_chars() for name, place in known.items()}
    cells = [pl.when(text != "").then(text).alias(name) for name, text in texts.items()]
    anything = pl.any_horizontal(pl.col([*known, TOO_MANY]).is_not_null())
    return frame.select(ROW, TOO_MANY, *cells).filter(anything)


def _unreadable(cells: Sequence[str], expected: str) -> Callable[[int], str]:
    return lambda i: found(cells[i], expected)
