"""Who performs what in the mannequin dataset: subjects, and the dials of each of their executions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from aqa_eval.mannequin import Dial, Fault, Movement

SPLITS = ("train", "test")
SEEDS_A_SPLIT = 50_000
Range = tuple[float, float]
Couple = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Design:
    """What decides the draws. `margins` and `sizes` are by the unit of a dial: how far dials keep from their
    thresholds, and at which distances from them they are set instead of drawn (none: drawn). `faults` are
    those that are tested, by movement; all other dials stay neutral.
    """

    subjects: int
    seed: int
    faults: Mapping[str, tuple[Fault, ...]]
    margins: Mapping[str, float]
    sizes: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Subject:
    """One person of one split: `seed` makes the body."""

    name: str
    split: str
    seed: int


@dataclass(frozen=True, slots=True)
class Execution:
    """One person performing one movement once: the `faults` that are judged in it and the dials.

    `pair` is what an execution has in common with its matched partner; empty where it has none.
    """

    subject: Subject
    movement: Movement
    faults: tuple[Fault, ...]
    dials: Mapping[str, float]
    pair: str = ""


def subjects(design: Design, split: str) -> list[Subject]:
    """The people of a split; none of another split, or of another seed, has the same body."""
    first = (2 * design.seed + SPLITS.index(split)) * SEEDS_A_SPLIT
    return [Subject(f"{split}{n + 1:02d}", split, first + n) for n in range(design.subjects)]


def dial_of(movement: Movement, fault: Fault) -> Dial:
    """The dial of a fault."""
    return next(dial for dial in movement.dials if dial.name == fault.dial)


def sides(dial: Dial, fault: Fault, distance: float) -> tuple[Range, Range]:
    """The dial's range for a faultless and for a faulty execution, `distance` away from the threshold.

    A range whose end lies before its beginning has no room.
    """
    under = (dial.minimum, fault.threshold - distance)
    over = (fault.threshold + distance, dial.maximum)
    return (under, over) if fault.faulty_side == "above" else (over, under)


def reaches(dial: Dial, fault: Fault, distance: float) -> bool:
    """Whether the dial can be at this distance from the threshold on both sides."""
    return all(low <= high for low, high in sides(dial, fault, distance))


def independent(design: Design, split: str, movement: Movement) -> Iterator[Execution]:
    """Each subject once: every fault tested is there or not by its own lot, exactly half of them."""
    faults = design.faults[movement.name]
    courses = {fault.dial: _amounts(design, split, movement, fault) for fault in faults}
    for n, subject in enumerate(subjects(design, split)):
        dials = movement.neutral | {dial: amounts[n] for dial, amounts in courses.items()}
        yield Execution(subject, movement, faults, dials)


def matched(design: Design, split: str, movement: Movement) -> Iterator[Execution]:
    """Each subject in pairs, one (or one a size) for each fault tested: without it and with it.

    The dials of the other faults are drawn as for `independent`, and are the same in both executions.
    """
    everyone = list(independent(design, split, movement))
    for fault in design.faults[movement.name]:
        couples = _couples_of_sizes(design, movement, fault) or _couples_drawn(design, split, movement, fault)
        for name, amounts in couples.items():
            for whole, both in zip(everyone, amounts, strict=True):
                pair = f"{fault.criterion.id} {whole.subject.name}{name}"
                for amount in both:
                    yield Execution(
                        whole.subject, movement, (fault,), {**whole.dials, fault.dial: amount}, pair
                    )


def _couples_of_sizes(design: Design, movement: Movement, fault: Fault) -> dict[str, list[Couple]]:
    """Every subject's amounts of a dial without and with the fault, by the size that names the pair."""
    dial = dial_of(movement, fault)
    couples = {}
    for size in design.sizes.get(dial.unit, ()):
        if reaches(dial, fault, size):
            low, high = fault.threshold - size, fault.threshold + size
            couple = (low, high) if fault.faulty_side == "above" else (high, low)
            couples[f" {size:g} {dial.unit}"] = [couple] * design.subjects
    return couples


def _couples_drawn(design: Design, split: str, movement: Movement, fault: Fault) -> dict[str, list[Couple]]:
    """Every subject's amounts of a dial without and with the fault, drawn; the pair needs no further name."""
    dial, rng = dial_of(movement, fault), _draws(design, split, f"matched {fault.criterion.id}")
    faultless, faulty = sides(dial, fault, design.margins[dial.unit])
    return {"": [(_drawn(rng, faultless), _drawn(rng, faulty)) for _ in range(design.subjects)]}


def _draws(design: Design, split: str, purpose: str) -> Generator:
    """The random numbers for one criterion in one split, independent of all others."""
    digest = hashlib.sha256(f"{split} {purpose}".encode()).digest()
    return np.random.default_rng([design.seed, int.from_bytes(digest[:8], "big")])


def _drawn(rng: Generator, bounds: Range) -> float:
    """An amount of a dial, to a tenth of its unit."""
    return min(max(round(float(rng.uniform(*bounds)), 1), bounds[0]), bounds[1])


def _amounts(design: Design, split: str, movement: Movement, fault: Fault) -> Sequence[float]:
    """The dial of every subject of a split: exactly half are faulty."""
    rng = _draws(design, split, fault.criterion.id)
    faulty = rng.permutation(design.subjects) < design.subjects // 2
    dial = dial_of(movement, fault)
    ranges = sides(dial, fault, design.margins[dial.unit])
    return [_drawn(rng, ranges[int(wrong)]) for wrong in faulty]
