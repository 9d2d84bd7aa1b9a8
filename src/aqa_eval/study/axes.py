"""The `[conditions]` and `[[vary]]` of a study file, checked, as the axes of a grid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from aqa_eval.media import PERTURBATIONS, REPRESENTATIONS
from aqa_eval.prompts import CUES, strategies
from aqa_eval.study.complaints import unknown
from aqa_eval.study.grid import Axes
from aqa_eval.vocabulary import Sampling


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else (value,)


T = TypeVar("T")
Some = Annotated[tuple[T, ...], BeforeValidator(_as_tuple), Field(min_length=1)]

NAMED: dict[str, Collection[str]] = {
    "representation": REPRESENTATIONS,
    "strategy": strategies(),
    "perturbation": tuple(PERTURBATIONS),
    "cue": tuple(CUES),
}
"""Axes whose values are registered elsewhere."""

ALL = "all"
"""Stands for every value that is registered."""


class ConditionKeys(BaseModel):
    """What can be crossed or varied. A key that is not set has its default, or is not varied."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    representation: Some[str] | None = None
    perturbation: Some[str] | None = None
    keypoints: Some[Literal["blazepose", "oracle", "files"]] | None = None
    transport: Some[Literal["images", "video", "native"]] | None = None
    audio: Some[StrictBool] | None = None
    frames: Some[Annotated[int, Field(ge=1, le=4096)]] | None = None
    fps: Some[Annotated[float, Field(gt=0, le=1000)]] | None = None
    size: Some[Annotated[int, Field(ge=32, le=4096)]] | None = None
    strategy: Some[str] | None = None
    framing: Some[Literal["positive", "negative", "neutral"]] | None = None
    negated: Some[StrictBool] | None = None
    answer_key: Some[Literal["true-false", "yes-no", "a-b"]] | None = None
    answer_format: Some[Literal["plain", "words", "letters", "json", "choice"]] | None = None
    paraphrase: Some[Annotated[int, Field(ge=0, le=99)]] | None = None
    cue: Some[str] | None = None
    shots: Some[Annotated[int, Field(ge=0, le=64)]] | None = None
    shot_labels: Some[Literal["balanced", "random"]] | None = None
    order: Some[Literal["given", "swapped"]] | None = None
    permuted: Some[StrictBool] | None = None
    ties: Some[StrictBool] | None = None
    probe: Some[Literal["none", "truncated", "corrupted", "masked-cited", "masked-control"]] | None = None

    def axes(self, where: str, default: Axes) -> Axes:
        """The axes that are set, by field of `Condition`; `frames`, `fps` and `size` become one, `sampling`.

        Raises StudyError for a value that is registered nowhere.
        """
        given: dict[str, Any] = {key: value for key, value in self if value is not None}
        for key, allowed in NAMED.items():
            if ALL in given.get(key, ()):
                given[key] = tuple(allowed)
            for value in given.get(key, ()):
                if value not in allowed:
                    raise unknown(f"{where}.{key}", value, (*allowed, ALL))
        if {"frames", "fps", "size"} & given.keys():
            given["sampling"] = self._samplings()
        named = {key: _once(value) for key, value in given.items() if key not in {"frames", "fps", "size"}}
        return {**default, **named}

    def _samplings(self) -> tuple[Sampling, ...]:
        plain = Sampling()
        sizes = self.size or (plain.size,)
        counts = self.frames or (() if self.fps else (plain.count,))
        evenly = [Sampling(count=count, size=size) for size in sizes for count in counts]
        return (*evenly, *(Sampling(None, fps, size) for size in sizes for fps in self.fps or ()))


def _once(values: Sequence[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


DEFAULT: Axes = {
    "representation": ("rgb",),
    "strategy": ("base",),
    "sampling": (Sampling(),),
    "framing": ("positive", "negative"),
}
"""What `[conditions]` crosses where it sets nothing: the plainest way, in both polarities."""
