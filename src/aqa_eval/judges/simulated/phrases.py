"""The sentences of a simulated observer's reasoning, from `reasoning.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Texts = Annotated[tuple[str, ...], Field(min_length=1)]


class Seen(BaseModel):
    """What is seen of one thing, faulty and sound, and the body parts (of COCO-17) at which it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parts: Texts
    faulty: Texts
    sound: Texts


class _Quantity(Seen):
    name: str


class Phrases(BaseModel):
    """The file: priors, the forms of an observation, and what is seen by the quantity of a pose rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    priors: Texts
    timed: Texts
    untimed: Texts
    of_two: Texts
    stated: Texts
    option: Texts
    score: Seen
    quantity: tuple[_Quantity, ...]

    @property
    def by_quantity(self) -> Mapping[str, Seen]:
        """Quantity -> what is seen of it."""
        return {one.name: one for one in self.quantity}


@cache
def phrases() -> Phrases:
    """The sentences, checked when they are first needed."""
    text = (files("aqa_eval.judges.simulated") / "reasoning.toml").read_text("utf-8")
    return Phrases.model_validate(tomllib.loads(text))
