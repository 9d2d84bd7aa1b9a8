"""The standing overhead press with a barbell, with a dial for how far the elbows stay bent at the top.

`lockout`: the bend of the elbow that remains at the highest point, in degrees, upper arm against forearm
through the joint centres; 0 is a straight arm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from aqa_eval.mannequin.body import Floats, Pose, Skeleton, joints
from aqa_eval.mannequin.kinematics import (
    X,
    Y,
    Z,
    cross,
    ease,
    fist,
    frame,
    reach,
    reaching,
    turn,
)
from aqa_eval.mannequin.movements.movement import Dial, Dials, Fault, Movement, Performance
from aqa_eval.vocabulary import Criterion, PoseRule, Scale

RACKED = 140.0
BENT, MOST_BENT = 20.0, 65.0
BENT_IN_PICTURE = 18.2
"""What the exact keypoints show at the threshold, the mean over bodies and cameras; a test derives it."""
SIDES = (("L", 1.0), ("R", -1.0))


@dataclass(frozen=True, slots=True)
class _Habits:
    """What distinguishes one person's press: seconds of the phases, degrees, shares of shoulder width."""

    wait: float
    up: float
    hold: float
    down: float
    grip: float
    lean: float
    chin: float
    breath: float
    sway: float


def _habits(rng: Generator) -> _Habits:
    return _Habits(
        wait=rng.uniform(0.15, 0.25),
        up=rng.uniform(0.75, 0.95),
        hold=rng.uniform(0.45, 0.55),
        down=rng.uniform(0.75, 0.9),
        grip=rng.uniform(1.25, 1.45),
        lean=rng.uniform(1.0, 4.0),
        chin=rng.uniform(-4.0, 3.0),
        breath=rng.uniform(0.4, 1.0),
        sway=rng.uniform(0.0, 2 * np.pi),
    )


def _trunk(lift: float, time: float, habits: _Habits) -> dict[str, Floats]:
    """World rotations of trunk, head and shoulder girdle; the chin draws back as the bar passes."""
    passing = 4.0 * lift * (1.0 - lift)
    breathing = habits.breath * np.sin(2 * np.pi * 0.3 * time + habits.sway)
    back = -habits.lean * (1.0 - lift) - 1.5 * passing
    rotations = {
        "spine03": turn(X, back),
        "spine01": turn(X, back + breathing),
        "neck01": turn(X, -5.0 * passing),
        "neck03": turn(X, habits.chin - 9.0 * passing),
    }
    for side, sign in SIDES:
        raised = turn(Y, -sign * (4.0 + 22.0 * lift))
        rotations[f"clavicle.{side}"] = raised
        rotations[f"shoulder01.{side}"] = turn(Y, -sign * 8.0 * lift) @ raised
    return rotations


def _legs(skeleton: Skeleton) -> tuple[dict[str, Floats], Floats]:
    """World rotations of the standing legs, the knees almost straight, and the root's position (3,)."""
    hips, root = skeleton.head("upperleg01.L"), skeleton.head("root")
    ankle_at_rest = skeleton.head("foot.L")
    thigh = skeleton.length("upperleg01.L", "lowerleg01.L")
    shank = skeleton.length("lowerleg01.L", "foot.L")
    sideways = 0.45 * hips[0]
    rise = np.sqrt(reach(thigh, shank, 7.0) ** 2 - sideways**2)
    rotations: dict[str, Floats] = {}
    for side, sign in SIDES:
        bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
        ankle = np.array([sign * (hips[0] + sideways), ankle_at_rest[1], ankle_at_rest[2]])
        hip = np.array([sign * hips[0], ankle[1], ankle[2] + rise])
        rotations |= reaching(skeleton, bones, hip, ankle, turn(Z, sign * 10.0) @ -Y)
        rotations[bones[2]] = turn(Z, sign * 10.0)
    height = ankle_at_rest[2] + rise - hips[2]
    return rotations, root + np.array([0.0, ankle_at_rest[1] - hips[1], height])


def _hand(skeleton: Skeleton, side: str, sign: float, forearm: Floats) -> dict[str, Floats]:
    """World rotations of the hand that grips the bar, palm forward, and of the twisted forearm."""
    wrist = skeleton.head(f"wrist.{side}")
    knuckles = skeleton.head(f"finger3-1.{side}") - wrist
    across = skeleton.head(f"metacarpal1.{side}") - skeleton.head(f"metacarpal4.{side}")
    at_rest = frame(knuckles, across)
    upright = frame(np.array([0.0, 0.25, 1.0]), np.array([-sign, 0.0, 0.0]))
    hand = upright @ at_rest.T
    # About the line from the bone that twists to the wrist, so that the wrist stays where it is.
    along = forearm @ (wrist - skeleton.head(f"lowerarm02.{side}"))
    untwisted = frame(along, forearm @ across)[:, 1]
    twisted = frame(along, hand @ across)[:, 1]
    angle = np.degrees(
        np.arctan2(cross(untwisted, twisted) @ along / np.linalg.norm(along), untwisted @ twisted)
    )
    rotations = {f"lowerarm02.{side}": turn(along, 0.5 * float(angle)) @ forearm, f"wrist.{side}": hand}
    return rotations | fist(skeleton, side, hand)


def _arm(
    skeleton: Skeleton, side: str, sign: float, shoulder: Floats, bend: float, lift: float, grip: float
) -> tuple[dict[str, Floats], Floats]:
    """World rotations of one arm bent by `bend` degrees, and the wrist's position (3,)."""
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    upper, lower = skeleton.length(bones[0], bones[1]), skeleton.length(bones[1], bones[2])
    # The bar rests in front of the throat and goes up there, then back over the head once it is past it.
    forward = reach(upper, lower, RACKED) * (0.9 - 0.8 * ease((lift - 0.35) / 0.65))
    sideways = grip * skeleton.head("upperarm01.L")[0] - abs(shoulder[0])
    rise = np.sqrt(max(reach(upper, lower, bend) ** 2 - forward**2 - sideways**2, 1e-6))
    wrist = shoulder + np.array([sign * sideways, -forward, rise])
    down = 1.0 - ease(lift / 0.6)
    pole = np.array([sign * (0.55 + 0.45 * (1.0 - down)), -0.25, -0.9 * down - 0.1])
    rotations = reaching(skeleton, bones, shoulder, wrist, pole)
    return rotations | _hand(skeleton, side, sign, rotations[bones[1]]), wrist


def _pose(skeleton: Skeleton, bend: float, lift: float, time: float, habits: _Habits) -> Pose:
    """The whole body with the elbows bent by `bend` degrees, `lift` of the way up (0 to 1)."""
    legs, root = _legs(skeleton)
    rotations = legs | _trunk(lift, time, habits)
    placed = joints(skeleton, Pose(rotations, root))
    grips = []
    for side, sign in SIDES:
        arm, wrist = _arm(skeleton, side, sign, placed[f"upperarm01.{side}"], bend, lift, habits.grip)
        rotations |= arm
        grips.append(wrist)
    palm = 0.75 * skeleton.length("wrist.L", "finger3-1.L")
    return Pose(rotations, root, bar=(grips[0] + grips[1]) / 2 + np.array([0.0, -0.012, palm]))


def _perform(skeleton: Skeleton, dials: Dials, rng: Generator) -> Performance:
    habits = _habits(rng)
    top = habits.wait + habits.up

    def lifted(time: float) -> float:
        if time <= top:
            return ease((time - habits.wait) / habits.up)
        return 1.0 - ease((time - top - habits.hold) / habits.down)

    def pose(time: float) -> Pose:
        lift = lifted(time)
        return _pose(skeleton, RACKED + (dials["lockout"] - RACKED) * lift, lift, time, habits)

    return Performance(top + habits.hold + habits.down + 0.2, top + habits.hold / 2, pose)


def _quality(dials: Dials) -> float:
    """Points from 0 to 10: 10 * (1 - lockout / 65)."""
    return 10.0 * (1.0 - dials["lockout"] / MOST_BENT)


LOCKOUT = Fault(
    criterion=Criterion(
        id="overhead_press.lockout",
        action="standing barbell overhead press",
        requirement="At the highest point of the press the elbows are locked out: less than 20 degrees of "
        "bend remain, where a straight arm counts as 0 degrees.",
        fault="At the highest point of the press the elbows are not locked out: 20 degrees of bend or more "
        "remain, where a straight arm counts as 0 degrees.",
        views=("front",),
        rule=PoseRule("elbow_flexion_at_top", BENT_IN_PICTURE, "above", "degrees"),
    ),
    dial="lockout",
    threshold=BENT,
    faulty_side="above",
)

OVERHEAD_PRESS = Movement(
    name="overhead_press",
    action="standing barbell overhead press",
    dials=(Dial("lockout", "degrees", 0.0, MOST_BENT, 0.0),),
    faults=(LOCKOUT,),
    score=Criterion(
        id="overhead_press.quality",
        action="standing barbell overhead press",
        requirement="10 points: the elbows are perfectly straight at the highest point of the press.",
        fault="0 points: the elbows are still bent by 65 degrees at the highest point of the press.",
        scale=Scale(0.0, 10.0, "points"),
    ),
    views=("side", "front"),
    span=(-0.05, 1.36),
    perform=_perform,
    quality=_quality,
)
