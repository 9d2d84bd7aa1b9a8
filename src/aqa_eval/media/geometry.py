"""What can be measured on a moving body from its keypoints: angles and distances in the picture.

Every quantity takes COCO-17 keypoints (T, 17, 2) in pixels, NaN where missing, x to the right and y
down, and their visibility (T, 17) from 0 to 1 or None. It returns one number for the whole clip, or
None when it cannot be measured. A single frame in which a limb is misplaced does not decide: the median of
neighbouring frames is taken before any extreme, and of several frames before any mean.

Angles are those in the picture. They equal the joint's own angle only where the limb lies in a plane
parallel to the picture, which is why a criterion names the views from which it can be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Quantity = Callable[[Floats, Floats | None], float | None]

SHOULDERS, ELBOWS, WRISTS = (5, 6), (7, 8), (9, 10)
HIPS, KNEES, ANKLES = (11, 12), (13, 14), (15, 16)
"""Indices of the left and the right keypoint in COCO-17."""
FEWEST_FRAMES = 3
EXTREME_SHARE = 0.08
"""Which frames count as the lowest (or highest) point: those within this share of the whole travel. A joint
near its end of travel bends a lot for little height: 8% of a press's travel is some 30 degrees of elbow."""


def flexion(start: Floats, middle: Floats, end: Floats) -> Floats:
    """How far limbs (..., 2) are bent at `middle`, in degrees: 0 straight, 180 folded; NaN where missing."""
    first, second = middle - start, end - middle
    cross = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    bend: Floats = np.degrees(np.abs(np.arctan2(cross, (first * second).sum(axis=-1))))
    return bend


def _sides(keypoints: Floats, joints: tuple[tuple[int, int], ...]) -> Floats:
    """The bend of the left and the right limb of three joints, in degrees (T, 2)."""
    start, middle, end = (keypoints[:, pair, :] for pair in joints)
    return flexion(start, middle, end)


def _clearer(values: Floats, visibility: Floats | None, joints: tuple[tuple[int, int], ...]) -> Floats:
    """One course (T,) of two sides' values (T, 2): each weighted by how clearly its limb is seen.

    The weight is the square of the least visible of the limb's joints, so that from the side the far
    limb, hidden behind the near one, hardly counts.
    """
    if visibility is None:
        weights = np.ones_like(values)
    else:
        weights = np.min([visibility[:, pair] for pair in joints], axis=0) ** 2
    weights = np.where(np.isfinite(values), np.nan_to_num(weights), 0.0)
    total = weights.sum(axis=1)
    course = (np.nan_to_num(values) * weights).sum(axis=1)
    return np.where(total > 0, course / np.where(total > 0, total, 1.0), np.nan)


def steady(course: Floats) -> Floats:
    """The running median of three frames; the frames where there is no value (NaN) are left out first."""
    known = course[np.isfinite(course)]
    if len(known) < FEWEST_FRAMES:
        return known
    inner = np.median(np.stack([known[:-2], known[1:-1], known[2:]]), axis=0)
    return np.concatenate([[np.median(known[:2])], inner, [np.median(known[-2:])]])


def _at_extreme(values: Floats, height: Floats) -> float | None:
    """The median of `values` (T,) over the frames where `height` (T,) is least, three of them or more."""
    known = np.isfinite(values) & np.isfinite(height)
    if known.sum() < FEWEST_FRAMES:
        return None
    values, height = values[known], height[known]
    least, most = steady(height).min(), steady(height).max()
    limit = max(least + EXTREME_SHARE * (most - least), float(np.sort(height)[FEWEST_FRAMES - 1]))
    return float(np.median(values[height <= limit]))


def _mid(keypoints: Floats, pair: tuple[int, int]) -> Floats:
    """The point midway between a left and a right keypoint (T, 2)."""
    middle: Floats = keypoints[:, pair, :].mean(axis=1)
    return middle


def knee_flexion_max(keypoints: Floats, visibility: Floats | None) -> float | None:
    """The greatest bend of the knee in degrees, hip to knee to ankle; for a view from the side."""
    joints = (HIPS, KNEES, ANKLES)
    course = steady(_clearer(_sides(keypoints, joints), visibility, joints))
    return float(course.max()) if len(course) >= FEWEST_FRAMES else None


def elbow_flexion_at_top(keypoints: Floats, visibility: Floats | None) -> float | None:
    """The bend of the elbows in degrees while the wrists are at their highest over the shoulders; for a
    view from the front, the mean of both arms.
    """
    joints = (SHOULDERS, ELBOWS, WRISTS)
    bend = _clearer(_sides(keypoints, joints), visibility, joints)
    return _at_extreme(bend, (_mid(keypoints, WRISTS) - _mid(keypoints, SHOULDERS))[:, 1])


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
    height = (_mid(keypoints, ANKLES) - _mid(keypoints, HIPS))[:, 1]
    return _at_extreme(ratio, height)


QUANTITIES: Mapping[str, Quantity] = MappingProxyType(
    {
        "elbow_flexion_at_top": elbow_flexion_at_top,
        "knee_flexion_max": knee_flexion_max,
        "knee_spread_at_bottom": knee_spread_at_bottom,
    }
)
"""Name -> measurement, as a `PoseRule` names it."""
