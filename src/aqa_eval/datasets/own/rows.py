"""Rows in groups: what they agree on, and which contradict. Rows are sieved without looking at each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aqa_eval.datasets.own.complaints import Complaints, found
from aqa_eval.datasets.own.table import Table, Texts
from aqa_eval.measures.clusters import BoolArray, IntArray

Values = NDArray[Any]


class Sieve:
    """The rows of a table that are still in use: `usable` (n,). Who is refused is complained about."""

    def __init__(self, table: Table, complaints: Complaints) -> None:
        self.table = table
        self.usable: BoolArray = table.sound.copy()
        self._complaints = complaints

    def refuse(self, column: str, where: BoolArray | IntArray, expected: str | Callable[[int], str]) -> None:
        """Leave out rows (a mask or indices) because of what stands in `column`.

        What was expected there is said once for all rows, or of each row's index.
        """
        rows = self._still_used(where)
        wanted = (lambda _: expected) if isinstance(expected, str) else expected
        self._complaints.add(
            column,
            self.table.rows[rows],
            lambda i: found(self.cell(column, int(rows[i])), wanted(int(rows[i]))),
        )
        self.usable[rows] = False

    def tell(self, column: str, where: BoolArray | IntArray, words: Callable[[int], str]) -> None:
        """Complain about rows that stay in use; `words` are about the row of an index."""
        rows = self._still_used(where)
        self._complaints.add(column, self.table.rows[rows], lambda i: words(int(rows[i])))

    def refuse_as_one(self, column: str, rows: IntArray, words: str) -> None:
        """Leave out many rows for one reason, said once at the first of them."""
        rows = self._still_used(rows)
        if len(rows):
            told = f"{words}; {len(rows)} row{'s' if len(rows) > 1 else ''} left out"
            self._complaints.add(column, self.table.rows[rows[:1]], lambda _: told)
            self.usable[rows] = False

    def fill(self, column: str, codes: NDArray[np.int32]) -> None:
        """Put other codes into a column of texts."""
        texts = dict(self.table.texts)
        texts[column] = Texts(codes, texts[column].names)
        self.table = replace(self.table, texts=texts)

    def cell(self, column: str, row: int) -> str:
        """What stands in a cell, as a message shows it."""
        if column in self.table.texts:
            return self.table.texts[column].at(row)
        value = float(self.table.numbers[column][row])
        return "" if np.isnan(value) else f"{int(value) if value.is_integer() else value}"

    def _still_used(self, where: BoolArray | IntArray) -> IntArray:
        rows = np.flatnonzero(where) if where.dtype == np.bool_ else np.unique(where)
        used: IntArray = rows[self.usable[rows]].astype(np.int64)
        return used


def empty(values: Values) -> BoolArray:
    """Which cells are empty: code -1, or not a number."""
    blank: BoolArray = np.isnan(values) if values.dtype.kind == "f" else values < 0
    return blank


def settle(group: NDArray[Any], values: Values, count: int, among: BoolArray) -> tuple[IntArray, IntArray]:
    """The first index of each group (count,) with a value, -1 where none has one, and the indices of those
    of `among` whose value is another.
    """
    known = np.flatnonzero(among & ~empty(values))
    first = np.full(count, -1, np.int64)
    first[group[known[::-1]]] = known[::-1]
    return first, known[values[known] != values[first[group[known]]]]


def distinct(columns: Sequence[Values]) -> tuple[NDArray[np.int32], IntArray]:
    """Codes (n,) of equal rows of the columns, in the order of their first index, and these (m,).

    As `numpy.unique` with all its answers, in a third of the memory.
    """
    keys = np.zeros(len(columns[0]), np.int64)
    for values in columns:
        if not empty(values).all():
            own = np.unique(values)  # all NaN count as one, and are greater than any number
            keys *= len(own)
            keys += np.searchsorted(own, values)
    order = np.argsort(keys, kind="stable")
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = np.diff(keys[order]) != 0
    del keys
    first = order[fresh]
    rank = np.empty(len(first), np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    codes = np.empty(len(order), np.int32)
    codes[order] = rank[np.cumsum(fresh, dtype=np.int32) - 1]
    return codes, np.sort(first)


def merged(first: Texts, second: Texts) -> tuple[NDArray[np.int32], NDArray[np.int32], list[str]]:
    """The codes of two columns of texts into one list of names."""
    names = list(first.names)
    places = {name: code for code, name in enumerate(names)} if len(second.names) else {}
    table = np.full(len(second.names) + 1, -1, np.int32)
    for code, name in enumerate(second.names):
        if name not in places:
            places[name] = len(names)
            names.append(name)
        table[code] = places[name]
    return first.codes, table[second.codes], names
