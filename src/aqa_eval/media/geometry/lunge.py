"""Measurements on a lunge.

The front leg is the one whose shank stands upright: seen from the side as from the front, the rear shank
lies almost level at the bottom of a lunge, or points away.
"""

from __future__ import annotations

import numpy as np

from aqa_eval.media.geometry.courses import (
    ANKLES,
    HIPS,
    KNEES,
    SHOULDERS,
    Floats,
    at_extreme,
    facing,
    lean,
    mid,
    sides,
)


def _height(keypoints: Floats) -> Floats:
    """How high the hips are over the lower one of the ankles, in pixels (T,)."""
    height: Floats = keypoints[:, ANKLES, 1].max(axis=1) - mid(keypoints, HIPS)[:, 1]
    return height


def _of_front_leg(keypoints: Floats, values: Floats) -> Floats:
    """The front leg's course (T,) of the left and the right leg's values (T, 2)."""
    upright = keypoints[:, ANKLES, 1] - keypoints[:, KNEES, 1]
    front: Floats = np.where(upright[:, 0] >= upright[:, 1], values[:, 0], values[:, 1])
    return front


def front_knee_flexion_at_bottom(keypoints: Floats, visibility: Floats | None) -> float | None:
    """The bend of the front knee in degrees, hip to knee to ankle, while the hips are at their lowest; for a
    view from the side.
    """
    del visibility  # the legs stand far apart: neither hides the other
    bend = _of_front_leg(keypoints, sides(keypoints, (HIPS, KNEES, ANKLES)))
    return at_extreme(bend, _height(keypoints))


def trunk_lean_at_bottom(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How far the line from the middle of the hips to the middle of the shoulders leans forward from upright,
    in degrees, while the hips are at their lowest; for a view from the side.
    """
    del visibility  # the middle is taken of both sides
    ahead = facing(keypoints)
    if ahead is None:
        return None
    forward = lean(mid(keypoints, HIPS), mid(keypoints, SHOULDERS), ahead)
    return at_extreme(forward, _height(keypoints))


def front_knee_inside_at_bottom(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How far the front knee is inside the line from hip to ankle while the hips are at their lowest, in
    degrees as seen from the ankle; for a view from the front.

    0 when the knee lies on that line, halfway, however deep the lunge is; more when it is inside, on the
    other leg's side. The angle is that of the knee's distance from there across the picture to the shank's
    height.
    """
    del visibility  # from the front both legs are seen
    x = keypoints[:, :, 0]
    hips, knees, ankles = (x[:, pair] for pair in (HIPS, KNEES, ANKLES))
    inwards = np.sign(hips[:, ::-1] - hips)
    inside = (knees - (hips + ankles) / 2) * inwards
    shank = keypoints[:, ANKLES, 1] - keypoints[:, KNEES, 1]
    # Hips in one line, or a shank without height, are not those of a lunge seen from the front.
    sound = (inwards != 0) & (shank > 1.0)
    angle = np.degrees(np.arctan2(inside, np.where(sound, shank, np.nan)))
    return at_extreme(_of_front_leg(keypoints, angle), _height(keypoints))
