"""What a study may set for the mannequin dataset, and whether it fits together."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from aqa_eval.datasets.dataset import Options
from aqa_eval.datasets.mannequin.executions import SEEDS_A_SPLIT, Design, dial_of, reaches
from aqa_eval.errors import did_you_mean
from aqa_eval.mannequin import MOVEMENTS, Fault, Movement


def _known_movement(name: str) -> str:
    if name not in MOVEMENTS:
        raise ValueError(f"no movement is called {name!r}: {did_you_mean(name, MOVEMENTS)}")
    return name


def _known_fault(name: str) -> str:
    known = [fault.criterion.id for movement in MOVEMENTS.values() for fault in movement.faults]
    if name not in known:
        raise ValueError(f"no fault is called {name!r}: {did_you_mean(name, known)}")
    return name


def _distinct(names: tuple[str | float, ...]) -> tuple[str | float, ...]:
    if len(set(names)) < len(names):
        raise ValueError("something is named twice; name each once")
    return names


Distance = Annotated[float, Field(gt=0, le=90)]
Sizes = Annotated[tuple[Distance, ...], AfterValidator(_distinct)]


class MannequinOptions(Options):
    """`subjects` a split, an even number because half are faulty; `seed` of everything that is drawn;
    `movements` in order (default: all); `criteria`, ids of the faults tested (default: all that the movements
    have); `margin` in degrees and `margin_cm` in centimetres that a dial keeps from its threshold;
    `matched`: in pairs that differ in one dial; `sizes` in degrees and `sizes_cm` in centimetres: in matched
    pairs, each dial at these distances from its threshold, instead of drawn.
    """

    subjects: Annotated[int, Field(ge=2, le=SEEDS_A_SPLIT, multiple_of=2)] = 10
    seed: Annotated[int, Field(ge=0, le=10**12)] = 7
    movements: Annotated[
        tuple[Annotated[str, AfterValidator(_known_movement)], ...],
        Field(min_length=1),
        AfterValidator(_distinct),
    ] = tuple(MOVEMENTS)
    criteria: Annotated[
        tuple[Annotated[str, AfterValidator(_known_fault)], ...],
        Field(min_length=1),
        AfterValidator(_distinct),
    ] = tuple(f.criterion.id for m in MOVEMENTS.values() for f in m.faults)
    margin: Distance = 6.0
    margin_cm: Distance = 2.0
    matched: bool = False
    sizes: Sizes = ()
    sizes_cm: Sizes = ()

    @property
    def design(self) -> Design:
        """What decides the draws."""
        return Design(
            subjects=self.subjects,
            seed=self.seed,
            faults={
                name: tuple(f for f in MOVEMENTS[name].faults if f.criterion.id in self.criteria)
                for name in self.movements
            },
            margins={"degrees": self.margin, "centimetres": self.margin_cm},
            sizes={"degrees": self.sizes, "centimetres": self.sizes_cm}
            if self.sizes or self.sizes_cm
            else {},
        )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Every movement has a fault to test, and every dial the room that margin and sizes ask for."""
        design = self.design
        if "criteria" in self.model_fields_set:
            for name in self.criteria:
                if not any(name == f.criterion.id for faults in design.faults.values() for f in faults):
                    raise ValueError(
                        f"criterion '{name}' belongs to no movement of {', '.join(self.movements)}"
                    )
        for name, faults in design.faults.items():
            if not faults and "movements" in self.model_fields_set:
                raise ValueError(f"no criterion of the movement '{name}' is named; name one, or leave it out")
            for fault in faults:
                _check_room(design, MOVEMENTS[name], fault)
        return self


def _check_room(design: Design, movement: Movement, fault: Fault) -> None:
    """Raise ValueError where a fault's dial cannot lie as far from its threshold as is asked for."""
    dial, about = dial_of(movement, fault), f"criterion '{fault.criterion.id}'"
    bounds = (
        f"its dial goes from {dial.minimum:g} to {dial.maximum:g} {dial.unit}, threshold {fault.threshold:g}"
    )
    margin, sizes = design.margins[dial.unit], design.sizes.get(dial.unit, ())
    if not reaches(dial, fault, margin):
        raise ValueError(f"{about}: a margin of {margin:g} leaves no room on one side: {bounds}")
    if design.sizes and not any(reaches(dial, fault, size) for size in sizes):
        found = f"none of the sizes fits: {bounds}" if sizes else f"its dial needs sizes in {dial.unit}"
        raise ValueError(f"{about}: {found}; add one, or leave the criterion out")


def left_out(design: Design) -> list[str]:
    """The sizes that a dial cannot have on both sides of its threshold."""
    notes = []
    for name, faults in design.faults.items():
        for fault in faults:
            dial = dial_of(MOVEMENTS[name], fault)
            for size in design.sizes.get(dial.unit, ()):
                if not reaches(dial, fault, size):
                    notes.append(
                        f"{fault.criterion.id}: no pair of size {size:g} {dial.unit}: the dial goes from "
                        f"{dial.minimum:g} to {dial.maximum:g}, threshold {fault.threshold:g}"
                    )
    return notes
