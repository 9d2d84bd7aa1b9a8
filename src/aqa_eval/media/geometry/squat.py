"""Measurements on a squat."""

from __future__ import annotations

import numpy as np

from aqa_eval.media.geometry.courses import (
    ANKLES,
    FEWEST_FRAMES,
    HIPS,
    KNEES,
    SHOULDERS,
    Floats,
    at_extreme,
    clearer,
    facing,
    lean,
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


def trunk_lean_beyond_balance(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How many degrees further forward the trunk leans, hips to shoulders, than it would with the shoulders
    over the ankles, while the hips are at their lowest; for a view from the side.
    """
    del visibility  # the midpoints of both sides
    hips, shoulders, ankles = (mid(keypoints, pair) for pair in (HIPS, SHOULDERS, ANKLES))
    ahead = facing(keypoints)
    if ahead is None:
        return None
    trunk = np.linalg.norm(shoulders - hips, axis=1)
    share = ahead * (ankles - hips)[:, 0] / np.where(trunk > 1.0, trunk, np.nan)
    balanced = np.degrees(np.arcsin(np.clip(share, -1.0, 1.0)))
    return at_extreme(lean(hips, shoulders, ahead) - balanced, (ankles - hips)[:, 1])


def ankle_travel_at_bottom(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How far the ankles are higher and further forward, both added up, while the hips are at their lowest
    than while they are at their highest, as a share of the shank's length in upright standing; for a view
    from the side.

    A foot that comes up at the heel turns about its ball: the ankle goes up and forward on an arc.
    """
    hips, ahead = mid(keypoints, HIPS)[:, 1], facing(keypoints)
    if ahead is None:
        return None
    ankles = keypoints[:, ANKLES, :]
    along = clearer(ahead * ankles[:, :, 0] - ankles[:, :, 1], visibility, (ANKLES,))
    shanks = np.linalg.norm(keypoints[:, KNEES, :] - ankles, axis=2)
    low, high = at_extreme(along, hips), at_extreme(along, -hips)
    length = at_extreme(clearer(shanks, visibility, (KNEES, ANKLES)), hips)
    if low is None or high is None or length is None or length <= 1.0:
        return None
    return (high - low) / length
