"""What decides an observation: the tests of `lexicon/geometry.toml`, and the pose network's errors."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from aqa_eval.errors import TraceError
from aqa_eval.traces.courses import COURSES
from aqa_eval.traces.lexicon_files import FOLDER

FILES = ("geometry.toml", "margins.toml")


class RelationTest(BaseModel):
    """When a relation of a part holds; `geometry.toml` tells what the fields mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    quantity: str
    above: float | None = None
    below: float | None = None
    between: tuple[float, float] | None = None
    vague: float
    over: Literal["event", "state", "always"]
    views: tuple[str, ...] = ()
    proof: Literal["", "above", "below"] = ""

    @model_validator(mode="after")
    def _sound(self) -> RelationTest:
        if sum(limit is not None for limit in (self.above, self.below, self.between)) != 1:
            raise ValueError("exactly one of above, below and between is needed")
        if self.quantity not in COURSES:
            raise ValueError(f"'{self.quantity}' is none of {', '.join(COURSES)}")
        return self


class Margin(BaseModel):
    """The error that nine frames in ten stay under, the median one, and how many frames were measured."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    error: float
    median: float
    frames: int


class _Geometry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    tests: Mapping[str, RelationTest]
    angles: Mapping[str, str]


class _Margins(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int
    margins: Mapping[str, Margin]
    projection: Mapping[str, float] = {}


@cache
def relation_tests() -> Mapping[str, RelationTest]:
    """`relation part` -> test. Raises TraceError where the file is not sound."""
    return _geometry().tests


@cache
def angles() -> Mapping[str, str]:
    """Part -> the quantity that an angle stated of it is compared with."""
    return _geometry().angles


@cache
def margins() -> Mapping[str, Margin]:
    """Quantity -> the pose network's error. Raises TraceError where the file is not sound."""
    return _measured().margins


@cache
def projection() -> Mapping[str, float]:
    """Quantity -> by how many degrees an angle in the picture differs from the joint's own, 99 frames in
    100 by less. Raises TraceError where the file is not sound.
    """
    return _measured().projection


def _measured() -> _Margins:
    try:
        return _Margins.model_validate(tomllib.loads(_text("margins.toml")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise TraceError(f"traces/lexicon/margins.toml: {error}") from error


@cache
def digest() -> str:
    """Of both files: checks made by others are made again."""
    return hashlib.sha256("\n".join(_text(name) for name in FILES).encode()).hexdigest()


def _geometry() -> _Geometry:
    try:
        found = _Geometry.model_validate(tomllib.loads(_text("geometry.toml")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise TraceError(f"traces/lexicon/geometry.toml: {error}") from error
    unknown = [name for name in found.angles.values() if name not in COURSES]
    if unknown:
        raise TraceError(
            f"traces/lexicon/geometry.toml, angles: '{unknown[0]}' is none of {', '.join(COURSES)}"
        )
    return found


def _text(name: str) -> str:
    return FOLDER.joinpath(name).read_text("utf-8")
