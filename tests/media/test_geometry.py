"""The quantities on stick figures whose angles are known, with missing and misplaced joints."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.media.geometry import QUANTITIES
from aqa_eval.media.geometry.courses import flexion, steady

NOSE_TO_ANKLES = 17
HIPS, KNEES, ANKLES = (11, 12), (13, 14), (15, 16)
SHOULDERS, ELBOWS, WRISTS = (5, 6), (7, 8), (9, 10)


def blank(frames: int) -> np.ndarray:
    return np.full((frames, NOSE_TO_ANKLES, 2), np.nan)


def legs_from_the_side(bends: list[float]) -> np.ndarray:
    """Both legs alike: ankle at (200, 400), shank 100 px straight up, thigh 100 px turned by the bend."""
    points = blank(len(bends))
    for t, bend in enumerate(np.radians(bends)):
        knee = np.array([200.0, 300.0])
        points[t, list(ANKLES)] = (200.0, 400.0)
        points[t, list(KNEES)] = knee
        points[t, list(HIPS)] = knee + 100.0 * np.array([np.sin(bend), -np.cos(bend)])
    return points


def test_flexion_of_a_right_angle_and_of_a_straight_line():
    # (0,0) -> (10,0) -> (10,10) turns by 90 degrees; (0,0) -> (10,0) -> (20,0) by none.
    start, middle = np.array([0.0, 0.0]), np.array([10.0, 0.0])
    assert flexion(start, middle, np.array([10.0, 10.0])) == pytest.approx(90.0)
    assert flexion(start, middle, np.array([10.0, -10.0])) == pytest.approx(90.0)
    assert flexion(start, middle, np.array([20.0, 0.0])) == pytest.approx(0.0)
    assert flexion(start, middle, np.array([0.0, 0.0])) == pytest.approx(180.0)


@given(
    bend=st.floats(0, 170),
    turn=st.floats(0, 360),
    scale=st.floats(0.1, 10),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
)
def test_flexion_knows_no_position_direction_or_size(bend, turn, scale, shift):
    a, b = np.radians(turn), np.radians(turn + bend)
    middle = np.array(shift)
    start = middle - scale * 50 * np.array([np.cos(a), np.sin(a)])
    end = middle + scale * 70 * np.array([np.cos(b), np.sin(b)])
    assert flexion(start, middle, end) == pytest.approx(bend, abs=1e-4)


def test_steady_removes_one_outlier_and_keeps_the_course():
    assert steady(np.array([1.0, 2.0, 90.0, 4.0, 5.0])).tolist() == [1.5, 2.0, 4.0, 5.0, 4.5]
    assert steady(np.array([np.nan, 1.0, np.nan, 2.0])).tolist() == [1.0, 2.0]


def test_knee_flexion_is_the_greatest_bend():
    course = [10.0, 40.0, 80.0, 100.0, 100.0, 70.0, 20.0]
    assert QUANTITIES["knee_flexion_max"](legs_from_the_side(course), None) == pytest.approx(100.0)


def test_one_misplaced_or_missing_frame_does_not_decide():
    course = [10.0, 40.0, 80.0, 100.0, 100.0, 70.0, 20.0]
    points = legs_from_the_side(course)
    points[1] = legs_from_the_side([160.0])[0]
    points[2] = np.nan
    assert QUANTITIES["knee_flexion_max"](points, None) == pytest.approx(100.0)


def test_the_leg_that_is_seen_counts():
    points = legs_from_the_side([90.0] * 5)
    points[:, KNEES[1]] += [60.0, 0.0]  # the far leg is hidden and guessed wrongly
    visibility = np.ones((5, 17))
    visibility[:, KNEES[1]] = 0.0
    assert QUANTITIES["knee_flexion_max"](points, visibility) == pytest.approx(90.0)
    assert abs(QUANTITIES["knee_flexion_max"](points, None) - 90.0) > 3.0


def arms_from_the_front(heights: list[float], bends: list[float]) -> np.ndarray:
    """Upper arms 50 px straight up from (100, 200) and (300, 200); forearms turned inwards by the bend,
    their length such that the wrist is `height` px above the shoulder."""
    points = blank(len(heights))
    for t, (height, bend) in enumerate(zip(heights, np.radians(bends), strict=True)):
        length = (height - 50.0) / np.cos(bend)
        for side, sign in ((0, 1.0), (1, -1.0)):
            shoulder = np.array([200.0 - sign * 100.0, 200.0])
            elbow = shoulder - [0.0, 50.0]
            points[t, SHOULDERS[side]], points[t, ELBOWS[side]] = shoulder, elbow
            points[t, WRISTS[side]] = elbow + length * np.array([sign * np.sin(bend), -np.cos(bend)])
    return points


def test_elbow_flexion_is_read_where_the_wrists_are_highest():
    points = arms_from_the_front([60, 70, 90, 100, 100, 100, 80, 60], [70, 60, 30, 12, 12, 12, 5, 2])
    assert QUANTITIES["elbow_flexion_at_top"](points, None) == pytest.approx(12.0)


def legs_from_the_front(hip_heights: list[float], knees_apart: list[float]) -> np.ndarray:
    """Hips 60 px apart, ankles 100 px apart at y = 400."""
    points = blank(len(hip_heights))
    for t, (height, knees) in enumerate(zip(hip_heights, knees_apart, strict=True)):
        for pair, apart, y in ((HIPS, 60, 400 - height), (KNEES, knees, 340), (ANKLES, 100, 400)):
            points[t, pair[0]], points[t, pair[1]] = (200 + apart / 2, y), (200 - apart / 2, y)
    return points


def test_knee_spread_is_read_at_the_bottom():
    points = legs_from_the_front([200, 150, 60, 60, 60, 150, 200], [80, 80, 40, 40, 44, 80, 80])
    # At the bottom the knees are 40, 40 and 44 px apart, the median 40; (60 + 100) / 2 = 80; 40 / 80 = 0.5.
    assert QUANTITIES["knee_spread_at_bottom"](points, None) == pytest.approx(0.5)


def test_knees_on_the_line_from_hip_to_ankle_have_a_spread_of_one():
    assert QUANTITIES["knee_spread_at_bottom"](legs_from_the_front([60] * 4, [80] * 4), None) == 1.0


@pytest.mark.parametrize("name", sorted(QUANTITIES))
@pytest.mark.parametrize("frames", [0, 1, 2, 16])
def test_nobody_in_the_picture_cannot_be_measured(name, frames):
    assert QUANTITIES[name](blank(frames), np.zeros((frames, 17))) is None
    assert QUANTITIES[name](blank(frames), None) is None


def test_a_body_seen_from_the_side_has_no_knee_spread():
    points = legs_from_the_front([60] * 4, [80] * 4)
    points[:, :, 0] = 200.0
    assert QUANTITIES["knee_spread_at_bottom"](points, None) is None
