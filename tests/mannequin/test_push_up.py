"""The push-up does what its dials say, each on its own, on hands and feet that stay where they are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from aqa_eval.mannequin import MOVEMENTS, quality
from aqa_eval.mannequin.body import bone_transforms, joints
from aqa_eval.mannequin.execution import Execution, execute
from aqa_eval.mannequin.film import _build, _draw
from aqa_eval.mannequin.kinematics import flexion
from aqa_eval.mannequin.skinning import skin
from aqa_eval.media.blazepose import loaded
from aqa_eval.media.geometry import QUANTITIES
from aqa_eval.vocabulary import Rendered

PUSH_UP = MOVEMENTS["push_up"]
WIDE = {
    "depth": (45.0, 130.0),
    "hip_sag": (0.0, 30.0),
    "head_drop": (0.0, 50.0),
    "elbow_flare": (15.0, 85.0),
}
CORNERS = [dict(zip(WIDE, amounts, strict=True)) for amounts in product(*WIDE.values())]
RULED = [fault for fault in PUSH_UP.faults if fault.criterion.rule]


def push_up(view="side", seed=0, **dials):
    return Rendered("push_up", tuple(sorted(dials.items())), view, seed)


def lean(line) -> float:
    """How far a line (3,) leans forward from upright, in degrees."""
    return float(np.degrees(np.arctan2(-line[1], line[2])))


def middle(placed, bone):
    return (placed[f"{bone}.L"] + placed[f"{bone}.R"]) / 2


def at(execution: Execution, time: float) -> dict[str, float]:
    """The dials as measured at the joint centres at one moment."""
    skeleton, pose = execution.body.skeleton, execution.pose(time)
    placed = joints(skeleton, pose)
    rest = dict(zip(skeleton.names, skeleton.heads, strict=True))
    ankles, hips, shoulders = (middle(placed, bone) for bone in ("foot", "upperleg01", "upperarm01"))
    head = bone_transforms(skeleton, pose)[0][skeleton.names.index("head")]
    trunk = lean(placed["neck01"] - hips) - lean(rest["neck01"] - middle(rest, "upperleg01"))
    shoulder, elbow, wrist = (placed[bone] for bone in ("upperarm01.L", "lowerarm01.L", "wrist.L"))
    line = (wrist - shoulder) / np.linalg.norm(wrist - shoulder)
    out, feet = (v - line * (v @ line) for v in (elbow - shoulder, np.array([0.0, 1.0, 0.0])))
    return {
        "depth": flexion(shoulder, elbow, wrist),
        "hip_sag": lean(hips - ankles) - lean(shoulders - hips),
        "head_drop": float(np.degrees(np.arctan2(head[2, 1], head[1, 1]))) - trunk,
        "elbow_flare": float(np.degrees(np.arctan2(np.cross(feet, out) @ line, out @ feet))),
    }


def moments(execution: Execution) -> list[float]:
    """Three at the top and three at the lowest point."""
    decisive = execution.performance.decisive
    return [0.0, 0.1, 0.2, decisive - 0.1, decisive, decisive + 0.1]


def exact(execution: Execution) -> np.ndarray:
    """The keypoints in the picture at those moments (6, 17, 2)."""
    points = [execution.body.keypoints(execution.pose(time)) for time in moments(execution)]
    return np.stack([execution.camera.project(p)[0] for p in points])


@pytest.mark.parametrize("seed", [0, 2])
def test_every_dial_is_what_it_says_whatever_the_others_are(seed):
    for dials in [*CORNERS, PUSH_UP.neutral]:
        execution = execute(push_up(seed=seed, **dials))
        top, bottom = at(execution, 0.0), at(execution, execution.performance.decisive)
        found = {"depth": bottom["depth"], "elbow_flare": bottom["elbow_flare"]}
        found |= {"hip_sag": top["hip_sag"], "head_drop": top["head_drop"]}
        assert found == pytest.approx(dials, abs=0.05)
        assert top["depth"] == pytest.approx(8.0, abs=0.05)
        assert -0.05 < bottom["hip_sag"] < dials["hip_sag"] + 0.05
        assert -0.05 < bottom["head_drop"] < dials["head_drop"] + 0.05


def test_shoulders_begin_over_the_hands_and_both_arms_bend_alike():
    for seed in range(3):
        execution = execute(push_up(seed=seed, hip_sag=20.0))
        placed = joints(execution.body.skeleton, execution.pose(0.0))
        assert abs(middle(placed, "upperarm01")[1] - middle(placed, "wrist")[1]) < 0.03
        placed = joints(execution.body.skeleton, execution.pose(execution.performance.decisive))
        bends = [flexion(*(placed[f"{b}.{s}"] for b in ("upperarm01", "lowerarm01", "wrist"))) for s in "LR"]
        assert bends[0] == pytest.approx(bends[1], abs=0.05)


def test_habits_do_not_depend_on_the_dials():
    executions = [execute(push_up(seed=9, **dials)) for dials in CORNERS]
    for execution in executions:
        np.testing.assert_array_equal(execution.times, executions[0].times)
        np.testing.assert_array_equal(execution.camera.eye, executions[0].camera.eye)
    deep, shallow = (execute(push_up(seed=9, depth=depth)) for depth in (130.0, 45.0))
    np.testing.assert_array_equal(*(e.body.keypoints(e.pose(0.0)) for e in (deep, shallow)))


@pytest.mark.parametrize("dials", [CORNERS[0], CORNERS[-1], {"depth": 130.0, "hip_sag": 30.0}])
@pytest.mark.parametrize("seed", [3, 6])
def test_hands_and_feet_stay_in_place_and_nothing_sinks_into_the_floor(seed, dials):
    execution = execute(push_up(seed=seed, **dials))
    body, dressed = execution.body, execution.dressed
    clothed = skin(body, dressed.vertices, dressed.normals, execution.pose(0.0).rotations)
    course = np.stack([clothed.posed(execution.pose(float(t)))[0] for t in execution.times[::5]])
    for parts in ("toe", ("finger", "metacarpal")):
        contact = body.weights[:, [n.startswith(parts) for n in body.skeleton.names]].sum(axis=1) > 0.99
        assert np.ptp(course[:, contact], axis=0).max() < 0.001
        assert course[:, contact, 2].min() == pytest.approx(0.0, abs=0.003)
    assert course[..., 2].min() == pytest.approx(0.0, abs=0.003)
    limbs = ("wrist", "metacarpal", "finger", "lowerarm", "toe", "foot")
    apart = body.weights[:, [n.startswith(limbs) for n in body.skeleton.names]].sum(axis=1) < 0.01
    assert course[:, apart, 2].min() > 0.01


@pytest.mark.parametrize("view", ["side", "front"])
def test_the_whole_body_is_in_the_picture(view):
    for seed, dials in ((1, CORNERS[0]), (2, CORNERS[-1]), (8, PUSH_UP.neutral)):
        points = exact(execute(push_up(view, seed, **dials)))
        assert points.min() > 15
        assert points.max() < 512 - 15


@pytest.mark.parametrize("fault", RULED, ids=[f.dial for f in RULED])
def test_the_rules_threshold_is_what_exact_keypoints_show(fault):
    """The mean over bodies and cameras, all other dials drawn evenly from their ranges."""
    values = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        dials = {name: float(rng.uniform(*ends)) for name, ends in WIDE.items()}
        execution = execute(push_up("side", seed, **(dials | {fault.dial: fault.threshold})))
        values.append(QUANTITIES[fault.criterion.rule.quantity](exact(execution), None))
    assert np.mean(values) == pytest.approx(fault.criterion.rule.threshold, abs=0.9)


@pytest.mark.parametrize("fault", RULED, ids=[f.dial for f in RULED])
def test_the_pose_network_sees_the_fault(fault):
    """From three pictures each of top and lowest point, the dial 15 degrees from the threshold."""
    rule, values = fault.criterion.rule, []
    for away in (-15.0, 15.0):
        scene = _build(push_up("side", 21, **{fault.dial: fault.threshold + away}))
        poses = [loaded()(_draw(scene, time)) for time in moments(scene.execution)]
        points = np.stack([pose.keypoints for pose in poses])
        values.append(QUANTITIES[rule.quantity](points, np.stack([pose.visibility for pose in poses])))
    assert values[0] < rule.threshold < values[1]


def test_the_flare_is_judged_from_the_front_by_eye_alone():
    (flare,) = (fault for fault in PUSH_UP.faults if fault.dial == "elbow_flare")
    assert flare.criterion.views == ("front",)
    assert flare.criterion.rule is None


def test_quality_by_hand():
    assert quality(push_up()) == pytest.approx(10.0)
    worst = {"depth": 45.0, "hip_sag": 30.0, "head_drop": 50.0, "elbow_flare": 85.0}
    assert quality(push_up(**worst)) == pytest.approx(0.0)
    # 4 * (71 - 45) / 65 + 3 * (1 - 10 / 30) + 1.5 * (1 - 25 / 50) + 1.5 * (1 - (52 - 30) / 55)
    # = 1.6 + 2 + 0.75 + 0.9
    some = {"depth": 71.0, "hip_sag": 10.0, "head_drop": 25.0, "elbow_flare": 52.0}
    assert quality(push_up(**some)) == pytest.approx(5.25)
    # Deeper than 110 degrees and closer than 30 gain nothing.
    assert quality(push_up(depth=130.0, elbow_flare=15.0)) == pytest.approx(10.0)
