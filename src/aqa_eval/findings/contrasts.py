"""Ways of asking that differ in one thing: what a comparison of conditions is a comparison of.

A study varies one axis at a time or crosses them. Either way, two ways of one judge, dataset and task are
set against each other where they agree in every axis but one, and always one of them is at the plain value of
that axis: so many contrasts as ways, not as pairs of ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.setting import AXES, POOLED, sampling_text
from aqa_eval.vocabulary import Condition

PLACE = ("judge", "protocol", "dataset", "task")
WAY = ("representation", "strategy", "frames", *(axis for axis in AXES if axis not in POOLED))
"""Everything in which two ways of asking can differ, by its column."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One way of asking (`first`, at `value` of the axis) and the way it is held against (`second`, at
    `base`); apart from the axis they are alike.
    """

    axis: str
    value: str
    base: str
    first: Asked
    second: Asked

    @property
    def versus(self) -> str:
        """What the first way is held against, in words."""
        return in_words(self.axis, self.base)


@cache
def plain(axis: str) -> str:
    """The default of an axis as its column has it, in text."""
    condition = Condition()
    return sampling_text(condition.sampling) if axis == "frames" else str(getattr(condition, axis))


def in_words(axis: str, value: str) -> str:
    """An axis and its value: "perturbation none", "audio true"."""
    return f"{axis.replace('_', ' ')} {value.lower() if value in {'True', 'False'} else value}"


def axes(trials: Asked) -> dict[str, str]:
    """Every axis of a way with its value in text."""
    first = trials.rows.row(0, named=True)
    return {axis: str(first[axis] if first[axis] is not None else "") for axis in WAY}


def contrasts(
    ways: Sequence[Asked], axis: str, base: str | None = None, loose: Sequence[str] = ()
) -> Iterator[Contrast]:
    """Every way that is not at the `base` of `axis`, against the way that is and agrees in all else; in plan
    order. Ways without such a partner make none.

    `base`: by default the plain value of the axis or, where it was not asked so, the first. `loose` are axes
    that may differ too, since the axis itself decides them (without pictures there are no frames): of several
    partners the one that agrees in most of them is taken, then the plainest, then the first.
    """
    groups: dict[tuple[str, ...], list[tuple[Asked, dict[str, str]]]] = {}
    fixed = [name for name in WAY if name != axis and name not in loose]
    for trials in ways:
        own = axes(trials)
        key = (*(trials.way[name] for name in PLACE), *(own[name] for name in fixed))
        groups.setdefault(key, []).append((trials, own))
    for group in groups.values():
        against = _base([own[axis] for _, own in group], axis, base)
        partners = [(trials, own) for trials, own in group if own[axis] == against]
        for trials, own in group:
            if own[axis] != against and partners:
                closest, _ = max(partners, key=lambda other: _kinship(own, other[1], loose))
                yield Contrast(axis, own[axis], against, trials, closest)


def _base(values: Sequence[str], axis: str, wanted: str | None) -> str:
    if wanted is not None:
        return wanted
    return plain(axis) if plain(axis) in values else values[0]


def _kinship(own: Mapping[str, str], other: Mapping[str, str], loose: Sequence[str]) -> tuple[int, int]:
    """In how many loose axes two ways agree, and in how many the other is plain."""
    return (
        sum(own[name] == other[name] for name in loose),
        sum(other[name] == plain(name) for name in loose),
    )


def same_ways(ways: Sequence[Asked]) -> list[list[Asked]]:
    """The ways that are alike in dataset, task and every axis: one for each judge that was asked so, in plan
    order.
    """
    groups: dict[tuple[str, ...], list[Asked]] = {}
    for trials in ways:
        own = axes(trials)
        key = (trials.way["dataset"], trials.way["task"], *(own[axis] for axis in WAY))
        groups.setdefault(key, []).append(trials)
    return list(groups.values())
