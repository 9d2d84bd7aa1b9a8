"""The measurements on a push-up, on stick figures whose angles are known."""

from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.media.geometry import QUANTITIES

NOSE, EARS, SHOULDERS, WRISTS = 0, (3, 4), (5, 6), (9, 10)
HIPS, ANKLES = (11, 12), (15, 16)
HEIGHTS = [100, 100, 100, 80, 60, 50, 50, 50, 70, 100, 100]


def from_the_side(heights: list[float], low: float = 0.0, tilt: float = 0.0, ahead: int = 1) -> np.ndarray:
    """A body whose head is to the right (`ahead` 1) or left: shoulders over the wrists, hips and ankles level
    with the shoulders but for hips that are `low` px below them, 100 px to either; the nose 20 px from the
    ears, turned down from the body's line by `tilt` degrees."""
    points = np.full((len(heights), 17, 2), np.nan)
    for t, height in enumerate(heights):
        y = 400.0 - height
        points[t, list(WRISTS)], points[t, list(SHOULDERS)] = (300, 400), (300, y)
        points[t, list(HIPS)], points[t, list(ANKLES)] = (200, y + low), (100, y)
        points[t, list(EARS)] = (330, y - 5)
        points[t, NOSE] = (330 + 20 * np.cos(np.radians(tilt)), y - 5 + 20 * np.sin(np.radians(tilt)))
    if ahead < 0:
        points[..., 0] = 500 - points[..., 0]
    return points


def test_the_elbows_bend_as_the_shoulders_come_down():
    # Shoulders at 100 and ears at 105 px, then at 50 and 55 px: 2 * arccos(52.5 / 102.5) = 118.38.
    assert QUANTITIES["elbow_flexion_at_bottom"](from_the_side(HEIGHTS), None) == pytest.approx(
        118.38, abs=0.01
    )
    # Not lower at all: 2 * arccos(1) = 0.
    assert QUANTITIES["elbow_flexion_at_bottom"](from_the_side([100] * 6), None) == pytest.approx(0.0)


def test_shoulders_below_the_wrists_are_not_a_push_up():
    assert QUANTITIES["elbow_flexion_at_bottom"](from_the_side([-50] * 6), None) is None


@pytest.mark.parametrize("ahead", [1, -1])
def test_hips_below_the_line_sag_and_above_it_do_not(ahead):
    # 20 px below a line, 100 px from either end: 2 * arctan(20 / 100) = 22.62.
    for low, bend in ((20.0, 22.62), (0.0, 0.0), (-20.0, -22.62)):
        points = from_the_side(HEIGHTS, low=low, ahead=ahead)
        assert QUANTITIES["hip_sag_at_top"](points, None) == pytest.approx(bend, abs=0.01)


def test_only_the_top_counts_for_hips_and_head():
    points = from_the_side(HEIGHTS, low=20.0, tilt=60.0)
    points[4:8] = from_the_side(HEIGHTS)[4:8]
    assert QUANTITIES["hip_sag_at_top"](points, None) == pytest.approx(22.62, abs=0.01)
    # The hips 20 px below the shoulders, 100 px away: the trunk rises by arctan(20 / 100) = 11.31.
    assert QUANTITIES["head_drop_at_top"](points, None) == pytest.approx(60.0 + 11.31, abs=0.01)


@pytest.mark.parametrize("ahead", [1, -1])
def test_the_head_turns_down(ahead):
    for tilt in (90.0, 130.0):
        points = from_the_side(HEIGHTS, tilt=tilt, ahead=ahead)
        assert QUANTITIES["head_drop_at_top"](points, None) == pytest.approx(tilt)


def test_the_far_side_that_is_hidden_hardly_counts():
    points = from_the_side(HEIGHTS, low=20.0)
    points[:, HIPS[1]] -= [0, 40]
    visibility = np.ones((len(points), 17))
    visibility[:, HIPS[1]] = 0.1
    assert QUANTITIES["hip_sag_at_top"](points, visibility) == pytest.approx(22.62, abs=0.5)
