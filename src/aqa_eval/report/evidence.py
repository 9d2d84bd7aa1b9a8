"""Findings put in rows: one row a place (judge, dataset, condition, ...), one cell a measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aqa_eval.report.contents import JudgeLine
from aqa_eval.report.glossary import order
from aqa_eval.vocabulary import Finding

Standing = Literal["above", "within", "at", "below", "unknown", "road"]
"""Where an interval lies; `road`: nowhere that tells of sight, see `aqa_eval.findings.roads`."""

_CRITERION = "criterion"
_EVERY_CRITERION = ("", "all")
_OF_THE_JUDGE = ("protocol",)  # axes that say nothing beside the judge's name


@dataclass(frozen=True, slots=True)
class Row:
    """One place and what was found there: measure -> finding."""

    judge: JudgeLine
    about: Mapping[str, str]
    cells: Mapping[str, Finding]

    @property
    def first(self) -> Finding:
        """The finding of the leading measure; its n, clusters and failures stand for the row."""
        return next(iter(self.cells.values()))

    def value(self, measure: str) -> float | None:
        """The estimate of `measure`, or else the part of that name of any finding here; None if neither."""
        found = self.cells.get(measure)
        if found is not None:
            return found.estimate
        return next((f.parts[measure] for f in self.cells.values() if measure in f.parts), None)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that make one table. `places` are the axes, apart from the judge, on which its rows differ."""

    measures: tuple[str, ...]
    places: tuple[str, ...]
    models: tuple[Row, ...]
    references: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, the models' first."""
        return self.models + self.references

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of all parts that the findings of these rows are made of, apart from second intervals."""
        named = (part for row in self.rows for finding in row.cells.values() for part in finding.parts)
        return tuple(part for part in dict.fromkeys(named) if not part.startswith("bootstrap_"))

    @property
    def failed(self) -> bool:
        """Whether any trial behind these rows failed."""
        return any(row.first.failures for row in self.rows)

    @property
    def planted(self) -> bool:
        """Whether any judge here has a planted value."""
        return any(f.planted is not None for row in self.rows for f in row.cells.values())

    @property
    def simulated(self) -> bool:
        """Whether any judge here is simulated."""
        return any(row.judge.simulated for row in self.rows)

    def place(self, row: Row) -> str:
        """The row's own place in words, without what all rows share."""
        return ", ".join(row.about[axis] for axis in self.places if row.about.get(axis))


def block(findings: Iterable[Finding], judges: Sequence[JudgeLine]) -> Block:
    """`findings` as one table: judges in their own order, models before references."""
    grouped: dict[tuple[tuple[str, str], ...], dict[str, Finding]] = {}
    for finding in findings:
        grouped.setdefault(tuple(sorted(finding.about.items())), {})[finding.measure] = finding
    known = {line.name: line for line in judges}
    rows = [_row(dict(about), cells, known) for about, cells in grouped.items()]
    rows = [row for line in judges for row in rows if row.judge is line] + [
        row for row in rows if row.judge.name not in known
    ]
    return Block(
        measures=tuple(sorted({m for row in rows for m in row.cells}, key=lambda m: (order(m), m))),
        places=_differing([row.about for row in rows]),
        models=tuple(row for row in rows if not row.judge.reference),
        references=tuple(row for row in rows if row.judge.reference),
    )


def _row(about: dict[str, str], cells: dict[str, Finding], known: Mapping[str, JudgeLine]) -> Row:
    name = about.pop("judge", "")
    ordered = dict(sorted(cells.items(), key=lambda pair: (order(pair[0]), pair[0])))
    return Row(known.get(name, JudgeLine(name, "")), about, ordered)


def _differing(places: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    axes = dict.fromkeys(axis for place in places for axis in place if axis not in _OF_THE_JUDGE)
    return tuple(axis for axis in axes if len({place.get(axis, "") for place in places}) > 1)


@dataclass(frozen=True, slots=True)
class Matrix:
    """One measure with a row a place and a column a judge; a cell is None where nothing was found."""

    judges: tuple[JudgeLine, ...]
    rows: tuple[tuple[str, tuple[Finding | None, ...]], ...]


def matrix(table: Block, measure: str) -> Matrix:
    """`table` turned: its places as rows, its judges as columns, one measure in the cells."""
    judges = tuple({row.judge.name: row.judge for row in table.rows}.values())
    places: dict[str, dict[str, Finding]] = {}
    for row in table.rows:
        if measure in row.cells:
            place = table.place(row) or row.about.get(_CRITERION, "")
            places.setdefault(place, {})[row.judge.name] = row.cells[measure]
    rows = tuple((place, tuple(cells.get(line.name) for line in judges)) for place, cells in places.items())
    return Matrix(judges, rows)


def named(findings: Iterable[Finding], *names: str) -> list[Finding]:
    """The findings whose failure mode is one of `names`."""
    return [finding for finding in findings if finding.name in names]


def overall(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that speak of all criteria together."""
    return [f for f in findings if f.about.get(_CRITERION, "") in _EVERY_CRITERION]


def by_criterion(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that speak of one criterion."""
    return [f for f in findings if f.about.get(_CRITERION, "") not in _EVERY_CRITERION]


def standing(finding: Finding) -> Standing:
    """Where the 95% interval lies against the chance line: a fact of the numbers, not a judgement.

    An interval may lack one end; `at` is the line itself, known exactly.
    """
    low, high, line = finding.low, finding.high, finding.chance
    if line is None or (low is None and high is None):
        return "unknown"
    if low is not None and low > line:
        return "above"
    if high is not None and high < line:
        return "below"
    return "at" if low == high == line else "within"


def recovered(finding: Finding) -> bool | None:
    """Whether the planted value lies in the interval; None where nothing was planted or nothing estimated."""
    if finding.planted is None or finding.low is None or finding.high is None:
        return None
    return finding.low <= finding.planted <= finding.high
