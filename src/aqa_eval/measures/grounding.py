"""Does a pointing finger hit the body part? PCK, the percentage of correct keypoints.

Yang and Ramanan 2013 (IEEE TPAMI 35): a point is correct if it lies within a fraction of a body's size of the
keypoint. The size here is the length of the torso, which a bent arm or leg does not change.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aqa_eval.measures.clusters import BoolArray, FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.permutation import Permuted, exchange, permutation_test
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.shares import share

FRACTION = 0.2
"""Of the torso's length, about the width of a knee or an elbow."""


def torso_length(
    left_shoulder: FloatArray, right_shoulder: FloatArray, left_hip: FloatArray, right_hip: FloatArray
) -> FloatArray:
    """From the middle of the shoulders to the middle of the hips (n,), of points (n, 2) in pixels; NaN where
    one of them is not known. Seen from the end of the body it shrinks towards 0.
    """
    middle = (left_shoulder + right_shoulder) / 2.0 - (left_hip + right_hip) / 2.0
    length: FloatArray = np.linalg.norm(middle, axis=-1)
    return length


def checkable(keypoint: FloatArray, visible: BoolArray, scale: FloatArray) -> BoolArray:
    """Whether a point (n,) can be checked: the keypoint (n, 2) is known and seen, and the scale is over 0."""
    known: BoolArray = np.isfinite(keypoint).all(axis=-1) & visible & np.isfinite(scale) & (scale > 0.0)
    return known


def on_target(
    point: FloatArray, keypoint: FloatArray, scale: FloatArray, fraction: float = FRACTION
) -> BoolArray:
    """Whether each point (..., n, 2) lies within `fraction` of the scale (n,) of its keypoint (n, 2), all in
    pixels of one picture. A point that is not finite hits nothing, nor does one whose keypoint or scale is
    not.
    """
    off = np.linalg.norm(point - keypoint, axis=-1)
    with np.errstate(invalid="ignore"):
        near: BoolArray = off <= fraction * scale
    return near


def pck(
    point: FloatArray,
    keypoint: FloatArray,
    visible: BoolArray,
    scale: FloatArray,
    cluster: ArrayLike,
    plan: Resampling,
    fraction: float = FRACTION,
) -> Estimate:
    """The share of checkable points that are on target. Points that cannot be checked are left out, points
    that are not finite count as misses.
    """
    some = checkable(keypoint, visible, scale)
    if not some.any():
        return impossible("no point can be checked: no keypoint is seen, or no scale is known", len(point), 0)
    hits = on_target(point[some], keypoint[some], scale[some], fraction)
    return share(hits, np.asarray(cluster)[some], plan)


def pck_by_chance(
    place: FloatArray,
    keypoint: FloatArray,
    visible: BoolArray,
    scale: FloatArray,
    stratum: ArrayLike,
    seed: int,
    fraction: float = FRACTION,
    draws: int = 999,
) -> Permuted:
    """PCK beside that of the same points given to other clips of their stratum (body part and criterion):
    bodies stand in much the same place, so that a point named blindly hits often enough.

    `place` and `keypoint` (n, 2) and `scale` (n,) are to be in shares of the picture, so that a point can
    move from one picture to another. The chance line is `mean`.
    """
    some = np.flatnonzero(checkable(keypoint, visible, scale))
    points, targets, sizes = place[some], keypoint[some], scale[some]
    rows = np.arange(len(some))

    def statistic(order: NDArray[np.generic]) -> FloatArray:
        moved = points[order.astype(np.int64)]
        hit: FloatArray = on_target(moved, targets, sizes, fraction).mean(axis=1)
        return hit

    units = exchange(rows, np.asarray(stratum)[some], rows, rows)
    return permutation_test(statistic, rows, units, seed, draws)
