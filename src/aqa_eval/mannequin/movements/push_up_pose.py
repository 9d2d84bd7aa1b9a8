"""How a body does a push-up: where its bones are at every moment, given the dials.

Hands and feet stay where they are, and the straight legs turn about the ankles. In the middle plane the body
is a chain from the ankles over the hips to the shoulders, which are as far from the wrists as the bend of the
elbows says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from aqa_eval.mannequin.body import Floats, Pose, Skeleton, joints
from aqa_eval.mannequin.kinematics import (
    X,
    Y,
    Z,
    ease,
    middle_joint,
    reach,
    reaching,
    turn,
)
from aqa_eval.mannequin.movements.movement import Dials, Performance
from aqa_eval.mannequin.movements.push_up_arm import supporting_arm
from aqa_eval.mannequin.movements.showing import Showing, held, rested

STRAIGHT_ARM, STRAIGHT_LEG = 8.0, 4.0
"""Degrees that elbows and knees are bent where they count as straight."""
FOOT_PITCH = 68.0
FEET = 0.52
"""How far the ankles are behind the origin, in heights of the head's joint above the floor in standing: the
whole body lies about the origin."""
PALM, SOLE = 0.255, 0.007
"""How high the wrist is over the floor, in lengths of the palm, and how far soles lift the whole body (m)."""
BELLY, NOSE = 0.095, 0.04
"""How near the floor hips and face may come, in heights of the head's joint."""
FACE = ((-0.1, -0.4), (0.0, 0.8))
"""The chin and the forehead, backwards and up from the eyes, in lengths of the neck."""
NECK = {"neck01": 0.35, "neck02": 0.6, "neck03": 0.85, "head": 1.0}
"""How much of the head's tilt each bone has."""
SIDES = (("L", 1.0), ("R", -1.0))
AT_THE_TOP = frozenset({"hip_sag", "head_drop"})
"""The dials whose criteria are about the top; on the way down the floor takes some of them away."""


@dataclass(frozen=True, slots=True)
class _Habits:
    """What distinguishes one person's push-up: seconds of the phases, shares of shoulder width, degrees."""

    wait: float
    down: float
    hold: float
    up: float
    rest: float
    grip: float
    ahead: float
    fingers_out: float
    feet: float
    breath: float
    sway: float


def _habits(rng: Generator) -> _Habits:
    return _Habits(
        wait=rng.uniform(0.35, 0.45),
        down=rng.uniform(0.75, 0.95),
        hold=rng.uniform(0.45, 0.55),
        up=rng.uniform(0.6, 0.75),
        rest=rng.uniform(0.35, 0.45),
        grip=rng.uniform(1.2, 1.4),
        ahead=rng.uniform(-0.01, 0.02),
        fingers_out=rng.uniform(0.0, 12.0),
        feet=rng.uniform(0.75, 1.1),
        breath=rng.uniform(0.3, 0.8),
        sway=rng.uniform(0.0, 2 * np.pi),
    )


@dataclass(frozen=True, slots=True)
class _Trunk:
    """Trunk and head as if upright, bent at hips and neck, the root at the origin: world `rotations`, the
    `hips` (3,), the `line` (3,) from hips to shoulders, the left `shoulder` (3,), and the lowest points of a
    hanging head, forehead and face (2, 3).
    """

    rotations: dict[str, Floats]
    hips: Floats
    line: Floats
    shoulder: Floats
    face: Floats


def _spine(sag: float, breathing: float) -> dict[str, Floats]:
    """World rotations of the upright trunk and the shoulder girdle, hollow in its back by `sag` degrees."""
    bends = {"root": 0.55 * sag, "spine04": 0.35 * sag, "spine03": 0.12 * sag, "spine01": breathing}
    rotations = {bone: turn(X, degrees) for bone, degrees in bends.items()}
    for side, sign in SIDES:
        rotations[f"clavicle.{side}"] = turn(Z, -sign * 8.0) @ turn(Y, -sign * 2.0)
        rotations[f"shoulder01.{side}"] = turn(Z, -sign * 14.0) @ turn(Y, -sign * 2.0)
    return rotations


def _trunk(skeleton: Skeleton, sag: float, drop: float, breathing: float = 0.0) -> _Trunk:
    """The trunk, hollow in its back by `sag` degrees, the head tilted down by `drop` degrees."""
    rotations = _spine(sag, breathing)
    placed = joints(skeleton, Pose(rotations, np.zeros(3)))
    hips = (placed["upperleg01.L"] + placed["upperleg01.R"]) / 2
    shoulders = (placed["upperarm01.L"] + placed["upperarm01.R"]) / 2
    standing = skeleton.head("neck01") - (skeleton.head("upperleg01.L") + skeleton.head("upperleg01.R")) / 2
    tilt = drop + _angle(placed["neck01"] - hips) - _angle(standing)
    for bone, share in NECK.items():
        rotations[bone] = turn(X, breathing + share * (tilt - breathing))
    placed = joints(skeleton, Pose(rotations, np.zeros(3)))
    eyes = (placed["eye.L"] + placed["eye.R"]) / 2
    neck = skeleton.length("neck01", "head")
    face = np.stack([eyes + rotations["head"] @ (neck * np.array([0.0, b, c])) for b, c in FACE])
    return _Trunk(rotations, hips, shoulders - hips, placed["upperarm01.L"], face)


def _angle(line: Floats) -> float:
    """How far a line (3,) leans forward from upright, in degrees."""
    return float(np.degrees(np.arctan2(-line[1], line[2])))


def _ankles(skeleton: Skeleton) -> Floats:
    """The point (3,) midway between the ankles, the feet pitched up on toes that stay flat on the floor."""
    toe, ankle = skeleton.head("toe2-1.L"), skeleton.head("foot.L")
    raised = toe + turn(X, FOOT_PITCH) @ (ankle - toe)
    return np.array([0.0, FEET * skeleton.head("head")[2], raised[2]])


@dataclass(frozen=True, slots=True)
class _Plank:
    """The whole body but the arms: what `_trunk` says, its lean in degrees, and where the `hips` are (3,)."""

    trunk: _Trunk
    lean: float
    hips: Floats

    def place(self, point: Floats) -> Floats:
        """Where a point (3,) of the upright trunk lies."""
        placed: Floats = self.hips + turn(X, self.lean) @ (point - self.trunk.hips)
        return placed


@dataclass(frozen=True, slots=True)
class _Support:
    """What does not move: the midpoints of `ankles` and `wrists` (3,), the left wrist's `x`, and the legs'
    length in the middle plane.
    """

    skeleton: Skeleton
    ankles: Floats
    wrists: Floats
    x: float
    legs: float

    def plank(self, bend: float, sag: float, drop: float, breathing: float = 0.0) -> _Plank:
        """The body on arms bent by `bend` degrees."""
        trunk = _trunk(self.skeleton, sag, drop, breathing)
        length = float(np.linalg.norm(trunk.line))
        whole = reach(self.legs, length, sag)
        arms = np.sqrt(_arm_reach(self.skeleton, bend) ** 2 - (self.x - trunk.shoulder[0]) ** 2)
        shoulders = middle_joint(self.ankles, self.wrists, whole, float(arms), Z)
        hips = middle_joint(self.ankles, shoulders, self.legs, length, -Z)
        return _Plank(trunk, _angle(shoulders - hips) - _angle(trunk.line), hips)


def _arm_reach(skeleton: Skeleton, bend: float) -> float:
    upper = skeleton.length("upperarm01.L", "lowerarm01.L")
    return reach(upper, skeleton.length("lowerarm01.L", "wrist.L"), bend)


def _legs_length(skeleton: Skeleton, feet: float) -> float:
    """How far the hips are from the ankles in the middle plane, the feet `feet` hip widths apart."""
    thigh = skeleton.length("upperleg01.L", "lowerleg01.L")
    whole = reach(thigh, skeleton.length("lowerleg01.L", "foot.L"), STRAIGHT_LEG)
    sideways = (feet - 1.0) * skeleton.head("upperleg01.L")[0]
    return float(np.sqrt(whole**2 - sideways**2))


def _support(skeleton: Skeleton, sag: float, habits: _Habits) -> _Support:
    """Hands and feet where they are for the shoulders to be above the wrists at the top."""
    trunk, ankles = _trunk(skeleton, sag, 0.0), _ankles(skeleton)
    legs = _legs_length(skeleton, habits.feet)
    whole = reach(legs, float(np.linalg.norm(trunk.line)), sag)
    palm = PALM * skeleton.length("wrist.L", "finger3-1.L") - SOLE
    x = habits.grip * trunk.shoulder[0]
    squared = _arm_reach(skeleton, STRAIGHT_ARM) ** 2 - (x - trunk.shoulder[0]) ** 2 - habits.ahead**2
    height = palm + np.sqrt(squared)
    away = np.sqrt(whole**2 - (height - ankles[2]) ** 2)
    wrists = np.array([0.0, ankles[1] - away - habits.ahead, palm])
    return _Support(skeleton, ankles, wrists, float(x), legs)


def _legs(skeleton: Skeleton, plank: _Plank, ankles: Floats, feet: float) -> dict[str, Floats]:
    """World rotations of the legs, almost straight, on raised feet whose toes stay flat on the floor."""
    half = skeleton.head("upperleg01.L")[0]
    rotations: dict[str, Floats] = {}
    for side, sign in SIDES:
        bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
        hip, ankle = (
            at + np.array([sign * x, 0.0, 0.0]) for at, x in ((plank.hips, half), (ankles, half * feet))
        )
        rotations |= reaching(skeleton, bones, hip, ankle, -Z)
        rotations[bones[2]] = turn(X, FOOT_PITCH)
        rotations |= {f"toe{toe}-1.{side}": np.eye(3) for toe in range(1, 6)}
    return rotations


def _arms(support: _Support, plank: _Plank, flare: float, out: float) -> dict[str, Floats]:
    """World rotations of the arms whose planes are turned outwards by `flare` degrees."""
    rotations: dict[str, Floats] = {}
    for side, sign in SIDES:
        shoulder = plank.place(plank.trunk.shoulder * np.array([sign, 1.0, 1.0]))
        wrist = support.wrists + np.array([sign * support.x, 0.0, 0.0])
        rotations |= supporting_arm(support.skeleton, side, shoulder, wrist, flare, out)
    return rotations


def _most(wanted: float, free: Callable[[float], bool]) -> float:
    """The greatest amount up to `wanted` degrees for which the body is `free` of the floor (bisection)."""
    if free(wanted):
        return wanted
    low, high = 0.0, wanted
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if free(middle) else (low, middle)
    return low


def _at_bottom(support: _Support, dials: Dials) -> tuple[float, float]:
    """How much of the sagging hips and of the hanging head (degrees) the floor allows at the bottom."""
    skeleton, bend = support.skeleton, dials["depth"]

    def hips_free(sag: float) -> bool:
        return bool(support.plank(bend, sag, 0.0).hips[2] > BELLY * skeleton.head("head")[2])

    sag = _most(dials["hip_sag"], hips_free)

    def head_free(drop: float) -> bool:
        plank = support.plank(bend, sag, drop)
        return all(plank.place(point)[2] > NOSE * skeleton.head("head")[2] for point in plank.trunk.face)

    return sag, _most(dials["head_drop"], head_free)


def perform(skeleton: Skeleton, dials: Dials, rng: Generator) -> Performance:
    """One push-up: down to the depth, held there, and up again; the dials are those of `push_up`."""
    habits = _habits(rng)
    bottom = habits.wait + habits.down
    support = _support(skeleton, dials["hip_sag"], habits)
    least_sag, least_drop = _at_bottom(support, dials)

    def descent(time: float) -> float:
        if time <= bottom:
            return ease((time - habits.wait) / habits.down)
        return 1.0 - ease((time - bottom - habits.hold) / habits.up)

    def pose(time: float) -> Pose:
        lowered = descent(time)
        sag, drop = (
            full + (least - full) * lowered
            for full, least in ((dials["hip_sag"], least_sag), (dials["head_drop"], least_drop))
        )
        breathing = habits.breath * np.sin(2 * np.pi * 0.3 * time + habits.sway)
        plank = support.plank(STRAIGHT_ARM + (dials["depth"] - STRAIGHT_ARM) * lowered, sag, drop, breathing)
        leaning = turn(X, plank.lean)
        rotations = {bone: leaning @ rotation for bone, rotation in plank.trunk.rotations.items()}
        rotations |= _legs(skeleton, plank, support.ankles, habits.feet)
        rotations |= _arms(support, plank, dials["elbow_flare"], habits.fingers_out)
        return Pose(rotations, plank.place(np.zeros(3)))

    duration = bottom + habits.hold + habits.up + habits.rest
    return Performance(duration, bottom + habits.hold / 2, pose)


def shows(_: Callable[[], Skeleton], dials: Dials, rng: Generator) -> Mapping[str, Showing]:
    """When each dial shows: sag and drop at the top, before or after, the others at the lowest point."""
    habits = _habits(rng)
    bottom = held(habits.wait, habits.down, habits.hold, habits.up)
    top = rested(habits.wait, habits.down, habits.hold, habits.up, habits.rest)
    return {name: top if name in AT_THE_TOP else bottom for name in dials}
