"""What can be planted in a simulated observer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, field_validator

from aqa_eval.errors import did_you_mean
from aqa_eval.judges.respondent import JudgeOptions
from aqa_eval.measures.planted import RANDOM_SHOTS, SHOTS
from aqa_eval.media import PERTURBATIONS
from aqa_eval.media.representations import REPRESENTATIONS
from aqa_eval.prompts import strategies

Decoding = Iterable[tuple[str, str | float | int | bool]]

Share = Annotated[float, Field(ge=0, le=1)]

SEEN = (*REPRESENTATIONS, *(name for name in PERTURBATIONS if name != "none"), "blazepose", "oracle", "files")
"""The names that `sight` may have: `none` is that of no picture."""


class SimulatedOptions(JudgeOptions):
    """The planted values; the package's text says what each does. `seed` chooses the observer's noise.

    None is "not planted", which leaves no trace in a trial's key. `sight` and `gain` are tables.
    """

    d_prime: float = 1.0
    criterion: float = 0.0
    acquiescence: float = 0.0
    r: Annotated[float, Field(ge=-1, le=1)] = 0.5
    s: Annotated[float, Field(ge=0)] = 1.0
    b: float = 0.0
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    lapse: Share | None = None
    sampling: Share | None = None
    slope: Annotated[float, Field(ge=0)] | None = None
    order_bias: float | None = None
    cue: float | None = None
    sight: dict[str, float] | None = None
    gain: dict[str, float] | None = None
    confidence: Annotated[float, Field(ge=0)] | None = None
    trace_prior: Share | None = None
    trace_false: Share | None = None
    trace_misplaced: Share | None = None

    @field_validator("sight")
    @classmethod
    def _seen(cls, table: dict[str, float] | None) -> dict[str, float] | None:
        return _named(table, SEEN)

    @field_validator("gain")
    @classmethod
    def _asked(cls, table: dict[str, float] | None) -> dict[str, float] | None:
        return _named(table, (*strategies(), SHOTS, RANDOM_SHOTS))

    def decoding(self) -> tuple[tuple[str, str | float | int | bool], ...]:
        """The values that are planted; those of a table each by its name: `sight.shuffled`."""
        flat: dict[str, float] = {}
        for name, value in self.model_dump(exclude_none=True).items():
            flat |= (
                {f"{name}.{key}": v for key, v in value.items()} if isinstance(value, dict) else {name: value}
            )
        return tuple(sorted(flat.items()))

    @classmethod
    def of(cls, decoding: Decoding) -> SimulatedOptions:
        """The options that `decoding` was made of."""
        given: dict[str, Any] = {}
        for name, value in decoding:
            table, dot, key = name.partition(".")
            if dot:
                given.setdefault(table, {})[key] = value
            else:
                given[name] = value
        return cls.model_validate(given)

    @property
    def traces(self) -> bool:
        """Whether reasoning goes with the answers."""
        return any(v is not None for v in (self.trace_prior, self.trace_false, self.trace_misplaced))


def planted(decoding: Decoding) -> Mapping[str, float]:
    """What is planted in an observer of this `decoding`, by name: all that its options hold but the seed."""
    return {name: float(value) for name, value in SimulatedOptions.of(decoding).decoding() if name != "seed"}


def _named(table: dict[str, float] | None, known: tuple[str, ...]) -> dict[str, float] | None:
    for name in table or ():
        if name not in known:
            raise ValueError(f"'{name}' is unknown; {did_you_mean(name, known)}")
    return table
