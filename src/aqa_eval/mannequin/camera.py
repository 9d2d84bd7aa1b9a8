"""A pinhole camera that looks at the mannequin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from aqa_eval.mannequin.body import Floats
from aqa_eval.mannequin.kinematics import Z, turn, unit

SIZE = 512
"""Width and height of the picture in pixels."""
FIELD = 30.0
"""Vertical field of view in degrees."""
AZIMUTHS = {"front": 0.0, "side": 90.0}
"""View -> degrees from straight ahead towards the body's left."""


@dataclass(frozen=True, slots=True)
class Camera:
    """`eye` (3,) in metres; the rows of `axes` (3, 3) point right, down and away in the picture."""

    eye: Floats
    axes: Floats
    focal: float

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """Pixels (N, 2), x to the right and y down from the top left corner, and depths (N,) in metres."""
        x, y, z = (points - self.eye).T
        right, down, away = (axis[0] * x + axis[1] * y + axis[2] * z for axis in self.axes)
        across = SIZE / 2 + self.focal * right / away
        return np.stack([across, SIZE / 2 + self.focal * down / away], axis=1), away

    def floor_homography(self) -> Floats:
        """The (3, 3) map from floor coordinates (x, y, 1) in metres to homogeneous pixels."""
        intrinsic = np.array([[self.focal, 0, SIZE / 2], [0, self.focal, SIZE / 2], [0, 0, 1]])
        extrinsic = np.column_stack([self.axes[:, 0], self.axes[:, 1], -self.axes @ self.eye])
        return intrinsic @ extrinsic


def aim(view: str, low: float, high: float, rng: Generator) -> Camera:
    """The camera of a view that takes in heights from `low` to `high` metres over the origin.

    It stands on either side for the side view, at hip height, up to 4 degrees off the exact direction.
    """
    azimuth = AZIMUTHS[view] + rng.uniform(-4.0, 4.0)
    if view == "side" and rng.random() < 0.5:
        azimuth = -azimuth
    elevation = rng.uniform(3.0, 7.0)
    focal = SIZE / 2 / np.tan(np.radians(FIELD / 2))
    distance = (high - low) * rng.uniform(1.04, 1.12) * focal / SIZE
    target = np.array([0.0, 0.0, (low + high) / 2])
    away = -np.array([0.0, -1.0, 0.0]) @ turn(Z, azimuth).T
    forward = unit(away * np.cos(np.radians(elevation)) - Z * np.sin(np.radians(elevation)))
    right = unit(np.cross(forward, Z))
    axes = np.stack([right, np.cross(forward, right), forward])
    return Camera(target - forward * distance, axes, float(focal))
