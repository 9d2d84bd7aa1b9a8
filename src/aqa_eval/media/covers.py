"""Parts of finished pictures masked in flat grey: what a judge says it looked at, or as much elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from aqa_eval.errors import MediaError
from aqa_eval.media.jpeg import Planes
from aqa_eval.vocabulary import PICTURELESS, Box, Presentation

GREY = 128
"""Of all three planes: mid grey without colour."""


def check(presentation: Presentation, name: str) -> None:
    """Raises MediaError, calling the clip `name`, where there is something to mask and no picture."""
    if presentation.covered and (presentation.film or presentation.representation in PICTURELESS):
        shown = "a film" if presentation.film else presentation.representation
        raise MediaError(
            f"clip {name} is shown as {shown}: there is no picture in which a part can be masked."
        )


def by_place(presentation: Presentation, count: int, name: str) -> list[tuple[Box, ...]]:
    """What is masked in each of the `count` pictures. Raises MediaError for a picture there is not."""
    beyond = [cover.place for cover in presentation.covered if not 0 <= cover.place < count]
    if beyond:
        raise MediaError(f"{name}: a part of picture {beyond[0] + 1} is to be masked, but there are {count}.")
    return [tuple(c.box for c in presentation.covered if c.place == place) for place in range(count)]


def covered(planes: Planes, boxes: Sequence[Box]) -> Planes:
    """The planes with the boxes grey, every other pixel as it was; colour is kept for two by two pixels, and
    is gone where a box touches one of them.

    A side lies between two pixels: a fraction of the width or height is rounded to the nearest such place.
    """
    if not boxes:
        return planes
    y, u, v = (plane.copy() for plane in planes)
    height, width = y.shape
    for box in boxes:
        top, bottom = round(box.top * height), round(box.bottom * height)
        left, right = round(box.left * width), round(box.right * width)
        y[top:bottom, left:right] = GREY
        for plane in (u, v):
            plane[top // 2 : -(-bottom // 2), left // 2 : -(-right // 2)] = GREY
    return y, u, v
