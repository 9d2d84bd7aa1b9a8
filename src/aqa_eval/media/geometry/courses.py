"""What measuring a moving body is made of: bends, steady courses over time, their extremes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Quantity = Callable[[Floats, Floats | None], float | None]

NOSE, EARS = 0, (3, 4)
SHOULDERS, ELBOWS, WRISTS = (5, 6), (7, 8), (9, 10)
HIPS, KNEES, ANKLES = (11, 12), (13, 14), (15, 16)
"""Indices of keypoints in COCO-17, of pairs the left and the right one."""
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


def sides(keypoints: Floats, joints: tuple[tuple[int, int], ...]) -> Floats:
    """The bend of the left and the right limb of three joints, in degrees (T, 2)."""
    start, middle, end = (keypoints[:, pair, :] for pair in joints)
    return flexion(start, middle, end)


def clearer(values: Floats, visibility: Floats | None, joints: tuple[tuple[int, int], ...]) -> Floats:
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


def at_extreme(values: Floats, height: Floats) -> float | None:
    """The median of `values` (T,) over the frames where `height` (T,) is least, three of them or more."""
    known = np.isfinite(values) & np.isfinite(height)
    if known.sum() < FEWEST_FRAMES:
        return None
    values, height = values[known], height[known]
    least, most = steady(height).min(), steady(height).max()
    limit = max(least + EXTREME_SHARE * (most - least), float(np.sort(height)[FEWEST_FRAMES - 1]))
    return float(np.median(values[height <= limit]))


def mid(keypoints: Floats, pair: tuple[int, int]) -> Floats:
    """The point midway between a left and a right keypoint (T, 2)."""
    middle: Floats = keypoints[:, pair, :].mean(axis=1)
    return middle


def facing(keypoints: Floats) -> float | None:
    """Which way a body seen from the side looks: 1 to the right of the picture, -1 to the left; None where
    no frame tells. The nose lies ahead of the ears.
    """
    ahead = keypoints[:, NOSE, 0] - mid(keypoints, EARS)[:, 0]
    known = ahead[np.isfinite(ahead)]
    direction = float(np.sign(np.median(known))) if len(known) else 0.0
    return direction or None


def lean(lower: Floats, upper: Floats, ahead: float) -> Floats:
    """How far lines from `lower` to `upper` (T, 2) lean forward from upright in the picture, in degrees (T,);
    `ahead` is the direction that `facing` gives.
    """
    line = upper - lower
    forward: Floats = np.degrees(np.arctan2(ahead * line[:, 0], -line[:, 1]))
    return forward
