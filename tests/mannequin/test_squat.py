"""The squat does what its dials say, each without moving what another says."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from aqa_eval.mannequin import joint_angles, quality
from aqa_eval.mannequin.body import joints
from aqa_eval.mannequin.execution import execute
from aqa_eval.mannequin.skinning import skin
from aqa_eval.vocabulary import Rendered

SEEDS = (0, 1, 2)
OTHERS = [
    {"knees_in": knees, "trunk_lean": lean, "heel_lift": heel}
    for knees, lean, heel in [(0.0, 0.0, 0.0), (34.0, 0.0, 0.0), (12.0, 30.0, 0.0), (0.0, 15.0, 9.0)]
]


def squat(view="side", seed=0, **dials):
    return Rendered("squat", tuple(sorted(dials.items())), view, seed)


def bottom(**dials):
    """Joint centres at the bottom, by bone."""
    execution = execute(squat(**dials))
    return joints(execution.body.skeleton, execution.pose(execution.performance.decisive))


def middle(placed, bone):
    return (placed[f"{bone}.L"] + placed[f"{bone}.R"]) / 2


def lean(placed):
    """Degrees by which the line from the hips to the base of the neck leans forward."""
    line = placed["neck01"] - middle(placed, "upperleg01")
    return np.degrees(np.arctan2(-line[1], line[2]))


@pytest.mark.parametrize(
    ("seed", "depth", "others"), [*zip(SEEDS, (60.0, 100.0, 130.0), OTHERS[1:], strict=True)]
)
def test_the_knees_bend_as_far_as_the_depth_dial_says(seed, depth, others):
    angles = joint_angles(squat(seed=seed, depth=depth, **others))
    for side in ("left_knee", "right_knee"):
        assert angles[side].max() == pytest.approx(depth, abs=0.02)
        assert angles[side][0] < 10.0


@pytest.mark.parametrize(("knees_in", "heel_lift"), [(0.0, 0.0), (20.0, 9.0), (34.0, 4.0)])
def test_the_plane_of_the_leg_turns_inwards_by_the_knees_in_dial(knees_in, heel_lift):
    """The angle between the leg's plane and the one straight ahead, about the line from hip to ankle."""
    placed = bottom(knees_in=knees_in, heel_lift=heel_lift, trunk_lean=25.0)
    for side, sign in (("L", 1.0), ("R", -1.0)):
        hip, knee, ankle = (placed[f"{bone}.{side}"] for bone in ("upperleg01", "lowerleg01", "foot"))
        line = (ankle - hip) / np.linalg.norm(ankle - hip)
        ahead = np.array([0.0, -1.0, 0.0]) - line * -line[1]
        out = knee - hip - line * ((knee - hip) @ line)
        angle = np.arctan2(np.cross(out, ahead) @ line, out @ ahead)
        assert np.degrees(angle) * sign == pytest.approx(20.0 - knees_in, abs=0.01)


@pytest.mark.parametrize(("seed", "depth"), [*product((0, 2), (60.0, 130.0))])
def test_the_trunk_leans_further_by_the_trunk_lean_dial_and_the_legs_stay(seed, depth):
    balanced = bottom(seed=seed, depth=depth)
    for amount in (15.0, 30.0):
        tipped = bottom(seed=seed, depth=depth, trunk_lean=amount)
        assert lean(tipped) - lean(balanced) == pytest.approx(amount, abs=0.01)
        for bone in ("upperleg01", "lowerleg01", "foot"):
            np.testing.assert_allclose(tipped[f"{bone}.L"], balanced[f"{bone}.L"], atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_in_balance_the_shoulders_are_over_the_middle_of_the_feet(seed):
    """From the heel, behind the ankle, to the tip of the toes; whatever the depth."""
    for depth in (60.0, 95.0, 130.0):
        placed = bottom(seed=seed, depth=depth, heel_lift=0.0)
        ahead = [-point[1] for point in (middle(placed, "foot"), middle(placed, "toe1-2"))]
        shoulders = -middle(placed, "upperarm01")[1]
        assert 0.25 < (shoulders - ahead[0]) / (ahead[1] - ahead[0]) < 0.5


@pytest.mark.parametrize(("seed", "heel_lift"), [(0, 4.0), (1, 9.0), (2, 7.0), (5, 2.0)])
def test_the_heels_are_off_the_floor_by_the_heel_lift_dial_and_the_toes_stay(seed, heel_lift):
    """On the mesh: the sole's rear edge, within 4% of the dial."""
    flat, raised = ([], [])
    for into, amount in ((flat, 0.0), (raised, heel_lift)):
        execution = execute(squat(seed=seed, heel_lift=amount, depth=110.0))
        pose = execution.pose(execution.performance.decisive)
        body = execution.body
        vertices, _ = skin(body, body.vertices, body.normals, pose.rotations).posed(pose)
        left = body.vertices[:, 0] > 0
        sole = left & (body.vertices[:, 2] < 0.012)
        heel = sole & (body.vertices[:, 1] > body.vertices[sole, 1].max() - 0.005)
        toes = body.weights[:, [n.startswith("toe1-2") for n in body.skeleton.names]].sum(axis=1) > 0.99
        into += [vertices[heel, 2].mean(), vertices[toes]]
    assert raised[0] - flat[0] == pytest.approx(heel_lift / 100, rel=0.04)
    np.testing.assert_allclose(raised[1], flat[1], atol=1e-4)


@pytest.mark.parametrize("heel_lift", [4.0, 9.0])
def test_the_heels_take_along_what_is_above_them(heel_lift):
    flat, raised = bottom(seed=1), bottom(seed=1, heel_lift=heel_lift)
    assert lean(raised) - lean(flat) == pytest.approx(0.0, abs=0.5)
    up = (raised["neck01"] - flat["neck01"])[2]
    assert up == pytest.approx((raised["foot.L"] - flat["foot.L"])[2], abs=0.006)


def test_matched_pairs_differ_in_the_dial_alone():
    one, other = execute(squat(seed=9, depth=70.0)), execute(squat(seed=9, depth=120.0, heel_lift=5.0))
    np.testing.assert_array_equal(one.body.vertices, other.body.vertices)
    np.testing.assert_array_equal(one.times, other.times)
    np.testing.assert_array_equal(one.camera.eye, other.camera.eye)
    start, same = (e.body.keypoints(e.pose(0.0)) for e in (one, other))
    np.testing.assert_array_equal(start, same)


def test_quality_by_hand():
    # 3 * (85 - 50) / 70 + 3 * (1 - 17 / 34) + 2 * (1 - 15 / 30) + 2 * (1 - 4.5 / 9) = 1.5 + 1.5 + 1 + 1
    half = squat(depth=85.0, knees_in=17.0, trunk_lean=15.0, heel_lift=4.5)
    assert quality(half) == pytest.approx(5.0)
    assert quality(squat(depth=130.0)) == pytest.approx(10.0)
    # 3 + 3 + 2 * (1 - 6 / 30) + 2 = 9.6
    assert quality(squat(trunk_lean=6.0)) == pytest.approx(9.6)
