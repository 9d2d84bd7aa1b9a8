"""Bodies: mixing, skinning, keypoints."""

from __future__ import annotations

import hashlib
from importlib import resources

import numpy as np
import pytest

from aqa_eval.mannequin.body import BAKED, Pose, bone_transforms, digests, joints, mix
from aqa_eval.mannequin.kinematics import X, turn
from aqa_eval.mannequin.skinning import skin

EVENLY = np.full(3, 1 / 3)


def standing(body):
    return Pose({}, body.skeleton.head("root"))


def test_the_readme_names_the_files_that_ship():
    folder = resources.files("aqa_eval.mannequin") / "bodies"
    readme = (folder / "README.md").read_text()
    for name, digest in zip(BAKED, digests(), strict=True):
        stored = (folder / f"{name}.npz").read_bytes()
        assert digest == hashlib.sha256(stored).hexdigest()
        assert f"| `{name}.npz` | `{digest}` |" in readme


def test_a_mix_lies_between_the_bodies_and_stands_on_the_floor():
    alone = [mix(share).vertices for share in np.eye(3)]
    mixed = mix(EVENLY).vertices
    heights = [np.ptp(v[:, 2]) for v in alone]
    assert min(heights) < np.ptp(mixed[:, 2]) < max(heights)
    assert mixed[:, 2].min() == pytest.approx(0.0)
    assert np.ptp(mix(EVENLY, 1.1).vertices[:, 2]) == pytest.approx(1.1 * np.ptp(mixed[:, 2]))


def test_at_rest_nothing_moves():
    body = mix(EVENLY)
    posed, normals = skin(body, body.vertices, body.normals, ()).posed(standing(body))
    np.testing.assert_allclose(posed, body.vertices, atol=1e-5)
    np.testing.assert_allclose(normals, body.normals, atol=1e-5)


def test_turning_the_root_turns_everything_alike():
    body = mix(EVENLY)
    rotation, root = turn(X, 40.0), np.array([0.1, 0.2, 1.0])
    pose = Pose({"root": rotation}, root)
    posed, _ = skin(body, body.vertices, body.normals, pose.rotations).posed(pose)
    wanted = (body.vertices - body.skeleton.head("root")) @ rotation.T + root
    np.testing.assert_allclose(posed, wanted, atol=1e-5)
    np.testing.assert_allclose(joints(body.skeleton, pose)["root"], root)


def test_skinning_agrees_with_the_formula():
    """sum over all 104 bones of w (R v + t), as defined, against the sums over free bones only."""
    body = mix(EVENLY)
    pose = Pose({"upperarm01.L": turn(X, 70.0), "spine03": turn(X, 20.0)}, np.array([0.0, 0.0, 1.0]))
    rotation, translation = bone_transforms(body.skeleton, pose)
    some = np.arange(0, len(body.vertices), 97)
    every = np.einsum("bij,vj->vbi", rotation, body.vertices[some]) + translation
    wanted = np.einsum("vb,vbi->vi", body.weights[some], every)
    posed, _ = skin(body, body.vertices, body.normals, pose.rotations).posed(pose)
    np.testing.assert_allclose(posed[some], wanted, atol=1e-5)


def test_keypoints_are_left_and_right_as_coco_has_them():
    body = mix(EVENLY)
    points = body.keypoints(standing(body))
    assert (points[1::2, 0] > 0).all()  # the body's left is +x
    np.testing.assert_allclose(points[1::2] * [-1, 1, 1], points[2::2], atol=0.01)
    nose, shoulder, hip, knee, ankle = (points[i, 2] for i in (0, 5, 11, 13, 15))
    assert nose > shoulder > hip > knee > ankle > 0
