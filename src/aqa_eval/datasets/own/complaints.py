"""What is wrong with the rows of a table, written out only when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

AnyRows = NDArray[np.integer[Any]]


class Complaints(Sequence[str]):
    """Sentences about rows: "table.csv row 17, column 'label': found 'maybe'; ...".

    Of a million bad rows it holds a million numbers, not a million sentences.
    """

    def __init__(self, table: str) -> None:
        """`table` is the file's name."""
        self._table = table
        self._blocks: list[Callable[[int], str]] = []
        self._ends: list[int] = []

    def say(self, sentence: str) -> None:
        """Complain about the table as a whole."""
        self._add(1, lambda _: f"{self._table}: {sentence}")

    def add(self, column: str, rows: AnyRows, words: Callable[[int], str]) -> None:
        """Complain about `rows` (numbers as a spreadsheet shows them); `words(i)` is about the i-th of them.

        An empty `column` is about the whole row.
        """
        numbers = np.array(rows, np.uint32)
        where = f", column '{column}'" if column else ""
        self._add(len(numbers), lambda i: f"{self._table} row {numbers[i]}{where}: {words(i)}")

    def _add(self, count: int, sentence: Callable[[int], str]) -> None:
        if count:
            self._ends.append(len(self) + count)
            self._blocks.append(sentence)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        block = int(np.searchsorted(self._ends, place, side="right"))
        return self._blocks[block](place - (self._ends[block - 1] if block else 0))


def found(text: str, expected: str) -> str:
    """The words about a cell that holds something else than it should, so that its row is left out."""
    what = f"found {text!r}" if text else "found nothing"
    return f"{what}; expected {expected}; left out"
