"""The overhead press does what its dials say, each without moving what another says."""

from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.mannequin import joint_angles, quality
from aqa_eval.mannequin.body import bone_transforms, joints
from aqa_eval.mannequin.execution import execute
from aqa_eval.vocabulary import Rendered

SEEDS = (0, 1, 2)


def press(view="front", seed=0, **dials):
    return Rendered("overhead_press", tuple(sorted(dials.items())), view, seed)


def top(**dials):
    """Joint centres by bone, and the backward turn of the chest against the pelvis in degrees, at the top."""
    execution = execute(press(**dials))
    skeleton, pose = execution.body.skeleton, execution.pose(execution.performance.decisive - 0.1)
    rotations, _ = bone_transforms(skeleton, pose)
    chest, pelvis = (rotations[skeleton.names.index(bone)] for bone in ("spine03", "root"))
    between = pelvis.T @ chest
    return joints(skeleton, pose), np.degrees(np.arctan2(between[1, 2], between[2, 2]))


def lean(placed):
    """Degrees by which the line from the hips to the base of the neck leans back."""
    line = placed["neck01"] - (placed["upperleg01.L"] + placed["upperleg01.R"]) / 2
    return np.degrees(np.arctan2(line[1], line[2]))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("lockout", "others"), [(0.0, (30.0, 40.0)), (20.0, (0.0, 20.0)), (65.0, (12.0, 0.0))]
)
def test_the_elbows_stay_as_bent_as_the_lockout_dial_says(seed, lockout, others):
    back, arch = others
    recipe = press(seed=seed, lockout=lockout, trunk_lean_back=back, back_arch=arch)
    angles = joint_angles(recipe)
    at_top = round(execute(recipe).performance.decisive * 20)
    for side in ("left_elbow", "right_elbow"):
        assert angles[side][at_top] == pytest.approx(lockout, abs=0.02)
        assert angles[side].min() == pytest.approx(lockout, abs=0.02)
        assert angles[side][0] == pytest.approx(140.0, abs=0.1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("back", "arch"), [(12.0, 0.0), (30.0, 0.0), (0.0, 20.0), (0.0, 40.0), (20.0, 30.0)])
def test_trunk_and_back_turn_by_their_dials_and_no_more(seed, back, arch):
    upright, none = top(seed=seed)
    placed, turned = top(seed=seed, trunk_lean_back=back, back_arch=arch, lockout=30.0)
    assert lean(placed) - lean(upright) == pytest.approx(back, abs=0.02)
    # The chest's breathing, below a degree, goes on in both.
    assert turned - none == pytest.approx(arch, abs=0.02)


@pytest.mark.parametrize("back", [0.0, 30.0])
def test_the_ankles_stay_and_the_knees_hardly_bend(back):
    placed, _ = top(seed=1, trunk_lean_back=back, back_arch=40.0)
    upright, _ = top(seed=1)
    for bone in ("foot.L", "foot.R"):
        np.testing.assert_allclose(placed[bone], upright[bone], atol=1e-6)
    angles = joint_angles(press(seed=1, trunk_lean_back=back, back_arch=40.0))
    assert angles["left_knee"].max() == pytest.approx(7.0, abs=0.1)


def test_quality_by_hand():
    # 4 * (1 - 13 / 65) + 3 * (1 - 6 / 30) + 3 * (1 - 10 / 40) = 3.2 + 2.4 + 2.25
    assert quality(press(lockout=13.0, trunk_lean_back=6.0, back_arch=10.0)) == pytest.approx(7.85)
    assert quality(press()) == pytest.approx(10.0)
