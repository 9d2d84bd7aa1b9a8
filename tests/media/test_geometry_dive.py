"""The quantities of the dive on stick figures whose angles are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.media.geometry import QUANTITIES

SHOULDERS, HIPS, KNEES, ANKLES = [5, 6], [11, 12], [13, 14], [15, 16]
TUCK, LEAN, KNEE = ("dive_tuck_flexion_max", "dive_entry_lean", "dive_knee_flexion_at_entry")


def towards(degrees):
    """A step of one pixel, `degrees` clockwise from straight up the picture."""
    angle = np.radians(degrees)
    return np.array([np.sin(angle), -np.cos(angle)])


def figure(pitch, hips=0.0, knees=0.0):
    """Shoulders to hips 60 px, thigh and shank 50 px each; the head points `pitch` degrees from straight up.

    The thigh turns by `hips` from the trunk's line and the shank by `knees` back from the thigh's.
    """
    points = np.full((17, 2), np.nan)
    points[SHOULDERS] = (200.0, 200.0)
    points[HIPS] = points[SHOULDERS] - 60.0 * towards(pitch)
    points[KNEES] = points[HIPS] - 50.0 * towards(pitch - hips)
    points[ANKLES] = points[KNEES] - 50.0 * towards(pitch - hips + knees)
    return points


def dive(tuck=(120.0, 130.0), leans=(60.0, 30.0, 10.0), knees=0.0):
    """Leaving the board, three frames of tuck, then stretched and upside down at each of `leans`."""
    start = [figure(10.0), figure(40.0, 50.0, 60.0)]
    held = [figure(pitch, *tuck) for pitch in (120.0, 240.0, 360.0)]
    return np.array(start + held + [figure(180.0 - lean, 0.0, knees) for lean in leans])


def measured(name, points, visibility=None):
    return QUANTITIES[name](points, visibility)


def test_the_tuck_is_the_mean_of_hips_and_knees():
    # (120 + 130) / 2
    assert measured(TUCK, dive()) == pytest.approx(125.0)
    assert measured(TUCK, dive(tuck=(80.0, 92.0))) == pytest.approx(86.0)


def test_one_misplaced_frame_makes_no_tuck():
    points = dive(tuck=(80.0, 92.0))
    points[3] = figure(240.0, 150.0, 160.0)
    assert measured(TUCK, points) == pytest.approx(86.0)


def test_the_lean_is_the_least_that_the_line_comes_to():
    assert measured(LEAN, dive()) == pytest.approx(10.0)
    assert measured(LEAN, dive(leans=(50.0, 36.0))) == pytest.approx(36.0)
    assert measured(LEAN, dive(leans=(30.0, -4.0))) == pytest.approx(4.0)


def test_bent_knees_do_not_tip_the_line_nor_does_the_line_bend_the_knees():
    points = dive(leans=(40.0, 25.0), knees=50.0)
    assert measured(LEAN, points) == pytest.approx(25.0)
    assert measured(KNEE, points) == pytest.approx(50.0)


def test_a_body_that_shrinks_is_not_believed():
    points = dive(leans=(40.0, 30.0, 25.0, 0.0))
    points[-1] = 200.0 + 0.3 * (points[-1] - 200.0)  # found in the splash
    assert measured(LEAN, points) == pytest.approx(25.0)


def test_what_comes_before_the_tuck_or_stands_upright_is_no_entry():
    points = dive(leans=())
    points = np.concatenate([points, [figure(10.0), figure(20.0)]])
    for name in (LEAN, KNEE):
        assert measured(name, points) is None
        assert measured(name, dive(leans=(10.0,))) is None
    assert measured(KNEE, np.concatenate([dive(leans=(30.0, 20.0)), points[-2:]])) == pytest.approx(0.0)


def test_the_limbs_that_are_seen_count():
    points, visibility = dive(leans=(30.0, 20.0), knees=40.0), np.ones((7, 17))
    points[:, ANKLES[1]] += [70.0, 20.0]
    visibility[:, ANKLES[1]] = 0.0
    assert measured(KNEE, points, visibility) == pytest.approx(40.0)


@given(
    scale=st.floats(0.2, 5),
    shift=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    mirrored=st.booleans(),
)
def test_no_quantity_knows_size_place_or_side(scale, shift, mirrored):
    points = dive(leans=(45.0, 20.0), knees=33.0)
    moved = points * [-1.0 if mirrored else 1.0, 1.0] * scale + np.array(shift)
    for name in (TUCK, LEAN, KNEE):
        assert measured(name, moved) == pytest.approx(measured(name, points), abs=1e-6)


@pytest.mark.parametrize("name", [TUCK, LEAN, KNEE])
@pytest.mark.parametrize("frames", [0, 1, 2, 16])
def test_nobody_in_the_picture_cannot_be_measured(name, frames):
    assert measured(name, np.full((frames, 17, 2), np.nan), np.zeros((frames, 17))) is None
