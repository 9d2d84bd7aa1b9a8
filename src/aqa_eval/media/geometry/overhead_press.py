"""Measurements on an overhead press."""

from __future__ import annotations

from aqa_eval.media.geometry.courses import ELBOWS, SHOULDERS, WRISTS, Floats, at_extreme, clearer, mid, sides


def elbow_flexion_at_top(keypoints: Floats, visibility: Floats | None) -> float | None:
    """The bend of the elbows in degrees while the wrists are at their highest over the shoulders; for a
    view from the front, the mean of both arms.
    """
    joints = (SHOULDERS, ELBOWS, WRISTS)
    bend = clearer(sides(keypoints, joints), visibility, joints)
    return at_extreme(bend, (mid(keypoints, WRISTS) - mid(keypoints, SHOULDERS))[:, 1])
