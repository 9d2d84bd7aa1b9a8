"""Measurements on a dive with somersaults in the tuck position, seen from the side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aqa_eval.media.geometry.courses import (
    ANKLES,
    FEWEST_FRAMES,
    HIPS,
    KNEES,
    SHOULDERS,
    Floats,
    clearer,
    mid,
    sides,
    steady,
)

STRETCHED = 25.0
"""Hips bent by less than this, in degrees, count as stretched: the diver has come out of the tuck."""
AGREEING = 0.25
"""How far, as a share of the median, a body's length in one frame may be from the others' to be believed."""
FEWEST_AT_ENTRY = 2


def _bends(keypoints: Floats, visibility: Floats | None) -> tuple[Floats, Floats]:
    """The bend of hips and of knees in degrees, each (T,)."""
    hip, knee = (SHOULDERS, HIPS, KNEES), (HIPS, KNEES, ANKLES)
    return (
        clearer(sides(keypoints, hip), visibility, hip),
        clearer(sides(keypoints, knee), visibility, knee),
    )


def tuck_flexion_max(keypoints: Floats, visibility: Floats | None) -> float | None:
    """The greatest bend in degrees, the mean of hips (shoulder to hip to knee) and knees (hip to knee to
    ankle).
    """
    course = steady(np.mean(_bends(keypoints, visibility), axis=0))
    return float(course.max()) if len(course) >= FEWEST_FRAMES else None


def _entering(keypoints: Floats, visibility: Floats | None) -> NDArray[np.intp]:
    """The frames, in order, in which the diver is stretched and upside down after the tightest tuck."""
    hips, knees = _bends(keypoints, visibility)
    tuck = hips + knees
    if not np.isfinite(tuck).any():
        return np.empty(0, dtype=np.intp)
    upended = mid(keypoints, SHOULDERS)[:, 1] > mid(keypoints, KNEES)[:, 1]
    after = np.arange(len(tuck)) > np.nanargmax(tuck)
    return np.flatnonzero(after & upended & (hips < STRETCHED))


def entry_lean(keypoints: Floats, visibility: Floats | None) -> float | None:
    """How far the body's line, from knees to shoulders, is off the vertical on entering the water, in
    degrees: the least it comes to, because the body turns until the water stops it.

    Neighbouring frames show another moment of the turn, so no median is taken over them; instead a
    frame counts only if the line is as long in it as in the others.
    """
    frames = _entering(keypoints, visibility)
    line = (mid(keypoints, KNEES) - mid(keypoints, SHOULDERS))[frames]
    length = np.hypot(line[:, 0], line[:, 1])
    if len(frames) < FEWEST_AT_ENTRY:
        return None
    believed = np.abs(length / np.median(length) - 1.0) < AGREEING
    lean = np.degrees(np.arctan2(np.abs(line[:, 0]), -line[:, 1]))[believed]
    return float(lean.min()) if len(lean) else None


def knee_flexion_at_entry(keypoints: Floats, visibility: Floats | None) -> float | None:
    """The bend of the knees in degrees on entering the water, hip to knee to ankle: the median over the
    frames from when the hips are stretched.
    """
    frames = _entering(keypoints, visibility)
    knees = _bends(keypoints, visibility)[1][frames]
    knees = knees[np.isfinite(knees)]
    return float(np.median(knees)) if len(knees) >= FEWEST_AT_ENTRY else None
