"""Measurements on an overhead press."""

from __future__ import annotations

from aqa_eval.media.geometry.courses import (
    ELBOWS,
    HIPS,
    SHOULDERS,
    WRISTS,
    Floats,
    at_extreme,
    clearer,
    facing,
    lean,
    mid,
    sides,
)


def elbow_flexion_at_top(keypoints: Floats, visibility: Floats | None) -> float | None:
    """The bend of the elbows in degrees while the wrists are at their highest over the shoulders; for a
    view from the front, the mean of both arms.
    """
    joints = (SHOULDERS, ELBOWS, WRISTS)
    bend = clearer(sides(keypoints, joints), visibility, joints)
    return at_extreme(bend, (mid(keypoints, WRISTS) - mid(keypoints, SHOULDERS))[:, 1])


def trunk_lean_back_at_top(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How many degrees the trunk leans back, hips to shoulders, while the wrists are at their highest over
    the hips; for a view from the side.
    """
    del visibility  # the midpoints of both sides
    hips, ahead = mid(keypoints, HIPS), facing(keypoints)
    if ahead is None:
        return None
    return at_extreme(-lean(hips, mid(keypoints, SHOULDERS), ahead), (mid(keypoints, WRISTS) - hips)[:, 1])
