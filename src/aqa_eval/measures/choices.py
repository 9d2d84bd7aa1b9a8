"""Choices among named answers: mean recall over the classes of a criterion, as chance-corrected accuracy.

With K classes present in the truth, always giving one answer recalls one class wholly and the others never:
1/K on average, whatever the prevalence. So balanced accuracy is put on a scale on which that is 0 and 1 is
perfect: (BA - 1/K) / (1 - 1/K). With K = 2 this is Youden's J, 2 BA - 1.

Rows may belong to two clusters (a comparison of two people): see `aqa_eval.measures.crossed`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, IntArray, coded
from aqa_eval.measures.crossed import Between, Crossed, OfSums
from aqa_eval.measures.crossed_means import ALIKE, quotients, still_slack
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import Identity
from aqa_eval.measures.rates import Sum, measure_sums, tally
from aqa_eval.measures.resampling import Measure, Resampling, Target, critical

LEAST_CLUSTERS = 2
"""A class that fewer clusters show cannot be told from its cluster: its criterion is left out."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One row an answered trial, all arrays (n,): was it right, which class is true, of which criterion,
    from which cluster, and from which second cluster (the same one where there is none).
    """

    right: BoolArray
    truth: IntArray
    criterion: IntArray
    criteria: tuple[str, ...]
    cluster: IntArray
    second: IntArray
    clusters: int

    @property
    def between(self) -> Between:
        """The two clusters of every row."""
        return Between(self.cluster, self.second, self.clusters)

    @classmethod
    def of(
        cls,
        truth: Sequence[str],
        said: Sequence[str],
        criterion: Sequence[str],
        cluster: Sequence[str],
        second: Sequence[str | None] | None = None,
    ) -> Choices:
        """Choices from names. Raises ValueError where the columns differ in length."""
        lengths = {len(truth), len(said), len(criterion), len(cluster), len(second or cluster)}
        if len(lengths) > 1:
            raise ValueError(f"choices need columns of one length, found lengths {sorted(lengths)}")
        others = [b if b is not None else a for a, b in zip(cluster, second or cluster, strict=True)]
        names, codes = np.unique(np.array([*cluster, *others], dtype=str), return_inverse=True)
        criteria, which = np.unique(np.array(criterion, dtype=str), return_inverse=True)
        n = len(truth)
        return cls(
            np.array(truth, dtype=str) == np.array(said, dtype=str),
            coded(np.asarray(truth, dtype=str)),
            which.astype(np.int64),
            tuple(str(name) for name in criteria),
            codes[:n].astype(np.int64),
            codes[n:].astype(np.int64),
            len(names),
        )


@dataclass(frozen=True, slots=True)
class Skill:
    """Chance-corrected accuracy: `overall` is the unweighted mean over the criteria that can be estimated,
    `criteria` each one by name; `left_out` names those of which no two classes are in two clusters each.
    """

    overall: Estimate
    criteria: Mapping[str, Estimate]
    left_out: tuple[str, ...]


def skill(choices: Choices, plan: Resampling) -> Skill:
    """Chance-corrected balanced accuracy of the choices, all criteria under the same resamples.

    A class must be true in two clusters or more to count; a resample that loses a class counts as the worst
    for either limit of its criterion.
    """
    cells = _cells(choices)
    used = [place for place in range(len(choices.criteria)) if cells.classes[place] > 1]
    left_out = tuple(name for place, name in enumerate(choices.criteria) if place not in used)
    silent = impossible("no two of its classes are in two clusters each", len(choices.right), 0)
    if not used:
        return Skill(silent, dict.fromkeys(choices.criteria, silent), left_out)
    overall, *each = _measure(cells, _places(used), plan).estimates(plan)
    found = {choices.criteria[place]: estimate for place, estimate in zip(used, each, strict=True)}
    return Skill(overall, {name: found.get(name, silent) for name in choices.criteria}, left_out)


def headline(choices: Choices, plan: Resampling) -> Measure | Crossed | None:
    """The mean chance-corrected accuracy over the criteria that can be estimated, as a measure that others
    can be subtracted from: of rows between two clusters if any are. None where no criterion can be estimated.
    """
    cells = _cells(choices)
    used = [place for place in range(len(choices.criteria)) if cells.classes[place] > 1]
    return _measure(cells, [used], plan) if used else None


def _measure(cells: _Cells, places: Sequence[Sequence[int]], plan: Resampling) -> Measure | Crossed:
    """The mean over the criteria of each of `places`, an output each."""
    within = bool((cells.choices.cluster == cells.choices.second).all())
    return _within(cells, places, plan) if within else _across(cells, places, plan)


def _within(cells: _Cells, places: Sequence[Sequence[int]], plan: Resampling) -> Measure:
    """Where every row has one cluster: sums of rates, with the exact bound of a judge that is right in every
    cluster.
    """
    choices = cells.choices
    used = list(dict.fromkeys(place for chosen in places for place in chosen))
    groups = [(place, rows) for place in used for rows in cells.rows[place]]
    cell = np.full(len(choices.right), -1, np.int64)
    for code, (_, rows) in enumerate(groups):
        cell[rows] = code
    rates = tally(
        choices.right.astype(np.float64),
        cell,
        len(groups),
        np.arange(len(cell)),
        Clusters(choices.cluster, choices.clusters),
    )
    owners = np.array([place for place, _ in groups])
    sums = []
    for chosen in places:
        # (mean recall - 1/K) / (1 - 1/K) is (the sum of the K recalls - 1) / (K - 1).
        share = {place: 1.0 / (cells.classes[place] - 1.0) / len(chosen) for place in chosen}
        coefficients = np.array([share.get(int(owner), 0.0) for owner in owners])
        sums.append(Sum(coefficients, -sum(share.values()), (-sum(share.values()), 1.0)))
    measure = measure_sums(rates, Identity(), sums, plan)
    floors = [_noise_floor(cells, chosen, _support(cells, chosen), plan) for chosen in places]
    targets = (replace(t, noise_floor=floor) for t, floor in zip(measure.targets, floors, strict=True))
    return replace(measure, targets=tuple(targets))


def _across(cells: _Cells, places: Sequence[Sequence[int]], plan: Resampling) -> Crossed:
    """Where rows lie between two clusters."""
    choices = cells.choices

    used = list(dict.fromkeys(place for chosen in places for place in chosen))
    ends = np.cumsum([2 * cells.classes[place] for place in used])
    columns = np.concatenate([_columns(cells, place) for place in used], axis=1)

    def of(sums: FloatArray) -> FloatArray:
        parts = np.split(sums, ends[:-1], axis=1)
        each = {place: _corrected(part) for place, part in zip(used, parts, strict=True)}
        whole: FloatArray = np.stack(
            [np.mean([each[place] for place in chosen], axis=0) for chosen in places], axis=1
        )
        return whole

    targets = tuple(_target(choices, cells, chosen, plan) for chosen in places)
    bearing = np.zeros((len(targets), len(choices.right)))
    for row, chosen in zip(bearing, places, strict=True):
        for rows in (rows for place in chosen for rows in cells.rows[place]):
            row[rows] = 1.0 / len(rows)
    return Crossed(OfSums(columns, of), choices.between, targets, bearing)


def _places(used: Sequence[int]) -> list[list[int]]:
    """The criteria of every estimate: all together, then each."""
    return [list(used), *([place] for place in used)]


@dataclass(frozen=True, slots=True)
class _Cells:
    """The rows of each (criterion, class) that counts: for each criterion its cells, each its rows."""

    rows: tuple[tuple[IntArray, ...], ...]
    choices: Choices

    @property
    def classes(self) -> list[int]:
        return [len(cells) for cells in self.rows]


def _cells(choices: Choices) -> _Cells:
    rows = []
    for place in range(len(choices.criteria)):
        own = np.flatnonzero(choices.criterion == place)
        by_class = (own[choices.truth[own] == code] for code in np.unique(choices.truth[own]))
        rows.append(tuple(cell for cell in by_class if _carriers(choices, cell) >= LEAST_CLUSTERS))
    return _Cells(tuple(rows), choices)


def _carriers(choices: Choices, rows: IntArray) -> int:
    """How many clusters the rows rest on: of comparisons across clusters, those that stand in them."""
    return len(np.union1d(choices.cluster[rows], choices.second[rows]))


def _columns(cells: _Cells, place: int) -> FloatArray:
    """Columns (n, 2 K) of a criterion whose sums are the right answers of each class, and all of each."""
    member = np.zeros((len(cells.choices.right), cells.classes[place]))
    for code, rows in enumerate(cells.rows[place]):
        member[rows, code] = 1.0
    return np.concatenate([member * cells.choices.right[:, None], member], axis=1)


def _corrected(sums: FloatArray) -> FloatArray:
    """(BA - 1/K) / (1 - 1/K) of one criterion from sums (R, 2 K) of such columns: (R,)."""
    classes = sums.shape[1] // 2
    recalls = quotients(sums[:, :classes], sums[:, classes:])
    chance = 1.0 / classes
    corrected: FloatArray = (recalls.mean(axis=1) - chance) / (1.0 - chance)
    return corrected


def _target(choices: Choices, cells: _Cells, places: Sequence[int], plan: Resampling) -> Target:
    rows = np.concatenate([rows for place in places for rows in cells.rows[place]])
    support = _support(cells, places)
    # (mean recall - 1/K) / (1 - 1/K) is at least -1/(K - 1).
    least = -sum(1.0 / (cells.classes[place] - 1.0) for place in places) / len(places)
    return Target(
        n=len(rows),
        clusters=_carriers(choices, rows),
        support=support,
        bounds=(least, 1.0),
        scale="fisher",
        slack=_slack(cells, places, plan),
        allowance=ALIKE,
        noise_floor=_noise_floor(cells, places, support, plan),
        undefined="a class of the truth is missing",
    )


def _slack(cells: _Cells, places: Sequence[int], plan: Resampling) -> tuple[float, float]:
    """What to allow below for classes always right, and above for classes never right."""
    choices = cells.choices
    groups = [(place, rows) for place in places for rows in cells.rows[place]]
    share = np.array([1.0 / (cells.classes[place] - 1.0) / len(places) for place, _ in groups])
    slacks = []
    for alike in (True, False):
        cell = np.full(len(choices.right), -1, np.int64)
        coefficient = np.zeros(len(groups))
        for code, (_, rows) in enumerate(groups):
            if (choices.right[rows] == alike).all():
                cell[rows], coefficient[code] = code, share[code]
        slacks.append(still_slack(coefficient, cell, choices.between, plan.tail))
    return slacks[0], slacks[1]


def _support(cells: _Cells, places: Sequence[int]) -> float:
    """How many clusters an estimate rests on: as many as the rarest class can vouch for."""
    every = [rows for place in places for rows in cells.rows[place]]
    least = min(_carriers(cells.choices, rows) for rows in every)
    most = max(cells.classes[place] for place in places)
    return float(min(_carriers(cells.choices, np.concatenate(every)), least * most))


def _noise_floor(cells: _Cells, places: Sequence[int], support: float, plan: Resampling) -> float:
    """Half-width for a judge that picks one of the K classes by chance, each row a draw of its own."""
    variance = 0.0
    for place in places:
        chance = 1.0 / cells.classes[place]
        per_class = sum(chance * (1.0 - chance) / len(rows) for rows in cells.rows[place]) * chance**2
        variance += per_class / (1.0 - chance) ** 2
    return min(critical(support, plan.level) * math.sqrt(variance) / len(places), 1.0)
