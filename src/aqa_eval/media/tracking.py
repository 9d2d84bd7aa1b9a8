"""Which of several people is the performer: detections joined over time by overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from aqa_eval.media.pose import Floats

NEAR = 1.0
"""A person that overlaps with none of before is still the one whose middle moved less than this part of the
longer side of its box: a diver falls more than a body's length between sampled frames."""


@dataclass(frozen=True, slots=True)
class Person:
    """One detection: `box` (left, top, right, bottom) and `keypoints` (17, 2), both in pixels."""

    box: tuple[float, float, float, float]
    keypoints: Floats


@dataclass(slots=True)
class _Path:
    """One person over time: a detection for each frame in which it was seen."""

    people: dict[int, Person] = field(default_factory=dict)

    @property
    def last(self) -> Person:
        return self.people[max(self.people)]

    @property
    def presence(self) -> float:
        return sum(_area(person.box) for person in self.people.values())


def performer(frames: Sequence[Sequence[Person]]) -> list[Person | None]:
    """The detection of the performer in every frame, None where there is none.

    From frame to frame the pairs that overlap most are the same person, then those that are nearest
    (`NEAR`). The performer is who covers most of the picture over all frames: long in it, and large.
    """
    paths: list[_Path] = []
    for number, people in enumerate(frames):
        rest = set(range(len(people)))
        joined: set[int] = set()
        pairs = [
            (affinity, p, q)
            for p, path in enumerate(paths)
            for q, person in enumerate(people)
            if (affinity := _affinity(path.last.box, person.box)) > 0
        ]
        for _, p, q in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
            if p not in joined and q in rest:
                paths[p].people[number] = people[q]
                joined.add(p)
                rest.discard(q)
        paths += [_Path({number: people[q]}) for q in sorted(rest)]
    if not paths:
        return [None] * len(frames)
    best = max(paths, key=lambda path: path.presence)
    return [best.people.get(number) for number in range(len(frames))]


def _affinity(before: tuple[float, ...], now: tuple[float, ...]) -> float:
    """Over 1: they overlap, by that much more (intersection over union); up to 1: how near they are."""
    low, high = np.maximum(before[:2], now[:2]), np.minimum(before[2:], now[2:])
    common = float(np.prod(np.clip(high - low, 0, None)))
    if common > 0:
        return 1 + common / (_area(before) + _area(now) - common)
    moved = np.hypot(*(np.add(before[:2], before[2:]) - np.add(now[:2], now[2:])) / 2)
    longer = max(before[2] - before[0], before[3] - before[1], now[2] - now[0], now[3] - now[1])
    return max(0.0, 1 - float(moved) / (NEAR * longer)) if longer > 0 else 0.0


def _area(box: tuple[float, ...]) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
