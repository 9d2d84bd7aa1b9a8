"""Perturbations of the pictures themselves: what is done to one picture at the size at which it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from aqa_eval.media.picture import RGB
from aqa_eval.media.pose import SWAPPED, Floats

Mask = NDArray[np.uint8]
"""(H, W): 255 inside, 0 outside."""

BLUR: Final = 1 / 32
"""Standard deviation of the blur as a part of the picture's shorter side: a body stays a body, and its
knees can no longer be seen."""

GREY: Final = 128

REACH: Final = 0.14
"""How far a body reaches beyond the hull of its keypoints, as a part of the body's longest side in the clip:
crown, hands, soles and clothes. Of the clip, since a tucked body has no smaller head."""

COARSE: Final = 96
"""The shorter side in pixels at which a hole is filled: what is filled in has no detail anyway."""


def blurred(rgb: RGB) -> RGB:
    """The picture out of focus."""
    sigma = min(rgb.shape[:2]) * BLUR
    return _bytes(cv2.GaussianBlur(rgb, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))


def blank(rgb: RGB) -> RGB:
    """A plain grey picture of the same size."""
    return np.full_like(rgb, GREY)


def mirrored(rgb: RGB) -> RGB:
    """The picture with left and right exchanged."""
    return np.ascontiguousarray(rgb[:, ::-1])


def mirrored_points(keypoints: Floats, width: int) -> Floats:
    """Keypoints (17, 2) as they are found in a mirrored picture: there a left knee is a right one."""
    return np.asarray(np.column_stack([width - keypoints[:, 0], keypoints[:, 1]])[SWAPPED])


def length(outlines: Sequence[Floats]) -> float:
    """The longest side of a body over a clip, of its points (k, 2) in each frame."""
    return max((float(np.ptp(outline, axis=0).max()) for outline in outlines), default=0.0)


def body_mask(outlines: Sequence[Floats], longest: float, shape: tuple[int, int]) -> Mask:
    """The part of an (H, W) picture that bodies cover, each the hull of its points (k, 2), widened by a
    part of `longest`.
    """
    mask = np.zeros(shape, np.uint8)
    for outline in outlines:
        hull = cv2.convexHull(np.round(outline - 0.5).astype(np.int32))
        cv2.fillConvexPoly(mask, hull, 255)
        cv2.polylines(mask, [hull], True, 255, max(1, round(2 * REACH * longest)))
    return mask


def without(rgb: RGB, mask: Mask) -> RGB:
    """The picture with what the mask covers filled in from around it (Telea, 2004), smoothly at its edge."""
    height, width = mask.shape
    scale = min(1.0, COARSE / min(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # A pixel that the mask only touches must not bleed into what is filled in.
    hole = np.where(cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 0, np.uint8(255), np.uint8(0))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    filled = cv2.resize(cv2.inpaint(small, hole, 5, cv2.INPAINT_TELEA), (width, height))
    return _blended(filled, rgb, mask)


def elsewhere(rgb: RGB, mask: Mask, draw: np.random.Generator) -> RGB:
    """The picture with all but what the mask covers replaced by clouds of colour drawn by `draw`."""
    height, width = mask.shape
    cells = draw.integers(80, 176, (6, 6, 3)).astype(np.uint8)
    clouds = cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC)
    return _blended(rgb, clouds, mask)


def _blended(inside: NDArray[np.uint8] | cv2.typing.MatLike, outside: object, mask: Mask) -> RGB:
    """`inside` where the mask covers, `outside` elsewhere, with an edge a few pixels soft."""
    sigma = max(1.0, min(mask.shape) / 150)
    # Widened first, so that the whole softness lies outside of what was to be covered.
    reach = 2 * round(2 * sigma) + 1
    wide = cv2.dilate(mask, np.ones((reach, reach), np.uint8))
    share = (cv2.GaussianBlur(wide, (0, 0), sigma).astype(np.float32) / np.float32(255))[..., None]
    mixed = share * np.asarray(inside, np.float32) + (1 - share) * np.asarray(outside, np.float32)
    return _bytes(np.rint(mixed))


def _bytes(values: object) -> RGB:
    return np.asarray(values).astype(np.uint8, copy=False)
