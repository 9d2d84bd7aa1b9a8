"""How a diver gets from the springboard to the water: the push, the free flight, the entry.

From the board to the water the centre of mass follows gravity and the angular momentum stays the same, so
that the body spins fastest in the tuck; the dials decide how much momentum there must be to arrive as they
say. The hands in the water end what spin is left, and from then on the body slides in along its own line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from aqa_eval.mannequin.ballistics import GRAVITY, Spin, centre_of_mass, spin
from aqa_eval.mannequin.body import Floats, Pose, Skeleton, joints
from aqa_eval.mannequin.kinematics import ease
from aqa_eval.mannequin.movements.dive_pose import Shape, between, shaped, tipped
from aqa_eval.mannequin.movements.movement import Dials, Performance, Plunge
from aqa_eval.mannequin.movements.showing import ARRIVED, Showing

BOARD = 1.0
"""Height of the springboard over the water in metres."""
TIP = 0.75
"""How far behind the middle of the picture the board ends, in metres."""
TIGHT_HIPS, TIGHT_KNEES = 130.0, 142.0
UNDER = 0.45
"""Seconds that the film goes on after the hands of a vertical entry reach the water."""
STOP = 0.06
"""Seconds in which the water ends the spin."""
STEP = 0.01
"""Seconds between the times at which the flight is worked out."""
ROUNDS = 8
TURNING = 3.7
"""How fast the body still turns when the hands reach the water, in radians a second: the mean of 12 bodies
and the ends of every dial, which go from 2.5 to 5.1. Only `shows` uses it, in place of a whole flight."""


@dataclass(frozen=True, slots=True)
class _Habits:
    """What distinguishes one person's dive: seconds of the phases, metres a second, degrees."""

    push: float
    rise: float
    away: float
    reach: float
    fold: float
    unfold: float
    long: float
    lean: float
    crouch: float
    curl: float
    chin: float


def _habits(rng: Generator) -> _Habits:
    return _Habits(
        push=rng.uniform(0.22, 0.27),
        rise=rng.uniform(4.0, 4.25),
        away=rng.uniform(0.8, 1.0),
        reach=rng.uniform(0.03, 0.06),
        fold=rng.uniform(0.22, 0.26),
        unfold=rng.uniform(0.20, 0.23),
        long=rng.uniform(0.12, 0.16),
        lean=rng.uniform(12.0, 16.0),
        crouch=rng.uniform(60.0, 75.0),
        curl=rng.uniform(44.0, 52.0),
        chin=rng.uniform(18.0, 28.0),
    )


LONG = Shape(hips=0.0, knees=0.0, curl=0.0, chin=-4.0, point=62.0, raised=1.0)


@dataclass(frozen=True, slots=True)
class _Course:
    """The shapes of one dive over time, in seconds from the moment of leaving the board."""

    habits: _Habits
    open: float
    knees: float
    opening: float

    def shape(self, time: float) -> Shape:
        """The shape in the air: long, tucked from the end of the fold to `opening`, long again."""
        habits = self.habits
        tuck = Shape(
            hips=TIGHT_HIPS - self.open,
            knees=TIGHT_KNEES - self.open,
            curl=habits.curl * (1.0 - self.open / 120.0),
            chin=habits.chin,
            point=58.0,
            raised=0.0,
        )
        if time < self.opening:
            folded = ease((time - habits.reach) / habits.fold)
            return between(LONG, tuck, folded, ease((time - habits.reach) / (0.9 * habits.fold)))
        entry = replace(LONG, knees=self.knees)
        longer = ease((time - self.opening) / habits.unfold)
        return between(tuck, entry, longer, ease((time - self.opening) / habits.unfold))

    def crouched(self, time: float) -> tuple[Shape, float]:
        """The shape on the board, and by how many degrees the body leans; time runs from -push to 0."""
        habits = self.habits
        share = 1.0 + time / habits.push
        stretched = share * share * (3.0 - 2.0 * share)
        bend = habits.crouch * (1.0 - stretched)
        lean = habits.lean * (0.45 + 0.55 * share * share)
        flat = 0.3 * bend - 0.45 * habits.lean
        point = flat + (LONG.point - flat) * max(0.0, (share - 0.55) / 0.45) ** 2
        return Shape(0.7 * bend, bend, 0.25 * bend, LONG.chin, point, 0.86 + 0.14 * stretched), lean


@dataclass(frozen=True, slots=True)
class _Flight:
    """When and how the body flies: `times` (T,) from leaving the board, `angles` (T,) in degrees that the
    pelvis has turned, `centres` (T, 3) of mass. `touch` is the time at which the hands reach the water.
    """

    times: Floats
    angles: Floats
    centres: Floats
    touch: float


def _tip_of_hands(placed: dict[str, Floats]) -> Floats:
    """The point (3,) between the two middle fingers' last joints."""
    return (placed["finger3-3.L"] + placed["finger3-3.R"]) / 2


def _local(skeleton: Skeleton, shape: Shape) -> dict[str, Floats]:
    """The joint centres of a shape, the pelvis as at rest with its root at the origin."""
    return joints(skeleton, Pose(shaped(skeleton, shape), np.zeros(3)))


def _cumulative(values: Floats) -> Floats:
    """The integral (T,) from the first time on, by the trapezium rule."""
    return np.concatenate([[0.0], np.cumsum((values[1:] + values[:-1]) / 2) * STEP])


def _fall(height: float, rise: float, depth: float) -> float:
    """When a mass thrown upwards at `rise` from `height` has come down to `depth`, in seconds."""
    return float((rise + np.sqrt(max(rise**2 + 2 * GRAVITY * (height - depth), 0.0))) / GRAVITY)


def _turned(spun: Spin, times: Floats, lean: float, end: float, touch: float) -> tuple[Floats, float]:
    """The pelvis's angles (T,) in radians up to the touch, and its rate at the touch.

    It starts at `lean`, and the momentum is what makes it come to rest at `end`: both are in radians.
    """
    free, bound = _cumulative(1.0 / spun.inertia), _cumulative(spun.shifting / spun.inertia)
    last = float(np.interp(touch, times, spun.inertia))
    reached = float(np.interp(touch, times, free)) + STOP / 2 / last
    momentum = (end - lean + float(np.interp(touch, times, bound))) / reached
    return lean + momentum * free - bound, momentum / last


def _fly(skeleton: Skeleton, course: _Course, start: Floats, entry: float, stop: float) -> _Flight:
    """The flight from the centre of mass `start` (3,) to `stop` seconds, at `entry` degrees in the end."""
    habits = course.habits
    times = np.arange(0.0, stop + STEP, STEP)
    shapes = [course.shape(float(time)) for time in times]
    known = {shape: _local(skeleton, shape) for shape in dict.fromkeys(shapes)}
    spun, straight = spin([known[shape] for shape in shapes], STEP), known[shapes[-1]]
    ahead = _tip_of_hands(straight) - centre_of_mass(straight)
    end, lean = np.radians(540.0 - entry), np.radians(habits.lean)
    touch = _fall(start[2], habits.rise, ahead[2])
    for _ in range(ROUNDS):
        angles, rate = _turned(spun, times, lean, end, touch)
        at = end - rate * STOP / 2
        touch = _fall(start[2], habits.rise, -(np.sin(at) * ahead[1] + np.cos(at) * ahead[2]))
    angles, rate = _turned(spun, times, lean, end, touch)
    left = np.clip(1.0 - (times - touch) / STOP, 0.0, 1.0)
    angles = np.where(times < touch, angles, end - rate * STOP / 2 * left**2)
    return _Flight(times, np.degrees(angles), _path(habits, start, times, touch, end), touch)


def _path(habits: _Habits, start: Floats, times: Floats, touch: float, end: float) -> Floats:
    """Where the centre of mass is (T, 3): thrown, then along the body's line, no faster and no slower."""
    falling = habits.rise - GRAVITY * np.minimum(times, touch)
    velocity = np.stack([np.zeros_like(times), np.full_like(times, -habits.away), falling], axis=1)
    speed = float(np.hypot(habits.away, habits.rise - GRAVITY * touch))
    line = speed * np.array([0.0, -np.sin(end), np.cos(end)])
    caught = np.array([ease((time - touch) / STOP) for time in times])[:, None]
    velocity = velocity + caught * (line - velocity)
    thrown = start + np.stack(
        [0 * times, -habits.away * times, habits.rise * times - GRAVITY / 2 * times**2], axis=1
    )
    first = int(np.searchsorted(times, touch))
    steps = (velocity[first:-1] + velocity[first + 1 :]) / 2 * STEP
    thrown[first + 1 :] = thrown[first] + np.cumsum(steps, axis=0)
    return thrown


def _placed(skeleton: Skeleton, shape: Shape, angle: float, centre: Floats) -> Pose:
    """The pose of a shape turned by `angle` degrees, its centre of mass at `centre` (3,)."""
    rotations = tipped(shaped(skeleton, shape), angle)
    return Pose(rotations, centre - centre_of_mass(joints(skeleton, Pose(rotations, np.zeros(3)))))


def _pushing(skeleton: Skeleton, course: _Course, start: Floats, time: float) -> tuple[Pose, float]:
    """The pose on the board, `time` from -push to 0, and how far the board's tip is bent down, in metres.

    The centre of mass rises ever faster, from rest to the speed at which it leaves; the toes stay where
    they are on the board, and the board goes where the toes are.
    """
    habits = course.habits
    shape, lean = course.crouched(time)
    height = start[2] + habits.rise * (time + time**2 / (2 * habits.push))
    pose = _placed(skeleton, shape, lean, np.array([0.0, 0.0, height]))
    toes = joints(skeleton, pose)["toe2-1.L"]
    root = pose.root + np.array([0.0, TIP - toes[1], 0.0])
    return Pose(pose.rotations, root), float(BOARD + skeleton.head("toe2-1.L")[2] - toes[2])


def _start(skeleton: Skeleton, course: _Course) -> Floats:
    """The centre of mass (3,) at the moment at which the toes leave the board."""
    pose = _placed(skeleton, *course.crouched(0.0), np.zeros(3))
    toes = joints(skeleton, pose)["toe2-1.L"]
    return np.array([0.0, TIP - toes[1], BOARD + skeleton.head("toe2-1.L")[2] - toes[2]])


def perform(skeleton: Skeleton, dials: Dials, rng: Generator) -> Performance:
    """A dive by a skeleton from the dials; the generator draws the person's habits."""
    habits = _habits(rng)
    straight = _local(skeleton, LONG)
    start = _start(skeleton, _Course(habits, 0.0, 0.0, 0.0))
    usual = _fall(start[2], habits.rise, (_tip_of_hands(straight) - centre_of_mass(straight))[2])
    course = _Course(habits, dials["tuck_open"], dials["knees_bent"], usual - habits.long - habits.unfold)
    duration = habits.push + usual + UNDER
    flight = _fly(skeleton, course, start, dials["entry_angle"], usual + UNDER)

    def pose(time: float) -> Pose:
        since = time - habits.push
        if since < 0:
            return _pushing(skeleton, course, start, since)[0]
        angle = float(np.interp(since, flight.times, flight.angles))
        centre = np.array([np.interp(since, flight.times, axis) for axis in flight.centres.T])
        return _placed(skeleton, course.shape(since), angle, centre)

    def bend(time: float) -> float:
        since = time - habits.push
        if since < 0:
            return _pushing(skeleton, course, start, since)[1]
        return float(-0.09 * np.sin(16.0 * since) * np.exp(-3.0 * since))

    touch = habits.push + flight.touch
    hole = _hole(joints(skeleton, pose(touch + STOP)))
    tip = np.array([0.0, TIP - 0.06, BOARD])
    return Performance(duration, touch + STOP, pose, Plunge(tip, bend, touch, hole))


def _hole(placed: dict[str, Floats]) -> Floats:
    """The place (3,) at which the line from hips to hands goes through the water."""
    hips, hands = (placed["upperleg01.L"] + placed["upperleg01.R"]) / 2, _tip_of_hands(placed)
    through: Floats = hips + (hands - hips) * hips[2] / (hips[2] - hands[2])
    return through


def shows(body: Callable[[], Skeleton], dials: Dials, rng: Generator) -> Mapping[str, Showing]:
    """When each dial shows: an open tuck in the tuck, the others from when the hands reach the water until
    the ankles do, by the speed at which the body arrives. The touch is within 6 ms of what `perform` makes of
    it, the end within 20 ms.
    """
    habits, skeleton = _habits(rng), body()
    start = _start(skeleton, _Course(habits, 0.0, 0.0, 0.0))
    straight, entering = (
        _local(skeleton, shape) for shape in (LONG, replace(LONG, knees=dials["knees_bent"]))
    )
    usual = _fall(start[2], habits.rise, (_tip_of_hands(straight) - centre_of_mass(straight))[2])
    opening = usual - habits.long - habits.unfold
    tucked = habits.push + habits.reach + habits.fold
    tuck = Showing(
        start=tucked - (1.0 - ARRIVED) * habits.fold,
        end=habits.push + opening + (1.0 - ARRIVED) * habits.unfold,
        moment=(tucked + habits.push + opening) / 2,
    )
    at = np.radians(540.0 - dials["entry_angle"]) - TURNING * STOP / 2
    hands = _tip_of_hands(entering)
    ahead = hands - centre_of_mass(entering)
    touch = _fall(start[2], habits.rise, -(np.sin(at) * ahead[1] + np.cos(at) * ahead[2]))
    speed = float(np.hypot(habits.away, habits.rise - GRAVITY * touch))
    ankles = (entering["foot.L"] + entering["foot.R"]) / 2
    touch += habits.push
    under = touch + float(np.linalg.norm(hands - ankles)) / speed
    entry = Showing(touch, min(under, habits.push + usual + UNDER), touch + STOP)
    return {name: tuck if name == "tuck_open" else entry for name in dials}
