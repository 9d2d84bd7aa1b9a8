import numpy as np
import pytest

from aqa_eval.measures.grounding import checkable, on_target, pck, pck_by_chance, torso_length
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=5, resamples=200)


def test_torso_by_hand():
    # Middle of shoulders (5, 0), of hips (8, 4): 5.
    found = torso_length(*(np.array([p], float) for p in ((0, 0), (10, 0), (6, 4), (10, 4))))
    assert found[0] == 5.0
    assert np.isnan(torso_length(*(np.array([p], float) for p in ((0, np.nan), (10, 0), (6, 4), (10, 4)))))[0]


def test_pck_by_hand():
    # Torso 100, so within 20: 12-16-20 triangle is on the edge and in, 13-16 is out.
    point = np.array([[12, 16], [13, 16], [0, 0], [np.nan, 0]], float)
    keypoint = np.zeros((4, 2))
    scale = np.full(4, 100.0)
    assert on_target(point, keypoint, scale).tolist() == [True, False, True, False]
    found = pck(point, keypoint, np.array([True] * 4), scale, range(4), PLAN)
    assert (found.value, found.n) == (0.5, 4)
    assert pck(point, keypoint, np.array([True] * 4), scale, range(4), PLAN, 0.21).value == 0.75


def test_what_cannot_be_checked_is_left_out():
    keypoint = np.array([[0, 0], [np.nan, 0], [0, 0], [0, 0], [0, 0]], float)
    scale = np.array([1.0, 1.0, 0.0, np.nan, 1.0])
    visible = np.array([True, True, True, True, False])
    assert checkable(keypoint, visible, scale).tolist() == [True, False, False, False, False]
    found = pck(np.zeros((5, 2)), keypoint, visible, scale, range(5), PLAN)
    assert (found.value, found.n, found.low) == (1.0, 1, None)
    nothing = pck(np.zeros((5, 2)), keypoint, ~visible & False, scale, range(5), PLAN)
    assert nothing.value is None
    assert "no point can be checked" in nothing.reason


def test_a_point_in_the_middle_every_time_is_no_better_than_chance():
    rng = np.random.default_rng(2)
    keypoint = rng.normal(0.5, 0.05, (200, 2))
    scale, seen, part = np.full(200, 0.3), np.ones(200, bool), np.zeros(200)
    same = pck_by_chance(np.full((200, 2), 0.5), keypoint, seen, scale, part, 1)
    assert same.observed == pytest.approx(same.mean)
    assert same.p == 1.0
    knowing = pck_by_chance(keypoint + 0.01, keypoint, seen, scale, part, 1)
    assert knowing.observed == 1.0
    assert knowing.p == pytest.approx(1 / 1000)
    assert knowing.mean < 0.9
    assert pck_by_chance(keypoint, keypoint, ~seen, scale, part, 1).observed is None
