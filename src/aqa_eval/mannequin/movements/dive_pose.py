"""The shapes a diver takes in the air, from straight with the arms overhead to a tuck with the hands on the
shins, seen in the frame of the own pelvis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aqa_eval.mannequin.body import Floats, Pose, Skeleton, joints
from aqa_eval.mannequin.kinematics import X, Y, cross, fist, frame, limb_rotations, reaching, turn, unit

SIDES = (("L", 1.0), ("R", -1.0))
SPINE = {"spine04": 0.2, "spine03": 0.4, "spine02": 0.7, "spine01": 1.0}
"""How much of the spine's curl each bone has taken up."""
SHIN = 0.36
"""Where the hands hold the shin in a tight tuck, from knee (0) to ankle (1); in an open one they slide up."""
PALM = 0.055
"""From the middle of the shin's bone to a wrist that lies on it, in metres."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Degrees of bend at `hips`, `knees`, along the spine (`curl`) and at the neck (`chin`), `point` of the
    toes; `raised` is 1 with the arms overhead and 0 with the hands on the shins.
    """

    hips: float
    knees: float
    curl: float
    chin: float
    point: float
    raised: float


def between(start: Shape, end: Shape, share: float, early: float) -> Shape:
    """The shape a share (0 to 1) of the way; the arms are `early` (0 to 1) of the way."""
    return Shape(
        hips=start.hips + share * (end.hips - start.hips),
        knees=start.knees + share * (end.knees - start.knees),
        curl=start.curl + share * (end.curl - start.curl),
        chin=start.chin + share * (end.chin - start.chin),
        point=start.point + share * (end.point - start.point),
        raised=start.raised + early * (end.raised - start.raised),
    )


def _trunk(shape: Shape) -> dict[str, Floats]:
    rotations = {"root": np.eye(3)}
    rotations |= {bone: turn(X, share * shape.curl) for bone, share in SPINE.items()}
    rotations["neck01"] = turn(X, shape.curl + 0.4 * shape.chin)
    rotations["neck03"] = turn(X, shape.curl + 0.7 * shape.chin)
    rotations["head"] = turn(X, shape.curl + shape.chin)
    for side, sign in SIDES:
        lifted = turn(X, shape.curl) @ turn(Y, -sign * 30.0 * shape.raised)
        rotations[f"clavicle.{side}"] = lifted
        rotations[f"shoulder01.{side}"] = lifted @ turn(Y, -sign * 12.0 * shape.raised)
    return rotations


def _legs(skeleton: Skeleton, shape: Shape) -> dict[str, Floats]:
    """The thighs bend forwards from the line of the trunk, the shanks back from theirs."""
    folded = np.clip(shape.hips / 120.0, 0.0, 1.0)
    rotations: dict[str, Floats] = {}
    for side, sign in SIDES:
        bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
        thigh = turn(X, -shape.hips)
        shank = turn(X, shape.knees - shape.hips)
        aside = -0.055 + 0.065 * folded
        upper = thigh @ np.array([sign * aside, 0.0, -1.0])
        lower = shank @ np.array([sign * (-0.055 + 0.01 * folded), 0.0, -1.0])
        rotations |= limb_rotations(skeleton, bones, upper, lower, X)
        rotations[bones[2]] = shank @ turn(X, shape.point)
    return rotations


def _hand(
    skeleton: Skeleton, side: str, forearm: Floats, along: Floats, thumb: Floats, raised: float
) -> dict[str, Floats]:
    """The hand laid on the shin, its fingers pointing `along` it, the `thumb` up; overhead it goes straight
    on from the forearm.
    """
    elbow, wrist = (skeleton.head(f"{bone}.{side}") for bone in ("lowerarm01", "wrist"))
    knuckles = skeleton.head(f"finger3-1.{side}") - wrist
    across = skeleton.head(f"metacarpal1.{side}") - skeleton.head(f"metacarpal4.{side}")
    fingers = (1.0 - raised) * unit(along) + raised * unit(forearm @ (wrist - elbow))
    upwards = (1.0 - raised) * unit(thumb) + raised * unit(forearm @ across)
    hand = frame(fingers, upwards) @ frame(knuckles, across).T
    return {f"wrist.{side}": hand} | fist(skeleton, side, hand, 0.45 * (1.0 - raised))


def _arm(
    skeleton: Skeleton, side: str, sign: float, placed: dict[str, Floats], shape: Shape
) -> dict[str, Floats]:
    """One arm with the hand on the shin, overhead, or on its way: the wrist's angle, distance and offset
    from the shoulder go evenly from the one to the other.
    """
    raised, hips = shape.raised, shape.hips
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    shoulder, knee, ankle = (placed[f"{b}.{side}"] for b in ("upperarm01", "lowerleg01", "foot"))
    whole = skeleton.length(bones[0], bones[1]) + skeleton.length(bones[1], bones[2])
    shin = unit(ankle - knee)
    front = cross(shin, X)
    grip = SHIN * float(np.clip((hips - 75.0) / 45.0, 0.15, 1.0))
    held = knee + grip * (ankle - knee) + PALM * unit(front + 0.6 * sign * X)
    low = held - shoulder
    high = np.array([sign * 0.03, skeleton.head("upperleg01.L")[1], 0.0]) - shoulder
    high[2] = np.sqrt((0.995 * whole) ** 2 - high[0] ** 2 - high[1] ** 2)
    # Angles from straight down, forwards and up; the way never leads behind the back.
    quarter = np.pi / 2
    start, end = ((np.arctan2(-v[1], -v[2]) + quarter) % (4 * quarter) - quarter for v in (low, high))
    far = (1 - raised) * min(np.hypot(*low[1:]), 0.97 * whole) + raised * np.hypot(*high[1:])
    angle = (1 - raised) * start + raised * end
    offset = np.array([0.0, -far * np.sin(angle), -far * np.cos(angle)])
    offset[0] = (1 - raised) * low[0] + raised * high[0]
    offset *= min(1.0, 0.995 * whole / float(np.linalg.norm(offset)))
    rotations = reaching(skeleton, bones, shoulder, shoulder + offset, sign * X + 0.2 * Y * (1 - raised))
    fingers = -sign * X + 0.7 * shin
    return rotations | _hand(skeleton, side, rotations[bones[1]], fingers, -shin, raised)


def shaped(skeleton: Skeleton, shape: Shape) -> dict[str, Floats]:
    """World rotations of a body in a shape, its pelvis as at rest."""
    rotations = _trunk(shape) | _legs(skeleton, shape)
    placed = joints(skeleton, Pose(rotations, skeleton.head("root")))
    for side, sign in SIDES:
        rotations |= _arm(skeleton, side, sign, placed, shape)
    return rotations


def tipped(rotations: dict[str, Floats], degrees: float) -> dict[str, Floats]:
    """The same shape, turned as a whole head first by `degrees`."""
    whole = turn(X, degrees)
    return {bone: whole @ rotation for bone, rotation in rotations.items()}
