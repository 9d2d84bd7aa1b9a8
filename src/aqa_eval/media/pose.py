"""A person's keypoints in one picture, in the order of COCO."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COCO17 = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
"""The keypoints in order; left and right are the person's own (Lin et al., 2014, arXiv 1405.0312)."""

SWAPPED = np.array([0, *(k + 1 if k % 2 else k - 1 for k in range(1, 17))])
"""For each keypoint its counterpart on the other side of the body."""


@dataclass(frozen=True, slots=True)
class Pose:
    """One person: `keypoints` (17, 2) in pixels from the picture's top left corner, x right and y
    down; `visibility` (17,) in 0..1; `score` in 0..1, how sure it is that there is a person.
    """

    keypoints: Floats
    visibility: Floats
    score: float


def to_bytes(pose: Pose | None) -> bytes:
    """A pose, or that nobody was found, as a NumPy file for the cache: (52,) or (0,) float64."""
    buffer = BytesIO()
    row = np.empty(0) if pose is None else np.r_[pose.score, pose.visibility, pose.keypoints.ravel()]
    np.save(buffer, row.astype(np.float64), allow_pickle=False)
    return buffer.getvalue()


def from_bytes(data: bytes) -> Pose | None:
    """What `to_bytes` wrote. Raises ValueError for anything else."""
    row = np.load(BytesIO(data), allow_pickle=False)
    if row.shape == (0,):
        return None
    if row.shape != (52,):
        raise ValueError(f"expected 52 numbers, found shape {row.shape}")
    return Pose(row[18:].reshape(17, 2), row[1:18], float(row[0]))
