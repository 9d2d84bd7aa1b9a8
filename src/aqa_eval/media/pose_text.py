"""The representation `pose-text`: how the body is bent in every frame, in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from aqa_eval.media.geometry.courses import HIPS, SHOULDERS, flexion
from aqa_eval.media.pose import COCO17, Floats
from aqa_eval.media.track import Bodies

JOINTS: Final = (
    ("knee", "bent", ("hip", "knee", "ankle")),
    ("hip", "bent", ("shoulder", "hip", "knee")),
    ("elbow", "bent", ("shoulder", "elbow", "wrist")),
    ("shoulder", "raised", ("hip", "shoulder", "elbow")),
)
"""Joint, what its angle is called, and the keypoints it is measured between."""

VISIBLE: Final = 0.3
"""Keypoints less visible than this are guesses: no angle is told of them."""

UPRIGHT: Final = 2.5
"""Degrees of lean below which a trunk is called upright; numbers are told without fractions anyway."""

MISSING: Final = "body not found"

SOURCES: Final = {
    "blazepose": "2D keypoints that a pose network found in each frame",
    "oracle": "the exact 2D keypoints of each frame",
    "files": "2D keypoints given for each frame",
}

HEADING: Final = (
    "Joint angles over time, in degrees, measured in the plane of the picture from {source}. Depth is not "
    "measured: a limb that points towards the camera or away from it looks less or more bent than it is. "
    "Knee, hip, elbow: 0 is straight, 180 is folded. Shoulder: 0 is the upper arm along the trunk, pointing "
    "to the hips, 180 is overhead. Trunk: lean of the line from hips to shoulders from vertical, 0 upright, "
    "90 level, 180 upside down. Left and right of a joint are the person's own."
)


def pose_text(bodies: Bodies, times: Sequence[float], source: str, still: bool = False) -> str:
    """One line a frame, with its time in seconds where it is not a still; the angles are rounded to degrees.

    `source` is the presentation's source of keypoints. A frame without a body says so.
    """
    lines = [HEADING.format(source=SOURCES[source])]
    for n, time in enumerate(times):
        told = _told(bodies.keypoints[n], bodies.visibility[n]) if bodies.known[n] else MISSING
        lines.append(told if still else f"{time:.2f} s: {told}")
    return "\n".join(lines)


def _told(keypoints: Floats, visibility: Floats) -> str:
    points = np.where((visibility >= VISIBLE)[:, None], keypoints, np.nan)
    angles = [_joint(points, *joint) for joint in JOINTS]
    return "; ".join([_trunk(points), *angles]) + "."


def _joint(points: Floats, joint: str, verb: str, limb: tuple[str, str, str]) -> str:
    told = []
    for side in ("left", "right"):
        start, middle, end = (points[COCO17.index(f"{side}_{name}")] for name in limb)
        angle = float(flexion(start, middle, end))
        angle = 180 - angle if verb == "raised" else angle
        told.append(f"{side} not visible" if np.isnan(angle) else f"{side} {verb} {angle:.0f}")
    return f"{joint}: " + ", ".join(told)


def _trunk(points: Floats) -> str:
    across, up = points[list(SHOULDERS)].mean(axis=0) - points[list(HIPS)].mean(axis=0)
    lean = float(np.degrees(np.arctan2(across, -up)))
    if np.isnan(lean):
        return "trunk: not visible"
    if abs(lean) < UPRIGHT:
        return f"trunk: upright ({abs(lean):.0f})"
    return f"trunk: leans {abs(lean):.0f} to the {'right' if lean > 0 else 'left'} of the picture"
