"""Every movement does what its dials say, on bodies of many shapes."""

from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.mannequin import MOVEMENTS, joint_angles, keypoints, quality
from aqa_eval.mannequin.body import joints
from aqa_eval.mannequin.camera import SIZE
from aqa_eval.mannequin.execution import execute
from aqa_eval.mannequin.skinning import skin
from aqa_eval.media.geometry import QUANTITIES
from aqa_eval.vocabulary import Rendered

SEEDS = (0, 1, 2)
FAULTS = [(movement, fault) for movement in MOVEMENTS.values() for fault in movement.faults]
named = pytest.mark.parametrize(("movement", "fault"), FAULTS, ids=[f.criterion.id for _, f in FAULTS])


def squat(view="side", seed=0, **dials):
    return Rendered("squat", tuple(sorted(dials.items())), view, seed)


def press(view="front", seed=0, **dials):
    return Rendered("overhead_press", tuple(sorted(dials.items())), view, seed)


def measured(movement, fault, seed, amount, **others):
    """The fault's quantity at the exact keypoints, seen from the first view it can be judged from."""
    dials = {**others, fault.dial: amount}
    rendered = Rendered(movement.name, tuple(sorted(dials.items())), fault.criterion.views[0], seed)
    return QUANTITIES[fault.criterion.rule.quantity](keypoints(rendered), None)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("depth", "knees_in"), [(60.0, 0.0), (100.0, 34.0), (130.0, 12.0)])
def test_the_knees_bend_as_far_as_the_depth_dial_says(seed, depth, knees_in):
    angles = joint_angles(squat(seed=seed, depth=depth, knees_in=knees_in))
    for side in ("left_knee", "right_knee"):
        assert angles[side].max() == pytest.approx(depth, abs=0.01)
        assert angles[side][0] < 10.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lockout", [0.0, 20.0, 65.0])
def test_the_elbows_stay_as_bent_as_the_lockout_dial_says(seed, lockout):
    execution = execute(press(seed=seed, lockout=lockout))
    top = round(execution.performance.decisive * 20)
    angles = joint_angles(press(seed=seed, lockout=lockout))
    for side in ("left_elbow", "right_elbow"):
        assert angles[side][top] == pytest.approx(lockout, abs=0.02)
        assert angles[side].min() == pytest.approx(lockout, abs=0.02)
        assert angles[side][0] == pytest.approx(140.0, abs=0.1)


def test_the_plane_of_the_leg_turns_inwards_by_the_knees_in_dial():
    """The angle between the leg's plane and the one straight ahead, about the line from hip to ankle."""
    for knees_in in (0.0, 20.0, 34.0):
        execution = execute(squat("front", knees_in=knees_in))
        placed = joints(execution.body.skeleton, execution.pose(execution.performance.decisive))
        for side, sign in (("L", 1.0), ("R", -1.0)):
            hip, knee, ankle = (placed[f"{bone}.{side}"] for bone in ("upperleg01", "lowerleg01", "foot"))
            line = (ankle - hip) / np.linalg.norm(ankle - hip)
            ahead = np.array([0.0, -1.0, 0.0]) - line * -line[1]
            out = knee - hip - line * ((knee - hip) @ line)
            angle = np.arctan2(np.cross(out, ahead) @ line, out @ ahead)
            assert np.degrees(angle) * sign == pytest.approx(20.0 - knees_in, abs=0.01)


@named
def test_the_rules_threshold_is_what_exact_keypoints_show_at_the_dials(movement, fault):
    """The mean over bodies and cameras (and, for the knees, over depths) to the rule's last digit."""
    depths = [{"depth": d} for d in (60.0, 80.0, 100.0, 120.0, 130.0)]
    others = depths if fault.dial == "knees_in" else [{}]
    values = [measured(movement, fault, seed, fault.threshold, **o) for seed in range(2) for o in others]
    digit = 0.05 if fault.criterion.rule.unit == "ratio" else 0.5
    assert np.mean(values) == pytest.approx(fault.criterion.rule.threshold, abs=digit)


@named
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_the_quantity_goes_one_way_with_the_dial_and_tells_faulty_from_faultless(movement, fault, seed):
    dial = next(d for d in movement.dials if d.name == fault.dial)
    amounts = [dial.minimum, fault.threshold - 6, fault.threshold + 6, dial.maximum]
    values = [measured(movement, fault, seed, amount) for amount in amounts]
    steps = np.diff(values)
    assert (steps > 0).all() or (steps < 0).all()
    rule = fault.criterion.rule
    for amount, value in zip(amounts, values, strict=True):
        faulty = value >= rule.threshold if rule.faulty_side == "above" else value <= rule.threshold
        assert faulty == fault.present({fault.dial: amount})


@named
def test_the_fault_begins_at_the_threshold_written_in_its_text(movement, fault):
    beyond = -1 if fault.faulty_side == "below" else 1
    assert fault.present({fault.dial: fault.threshold})
    assert fault.present({fault.dial: fault.threshold + beyond})
    assert not fault.present({fault.dial: fault.threshold - beyond})
    words = f"{fault.threshold:g} degrees"
    assert words in fault.criterion.fault
    assert words in fault.criterion.requirement
    assert fault.criterion.fault != fault.criterion.requirement


@pytest.mark.parametrize("movement", MOVEMENTS.values(), ids=list(MOVEMENTS))
def test_body_and_bar_stay_in_the_picture_and_on_the_floor(movement):
    for seed in (3, 4):
        for view in movement.views:
            for dials in ({}, {f.dial: max(f.threshold, movement.neutral[f.dial]) for f in movement.faults}):
                execution = execute(Rendered(movement.name, tuple(sorted(dials.items())), view, seed))
                dressed = execution.dressed
                start = execution.pose(0.0)
                clothed = skin(execution.body, dressed.vertices, dressed.normals, start.rotations)
                for time in (0.0, 0.8, execution.performance.decisive):
                    vertices, _ = clothed.posed(execution.pose(time))
                    pixels, _ = execution.camera.project(vertices.astype(float))
                    assert pixels.min() > 0
                    assert pixels.max() < SIZE
                    assert vertices[:, 2].min() == pytest.approx(0.0, abs=0.003)


@pytest.mark.parametrize("movement", MOVEMENTS.values(), ids=list(MOVEMENTS))
def test_the_feet_stay_where_they_are(movement):
    execution = execute(Rendered(movement.name, (), movement.views[0], 5))
    ankles = [execution.body.keypoints(execution.pose(float(t)))[15:] for t in execution.times[::6]]
    assert np.ptp(ankles, axis=0).max() < 0.03  # the skin over the ankle gives as the shank leans
    body, start = execution.body, execution.pose(0.0)
    moving = skin(body, body.vertices, body.normals, start.rotations)
    toes = body.weights[:, [n.startswith("toe") for n in body.skeleton.names]].sum(axis=1) > 0.99
    course = [moving.posed(execution.pose(float(t)))[0][toes] for t in execution.times[::6]]
    assert np.ptp(course, axis=0).max() < 1e-4


def test_matched_pairs_differ_in_the_dial_alone():
    one, other = execute(squat(seed=9, depth=70.0)), execute(squat(seed=9, depth=120.0))
    np.testing.assert_array_equal(one.body.vertices, other.body.vertices)
    np.testing.assert_array_equal(one.times, other.times)
    np.testing.assert_array_equal(one.camera.eye, other.camera.eye)
    start, same = (e.body.keypoints(e.pose(0.0)) for e in (one, other))
    np.testing.assert_array_equal(start, same)


def test_quality_by_hand():
    # 5 * (85 - 50) / 70 + 5 * (1 - 17 / 34) = 2.5 + 2.5
    assert quality(squat(depth=85.0, knees_in=17.0)) == pytest.approx(5.0)
    assert quality(squat()) == pytest.approx(10.0)
    assert quality(squat(depth=50.0, knees_in=34.0)) == pytest.approx(0.0)
    # 10 * (1 - 13 / 65)
    assert quality(press(lockout=13.0)) == pytest.approx(8.0)
