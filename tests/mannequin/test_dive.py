"""The dive: what its dials say, that it obeys mechanics, and that it looks like a dive."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from aqa_eval.mannequin.ballistics import GRAVITY, SEGMENTS, centre_of_mass
from aqa_eval.mannequin.body import joints
from aqa_eval.mannequin.camera import SIZE
from aqa_eval.mannequin.execution import execute
from aqa_eval.mannequin.kinematics import flexion
from aqa_eval.mannequin.movements.dive import DIVE
from aqa_eval.mannequin.movements.dive_flight import BOARD, STOP
from aqa_eval.mannequin.skinning import skin
from aqa_eval.vocabulary import Rendered

SEEDS = (0, 1)
WORST = {dial.name: dial.maximum for dial in DIVE.dials}
DIALS = ({}, {"tuck_open": 25.0}, {"entry_angle": 45.0}, {"knees_bent": 65.0}, WORST)


@cache
def performed(seed, dials):
    return execute(Rendered("dive", dials, "side", seed))


def dive(seed=0, **dials):
    return performed(seed, tuple(sorted(dials.items())))


def placed(execution, time):
    return joints(execution.body.skeleton, execution.pose(time))


def mid(at, bone):
    return (at[f"{bone}.L"] + at[f"{bone}.R"]) / 2


def off_vertical(start, end):
    """The angle in degrees of the line from `start` up to `end`, positive when it tips backwards."""
    return float(np.degrees(np.arctan2(end[1] - start[1], end[2] - start[2])))


def bends(at, *bones):
    return [flexion(*(at[f"{bone}.{side}"] for bone in bones)) for side in "LR"]


def folded(execution):
    """A time in the hold of the tuck: half a second before the hands reach the water."""
    return execution.performance.plunge.touch - 0.5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dials", DIALS, ids=str)
def test_each_dial_does_what_it_says_and_no_other(seed, dials):
    execution = dive(seed, **dials)
    amount = DIVE.neutral | dials
    tuck, entry = placed(execution, folded(execution)), placed(execution, execution.performance.decisive)
    knees = ("upperleg01", "lowerleg01", "foot")
    assert bends(tuck, *knees) == pytest.approx([142.0 - amount["tuck_open"]] * 2, abs=0.3)
    assert bends(entry, *knees) == pytest.approx([amount["knees_bent"]] * 2, abs=0.3)
    lower = off_vertical(mid(entry, "upperleg01"), mid(entry, "lowerleg01"))
    upper = off_vertical(mid(entry, "wrist"), mid(entry, "upperleg01"))
    assert (lower, upper) == pytest.approx((amount["entry_angle"],) * 2, abs=0.1)


def test_the_hips_open_as_the_knees_do():
    tight, loose = dive(), dive(tuck_open=50.0)
    hips = []
    for execution in (tight, loose):
        pose = execution.pose(folded(execution))
        pelvis, at = pose.rotations["root"], joints(execution.body.skeleton, pose)
        thigh = pelvis.T @ (mid(at, "lowerleg01") - mid(at, "upperleg01"))
        hips.append(off_vertical(np.zeros(3), thigh * [1, -1, -1]))
    # The thigh's angle forwards from straight down in the pelvis's own frame.
    assert hips == pytest.approx([130.0, 80.0], abs=0.1)


@pytest.mark.parametrize("dials", [DIALS[0], WORST], ids=str)
def test_the_centre_of_mass_falls_freely_from_board_to_water(dials):
    execution = dive(**dials)
    times = np.arange(execution.performance.duration - 0.9, execution.performance.plunge.touch, 0.05)
    centres = np.array([centre_of_mass(placed(execution, float(t))) for t in times])
    second = np.diff(centres, 2, axis=0) / 0.05**2
    # Read between times that are 0.01 s apart: a chord under a parabola is 0.00012 m off at most.
    np.testing.assert_allclose(second[:, 2], -GRAVITY, atol=0.25)
    np.testing.assert_allclose(second[:, :2], 0.0, atol=1e-6)


def momentum(execution, time, dt=0.005):
    """The angular momentum about x of one kilogramme of body about its centre of mass, in m2/s."""
    before, after = (placed(execution, time + sign * dt) for sign in (-1, 1))
    total = 0.0
    whole = sum(segment.mass for segment in SEGMENTS)
    centres = [centre_of_mass(at) for at in (before, after)]
    for segment in SEGMENTS:
        ends = [(at[segment.start], at[segment.end]) for at in (before, after)]
        first, last = (s + segment.centre * (e - s) - c for (s, e), c in zip(ends, centres, strict=True))
        way, middle = (last - first) / (2 * dt), (first + last) / 2
        one, other = (e - s for s, e in ends)
        turned = np.arctan2(one[1] * other[2] - one[2] * other[1], one[1:] @ other[1:]) / (2 * dt)
        own = segment.gyration**2 * (one[1:] @ one[1:])
        total += segment.mass / whole * (middle[1] * way[2] - middle[2] * way[1] + own * turned)
    return total


@pytest.mark.parametrize("dials", [DIALS[0], WORST], ids=str)
def test_the_angular_momentum_is_the_same_all_through_the_flight(dials):
    execution = dive(**dials)
    touch = execution.performance.plunge.touch
    course = [momentum(execution, float(t)) for t in np.linspace(touch - 0.95, touch - 0.03, 24)]
    assert min(course) > 0.3
    assert np.ptp(course) < 0.06 * np.mean(course)


def pitches(execution, times):
    """How far the pelvis has turned head first at each time, in degrees."""
    roots = [execution.pose(float(t)).rotations["root"] for t in times]
    return np.degrees(np.unwrap([np.arctan2(r[2, 1], r[1, 1]) for r in roots]))


@pytest.mark.parametrize("seed", SEEDS)
def test_it_turns_one_and_a_half_times_and_fastest_in_the_tuck(seed):
    execution = dive(seed)
    touch = execution.performance.plunge.touch
    course = pitches(execution, np.arange(0.0, touch + STOP, 0.02))
    assert course[0] == pytest.approx(6.0, abs=2.0)
    assert pitches(execution, np.arange(0.0, touch + STOP + 0.02, 0.02))[-1] == pytest.approx(540.0, abs=0.1)
    assert (np.diff(course) > -0.5).all()
    tucked, long = (np.diff(pitches(execution, [t, t + 0.02]))[0] for t in (touch - 0.5, touch - 0.04))
    assert tucked > 4 * long > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_toes_push_off_the_board_and_the_body_clears_it(seed):
    execution = dive(seed)
    plunge, body = execution.performance.plunge, execution.body
    for time in (0.0, 0.1, 0.2):
        toes = placed(execution, time)["toe2-1.L"]
        floor = BOARD - plunge.bend(time) + body.skeleton.head("toe2-1.L")[2]
        assert toes[2] == pytest.approx(floor, abs=1e-6)
        assert plunge.tip[1] < toes[1] < plunge.tip[1] + 0.15
    assert plunge.bend(0.0) > 0.3
    moving = skin(body, body.vertices, body.normals, execution.pose(0.0).rotations)
    for time in np.arange(0.6, plunge.touch + 0.3, 0.1):
        vertices, _ = moving.posed(execution.pose(float(time)))
        level = np.abs(vertices[:, 2] - BOARD) < 0.15
        assert (vertices[level, 1] < plunge.tip[1] - 0.1).all()


@pytest.mark.parametrize("dials", DIALS, ids=str)
def test_the_hands_hold_the_legs_and_reach_the_water_when_it_says(dials):
    execution = dive(**dials)
    plunge = execution.performance.plunge
    tuck = placed(execution, folded(execution))
    for side in "LR":
        wrist, knee, ankle = (tuck[f"{bone}.{side}"] for bone in ("wrist", "lowerleg01", "foot"))
        share = np.clip((wrist - knee) @ (ankle - knee) / ((ankle - knee) @ (ankle - knee)), 0.0, 1.0)
        assert share < 0.5
        assert np.linalg.norm(wrist - knee - share * (ankle - knee)) < 0.12
    assert mid(placed(execution, plunge.touch), "finger3-3")[2] == pytest.approx(0.0, abs=0.01)
    gone = placed(execution, execution.performance.duration)
    assert max(at[2] for at in gone.values()) < 0.0


@pytest.mark.parametrize("dials", [DIALS[0], WORST], ids=str)
def test_everything_over_the_water_is_in_the_picture(dials):
    for seed in (1, 37):
        execution = dive(seed, **dials)
        body, camera = execution.body, execution.camera
        moving = skin(body, body.vertices, body.normals, execution.pose(0.0).rotations)
        for time in execution.times[::4]:
            vertices, _ = moving.posed(execution.pose(float(time)))
            over = vertices[vertices[:, 2] > 0].astype(float)
            pixels = camera.project(over)[0]
            assert (pixels > 0).all()
            assert (pixels < SIZE).all()
        hole = camera.project(execution.performance.plunge.hole[None])[0]
        assert ((hole > 10) & (hole < SIZE - 5)).all()


def test_matched_pairs_differ_in_the_dials_alone():
    one, other = dive(), dive(**WORST)
    np.testing.assert_array_equal(one.body.vertices, other.body.vertices)
    np.testing.assert_array_equal(one.dressed.colours, other.dressed.colours)
    np.testing.assert_array_equal(one.times, other.times)
    np.testing.assert_array_equal(one.camera.eye, other.camera.eye)
    for time in (0.0, 0.1, 0.2):
        np.testing.assert_array_equal(*(e.body.keypoints(e.pose(time)) for e in (one, other)))
        assert one.performance.plunge.bend(time) == other.performance.plunge.bend(time)


def test_quality_by_hand():
    assert DIVE.quality(DIVE.neutral) == pytest.approx(10.0)
    assert DIVE.quality(WORST) == pytest.approx(0.0)
    # 4 * (1 - 9 / 45) + 3 * (1 - 10 / 50) + 3 * (1 - 13 / 65) = 3.2 + 2.4 + 2.4
    dials = {"entry_angle": 9.0, "tuck_open": 10.0, "knees_bent": 13.0}
    assert DIVE.quality(dials) == pytest.approx(8.0)
