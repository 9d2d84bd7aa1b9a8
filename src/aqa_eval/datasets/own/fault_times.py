"""When a fault can be seen, in each row that says that it is there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from aqa_eval.datasets.own.rows import Sieve
from aqa_eval.measures.clusters import BoolArray, FloatArray
from aqa_eval.vocabulary import Criterion, Task

START, END = "fault_start", "fault_end"


def read_fault_times(sieve: Sieve, criteria: Mapping[int, Criterion], truth: FloatArray) -> FloatArray | None:
    """From when to when the fault of each row shows (n, 2), in seconds from the clip's start, NaN where no
    time is given; None where no row has one. `truth` (n,) is 1 where a fault is there.

    Times that cannot be are complained about, and the row is used without them.
    """
    numbers, table = sieve.table.numbers, sieve.table
    start, end = numbers[START], numbers[END]
    given = ~np.isnan(start) | ~np.isnan(end)
    if not given.any():
        return None
    kind = table.texts["criterion"].codes
    verified = np.isin(kind, [code for code, c in criteria.items() if c.task is Task.VERIFY])
    length = numbers["end"] - numbers["start"]
    faulty: BoolArray = verified & (truth == 1)
    both = faulty & ~np.isnan(start) & ~np.isnan(end)
    _tell(sieve, START, given & ~faulty, "nothing, since the row does not say that a fault is there")
    _tell(sieve, END, faulty & np.isnan(end) & given, f"a number, since '{START}' has one")
    _tell(sieve, START, faulty & np.isnan(start) & given, f"a number, since '{END}' has one")
    _tell(sieve, START, both & (start < 0), "0 or more seconds")
    _tell(sieve, END, both & (end <= start), f"more than '{START}'")
    _tell(sieve, END, both & (end > length), "a time within the clip, counted from its own start")
    sound = both & (start >= 0) & (end > start) & ~(end > length)
    return np.where(sound[:, None], np.stack([start, end], axis=1), np.nan)


def _tell(sieve: Sieve, column: str, where: BoolArray, expected: str) -> None:
    def words(row: int) -> str:
        cell = sieve.cell(column, row)
        return f"found {repr(cell) if cell else 'nothing'}; expected {expected}; used without the times"

    sieve.tell(column, where, words)
