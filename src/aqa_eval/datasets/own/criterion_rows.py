"""The criteria that a table defines: each in the rows that name it, its texts in one of them or in all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from aqa_eval.datasets.own.columns import SEPARATOR
from aqa_eval.datasets.own.rows import Sieve, settle
from aqa_eval.measures.clusters import IntArray
from aqa_eval.vocabulary import Criterion, Scale

DEFINING = ("action", "requirement", "fault", "question", "options", "minimum", "maximum", "unit")
"""The columns that say what a criterion is; what one row says holds for all rows of the criterion."""
MOST_OPTIONS = 26


class _FlawError(Exception):
    """Why a criterion cannot be used: the column, and what stands there and should."""

    def __init__(self, column: str, words: str) -> None:
        super().__init__(words)
        self.column = column


def read_criteria(sieve: Sieve) -> Mapping[int, Criterion]:
    """Code of the criterion -> the criterion. Rows that contradict an earlier one are refused, as are all
    rows of a criterion that is not wholly defined.
    """
    table = sieve.table
    column = table.texts["criterion"]
    group, names = column.codes, column.names
    sieve.refuse("criterion", group < 0, "the short name of what is judged")
    firsts: dict[str, IntArray] = {}
    for name in DEFINING:
        values = table.texts[name].codes if name in table.texts else table.numbers[name]
        first, odd = settle(group, values, len(names), sieve.usable)
        firsts[name] = first
        _refuse_contradictions(sieve, name, odd, first)
    criteria: dict[int, Criterion] = {}
    used = np.unique(group[sieve.usable])
    for code in used.tolist():
        cells = {c: sieve.cell(c, int(first[code])) for c, first in firsts.items() if first[code] >= 0}
        try:
            criteria[code] = _criterion(names[code], cells)
        except _FlawError as flaw:
            rows = np.flatnonzero(group == code)
            sieve.refuse_as_one(flaw.column, rows, f"criterion '{names[code]}': {flaw}")
    _fill_actions(sieve, firsts["action"])
    return criteria


def _fill_actions(sieve: Sieve, first: IntArray) -> None:
    """Where a row names no action it is the one of its criterion."""
    action, group = sieve.table.texts["action"], sieve.table.texts["criterion"].codes
    of_criterion = np.where(first >= 0, action.codes[np.maximum(first, 0)], -1)
    known = of_criterion[np.maximum(group, 0)] if len(of_criterion) else action.codes
    sieve.fill("action", np.where((action.codes < 0) & (group >= 0), known, action.codes).astype(np.int32))


def _refuse_contradictions(sieve: Sieve, column: str, odd: IntArray, first: IntArray) -> None:
    if not len(odd):
        return
    group = sieve.table.texts["criterion"].codes

    def expected(row: int) -> str:
        earlier = int(first[group[row]])
        return f"{sieve.cell(column, earlier)!r}, as in row {sieve.table.rows[earlier]} of the same criterion"

    sieve.refuse(column, odd, expected)


def _criterion(name: str, cells: Mapping[str, str]) -> Criterion:
    """Raises _FlawError."""
    missing = [] if "action" in cells else ["action"]
    options = _options(cells["options"]) if "options" in cells else ()
    scaled = "minimum" in cells or "maximum" in cells
    if options and scaled:
        raise _FlawError("options", "has both options and a scale; expected one of the two")
    missing += [c for c in ("minimum", "maximum") if scaled and c not in cells]
    missing += [c for c in (("question",) if options else ("requirement", "fault")) if c not in cells]
    if missing:
        has = "options" if options else "a scale" if scaled else "neither options nor a scale"
        raise _FlawError(
            missing[0], f"found nothing; with {has} it needs {', '.join(missing)} in one of its rows"
        )
    return Criterion(
        id=name,
        action=cells["action"],
        requirement=cells.get("requirement", ""),
        fault=cells.get("fault", ""),
        scale=_scale(cells) if scaled else None,
        question=cells.get("question", ""),
        options=options,
    )


def _scale(cells: Mapping[str, str]) -> Scale:
    minimum, maximum = float(cells["minimum"]), float(cells["maximum"])
    if minimum >= maximum:
        raise _FlawError("maximum", f"found {maximum:g}; expected more than the minimum {minimum:g}")
    return Scale(minimum, maximum, cells.get("unit", "points"))


def _options(text: str) -> tuple[str, ...]:
    options = tuple(option.strip() for option in text.split(SEPARATOR))
    distinct = {option.casefold() for option in options}
    if not 2 <= len(options) <= MOST_OPTIONS or len(distinct) < len(options) or "" in distinct:
        raise _FlawError(
            "options",
            f"found {text!r}; expected 2 to {MOST_OPTIONS} different options separated by {SEPARATOR!r}",
        )
    return options
