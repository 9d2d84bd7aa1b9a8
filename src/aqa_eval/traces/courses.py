"""What can be measured of a body in every frame: one course over time for each side, or for the body.

Angles are those in the picture and lengths are shares of the body's own, so that neither the size of the
picture nor the distance of the camera counts. Left and right are the person's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from aqa_eval.media.geometry.courses import (
    ANKLES,
    EARS,
    ELBOWS,
    HIPS,
    KNEES,
    NOSE,
    SHOULDERS,
    WRISTS,
    facing,
    lean,
    mid,
    sides,
)
from aqa_eval.media.pose import Floats

Course = Callable[[Floats], Floats | None]
"""Keypoints (T, 17, 2) in, values (T, 2) of left and right side out, or (T,) of the body; None where which
way the body faces is needed and cannot be told."""

_SMALL = 1.0  # a length in pixels that divides nothing


def _shares(lengths: Floats) -> Floats:
    return np.where(np.abs(lengths) > _SMALL, lengths, np.nan)


def trunk_length(keypoints: Floats) -> float:
    """The length of the trunk in pixels: the longest that it is seen, but for a tenth of the frames."""
    trunk = np.linalg.norm(mid(keypoints, SHOULDERS) - mid(keypoints, HIPS), axis=1)
    known = trunk[np.isfinite(trunk)]
    return float(np.quantile(known, 0.9)) if len(known) else float("nan")


def breadth(keypoints: Floats) -> float:
    """The median distance of the shoulders across the picture, as a share of the trunk's length: 0 seen from
    the side, some 0.6 to 0.8 from the front.
    """
    across = np.abs(keypoints[:, SHOULDERS[0], 0] - keypoints[:, SHOULDERS[1], 0]) / trunk_length(keypoints)
    known = across[np.isfinite(across)]
    return float(np.median(known)) if len(known) else float("nan")


def knee_flexion(keypoints: Floats) -> Floats:
    """The bend of the knees in degrees, 0 straight."""
    return sides(keypoints, (HIPS, KNEES, ANKLES))


def elbow_flexion(keypoints: Floats) -> Floats:
    """The bend of the elbows in degrees, 0 straight."""
    return sides(keypoints, (SHOULDERS, ELBOWS, WRISTS))


def hip_flexion(keypoints: Floats) -> Floats:
    """The bend of the hips in degrees, 0 straight."""
    return sides(keypoints, (SHOULDERS, HIPS, KNEES))


def hips_over_knees(keypoints: Floats) -> Floats:
    """How high the hips are over the knees, as a share of the trunk's length."""
    return (keypoints[:, KNEES, 1] - keypoints[:, HIPS, 1]) / _one(trunk_length(keypoints))


def knee_spread(keypoints: Floats) -> Floats:
    """The knees' distance across the picture over the mean of the hips' and the ankles'; from the front."""
    x = keypoints[:, :, 0]
    apart = {pair: np.abs(x[:, pair[0]] - x[:, pair[1]]) for pair in (HIPS, KNEES, ANKLES)}
    return apart[KNEES] / _shares((apart[HIPS] + apart[ANKLES]) / 2)


def knee_inside(keypoints: Floats) -> Floats:
    """How far each knee is inside the line from hip to ankle, over the knees' distance from the ankles'
    height: a share of the shank; from the front.
    """
    x, y = keypoints[:, :, 0], keypoints[:, :, 1]
    hips, knees, ankles = (x[:, pair] for pair in (HIPS, KNEES, ANKLES))
    inwards = np.sign(hips[:, ::-1] - hips)
    shank = _shares(y[:, ANKLES] - y[:, KNEES])
    return (knees - (hips + ankles) / 2) * inwards / shank


def knees_ahead(keypoints: Floats) -> Floats | None:
    """How far the knees are ahead of the ankles, as a share of the shank's longest length; from the side."""
    ahead = facing(keypoints)
    if ahead is None:
        return None
    shank = np.linalg.norm(keypoints[:, KNEES] - keypoints[:, ANKLES], axis=2)
    longest = float(np.nanquantile(shank, 0.9)) if np.isfinite(shank).any() else float("nan")
    return ahead * (keypoints[:, KNEES, 0] - keypoints[:, ANKLES, 0]) / _one(longest)


def trunk_lean(keypoints: Floats) -> Floats | None:
    """How far the trunk leans forward from upright in degrees, less than 0 backwards; from the side."""
    ahead = facing(keypoints)
    return None if ahead is None else lean(mid(keypoints, HIPS), mid(keypoints, SHOULDERS), ahead)


def trunk_tilt(keypoints: Floats) -> Floats:
    """How far the trunk is off the vertical in degrees, whichever way."""
    return np.abs(lean(mid(keypoints, HIPS), mid(keypoints, SHOULDERS), 1.0))


def body_tilt(keypoints: Floats) -> Floats:
    """How far the line from knees to shoulders is off the vertical in degrees, head up or down."""
    off = np.abs(lean(mid(keypoints, KNEES), mid(keypoints, SHOULDERS), 1.0))
    return np.minimum(off, 180.0 - off)


def wrists_over_head(keypoints: Floats) -> Floats:
    """How high the wrists are over the ears, as a share of the trunk's length."""
    head = mid(keypoints, EARS)[:, 1]
    return (head[:, None] - keypoints[:, WRISTS, 1]) / _one(trunk_length(keypoints))


def stance(keypoints: Floats) -> Floats:
    """The ankles' distance across the picture over the shoulders'; from the front."""
    x = keypoints[:, :, 0]
    shoulders = _shares(np.abs(x[:, SHOULDERS[0]] - x[:, SHOULDERS[1]]))
    return np.abs(x[:, ANKLES[0]] - x[:, ANKLES[1]]) / shoulders


def tuck(keypoints: Floats) -> Floats:
    """The mean bend of hips and knees in degrees, of the side that bends more."""
    bend: Floats = np.max((hip_flexion(keypoints) + knee_flexion(keypoints)) / 2, axis=1)
    return bend


def heel_travel(keypoints: Floats) -> Floats | None:
    """How far the ankles are up and forward of where they are while the hips are highest, as a share of the
    shank's length there; from the side. A foot that comes up at the heel turns about its ball.
    """
    ahead, hips = facing(keypoints), mid(keypoints, HIPS)[:, 1]
    if ahead is None or not np.isfinite(hips).any():
        return None
    along = ahead * keypoints[:, ANKLES, 0] - keypoints[:, ANKLES, 1]
    highest = hips <= np.nanquantile(hips, 0.1)
    shank = np.linalg.norm(keypoints[:, KNEES] - keypoints[:, ANKLES], axis=2)[highest]
    return (along - np.median(along[highest], axis=0)) / _shares(np.median(shank, axis=0))


def hip_sag(keypoints: Floats) -> Floats:
    """How far the hips are under the line from shoulders to ankles, as a bend in degrees; less than 0 over
    it; for a body that lies, from the side.
    """
    shoulder, hip, ankle = (keypoints[:, pair, :] for pair in (SHOULDERS, HIPS, ANKLES))
    along, below = ankle - shoulder, hip - shoulder
    sagging = np.sign(below[..., 1] - along[..., 1] * below[..., 0] / _shares(along[..., 0]))
    return sides(keypoints, (SHOULDERS, HIPS, ANKLES)) * sagging


def head_drop(keypoints: Floats) -> Floats | None:
    """How far the line from the ears to the nose points below the level in degrees; from the side."""
    ahead = facing(keypoints)
    if ahead is None:
        return None
    face = keypoints[:, NOSE] - mid(keypoints, EARS)
    return np.degrees(np.arctan2(face[:, 1], ahead * face[:, 0]))


def _uneven(bend: Callable[[Floats], Floats]) -> Course:
    def course(keypoints: Floats) -> Floats:
        both = bend(keypoints)
        return np.abs(both[:, 0] - both[:, 1])

    return course


def _apart(pair: tuple[int, int]) -> Course:
    def course(keypoints: Floats) -> Floats:
        left, right = keypoints[:, pair[0], 1], keypoints[:, pair[1], 1]
        return np.abs(left - right) / _one(trunk_length(keypoints))

    return course


def _one(length: float) -> float:
    return length if length > _SMALL else float("nan")


_HIP, _ELBOW, _KNEE = (SHOULDERS, HIPS, KNEES), (SHOULDERS, ELBOWS, WRISTS), (HIPS, KNEES, ANKLES)
COURSES: Mapping[str, tuple[Course, tuple[tuple[int, int], ...]]] = MappingProxyType(
    {
        "body_tilt": (body_tilt, (KNEES, SHOULDERS)),
        "elbow_flexion": (elbow_flexion, _ELBOW),
        "elbows_uneven": (_uneven(elbow_flexion), _ELBOW),
        "head_drop": (head_drop, (EARS,)),
        "heel_travel": (heel_travel, (KNEES, ANKLES)),
        "hip_flexion": (hip_flexion, _HIP),
        "hip_sag": (hip_sag, (SHOULDERS, HIPS, ANKLES)),
        "hips_over_knees": (hips_over_knees, (HIPS, KNEES)),
        "hips_uneven": (_apart(HIPS), (HIPS,)),
        "knee_flexion": (knee_flexion, _KNEE),
        "knee_inside": (knee_inside, _KNEE),
        "knee_spread": (knee_spread, _KNEE),
        "knees_ahead": (knees_ahead, (KNEES, ANKLES)),
        "knees_uneven": (_uneven(knee_flexion), _KNEE),
        "shoulders_uneven": (_apart(SHOULDERS), (SHOULDERS,)),
        "stance": (stance, (ANKLES, SHOULDERS)),
        "trunk_lean": (trunk_lean, (HIPS, SHOULDERS)),
        "trunk_tilt": (trunk_tilt, (HIPS, SHOULDERS)),
        "tuck": (tuck, (SHOULDERS, HIPS, KNEES, ANKLES)),
        "wrists_over_head": (wrists_over_head, (WRISTS, EARS)),
        "wrists_uneven": (_apart(WRISTS), (WRISTS,)),
    }
)
"""Name -> the course, and the pairs of joints that have to be seen for it."""
