"""The truth in each row: a fault, an option, a score or the better of two, with what the raters said."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from aqa_eval.datasets.own.columns import ANSWERS, CORRECT, FAULTY, SEPARATOR
from aqa_eval.datasets.own.rows import Sieve, Values, distinct
from aqa_eval.measures.clusters import BoolArray, FloatArray, IntArray
from aqa_eval.vocabulary import FIRST, SECOND, Criterion, Task

WORDS = f"{', '.join(FAULTY)} where the fault is there, {', '.join(CORRECT)} where it is not"


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings of rows: those of row i are `values[starts[i]:stops[i]]`, NaN where a rater said nothing."""

    values: FloatArray
    starts: IntArray
    stops: IntArray

    def of(self, rows: IntArray) -> Ratings:
        """The ratings of some rows."""
        return Ratings(self.values, self.starts[rows], self.stops[rows])


def read_truths(sieve: Sieve, criteria: Mapping[int, Criterion], single: BoolArray) -> FloatArray:
    """The truth of each row (n,) that is about a `single` clip: 1 or 0 for a fault, the option's place
    counted from 0, or the score; NaN elsewhere. Rows without one are refused.
    """
    table = sieve.table
    truth = np.full(len(table), np.nan)
    label, score = table.texts["label"], table.numbers["score"]
    for task, rows, criterion in _by_criterion(sieve, criteria, single):
        if task is Task.SCORE:
            scale = criterion.scale
            if scale is None:
                raise TypeError(f"criterion '{criterion.id}' is scored and has no scale")
            inside = (score[rows] >= scale.minimum) & (score[rows] <= scale.maximum)
            sieve.refuse("score", rows[~inside], f"a number from {scale.minimum:g} to {scale.maximum:g}")
            truth[rows[inside]] = score[rows[inside]]
            sieve.tell("label", rows[label.codes[rows] >= 0], _unused("a score has its truth in 'score'"))
            continue
        places = _places(criterion)
        names = label.names
        meant = np.full(len(names) + 1, np.nan)
        for code in np.unique(label.codes[rows]).tolist():
            if code >= 0:
                meant[code] = places(names[code])
        truth[rows] = meant[label.codes[rows]]
        sieve.refuse("label", rows[np.isnan(truth[rows])], _expected(criterion))
        sieve.tell("score", rows[~np.isnan(score[rows])], _unused("its criterion has no scale"))
    return truth


def _by_criterion(
    sieve: Sieve, criteria: Mapping[int, Criterion], among: BoolArray
) -> list[tuple[Task, IntArray, Criterion]]:
    """Task, usable rows and criterion of each criterion, by one sort."""
    codes = sieve.table.texts["criterion"].codes
    rows = np.flatnonzero(sieve.usable & among)
    rows = rows[np.argsort(codes[rows], kind="stable")]
    used, starts = np.unique(codes[rows], return_index=True)
    parts = np.split(rows, starts[1:])
    return [(criteria[c].task, part, criteria[c]) for c, part in zip(used.tolist(), parts, strict=True)]


def _unused(why: str) -> Callable[[int], str]:
    return lambda _: f"not used: {why}"


def _expected(criterion: Criterion) -> str:
    if not criterion.options:
        return WORDS
    return f"one of the options {', '.join(criterion.options)}, or its number from 1"


def _places(criterion: Criterion) -> Callable[[str], float]:
    """The reader of a label or rating: 1 or 0 for a fault, an option's place; NaN where it is none."""
    if not criterion.options:
        return lambda text: float(ANSWERS.get(text.casefold(), np.nan))
    count = len(criterion.options)
    numbers = {f"{n}{ending}": n - 1 for n in range(1, count + 1) for ending in ("", ".0")}
    places = numbers | {option.casefold(): n for n, option in enumerate(criterion.options)}
    return lambda text: float(places.get(text.casefold(), np.nan))


def _number_within(criterion: Criterion) -> Callable[[str], float]:
    scale = criterion.scale

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            return float("nan")
        return value if scale is not None and scale.minimum <= value <= scale.maximum else float("nan")

    return read


def read_ratings(sieve: Sieve, criteria: Mapping[int, Criterion], single: BoolArray) -> Ratings | None:
    """What the raters said in each row, in the form of its truth; None where no row has ratings.

    An option counts as its place from 0. A rating that cannot be read is complained about, and the row is
    used without ratings.
    """
    column = sieve.table.texts["ratings"]
    if not len(column.names):
        return None
    values = array("d")
    starts = np.zeros(len(sieve.table), np.int64)
    stops = np.zeros(len(sieve.table), np.int64)
    for task, every, criterion in _by_criterion(sieve, criteria, single):
        rows = every[column.codes[every] >= 0]
        read = _number_within(criterion) if task is Task.SCORE else _places(criterion)
        used, which = np.unique(column.codes[rows], return_inverse=True)
        bounds = np.zeros((len(used), 2), np.int64)
        for place, text in enumerate(column.names[code] for code in used.tolist()):
            said = _said(text, read)
            if said is None:
                bounds[place] = -1
                continue
            bounds[place] = len(values), len(values) + len(said)
            values.extend(said)
        broken = rows[bounds[which, 0] < 0]
        sieve.tell("ratings", broken, _unread(sieve, criterion))
        starts[rows], stops[rows] = np.maximum(bounds[which], 0).T
    return Ratings(np.asarray(values, np.float64), starts, stops)


def _said(text: str, read: Callable[[str], float]) -> list[float] | None:
    """Ratings in order, NaN for a rater who said nothing; None where one cannot be read."""
    said = []
    for part in text.split(SEPARATOR):
        word = part.strip()
        value = read(word) if word else float("nan")
        if word and math.isnan(value):
            return None
        said.append(value)
    return said


def _unread(sieve: Sieve, criterion: Criterion) -> Callable[[int], str]:
    scale = criterion.scale
    each = f"a number from {scale.minimum:g} to {scale.maximum:g}" if scale else _expected(criterion)
    return lambda row: (
        f"found {sieve.cell('ratings', row)!r}; expected for each rater {each}, separated by {SEPARATOR!r}; "
        "used without ratings"
    )


def refuse_repeated(sieve: Sieve, column: str, keys: list[Values], truth: Values, among: BoolArray) -> None:
    """Refuse the rows that repeat an earlier one, and all of those that contradict each other.

    `keys` are columns (n,) that are equal where rows are about the same; `truth` (n,) is what stands in
    `column`. Only rows of `among` are looked at.
    """
    rows = np.flatnonzero(sieve.usable & among)
    if not len(rows):
        return
    group, first = distinct([key[rows] for key in keys])
    said = truth[rows]
    odd = np.zeros(len(first), np.bool_)
    odd[group[said != said[first[group]]]] = True
    earlier = rows[first[group]]
    of_row = np.full(len(sieve.table), -1, np.int64)
    of_row[rows] = earlier
    again = np.arange(len(rows)) != first[group]
    number = sieve.table.rows
    contradictory = odd[group]
    sieve.refuse(
        column,
        rows[contradictory & again],
        lambda row: (
            f"{sieve.cell(column, int(of_row[row]))!r}, as row {number[of_row[row]]} says of the same"
        ),
    )
    firsts = rows[contradictory & ~again]
    sieve.refuse(column, firsts, "the same in all rows about this; a later row contradicts it")
    sieve.refuse(
        "criterion",
        rows[again & ~contradictory],
        lambda row: f"one row for each clip and criterion; row {number[of_row[row]]} says the same",
    )


def read_better(sieve: Sieve, pair: BoolArray) -> Values:
    """0 where the first clip of a comparison is the better one, 1 where the second is; -1 elsewhere."""
    column = sieve.table.texts["better"]
    meant = np.full(len(column.names) + 1, -1, np.int64)
    for code, name in enumerate(column.names):
        meant[code] = {FIRST: 0, SECOND: 1}.get(name.casefold(), -1)
    better: Values = meant[column.codes]
    sieve.refuse("better", pair & (better < 0), f"{FIRST} or {SECOND}")
    return better
