"""How a body lunges in place: where its bones are at every moment, given the dials.

The feet stay where they are. The bend of the front knee says where the hips are, and the rear leg follows on
a heel that rises as the body goes down; the trunk leans about the hip joints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from aqa_eval.mannequin.body import Floats, Pose, Skeleton, joints
from aqa_eval.mannequin.kinematics import X, Y, Z, cross, ease, limb_rotations, reach, reaching, turn, unit
from aqa_eval.mannequin.movements.movement import Dials, Performance
from aqa_eval.mannequin.movements.showing import Showing, held

TOES_OUT = 15.0
STANDING, STANDING_REAR, UPRIGHT = 20.0, 10.0, 3.0
"""Degrees at the start: the bend of the front and of the rear knee, and the trunk's lean."""
SIDES = (("L", 1.0), ("R", -1.0))


@dataclass(frozen=True, slots=True)
class _Habits:
    """What distinguishes one person's lunge: the side in front, seconds of the phases, hip widths, slopes of
    the hanging arms, degrees.
    """

    front: str
    wait: float
    down: float
    hold: float
    up: float
    stance: float
    arms_out: float
    elbows: float
    chin: float
    breath: float
    sway: float


def _habits(rng: Generator) -> _Habits:
    return _Habits(
        front="L" if rng.random() < 0.5 else "R",
        wait=rng.uniform(0.2, 0.3),
        down=rng.uniform(0.9, 1.1),
        hold=rng.uniform(0.45, 0.55),
        up=rng.uniform(0.75, 0.9),
        stance=rng.uniform(1.0, 1.25),
        arms_out=rng.uniform(0.2, 0.3),
        elbows=rng.uniform(0.15, 0.35),
        chin=rng.uniform(-3.0, 5.0),
        breath=rng.uniform(0.4, 1.0),
        sway=rng.uniform(0.0, 2 * np.pi),
    )


def _behind(skeleton: Skeleton, bend: float) -> float:
    """How far the hips are behind the front ankle in metres: they come forward as they go down."""
    thigh = skeleton.length("upperleg01.L", "lowerleg01.L")
    return thigh * (1.0 - 0.0035 * (bend - STANDING))


def _hips(skeleton: Skeleton, bend: float, stance: float) -> Floats:
    """The point (3,) midway between the hips, the front knee bent by `bend` degrees; at the start y is 0."""
    thigh = skeleton.length("upperleg01.L", "lowerleg01.L")
    shank = skeleton.length("lowerleg01.L", "foot.L")
    behind, sideways = _behind(skeleton, bend), (stance - 1.0) * skeleton.head("upperleg01.L")[0]
    rise = np.sqrt(reach(thigh, shank, bend) ** 2 - behind**2 - sideways**2)
    return np.array([0.0, behind - _behind(skeleton, STANDING), skeleton.head("foot.L")[2] + rise])


def _rear_foot(skeleton: Skeleton, bend: float) -> tuple[float, Floats]:
    """How far the rear foot is turned up, in degrees, and its ankle (3,) as seen from the foot's ball."""
    pitch = 36.0 + 0.26 * (bend - STANDING)
    toe = skeleton.head("toe2-1.L")
    return pitch, turn(X, pitch) @ (skeleton.head("foot.L") - toe) + toe[2] * Z


def _ball(skeleton: Skeleton, stance: float) -> float:
    """How far the ball of the rear foot is behind the hips at the start: the rear leg is almost straight."""
    thigh = skeleton.length("upperleg01.L", "lowerleg01.L")
    shank = skeleton.length("lowerleg01.L", "foot.L")
    _, ankle = _rear_foot(skeleton, STANDING)
    rise = _hips(skeleton, STANDING, stance)[2] - ankle[2]
    sideways = (stance - 1.0) * skeleton.head("upperleg01.L")[0]
    return float(np.sqrt(reach(thigh, shank, STANDING_REAR) ** 2 - rise**2 - sideways**2) - ankle[1])


def _front_leg(
    skeleton: Skeleton, side: str, sign: float, hip: Floats, stance: float, collapse: float
) -> dict[str, Floats]:
    """World rotations of the front leg, its knee fallen in by `collapse` degrees."""
    bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
    half = skeleton.head("upperleg01.L")[0]
    ankle = np.array([sign * stance * half, -_behind(skeleton, STANDING), skeleton.head("foot.L")[2]])
    line = ankle - hip
    ahead = turn(line, -sign * (TOES_OUT - collapse)) @ unit(-Y + (Y @ line) / (line @ line) * line)
    rotations = reaching(skeleton, bones, hip, ankle, ahead)
    rotations[bones[2]] = turn(Z, sign * TOES_OUT)
    return rotations


def _rear_leg(
    skeleton: Skeleton, side: str, sign: float, hip: Floats, stance: float, bend: float
) -> dict[str, Floats]:
    """World rotations of the rear leg while the front knee is bent by `bend`; its toes stay in place."""
    bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
    pitch, ankle = _rear_foot(skeleton, bend)
    aside = sign * stance * skeleton.head("upperleg01.L")[0]
    ankle = np.array([aside, _ball(skeleton, stance) + ankle[1], ankle[2]])
    rotations = reaching(skeleton, bones, hip, ankle, -Y - 0.5 * Z)
    rotations[bones[2]] = turn(X, pitch)
    return rotations | {f"toe{toe}-1.{side}": np.eye(3) for toe in range(1, 6)}


def _trunk(
    skeleton: Skeleton, hips: Floats, lean: float, time: float, habits: _Habits
) -> tuple[dict[str, Floats], Floats]:
    """World rotations of trunk and head, the shoulders `lean` degrees before the hips, and the root (3,)."""
    breathing = habits.breath * np.sin(2 * np.pi * 0.3 * time + habits.sway)
    rotations = {
        "root": turn(X, 0.0),
        "spine03": turn(X, 0.12 * lean + 0.5 * breathing),
        "spine01": turn(X, 0.06 * lean + breathing),
    }
    for side, sign in SIDES:
        rotations[f"clavicle.{side}"] = turn(Y, sign * 4.0)
    placed = joints(skeleton, Pose(rotations, np.zeros(3)))
    middle = (placed["upperleg01.L"] + placed["upperleg01.R"]) / 2
    line = (placed["upperarm01.L"] + placed["upperarm01.R"]) / 2 - middle
    leaning = turn(X, lean - float(np.degrees(np.arctan2(-line[1], line[2]))))
    rotations = {bone: leaning @ rotation for bone, rotation in rotations.items()}
    rotations["neck01"] = turn(X, 0.65 * lean)
    rotations["neck02"] = turn(X, 0.45 * lean)
    rotations["head"] = turn(X, 0.2 * lean + habits.chin) @ turn(Z, 1.5 * np.sin(0.9 * time + habits.sway))
    return rotations, hips - leaning @ middle


def _arm(skeleton: Skeleton, side: str, sign: float, lean: float, habits: _Habits) -> dict[str, Floats]:
    """World rotations of one arm that hangs from the shoulder, the elbow a little bent."""
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    hanging = turn(X, 0.12 * lean - 4.0)
    upper = hanging @ np.array([habits.arms_out * sign, 0.05, -1.0])
    lower = hanging @ np.array([(habits.arms_out - 0.1) * sign, -habits.elbows, -1.0])
    return limb_rotations(skeleton, bones, upper, lower, cross(upper, lower))


def _pose(
    skeleton: Skeleton, bend: float, collapse: float, lean: float, time: float, habits: _Habits
) -> Pose:
    """The whole body, the front knee bent by `bend` and fallen in by `collapse`, both in degrees."""
    hips = _hips(skeleton, bend, habits.stance)
    rotations, root = _trunk(skeleton, hips, lean, time, habits)
    for side, sign in SIDES:
        hip = hips + np.array([sign * skeleton.head("upperleg01.L")[0], 0.0, 0.0])
        if side == habits.front:
            rotations |= _front_leg(skeleton, side, sign, hip, habits.stance, collapse)
        else:
            rotations |= _rear_leg(skeleton, side, sign, hip, habits.stance, bend)
        rotations |= _arm(skeleton, side, sign, lean, habits)
    return Pose(rotations, root)


def perform(skeleton: Skeleton, dials: Dials, rng: Generator) -> Performance:
    """One lunge: down to the depth, held there, and up again; the dials are those of `lunge`."""
    habits = _habits(rng)
    bottom = habits.wait + habits.down

    def descent(time: float) -> float:
        if time <= bottom:
            return ease((time - habits.wait) / habits.down)
        return 1.0 - ease((time - bottom - habits.hold) / habits.up)

    def pose(time: float) -> Pose:
        lowered = descent(time)
        bend = STANDING + (dials["depth"] - STANDING) * lowered
        lean = UPRIGHT + (dials["trunk_lean"] - UPRIGHT) * lowered
        return _pose(skeleton, bend, dials["knee_in"] * lowered**2, lean, time, habits)

    return Performance(bottom + habits.hold + habits.up + 0.2, bottom + habits.hold / 2, pose)


def shows(_: Callable[[], Skeleton], dials: Dials, rng: Generator) -> Mapping[str, Showing]:
    """When each dial shows: all of them at the lowest point."""
    habits = _habits(rng)
    return dict.fromkeys(dials, held(habits.wait, habits.down, habits.hold, habits.up))
