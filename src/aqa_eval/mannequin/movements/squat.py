"""The bodyweight squat, with dials for how deep it goes and how far the knees cave in.

`depth`: the greatest bend of the knee in degrees, thigh against shank through the joint centres; 0 is a
straight leg. `knees_in`: how far the plane of each leg (hip, knee, ankle) is turned inwards about the
line from hip to ankle, in degrees, away from where the toes point; it grows with the descent and is
reached at the bottom. Turning about that line leaves the bend of the knee as it is, so that the two
dials are independent. The toes point 20 degrees outwards: at 20 degrees of `knees_in` the knees point
straight ahead, and beyond it they are inside the line from hip to ankle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from aqa_eval.mannequin.body import Floats, Pose, Skeleton
from aqa_eval.mannequin.kinematics import (
    X,
    Y,
    Z,
    cross,
    ease,
    limb_rotations,
    reach,
    reaching,
    turn,
    unit,
)
from aqa_eval.mannequin.movements.movement import Dial, Dials, Fault, Movement, Performance
from aqa_eval.vocabulary import Criterion, PoseRule, Scale

TOES_OUT = 20.0
STANDING = 8.0
SHALLOWEST, DEEP_ENOUGH, DEEPEST = 50.0, 100.0, 130.0
CAVED_IN, MOST_CAVED_IN = 20.0, 34.0
DEPTH_IN_PICTURE, SPREAD_IN_PICTURE = 93.0, 1.0
"""What the exact keypoints show at the two thresholds, the mean over bodies, cameras and depths: the
quantities of `PoseRule` are measured at the keypoints of COCO in the picture, the dials at the joint centres
in space. A test derives both."""
SIDES = (("L", 1.0), ("R", -1.0))


@dataclass(frozen=True, slots=True)
class _Habits:
    """What distinguishes one person's squat: seconds of the phases, metres, degrees."""

    wait: float
    down: float
    hold: float
    up: float
    stance: float
    arms: float
    chin: float
    breath: float
    sway: float


def _habits(rng: Generator) -> _Habits:
    return _Habits(
        wait=rng.uniform(0.2, 0.3),
        down=rng.uniform(0.85, 1.05),
        hold=rng.uniform(0.4, 0.5),
        up=rng.uniform(0.7, 0.85),
        stance=rng.uniform(1.65, 1.9),
        arms=rng.uniform(70.0, 95.0),
        chin=rng.uniform(-4.0, 6.0),
        breath=rng.uniform(0.6, 1.4),
        sway=rng.uniform(0.0, 2 * np.pi),
    )


def _pelvis(skeleton: Skeleton, bend: float, stance: float) -> tuple[Floats, float]:
    """The point (3,) midway between the hip joints for a knee bent by `bend` degrees, and the trunk's lean.

    The shank leans forward by 30% of the bend; the trunk leans forward (degrees) until the shoulders
    stand over the middle of the feet.
    """
    thigh = skeleton.length("upperleg01.L", "lowerleg01.L")
    shank = skeleton.length("lowerleg01.L", "foot.L")
    hip, ankle = skeleton.head("upperleg01.L"), skeleton.head("foot.L")
    shank_lean = np.radians(0.30 * bend)
    thigh_lean = np.radians(bend) - shank_lean
    behind = thigh * np.sin(thigh_lean) - shank * np.sin(shank_lean)
    above = thigh * np.cos(thigh_lean) + shank * np.cos(shank_lean)
    sideways = stance * hip[0] - hip[0]
    rise = np.sqrt(max(reach(thigh, shank, bend) ** 2 - sideways**2, 1e-6))
    scale = rise / np.hypot(behind, above)
    middle = np.array([0.0, ankle[1] + behind * scale, ankle[2] + above * scale])
    trunk = skeleton.length("root", "spine01")
    over_midfoot = (behind * scale + 0.02) / (1.25 * trunk)
    return middle, float(np.degrees(np.arcsin(np.clip(over_midfoot, 0.0, 0.8))))


def _leg(
    skeleton: Skeleton, side: str, sign: float, hip: Floats, ankle: Floats, out: float
) -> dict[str, Floats]:
    """World rotations of one leg whose plane is turned outwards by `out` degrees from straight ahead."""
    bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
    line = ankle - hip
    ahead = turn(line, -sign * out) @ unit(-Y + (Y @ line) / (line @ line) * line)
    rotations = reaching(skeleton, bones, hip, ankle, ahead)
    rotations[bones[2]] = turn(Z, sign * TOES_OUT)
    return rotations


def _arm(skeleton: Skeleton, side: str, sign: float, degrees: float) -> dict[str, Floats]:
    """World rotations of one arm raised forwards by `degrees` from hanging."""
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    raised = turn(X, -degrees)
    upper = raised @ np.array([0.16 * sign, 0.0, -1.0])
    lower = raised @ np.array([-0.06 * sign, -0.22, -1.0])
    rotations = limb_rotations(skeleton, bones, upper, lower, cross(upper, lower))
    rotations[f"clavicle.{side}"] = turn(Z, -sign * degrees * 0.08) @ turn(Y, -sign * degrees * 0.05)
    return rotations


def _pose(
    skeleton: Skeleton, bend: float, collapse: float, descent: float, time: float, habits: _Habits
) -> Pose:
    """The whole body with the knees bent by `bend` and caved in by `collapse`, both in degrees."""
    middle, lean = _pelvis(skeleton, bend, habits.stance)
    breathing = habits.breath * np.sin(2 * np.pi * 0.3 * time + habits.sway)
    pelvis = turn(X, 0.9 * lean)
    root = skeleton.head("root")
    hips = skeleton.head("upperleg01.L")
    rotations = {
        "root": pelvis,
        "spine03": turn(X, lean + 0.5 * breathing),
        "spine01": turn(X, 0.9 * lean + breathing),
        "neck01": turn(X, 0.6 * lean),
        "neck02": turn(X, 0.4 * lean),
        "head": turn(X, 0.15 * lean + habits.chin) @ turn(Z, 1.5 * np.sin(0.9 * time + habits.sway)),
    }
    centre = np.array([0.0, hips[1], hips[2]])
    position = middle - pelvis @ (centre - root)
    for side, sign in SIDES:
        hip = middle + np.array([sign * hips[0], 0.0, 0.0])
        rest = skeleton.head(f"foot.{side}")
        ankle = np.array([sign * habits.stance * hips[0], rest[1], rest[2]])
        rotations |= _leg(skeleton, side, sign, hip, ankle, TOES_OUT - collapse)
        rotations |= _arm(skeleton, side, sign, 6.0 + descent * habits.arms)
    return Pose(rotations, position)


def _perform(skeleton: Skeleton, dials: Dials, rng: Generator) -> Performance:
    habits = _habits(rng)
    bottom = habits.wait + habits.down

    def descent(time: float) -> float:
        if time <= bottom:
            return ease((time - habits.wait) / habits.down)
        return 1.0 - ease((time - bottom - habits.hold) / habits.up)

    def pose(time: float) -> Pose:
        lowered = descent(time)
        bend = STANDING + (dials["depth"] - STANDING) * lowered
        return _pose(skeleton, bend, dials["knees_in"] * lowered**2, lowered, time, habits)

    return Performance(bottom + habits.hold + habits.up + 0.2, bottom + habits.hold / 2, pose)


def _quality(dials: Dials) -> float:
    """Points from 0 to 10: half for depth, half for the knees.

    5 * clip((depth - 50) / (120 - 50), 0, 1) + 5 * (1 - knees_in / 34).
    """
    depth = min(max((dials["depth"] - SHALLOWEST) / (120.0 - SHALLOWEST), 0.0), 1.0)
    return 5.0 * depth + 5.0 * (1.0 - dials["knees_in"] / MOST_CAVED_IN)


DEPTH = Fault(
    criterion=Criterion(
        id="squat.depth",
        action="bodyweight squat",
        requirement="At the lowest point of the squat the knees are bent by more than 100 degrees, "
        "where a straight leg counts as 0 degrees.",
        fault="At the lowest point of the squat the knees are bent by 100 degrees or less, "
        "where a straight leg counts as 0 degrees.",
        views=("side",),
        rule=PoseRule("knee_flexion_max", DEPTH_IN_PICTURE, "below", "degrees"),
    ),
    dial="depth",
    threshold=DEEP_ENOUGH,
    faulty_side="below",
)

KNEES_IN = Fault(
    criterion=Criterion(
        id="squat.knees_in",
        action="bodyweight squat",
        requirement="At the lowest point of the squat the knees stay over the feet: they fall inwards from "
        "where the toes point by less than 20 degrees.",
        fault="At the lowest point of the squat the knees cave in: they fall inwards from "
        "where the toes point by 20 degrees or more.",
        views=("front",),
        rule=PoseRule("knee_spread_at_bottom", SPREAD_IN_PICTURE, "below", "ratio"),
    ),
    dial="knees_in",
    threshold=CAVED_IN,
    faulty_side="above",
)

SQUAT = Movement(
    name="squat",
    action="bodyweight squat",
    dials=(
        Dial("depth", "degrees", SHALLOWEST, DEEPEST, 120.0),
        Dial("knees_in", "degrees", 0.0, MOST_CAVED_IN, 0.0),
    ),
    faults=(DEPTH, KNEES_IN),
    score=Criterion(
        id="squat.quality",
        action="bodyweight squat",
        requirement="10 points: the squat goes deep, the knees bent by 120 degrees or more at the lowest "
        "point, and the knees stay exactly over the toes.",
        fault="0 points: the squat is very shallow, the knees bent by 50 degrees or less at the lowest "
        "point, and the knees cave in by 34 degrees.",
        scale=Scale(0.0, 10.0, "points"),
    ),
    views=("side", "front"),
    span=(-0.06, 1.08),
    perform=_perform,
    quality=_quality,
)
