"""How a body presses a barbell overhead: where its bones are at every moment, given the dials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from aqa_eval.mannequin.body import Floats, Pose, Skeleton, joints
from aqa_eval.mannequin.kinematics import X, Y, Z, ease, fist, frame, pronated, reach, reaching, turn
from aqa_eval.mannequin.movements.movement import Dials, Performance
from aqa_eval.mannequin.movements.showing import Showing, held

RACKED = 140.0
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


@dataclass(frozen=True, slots=True)
class _Spine:
    """How trunk and pelvis are turned at the top, in degrees: `back` both, `arch` the chest against the
    pelvis, of which `tilt` is the pelvis's share (0 to 1).
    """

    back: float
    arch: float
    tilt: float


def _bent(spine: _Spine, lift: float) -> dict[str, Floats]:
    """World rotations of pelvis and waist, the chest's following in `_trunk`; none where nothing is bent.

    A bone that does not move is not named: naming one regroups the sums of the skinning, and with them the
    last bits of every vertex.
    """
    if spine.back == 0.0 and spine.arch == 0.0:
        return {}
    waist = (spine.tilt - 0.5) * spine.arch - spine.back
    return {
        "root": turn(X, lift * (spine.tilt * spine.arch - spine.back)),
        "spine04": turn(X, lift * waist),
    }


def _share_of_pelvis(skeleton: Skeleton, arch: float) -> float:
    """The pelvis's share of an arch that leaves the line from the hips to the base of the neck as it leans.

    The pelvis tilts forward and the chest back; what each must give depends on the trunk's proportions.
    """
    root = skeleton.head("root")
    hips = skeleton.head("upperleg01.L")[1:]

    def lean(spine: _Spine) -> float:
        chest = turn(X, (spine.tilt - 1.0) * spine.arch)
        placed = joints(skeleton, Pose(_bent(spine, 1.0) | {"spine03": chest}, root))
        up = placed["neck01"][1:] - placed["upperleg01.L"][1:]
        return float(np.arctan2(up[0], up[1]))

    start = skeleton.head("neck01")[1:] - hips
    upright, low, high = float(np.arctan2(start[0], start[1])), 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if lean(_Spine(0.0, arch, middle)) > upright else (low, middle)
    return (low + high) / 2


def _trunk(lift: float, time: float, habits: _Habits, spine: _Spine) -> dict[str, Floats]:
    """World rotations of trunk, head and shoulder girdle; the chin draws back as the bar passes."""
    passing = 4.0 * lift * (1.0 - lift)
    breathing = habits.breath * np.sin(2 * np.pi * 0.3 * time + habits.sway)
    chest = lift * ((1.0 - spine.tilt) * spine.arch + spine.back)
    back = -habits.lean * (1.0 - lift) - 1.5 * passing - chest
    rotations = _bent(spine, lift) | {
        "spine03": turn(X, back),
        "spine01": turn(X, back + breathing),
        "neck01": turn(X, -5.0 * passing - 0.6 * chest),
        "neck03": turn(X, habits.chin - 9.0 * passing - 0.3 * chest),
    }
    for side, sign in SIDES:
        raised = turn(X, -0.7 * chest) @ turn(Y, -sign * (4.0 + 22.0 * lift))
        rotations[f"clavicle.{side}"] = raised
        rotations[f"shoulder01.{side}"] = turn(Y, -sign * 8.0 * lift) @ raised
    return rotations


def _legs(skeleton: Skeleton, forward: float) -> tuple[dict[str, Floats], Floats]:
    """World rotations of the standing legs, the knees almost straight, and how far (3,) the hips are from
    where they are at rest; they are pushed `forward` by so many metres.
    """
    hips = skeleton.head("upperleg01.L")
    ankle_at_rest = skeleton.head("foot.L")
    thigh = skeleton.length("upperleg01.L", "lowerleg01.L")
    shank = skeleton.length("lowerleg01.L", "foot.L")
    sideways = 0.45 * hips[0]
    rise = np.sqrt(reach(thigh, shank, 7.0) ** 2 - sideways**2 - forward**2)
    rotations: dict[str, Floats] = {}
    for side, sign in SIDES:
        bones = (f"upperleg01.{side}", f"lowerleg01.{side}", f"foot.{side}")
        ankle = np.array([sign * (hips[0] + sideways), ankle_at_rest[1], ankle_at_rest[2]])
        hip = np.array([sign * hips[0], ankle[1] - forward, ankle[2] + rise])
        rotations |= reaching(skeleton, bones, hip, ankle, turn(Z, sign * 10.0) @ -Y)
        rotations[bones[2]] = turn(Z, sign * 10.0)
    height = ankle_at_rest[2] + rise - hips[2]
    return rotations, np.array([0.0, ankle_at_rest[1] - hips[1] - forward, height])


def _hand(skeleton: Skeleton, side: str, sign: float, forearm: Floats) -> dict[str, Floats]:
    """World rotations of the hand that grips the bar, palm forward, and of the twisted forearm."""
    wrist = skeleton.head(f"wrist.{side}")
    knuckles = skeleton.head(f"finger3-1.{side}") - wrist
    across = skeleton.head(f"metacarpal1.{side}") - skeleton.head(f"metacarpal4.{side}")
    at_rest = frame(knuckles, across)
    upright = frame(np.array([0.0, 0.25, 1.0]), np.array([-sign, 0.0, 0.0]))
    hand = upright @ at_rest.T
    twisted = pronated(skeleton, side, forearm, hand)
    rotations = {f"lowerarm02.{side}": twisted, f"wrist.{side}": hand}
    return rotations | fist(skeleton, side, hand)


def _arm(
    skeleton: Skeleton,
    side: str,
    sign: float,
    shoulder: Floats,
    bend: float,
    lift: float,
    grip: float,
    ahead: float,
) -> tuple[dict[str, Floats], Floats]:
    """World rotations of one arm bent by `bend` degrees, and the wrist's position (3,), which is `ahead`
    metres further forward than a press straight up leads.
    """
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    upper, lower = skeleton.length(bones[0], bones[1]), skeleton.length(bones[1], bones[2])
    # The bar rests in front of the throat and goes up there, then back over the head once it is past it.
    forward = reach(upper, lower, RACKED) * (0.9 - 0.8 * ease((lift - 0.35) / 0.65)) + ahead
    sideways = grip * skeleton.head("upperarm01.L")[0] - abs(shoulder[0])
    rise = np.sqrt(max(reach(upper, lower, bend) ** 2 - forward**2 - sideways**2, 1e-6))
    wrist = shoulder + np.array([sign * sideways, -forward, rise])
    down = 1.0 - ease(lift / 0.6)
    pole = np.array([sign * (0.55 + 0.45 * (1.0 - down)), -0.25, -0.9 * down - 0.1])
    rotations = reaching(skeleton, bones, shoulder, wrist, pole)
    return rotations | _hand(skeleton, side, sign, rotations[bones[1]]), wrist


def _pose(skeleton: Skeleton, bend: float, spine: _Spine, lift: float, time: float, habits: _Habits) -> Pose:
    """The whole body with the elbows bent by `bend` degrees, `lift` of the way up (0 to 1)."""
    root, hips = skeleton.head("root"), skeleton.head("upperleg01.L")
    # Who leans back pushes the hips forward and keeps the bar from going all the way back.
    behind = skeleton.length("root", "neck01") * float(np.sin(np.radians(lift * spine.back)))
    legs, moved = _legs(skeleton, 0.4 * behind)
    rotations = legs | _trunk(lift, time, habits, spine)
    middle = np.array([0.0, hips[1], hips[2]]) - root
    position = root + moved + (middle - rotations.get("root", np.eye(3)) @ middle)
    placed = joints(skeleton, Pose(rotations, position))
    grips = []
    for side, sign in SIDES:
        shoulder = placed[f"upperarm01.{side}"]
        arm, wrist = _arm(skeleton, side, sign, shoulder, bend, lift, habits.grip, 0.3 * behind)
        rotations |= arm
        grips.append(wrist)
    palm = 0.75 * skeleton.length("wrist.L", "finger3-1.L")
    return Pose(rotations, position, bar=(grips[0] + grips[1]) / 2 + np.array([0.0, -0.012, palm]))


def perform(skeleton: Skeleton, dials: Dials, rng: Generator) -> Performance:
    """One press by a skeleton: up, a short hold at the top, and down again."""
    habits = _habits(rng)
    top = habits.wait + habits.up
    arch = dials["back_arch"]
    spine = _Spine(dials["trunk_lean_back"], arch, _share_of_pelvis(skeleton, arch) if arch > 0 else 0.0)

    def lifted(time: float) -> float:
        if time <= top:
            return ease((time - habits.wait) / habits.up)
        return 1.0 - ease((time - top - habits.hold) / habits.down)

    def pose(time: float) -> Pose:
        lift = lifted(time)
        return _pose(skeleton, RACKED + (dials["lockout"] - RACKED) * lift, spine, lift, time, habits)

    return Performance(top + habits.hold + habits.down + 0.2, top + habits.hold / 2, pose)


def shows(_: Callable[[], Skeleton], dials: Dials, rng: Generator) -> Mapping[str, Showing]:
    """When each dial shows: all of them at the highest point."""
    habits = _habits(rng)
    return dict.fromkeys(dials, held(habits.wait, habits.up, habits.hold, habits.down))
