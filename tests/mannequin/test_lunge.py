"""The lunge does what its dials say, each on its own, on feet that stay where they are."""

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

LUNGE = MOVEMENTS["lunge"]
WIDE = {"depth": (45.0, 110.0), "trunk_lean": (0.0, 55.0), "knee_in": (0.0, 34.0)}
CORNERS = [dict(zip(WIDE, amounts, strict=True)) for amounts in product(*WIDE.values())]


def lunge(view="side", seed=0, **dials):
    return Rendered("lunge", tuple(sorted(dials.items())), view, seed)


def front_side(execution: Execution) -> str:
    start = joints(execution.body.skeleton, execution.pose(0.0))
    return "L" if start["foot.L"][1] < start["foot.R"][1] else "R"


def dials_of(execution: Execution) -> dict[str, float]:
    """The dials as measured at the joint centres at the lowest point."""
    placed = joints(execution.body.skeleton, execution.pose(execution.performance.decisive))
    side = front_side(execution)
    hip, knee, ankle = (placed[f"{bone}.{side}"] for bone in ("upperleg01", "lowerleg01", "foot"))
    hips, shoulders = ((placed[f"{b}.L"] + placed[f"{b}.R"]) / 2 for b in ("upperleg01", "upperarm01"))
    line = (ankle - hip) / np.linalg.norm(ankle - hip)
    ahead = np.array([0.0, -1.0, 0.0]) - line * -line[1]
    out = knee - hip - line * ((knee - hip) @ line)
    outwards = np.degrees(np.arctan2(np.cross(out, ahead) @ line, out @ ahead))
    trunk = shoulders - hips
    return {
        "depth": flexion(hip, knee, ankle),
        "trunk_lean": float(np.degrees(np.arctan2(-trunk[1], trunk[2]))),
        "knee_in": 15.0 - float(outwards) * (1.0 if side == "L" else -1.0),
    }


def moments(execution: Execution) -> list[float]:
    """Three at the lowest point."""
    decisive = execution.performance.decisive
    return [decisive - 0.1, decisive, decisive + 0.1]


def exact(execution: Execution) -> np.ndarray:
    """The keypoints in the picture at those moments (3, 17, 2)."""
    points = [execution.body.keypoints(execution.pose(time)) for time in moments(execution)]
    return np.stack([execution.camera.project(p)[0] for p in points])


@pytest.mark.parametrize("seed", [0, 2])
def test_every_dial_is_what_it_says_whatever_the_others_are(seed):
    for dials in [*CORNERS, LUNGE.neutral]:
        found = dials_of(execute(lunge(seed=seed, **dials)))
        assert found == pytest.approx(dials, abs=0.05)


def test_either_leg_may_be_in_front():
    assert {front_side(execute(lunge(seed=seed))) for seed in range(6)} == {"L", "R"}


def test_habits_do_not_depend_on_the_dials():
    executions = [execute(lunge(seed=9, **dials)) for dials in CORNERS]
    starts = [e.body.keypoints(e.pose(0.0)) for e in executions]
    for execution, start in zip(executions, starts, strict=True):
        np.testing.assert_array_equal(execution.times, executions[0].times)
        np.testing.assert_array_equal(start, starts[0])


@pytest.mark.parametrize("dials", [CORNERS[0], CORNERS[-1]])
@pytest.mark.parametrize("seed", [3, 4])
def test_feet_stay_in_place_and_nothing_sinks_into_the_floor(seed, dials):
    execution = execute(lunge(seed=seed, **dials))
    body, dressed = execution.body, execution.dressed
    start = execution.pose(0.0)
    clothed = skin(body, dressed.vertices, dressed.normals, start.rotations)
    shares = {
        part: body.weights[:, [n.startswith(part) for n in body.skeleton.names]].sum(axis=1)
        for part in ("toe", "foot")
    }
    toes, knees = shares["toe"] > 0.99, dressed.vertices[:, 2] > 0.15
    front = (shares["foot"] > 0.99) & (
        dressed.vertices[:, 0] * (1 if front_side(execution) == "L" else -1) > 0
    )
    course = np.stack([clothed.posed(execution.pose(float(t)))[0] for t in execution.times[::5]])
    assert np.ptp(course[:, front], axis=0).max() < 0.001
    # The rear foot turns about one axis, beside which the outer toes lie by a few millimetres.
    assert np.ptp(course[:, toes], axis=0).max() < 0.008
    assert course[..., 2].min() == pytest.approx(0.0, abs=0.002)
    assert course[:, knees, 2].min() > 0.02


@pytest.mark.parametrize("dials", CORNERS)
def test_the_body_is_over_its_feet(dials):
    """The middle of the skeleton lies between front ankle and rear toes: it could stand so."""
    execution = execute(lunge(seed=1, **dials))
    pose = execution.pose(execution.performance.decisive)
    placed, side = joints(execution.body.skeleton, pose), front_side(execution)
    middle = execution.body.keypoints(pose)[5:].mean(axis=0)
    assert placed[f"toe2-1.{side}"][1] < middle[1] < placed[f"toe2-1.{'R' if side == 'L' else 'L'}"][1]


def test_the_limbs_keep_their_lengths():
    """The legs reach the feet: no bone is drawn away from its joint."""
    for dials in CORNERS:
        execution = execute(lunge(seed=5, **dials))
        skeleton = execution.body.skeleton
        for time in execution.times[::8]:
            rotation, translation = bone_transforms(skeleton, execution.pose(float(time)))
            for side in "LR":
                foot, shank = (skeleton.names.index(f"{b}.{side}") for b in ("foot", "lowerleg01"))
                rest = skeleton.heads[foot]
                at_shank = rotation[shank] @ rest + translation[shank]
                at_foot = rotation[foot] @ rest + translation[foot]
                np.testing.assert_allclose(at_shank, at_foot, atol=1e-6)
                assert at_foot[2] >= rest[2] - 1e-6


@pytest.mark.parametrize("fault", LUNGE.faults, ids=[f.dial for f in LUNGE.faults])
def test_the_rules_threshold_is_what_exact_keypoints_show(fault):
    """The mean over bodies and cameras, all other dials drawn evenly from their ranges."""
    values = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        dials = {name: float(rng.uniform(*ends)) for name, ends in WIDE.items()}
        recipe = lunge(fault.criterion.views[0], seed, **(dials | {fault.dial: fault.threshold}))
        values.append(QUANTITIES[fault.criterion.rule.quantity](exact(execute(recipe)), None))
    assert np.mean(values) == pytest.approx(fault.criterion.rule.threshold, abs=0.9)


@pytest.mark.parametrize("fault", LUNGE.faults, ids=[f.dial for f in LUNGE.faults])
def test_the_pose_network_sees_the_fault(fault):
    """From three pictures of the lowest point, the dial 15 degrees from the threshold to either side."""
    rule, values = fault.criterion.rule, []
    for away in (-15.0, 15.0):
        scene = _build(lunge(fault.criterion.views[0], 21, **{fault.dial: fault.threshold + away}))
        poses = [loaded()(_draw(scene, time)) for time in moments(scene.execution)]
        points = np.stack([pose.keypoints for pose in poses])
        values.append(QUANTITIES[rule.quantity](points, np.stack([pose.visibility for pose in poses])))
    assert values[0] < rule.threshold < values[1]


def test_quality_by_hand():
    assert quality(lunge()) == pytest.approx(10.0)
    assert quality(lunge(depth=45.0, trunk_lean=55.0, knee_in=34.0)) == pytest.approx(0.0)
    # 4 * (70 - 45) / 50 + 3 * (1 - (25 - 10) / 45) + 3 * (1 - 17 / 34) = 2 + 2 + 1.5
    assert quality(lunge(depth=70.0, trunk_lean=25.0, knee_in=17.0)) == pytest.approx(5.5)
    # Deeper than 95 degrees and more upright than 10 gain nothing.
    assert quality(lunge(depth=110.0, trunk_lean=0.0)) == pytest.approx(10.0)
