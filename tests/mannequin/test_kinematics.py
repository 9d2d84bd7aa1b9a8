"""Limbs and rotations, against angles worked out by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.mannequin.body import mix
from aqa_eval.mannequin.kinematics import (
    X,
    Y,
    Z,
    cross,
    ease,
    flexion,
    frame,
    middle_joint,
    reach,
    reaching,
    turn,
)


def test_turn_is_right_handed():
    np.testing.assert_allclose(turn(Z, 90.0) @ X, Y, atol=1e-12)
    np.testing.assert_allclose(turn(X, 90.0) @ Y, Z, atol=1e-12)


def test_cross_is_numpys():
    a, b = np.array([1.0, -2.0, 3.0]), np.array([0.5, 4.0, -1.0])
    np.testing.assert_allclose(cross(a, b), np.cross(a, b))
    np.testing.assert_allclose(cross(X, Y), Z)


def test_frame_keeps_the_first_axis_and_is_a_rotation():
    axes = frame(np.array([0.0, 0.0, -2.0]), np.array([1.0, 0.0, 5.0]))
    np.testing.assert_allclose(axes[:, 0], -Z)
    np.testing.assert_allclose(axes[:, 1], X)
    assert np.linalg.det(axes) == pytest.approx(1.0)


def test_ease_starts_and_ends_at_rest():
    assert [ease(x) for x in (-1.0, 0.0, 0.5, 1.0, 2.0)] == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert ease(0.01) < 1e-4
    assert ease(0.99) > 1 - 1e-4


def test_reach_by_the_law_of_cosines():
    # Straight 3 + 4 = 7; folded |3 - 4| = 1; a right angle sqrt(9 + 16) = 5.
    assert [reach(3.0, 4.0, bend) for bend in (0.0, 90.0, 180.0)] == pytest.approx([7.0, 5.0, 1.0])


@given(bend=st.floats(1, 170), upper=st.floats(0.2, 0.6), lower=st.floats(0.2, 0.6))
def test_a_limb_at_its_reach_is_bent_as_wanted(bend, upper, lower):
    start = np.array([0.1, 0.2, 0.9])
    end = start + reach(upper, lower, bend) * np.array([0.0, 0.6, -0.8])
    joint = middle_joint(start, end, upper, lower, -Y)
    assert np.linalg.norm(joint - start) == pytest.approx(upper)
    assert np.linalg.norm(end - joint) == pytest.approx(lower)
    assert flexion(start, joint, end) == pytest.approx(bend, abs=1e-3)
    straight = start + (end - start) * ((joint - start) @ (end - start)) / ((end - start) @ (end - start))
    assert (joint - straight) @ -Y > 0


@pytest.mark.parametrize("bend", [0.0, 1.0, 60.0, 140.0])
def test_a_limb_that_reaches_ends_where_it_should(bend):
    skeleton = mix(np.array([1.0, 0.0, 0.0])).skeleton
    bones = ("upperarm01.L", "lowerarm01.L", "wrist.L")
    upper, lower = (skeleton.head(b) - skeleton.head(a) for a, b in pairwise(bones))
    start = np.array([0.2, 0.0, 1.4])
    distance = reach(float(np.linalg.norm(upper)), float(np.linalg.norm(lower)), bend)
    end = start + distance * np.array([0.0, -0.6, 0.8])
    rotations = reaching(skeleton, bones, start, end, X)
    for rotation in rotations.values():
        np.testing.assert_allclose(rotation.T @ rotation, np.eye(3), atol=1e-12)
    middle = start + rotations[bones[0]] @ upper
    np.testing.assert_allclose(middle + rotations[bones[1]] @ lower, end, atol=1e-6)
    assert flexion(start, middle, end) == pytest.approx(bend, abs=1e-3)


def test_a_straight_limb_turns_as_one_that_is_hardly_bent():
    skeleton = mix(np.array([1.0, 0.0, 0.0])).skeleton
    bones = ("upperleg01.L", "lowerleg01.L", "foot.L")
    whole = skeleton.length(bones[0], bones[1]) + skeleton.length(bones[1], bones[2])
    start = np.array([0.1, 0.0, 0.9])
    straight, bent = (reaching(skeleton, bones, start, start - d * Z, -Y) for d in (whole, whole - 1e-9))
    np.testing.assert_allclose(straight[bones[0]], bent[bones[0]], atol=1e-3)
