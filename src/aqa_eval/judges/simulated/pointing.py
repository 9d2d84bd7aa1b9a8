"""Where a body part is in a frame that was sent, and how a point is named."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.random import Generator

from aqa_eval.judges.respondent import Sight
from aqa_eval.mannequin import keypoints
from aqa_eval.mannequin.camera import SIZE
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.vocabulary import Clip, Condition, Frame, Rendered

COCO = (
    *("nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder"),
    *("left elbow", "right elbow", "left wrist", "right wrist", "left hip", "right hip"),
    *("left knee", "right knee", "left ankle", "right ankle"),
)
"""The seventeen keypoints in their order (COCO)."""

ELSEWHERE = 0.25
"""A misplaced point lies at least so far from the part, in fractions of the picture."""

Point = tuple[float, float]


async def place_of(part: str, frame: Frame, clip: Clip, condition: Condition, sight: Sight) -> Point | None:
    """Where the part is, in fractions of the frame from its top left; None where it is not known.

    Of a rendered clip shown whole that is known exactly; else it is what the pose network finds.
    """
    exact = condition.representation in {"rgb", "overlay"} and condition.perturbation != "mirrored"
    if isinstance(clip.media, Rendered) and exact:
        body = _bodies(clip.media)
        if not 0 <= frame.number < len(body):
            return None
        x, y = body[frame.number, COCO.index(part)] / SIZE
    else:
        found, _ = await sight.poses([frame])
        x, y = found[0, COCO.index(part)] / (frame.width, frame.height)
    return (float(x), float(y)) if np.isfinite([x, y]).all() else None


def elsewhere(point: Point, lot: Generator) -> Point:
    """A point of the picture that is not near `point`."""
    while True:
        x, y = lot.random(2)
        if np.hypot(x - point[0], y - point[1]) >= ELSEWHERE:
            return float(x), float(y)


def named(point: Point, convention: str, frame: Frame) -> list[float]:
    """A point as the convention has it: xy-1000, yx-1000, pixels or unit. Raises ValueError for any other."""
    x, y = point
    match convention:
        case "xy-1000":
            return [round(1000 * x), round(1000 * y)]
        case "yx-1000":
            return [round(1000 * y), round(1000 * x)]
        case "pixels":
            return [round(x * frame.width), round(y * frame.height)]
        case "unit":
            return [round(x, 4), round(y, 4)]
    raise ValueError(f"coordinates '{convention}': not a convention for points")


@lru_cache(maxsize=64)
def _bodies(rendered: Rendered) -> FloatArray:
    return keypoints(rendered)
