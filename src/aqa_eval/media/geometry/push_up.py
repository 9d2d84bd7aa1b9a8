"""Measurements on a push-up."""

from __future__ import annotations

import numpy as np

from aqa_eval.media.geometry.courses import (
    ANKLES,
    EARS,
    HIPS,
    NOSE,
    SHOULDERS,
    WRISTS,
    Floats,
    at_extreme,
    clearer,
    mid,
    sides,
)


def _height(keypoints: Floats) -> Floats:
    """How high the shoulders are over the wrists, in pixels (T,)."""
    height: Floats = (mid(keypoints, WRISTS) - mid(keypoints, SHOULDERS))[:, 1]
    return height


def elbow_flexion_at_bottom(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How far the elbows are bent in degrees while the shoulders are lowest; for a view from the side.

    Read from how much lower the point midway between shoulders and ears has come over the wrists than on
    straight arms at the top: twice the arc cosine of that share, as upper arm and forearm are about equally
    long. Unlike the angle at the elbow in the picture, it does not depend on how far the elbows point out to
    the side. The ears are there because a pose network sees the shoulder of an arm that hangs down too low
    and that of a bent one too high, which the shoulders alone would turn into 8 degrees less.
    """
    del visibility  # the middle is taken of both sides
    height = _height(keypoints)
    neck = (height + (mid(keypoints, WRISTS) - mid(keypoints, EARS))[:, 1]) / 2
    straight, bent = at_extreme(neck, -height), at_extreme(neck, height)
    if straight is None or bent is None or straight <= 0:
        return None
    return float(2 * np.degrees(np.arccos(np.clip(bent / straight, 0.0, 1.0))))


def hip_sag_at_top(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How far the body is bent at the hips in degrees while the shoulders are highest, shoulder to hip to
    ankle, more than 0 when the hips are below the line from shoulder to ankle; for a view from the side.
    """
    joints = (SHOULDERS, HIPS, ANKLES)
    shoulder, hip, ankle = (keypoints[:, pair, :] for pair in joints)
    along, below = ankle - shoulder, hip - shoulder
    across = np.where(np.abs(along[..., 0]) > 1.0, along[..., 0], np.nan)
    sagging = np.sign(below[..., 1] - along[..., 1] * below[..., 0] / across)
    return at_extreme(clearer(sides(keypoints, joints) * sagging, visibility, joints), -_height(keypoints))


def head_drop_at_top(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How far the line from the ears to the nose points down from the line from the hips to the shoulders, in
    degrees, while the shoulders are highest; for a view from the side.
    """
    del visibility  # the middle is taken of both sides
    trunk = mid(keypoints, SHOULDERS) - mid(keypoints, HIPS)
    face = keypoints[:, NOSE] - mid(keypoints, EARS)
    turned = np.degrees(
        np.arctan2(trunk[:, 0] * face[:, 1] - trunk[:, 1] * face[:, 0], (trunk * face).sum(axis=1))
    )
    # y points down: a head to the right of the hips turns down clockwise, one to the left the other way.
    return at_extreme(turned * np.sign(trunk[:, 0]), -_height(keypoints))
