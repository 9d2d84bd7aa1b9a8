"""How a body squats: where its bones are at every moment, given the dials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

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
from aqa_eval.mannequin.movements.movement import Dials, Performance
from aqa_eval.mannequin.movements.showing import Showing, held

TOES_OUT = 20.0
STANDING = 8.0
HEEL = 0.34
"""How far the rear edge of the sole lies behind the ankle joint, as a share of the distance from there to the
ball of the foot; the baked bodies differ by 3% in what heel lift follows from it."""
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


@dataclass(frozen=True, slots=True)
class _Moment:
    """What the dials amount to at one moment: degrees, `heels` in metres, `descent` from 0 to 1."""

    bend: float
    collapse: float
    tipping: float
    heels: float
    descent: float


def _pelvis(skeleton: Skeleton, bend: float, ankle: Floats) -> tuple[Floats, float]:
    """The point (3,) midway between the hip joints for a knee bent by `bend` degrees, and the trunk's lean.

    `ankle` (3,) is where the left ankle is. The shank leans forward by 30% of the bend; the trunk leans
    forward (degrees) until the shoulders stand over the middle of the feet.
    """
    thigh = skeleton.length("upperleg01.L", "lowerleg01.L")
    shank = skeleton.length("lowerleg01.L", "foot.L")
    hip = skeleton.head("upperleg01.L")
    shank_lean = np.radians(0.30 * bend)
    thigh_lean = np.radians(bend) - shank_lean
    behind = thigh * np.sin(thigh_lean) - shank * np.sin(shank_lean)
    above = thigh * np.cos(thigh_lean) + shank * np.cos(shank_lean)
    sideways = ankle[0] - hip[0]
    rise = np.sqrt(max(reach(thigh, shank, bend) ** 2 - sideways**2, 1e-6))
    scale = rise / np.hypot(behind, above)
    middle = np.array([0.0, ankle[1] + behind * scale, ankle[2] + above * scale])
    trunk = skeleton.length("root", "spine01")
    over_midfoot = (behind * scale + 0.02) / (1.25 * trunk)
    return middle, float(np.degrees(np.arcsin(np.clip(over_midfoot, 0.0, 0.8))))


def _foot(skeleton: Skeleton, side: str, sign: float, stance: float, heel: float) -> tuple[Floats, Floats]:
    """World rotation (3, 3) of a foot whose heel is `heel` metres off the floor, and where its ankle is (3,).

    The foot turns about the line through the balls of the big and the little toe, which stays on the floor.
    """
    rest, flat = skeleton.head(f"foot.{side}"), turn(Z, sign * TOES_OUT)
    ankle = np.array([sign * stance * skeleton.head("upperleg01.L")[0], rest[1], rest[2]])
    if heel == 0.0:
        return flat, ankle
    big, little = (ankle + flat @ (skeleton.head(f"toe{toe}-1.{side}") - rest) for toe in (1, 5))
    axis = unit(sign * (little - big))
    behind = HEEL * (rest[1] - skeleton.head(f"toe1-1.{side}")[1])
    arm = ankle + flat @ np.array([0.0, behind, -rest[2]]) - big
    # Turned by an angle the arm's end rises by across * sin(angle) + along * (cos(angle) - 1).
    across, along = float(cross(axis, arm)[2]), float((arm - (axis @ arm) * axis)[2])
    angle = np.arcsin((heel + along) / np.hypot(across, along)) - np.arctan2(along, across)
    raised = turn(axis, float(np.degrees(angle)))
    return raised @ flat, big + raised @ (ankle - big)


def _toes(skeleton: Skeleton) -> dict[str, Floats]:
    """World rotations of the toes, which lie flat on the floor while the foot over them tilts."""
    names = (name for name in skeleton.names if name.startswith("toe") and "-1." in name)
    return {name: turn(Z, TOES_OUT if name.endswith("L") else -TOES_OUT) for name in names}


def _leg(
    skeleton: Skeleton, side: str, sign: float, hip: Floats, ankle: Floats, out: float
) -> dict[str, Floats]:
    """World rotations of one thigh and shank whose plane is turned outwards by `out` degrees."""
    bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
    line = ankle - hip
    ahead = turn(line, -sign * out) @ unit(-Y + (Y @ line) / (line @ line) * line)
    return reaching(skeleton, bones, hip, ankle, ahead)


def _arm(skeleton: Skeleton, side: str, sign: float, degrees: float) -> dict[str, Floats]:
    """World rotations of one arm raised forwards by `degrees` from hanging."""
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    raised = turn(X, -degrees)
    upper = raised @ np.array([0.16 * sign, 0.0, -1.0])
    lower = raised @ np.array([-0.06 * sign, -0.22, -1.0])
    rotations = limb_rotations(skeleton, bones, upper, lower, cross(upper, lower))
    rotations[f"clavicle.{side}"] = turn(Z, -sign * degrees * 0.08) @ turn(Y, -sign * degrees * 0.05)
    return rotations


def _trunk(lean: float, moment: _Moment, time: float, habits: _Habits) -> dict[str, Floats]:
    """World rotations of pelvis, trunk and head.

    Pelvis and trunk tip as one by the same angle, so that the line from the hips to the base of the neck
    turns by exactly that; the head follows only in part, to look ahead.
    """
    breathing = habits.breath * np.sin(2 * np.pi * 0.3 * time + habits.sway)
    tipping = moment.tipping
    return {
        "root": turn(X, 0.9 * lean + tipping),
        "spine03": turn(X, lean + 0.5 * breathing + tipping),
        "spine01": turn(X, 0.9 * lean + breathing + tipping),
        "neck01": turn(X, 0.6 * lean + 0.75 * tipping),
        "neck02": turn(X, 0.4 * lean + 0.5 * tipping),
        "head": turn(X, 0.15 * lean + habits.chin + 0.3 * tipping)
        @ turn(Z, 1.5 * np.sin(0.9 * time + habits.sway)),
    }


def _pose(skeleton: Skeleton, moment: _Moment, time: float, habits: _Habits) -> Pose:
    """The whole body at one moment."""
    feet = {side: _foot(skeleton, side, sign, habits.stance, moment.heels) for side, sign in SIDES}
    middle, lean = _pelvis(skeleton, moment.bend, feet["L"][1])
    root, hips = skeleton.head("root"), skeleton.head("upperleg01.L")
    rotations = _trunk(lean, moment, time, habits)
    position = middle - rotations["root"] @ (np.array([0.0, hips[1], hips[2]]) - root)
    for side, sign in SIDES:
        hip = middle + np.array([sign * hips[0], 0.0, 0.0])
        rotation, ankle = feet[side]
        rotations |= _leg(skeleton, side, sign, hip, ankle, TOES_OUT - moment.collapse)
        rotations[f"foot.{side}"] = rotation
        rotations |= _arm(skeleton, side, sign, 6.0 + moment.descent * habits.arms)
    return Pose(rotations, position)


def perform(skeleton: Skeleton, dials: Dials, rng: Generator) -> Performance:
    """One squat by a skeleton: down, a short hold, and up again."""
    habits = _habits(rng)
    bottom = habits.wait + habits.down
    # Named only where they move: naming a bone regroups the sums of the skinning, and with them the last
    # bits of every vertex.
    toes = _toes(skeleton) if dials["heel_lift"] > 0 else {}

    def descent(time: float) -> float:
        if time <= bottom:
            return ease((time - habits.wait) / habits.down)
        return 1.0 - ease((time - bottom - habits.hold) / habits.up)

    def pose(time: float) -> Pose:
        lowered = descent(time)
        moment = _Moment(
            bend=STANDING + (dials["depth"] - STANDING) * lowered,
            collapse=dials["knees_in"] * lowered**2,
            tipping=dials["trunk_lean"] * lowered,
            heels=dials["heel_lift"] / 100.0 * lowered**2,
            descent=lowered,
        )
        posed = _pose(skeleton, moment, time, habits)
        return replace(posed, rotations={**posed.rotations, **toes})

    return Performance(bottom + habits.hold + habits.up + 0.2, bottom + habits.hold / 2, pose)


def shows(_: Callable[[], Skeleton], dials: Dials, rng: Generator) -> Mapping[str, Showing]:
    """When each dial shows: all of them at the lowest point."""
    habits = _habits(rng)
    return dict.fromkeys(dials, held(habits.wait, habits.down, habits.hold, habits.up))
