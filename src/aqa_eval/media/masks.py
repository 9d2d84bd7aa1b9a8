"""Parts of a picture that nobody may see, painted black: a scoreboard tells the score that is asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aqa_eval.errors import MediaError
from aqa_eval.media.picture import Picture, of_pixels
from aqa_eval.vocabulary import Box


def checked(masks: Sequence[Box], name: str) -> Sequence[Box]:
    """The boxes as given. Raises MediaError, naming the clip by `name`, for one that is no part of it."""
    for box in masks:
        # Written so that a side that is no number fails too.
        if not (0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1):
            raise MediaError(
                f"{name}: the mask from ({box.left:g}, {box.top:g}) to ({box.right:g}, {box.bottom:g}): "
                "expected fractions of width and height from 0 to 1, left before right and top before bottom."
            )
    return masks


def painted(picture: Picture, masks: Sequence[Box]) -> Picture:
    """The picture upright with square pixels and the boxes black; a pixel that a box touches is black."""
    rgb = picture.rgb()
    height, width = rgb.shape[:2]
    for box in masks:
        rows = slice(math.floor(box.top * height), math.ceil(box.bottom * height))
        columns = slice(math.floor(box.left * width), math.ceil(box.right * width))
        rgb[rows, columns] = 0
    return of_pixels(rgb)
