"""The measurements on a lunge, on stick figures whose angles are known."""

from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.media.geometry import QUANTITIES

NOSE, EARS, SHOULDERS = 0, (3, 4), (5, 6)
HIPS, KNEES, ANKLES = (11, 12), (13, 14), (15, 16)
BENDS = [20, 50, 80, 95, 95, 95, 60, 20]


def from_the_side(bends: list[float], lean: float, front: int = 0, ahead: int = 1) -> np.ndarray:
    """A figure that looks to the right (`ahead` 1) or left, its front shank 100 px straight up, the thigh
    100 px backwards by the bend; the rear shank lies level. The trunk is 100 px long."""
    points = np.full((len(bends), 17, 2), np.nan)
    rear = 1 - front
    for t, bend in enumerate(np.radians(bends)):
        knee = np.array([300.0, 300.0])
        hip = knee + 100 * np.array([-np.sin(bend), -np.cos(bend)])
        shoulder = hip + 100 * np.array([np.sin(np.radians(lean)), -np.cos(np.radians(lean))])
        points[t, ANKLES[front]], points[t, KNEES[front]] = (300, 400), knee
        points[t, ANKLES[rear]], points[t, KNEES[rear]] = (80, 385), (170, 390)
        points[t, list(HIPS)], points[t, list(SHOULDERS)] = hip, shoulder
        points[t, list(EARS)], points[t, NOSE] = shoulder - [0, 40], shoulder - [-15, 40]
    if ahead < 0:
        points[..., 0] = 500 - points[..., 0]
    return points


@pytest.mark.parametrize("front", [0, 1])
@pytest.mark.parametrize("ahead", [1, -1])
def test_front_knee_and_trunk_are_read_at_the_bottom(front, ahead):
    points = from_the_side(BENDS, 30.0, front, ahead)
    assert QUANTITIES["front_knee_flexion_at_bottom"](points, None) == pytest.approx(95.0)
    assert QUANTITIES["trunk_lean_at_bottom"](points, None) == pytest.approx(30.0)


def test_a_trunk_that_leans_back_counts_below_nothing():
    assert QUANTITIES["trunk_lean_at_bottom"](from_the_side(BENDS, -5.0), None) == pytest.approx(-5.0)


def test_legs_taken_for_each_other_do_not_matter():
    points = from_the_side(BENDS, 10.0)
    other = from_the_side(BENDS, 10.0, front=1)
    points[4] = other[4]
    assert QUANTITIES["front_knee_flexion_at_bottom"](points, None) == pytest.approx(95.0)


def from_the_front(inside: float, front: int) -> np.ndarray:
    """Hips 60 px apart over the ankles; the front shank is 100 px high, the rear one hardly to be seen. The
    front knee is `inside` px on the other leg's side. The hips go from 200 px down to 120 px and up again."""
    heights = [200, 150, 120, 120, 120, 160, 200]
    points = np.full((len(heights), 17, 2), np.nan)
    for t, height in enumerate(heights):
        for side, x in ((0, 230.0), (1, 170.0)):
            points[t, HIPS[side]] = (x, 420 - height)
            to_the_other = 1 if side else -1
            if side == front:
                points[t, KNEES[side]], points[t, ANKLES[side]] = (x + to_the_other * inside, 320), (x, 420)
            else:
                points[t, KNEES[side]], points[t, ANKLES[side]] = (x, 370), (x, 380)
    return points


@pytest.mark.parametrize("front", [0, 1])
def test_the_knee_is_inside_by_its_distance_from_the_line(front):
    # The line from hip to ankle is upright; 20 px beside it, 100 px over the ankle: arctan(20 / 100) = 11.31.
    for inside, angle in ((20.0, 11.31), (0.0, 0.0), (-20.0, -11.31)):
        points = from_the_front(inside, front)
        assert QUANTITIES["front_knee_inside_at_bottom"](points, None) == pytest.approx(angle, abs=0.01)


def test_hips_in_one_line_are_not_seen_from_the_front():
    points = from_the_front(20.0, 0)
    points[:, HIPS, 0] = 200.0
    assert QUANTITIES["front_knee_inside_at_bottom"](points, None) is None
