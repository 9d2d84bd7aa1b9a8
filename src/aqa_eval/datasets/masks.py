"""Boxes that a study paints over in every clip of a dataset: a scoreboard on screen tells the score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from aqa_eval.vocabulary import Box

_Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
_Sides = tuple[_Fraction, _Fraction, _Fraction, _Fraction]


def _with_area(sides: _Sides) -> _Sides:
    left, top, right, bottom = sides
    if left >= right or top >= bottom:
        raise ValueError(
            f"mask {list(sides)}: expected [left, top, right, bottom] with left < right and top < bottom"
        )
    return sides


Masks = tuple[Annotated[_Sides, AfterValidator(_with_area)], ...]
"""A study's option: `[[left, top, right, bottom], ...]`, fractions of width and height from the top left."""


def boxes(masks: Masks) -> tuple[Box, ...]:
    """Give the option's value as the boxes of a clip."""
    return tuple(Box(*sides) for sides in masks)


def said(masks: Sequence[object], shown: str) -> str:
    """Say in a dataset's facts whether `shown` (what may be on screen) is painted over."""
    if not masks:
        return f"none: {shown} on screen may tell the score (option 'masks')"
    return f"{len(masks)} in every clip, against {shown} on screen"
