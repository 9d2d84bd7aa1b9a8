"""The criterion texts in `datasets/criteria`: one TOML file a dataset, both polarities of each criterion.

They are data that a non-programmer can review and correct. Both texts of a criterion say the same thing with
opposite sign: of any clip one is true and the other false. For a score they describe the scale's ends.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from aqa_eval.errors import DataError
from aqa_eval.vocabulary import Criterion, Scale

LIBRARY = files("aqa_eval.datasets") / "criteria"

_Sentence = Annotated[str, Field(pattern=r"^[A-Z].*[^\s]\.$")]


class _ScaleText(BaseModel):
    """A score's scale; a minimum below the maximum."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minimum: float
    maximum: float
    unit: Annotated[str, Field(min_length=1)]
    higher_is_better: bool = True

    @model_validator(mode="after")
    def _ordered(self) -> _ScaleText:
        if self.minimum >= self.maximum:
            raise ValueError(f"minimum {self.minimum:g} is not below maximum {self.maximum:g}")
        return self


class _CriterionText(BaseModel):
    """One criterion as written in a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]
    action: Annotated[str, Field(min_length=1)]
    requirement: _Sentence
    fault: _Sentence
    scale: _ScaleText | None = None
    views: tuple[str, ...] = ()
    panel: Literal["", "trimmed-mean", "middle-three"] = ""

    @model_validator(mode="after")
    def _differ(self) -> _CriterionText:
        if self.requirement == self.fault:
            raise ValueError("requirement and fault are the same text")
        return self

    def criterion(self) -> Criterion:
        scale = Scale(**self.scale.model_dump()) if self.scale else None
        texts = (self.id, self.action, self.requirement, self.fault)
        return Criterion(*texts, scale, views=self.views, panel=self.panel)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    criterion: Annotated[tuple[_CriterionText, ...], Field(min_length=1)]


@cache
def criteria_of(dataset: str) -> Mapping[str, Criterion]:
    """The criteria of a dataset by id, in the order of `criteria/<dataset>.toml`.

    Raises DataError where there is no such file, or it has an unknown key, a text that is no sentence, the
    same id twice, or an id that does not start with the dataset's name.
    """
    name = f"criteria/{dataset}.toml"
    source = LIBRARY / f"{dataset}.toml"
    if not source.is_file():
        raise DataError(f"datasets/{name}: there is no such file. Expected the dataset's criterion texts.")
    return parse(name, source.read_text("utf-8"), prefix=dataset.replace("-", "_"))


def parse(name: str, text: str, prefix: str) -> Mapping[str, Criterion]:
    """Read criterion texts; `name` is what errors call the file, `prefix` how each id starts."""
    try:
        read = _File.model_validate(tomllib.loads(text))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"datasets/{name}: {error}") from error
    found: dict[str, Criterion] = {}
    for entry in read.criterion:
        if entry.id in found:
            raise DataError(
                f"datasets/{name}: id '{entry.id}' stands there twice; give each criterion its own"
            )
        if not entry.id.startswith(f"{prefix}."):
            raise DataError(f"datasets/{name}: id '{entry.id}' does not start with '{prefix}.'")
        found[entry.id] = entry.criterion()
    return MappingProxyType(found)
