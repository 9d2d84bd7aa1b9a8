"""Measurements on a squat."""

from __future__ import annotations

import numpy as np

from aqa_eval.media.geometry.courses import (
    ANKLES,
    FEWEST_FRAMES,
    HIPS,
    KNEES,
    Floats,
    at_extreme,
    clearer,
    mid,
    sides,
    steady,
)


def knee_flexion_max(keypoints: Floats, visibility: Floats | None) -> float | None:
    """The greatest bend of the knee in degrees, hip to knee to ankle; for a view from the side."""
    joints = (HIPS, KNEES, ANKLES)
    course = steady(clearer(sides(keypoints, joints), visibility, joints))
    return float(course.max()) if len(course) >= FEWEST_FRAMES else None


def knee_spread_at_bottom(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How far apart the knees are while the hips are at their lowest over the ankles, as a ratio; for a
    view from the front.

    The knees' distance over the mean of the hips' and the ankles' distance: 1 when each knee lies on the
    line from hip to ankle, halfway, however deep the squat is; less when the knees are inside it. Only
    distances across the picture count.
    """
    del visibility  # from the front both legs are seen
    x = keypoints[:, :, 0]
    apart = {pair: x[:, pair[0]] - x[:, pair[1]] for pair in (HIPS, KNEES, ANKLES)}
    between = (apart[HIPS] + apart[ANKLES]) / 2
    # A negative or tiny distance between hips and ankles means that the body is not seen from the front.
    ratio = apart[KNEES] / np.where(np.abs(between) > 1.0, between, np.nan)
    height = (mid(keypoints, ANKLES) - mid(keypoints, HIPS))[:, 1]
    return at_extreme(ratio, height)
