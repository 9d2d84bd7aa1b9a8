"""An arm that supports the body: the hand flat on the floor, the elbow turned out as far as wanted."""

from __future__ import annotations

import numpy as np

from aqa_eval.mannequin.body import Floats, Skeleton
from aqa_eval.mannequin.kinematics import X, Y, Z, cross, frame, pronated, reaching, turn, unit

SLOPES = (-0.16, 0.0, 0.05)
"""How steeply the three bones of a finger go down to the floor."""
TILT = 0.11
"""How much the thumb's side of the palm is raised, for its flesh is thicker than the rest of the hand."""
SIGNS = {"L": 1.0, "R": -1.0}


def supporting_arm(
    skeleton: Skeleton, side: str, shoulder: Floats, wrist: Floats, flare: float, out: float
) -> dict[str, Floats]:
    """World rotations of the arm from `shoulder` to `wrist` (3,), whose plane is turned outwards by `flare`
    degrees from the feet, the fingers by `out` degrees from straight ahead.
    """
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    line = wrist - shoulder
    back = turn(line, SIGNS[side] * flare) @ unit(Y - (Y @ line) / (line @ line) * line)
    rotations = reaching(skeleton, bones, shoulder, wrist, back)
    hand = _hand(skeleton, side, out)
    rotations[f"lowerarm02.{side}"] = pronated(skeleton, side, rotations[bones[1]], hand[bones[2]])
    return rotations | hand


def _hand(skeleton: Skeleton, side: str, out: float) -> dict[str, Floats]:
    """World rotations of a hand flat on the floor, its fingers turned out by `out` degrees."""
    sign = SIGNS[side]
    knuckles = skeleton.head(f"finger3-1.{side}") - skeleton.head(f"wrist.{side}")
    across = skeleton.head(f"metacarpal1.{side}") - skeleton.head(f"metacarpal4.{side}")
    ahead = turn(Z, sign * out)
    hand = ahead @ frame(-Y, TILT * Z - sign * X) @ frame(knuckles, across).T
    rotations = {f"wrist.{side}": hand}
    for finger in range(1, 6):
        first, second, third = (skeleton.head(f"finger{finger}-{part}.{side}") for part in (1, 2, 3))
        phalanges = [second - first, third - second, 2 * unit(third - second) - unit(second - first)]
        for part, phalanx in enumerate(phalanges, 1):
            along = unit(hand @ phalanx)
            flat = unit(along * np.array([1.0, 1.0, 0.0])) + SLOPES[part - 1] * Z
            axis, angle = cross(along, unit(flat)), np.arccos(np.clip(along @ unit(flat), -1.0, 1.0))
            rotations[f"finger{finger}-{part}.{side}"] = turn(axis, float(np.degrees(angle))) @ hand
    return rotations
