"""The same measure of the reference judges, put beside every finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from aqa_eval.vocabulary import Finding

REFERENCES = ("constant", "prior", "metadata", "pose-rules", "human")
"""Protocols whose judges are yardsticks. A simulated one calibrates the measures and is no yardstick."""

Place = tuple[str, ...]
PLACE = ("judge", "dataset", "task", "representation", "strategy", "frames", "setting")
"""What makes a way of asking a judge, by columns of the table."""

_SAME = ("dataset", "task", "criterion")
_WAY = ("representation", "strategy", "frames", "setting")


def narrowed(
    table: pl.DataFrame, seen: pl.DataFrame, find: Callable[[pl.DataFrame], list[Finding]]
) -> dict[Place, list[Finding]]:
    """What is found of the reference judges on the items that are left of a place of which clips were left
    out for want of a pose: else they would be measured by clips that the judge beside them was spared.

    `table` has all rows and `seen` those that count; `find` makes findings of rows.
    """
    before, after = (rows.group_by(PLACE, maintain_order=True).len() for rows in (table, seen))
    cut = before.join(after, on=PLACE, suffix="_seen", nulls_equal=True, maintain_order="left")
    made: dict[tuple[str, str, frozenset[str]], list[Finding]] = {}
    found: dict[Place, list[Finding]] = {}
    for row in cut.filter(pl.col("len_seen") < pl.col("len")).select(PLACE).iter_rows():
        place = tuple(str(part or "") for part in row)
        here = pl.all_horizontal(
            pl.col(name).fill_null("") == part for name, part in zip(PLACE, place, strict=True)
        )
        items = frozenset(seen.filter(here)["item"])
        _, dataset, task, *_ = place
        key = (dataset, task, items)
        if key not in made:
            same = (pl.col("dataset") == dataset) & (pl.col("task") == task)
            references = seen.filter(same & pl.col("protocol").is_in(REFERENCES))
            made[key] = find(references.filter(pl.col("item").is_in(list(items))))
        found[place] = made[key]
    return found


def with_baselines(
    findings: Sequence[Finding], narrow: Mapping[Place, Sequence[Finding]] | None = None
) -> list[Finding]:
    """Each finding with the estimates of the other reference judges on the same dataset and criterion.

    A reference judge asked in several ways stands beside the finding with the way it shares; if it was
    not asked in that way, with the first it was asked in. `narrow`: for places of which clips were left out,
    what is found of the references without them.
    """
    yardsticks: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        if finding.about["protocol"] in REFERENCES:
            yardsticks.setdefault(_kind(finding), []).append(finding)
    return [replace(f, baselines=_beside(f, _own(f, yardsticks, narrow or {}))) for f in findings]


def _own(
    finding: Finding,
    yardsticks: Mapping[tuple[str, ...], Sequence[Finding]],
    narrow: Mapping[Place, Sequence[Finding]],
) -> Sequence[Finding]:
    kept = narrow.get(tuple(finding.about[key] for key in PLACE))
    if kept is None:
        return yardsticks.get(_kind(finding), [])
    return [one for one in kept if one.about["protocol"] in REFERENCES and _kind(one) == _kind(finding)]


def _kind(finding: Finding) -> tuple[str, ...]:
    place = (finding.about[key] for key in _SAME)
    return (finding.name, finding.measure, finding.about.get("versus", ""), *place)


def _beside(finding: Finding, yardsticks: Sequence[Finding]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for same_way in (True, False):
        for yardstick in yardsticks:
            name = yardstick.about["judge"]
            shares = all(yardstick.about[key] == finding.about[key] for key in _WAY)
            if name != finding.about["judge"] and shares is same_way:
                found.setdefault(name, yardstick.estimate)
    return {y.about["judge"]: found[y.about["judge"]] for y in yardsticks if y.about["judge"] in found}
