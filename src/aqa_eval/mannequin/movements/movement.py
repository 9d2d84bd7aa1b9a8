"""What a movement of the mannequin is: dials, criteria, and how a body performs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from numpy.random import Generator

from aqa_eval.mannequin.body import Floats, Pose, Skeleton
from aqa_eval.mannequin.movements.showing import Showing
from aqa_eval.mannequin.wardrobe import Outfit
from aqa_eval.vocabulary import Criterion

Dials = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Dial:
    """One thing that can be set about an execution: closed range, unit, and its faultless value."""

    name: str
    unit: str
    minimum: float
    maximum: float
    neutral: float


@dataclass(frozen=True, slots=True)
class Fault:
    """A criterion tied to a dial: the fault is present at `threshold` and beyond it on `faulty_side`."""

    criterion: Criterion
    dial: str
    threshold: float
    faulty_side: Literal["above", "below"]

    def present(self, dials: Dials) -> bool:
        """The truth for an execution with these dials."""
        amount = dials[self.dial]
        return amount >= self.threshold if self.faulty_side == "above" else amount <= self.threshold


@dataclass(frozen=True, slots=True)
class Plunge:
    """What a dive does to board and water: `tip` (3,) is the end of the board at rest, `bend` how far it is
    bent down at a time, in metres; at `touch` seconds the hands reach the water, at `hole` (3,).
    """

    tip: Floats
    bend: Callable[[float], float]
    touch: float
    hole: Floats


@dataclass(frozen=True, slots=True)
class Performance:
    """One execution: its length in seconds and the pose at each time. `decisive` is the time, in seconds,
    in the middle of the hold at which the dials show in full. With a `plunge` it takes place over water.
    """

    duration: float
    decisive: float
    pose: Callable[[float], Pose]
    plunge: Plunge | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement and everything known about it.

    `perform` makes an execution by a skeleton from the dials; it draws the small habits of the person
    from the generator, in an order that does not depend on the dials, so that two executions with one
    seed differ in nothing but the dials. `quality` is the score of the dials on `score`'s scale.
    `shows` says when each dial does, from the same draws as `perform` and for a fraction of its cost; the
    skeleton is handed over as a function, since most movements do not need it and a body takes milliseconds.
    `span` is the height the camera must take in, in body heights above the floor: (lowest, highest);
    `spans` has the views that need another. `outfit` is what is worn.
    """

    name: str
    action: str
    dials: tuple[Dial, ...]
    faults: tuple[Fault, ...]
    score: Criterion
    views: tuple[str, ...]
    span: tuple[float, float]
    perform: Callable[[Skeleton, Dials, Generator], Performance]
    shows: Callable[[Callable[[], Skeleton], Dials, Generator], Mapping[str, Showing]]
    quality: Callable[[Dials], float]
    outfit: Outfit = "gym"
    spans: Mapping[str, tuple[float, float]] = field(default_factory=dict, hash=False)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Everything this movement can be judged by: the faults, then the score."""
        return (*(fault.criterion for fault in self.faults), self.score)

    @property
    def neutral(self) -> dict[str, float]:
        """The dials of a faultless execution."""
        return {dial.name: dial.neutral for dial in self.dials}
