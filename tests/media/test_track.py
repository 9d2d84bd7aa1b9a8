from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media.track import LONGEST_GAP, Track

TIMES = np.arange(20) / 10


def track(seen: dict[int, float | None], size: tuple[int, int] | None = None) -> Track:
    """All keypoints of a frame at (x, 2 x); None where nobody was found."""
    xs = np.array([np.nan if x is None else x for x in seen.values()], float)
    keypoints = np.repeat(np.stack([xs, 2 * xs], axis=-1)[:, None], 17, axis=1)
    visibility = np.where(np.isnan(keypoints[..., 0]), 0.0, 0.8)
    return Track("poses.json", tuple(seen), keypoints, visibility, size)


def test_a_short_gap_is_filled_in_a_straight_line() -> None:
    bodies = track({0: 10, 1: None, 2: 20}).at([0, 1, 2], TIMES)
    assert LONGEST_GAP == 0.25
    assert bodies.found.tolist() == [True, False, True]
    assert bodies.known.tolist() == [True, True, True]
    assert bodies.keypoints[:, 6].tolist() == [[10, 20], [15, 30], [20, 40]]
    assert bodies.visibility[1].tolist() == [0.8] * 17


def test_a_third_of_the_way() -> None:
    times = np.array([0.0, 0.05, 0.15])
    bodies = track({0: 10, 1: None, 2: 40}).at([1], times)
    assert bodies.keypoints[0, 0].tolist() == pytest.approx([20, 40])


def test_a_long_gap_and_both_ends_stay_empty() -> None:
    bodies = track({0: None, 1: 10, 2: None, 3: None, 4: 20, 5: None}).at(range(6), TIMES)
    assert bodies.known.tolist() == [False, True, False, False, True, False]
    assert np.isnan(bodies.keypoints[2]).all()
    assert bodies.visibility[2].tolist() == [0] * 17
    assert len(bodies.seen()) == 2


def test_the_gap_is_counted_from_all_frames_that_are_given_not_only_those_shown() -> None:
    given = track({n: float(n) if n != 6 else None for n in range(20)})
    bodies = given.at([0, 6, 12], TIMES)
    assert bodies.known.tolist() == [True, True, True]
    assert bodies.keypoints[1, 0].tolist() == pytest.approx([6, 12])


def test_single_joints_are_filled_too() -> None:
    three = track({0: 10, 1: 99, 2: 20})
    three.keypoints[1, 13] = np.nan
    bodies = three.at([1], TIMES)
    assert bodies.keypoints[0, 13].tolist() == [15, 30]
    assert bodies.keypoints[0, 14].tolist() == [99, 198]
    assert bodies.found.tolist() == [True]


def test_a_few_joints_are_no_body() -> None:
    one = track({0: 10})
    one.keypoints[0, 10:] = np.nan
    # Shoulders, elbows and the left wrist: five of the twelve joints of the limbs; the face does not count.
    assert one.at([0], TIMES).found.tolist() == [False]
    one.keypoints[0, 10] = 7
    assert one.at([0], TIMES).found.tolist() == [True]


def test_a_frame_of_which_nothing_is_said() -> None:
    given = track({0: 10, 2: 20, 5: 30})
    # Frame 1 lies in a gap of 0.2 s; 3 in one of 0.3 s.
    assert given.at([0, 1, 2], TIMES).known.all()
    with pytest.raises(
        MediaError, match=r"poses\.json: it says nothing of 1 .*frame 3 of the clip, at 0\.300 s"
    ):
        given.at([0, 3], TIMES)


def test_nobody_at_all() -> None:
    assert not track({0: None, 1: None}).at([0, 1], TIMES).known.any()


def test_keypoints_of_a_smaller_copy() -> None:
    assert track({0: 10}).to((640, 360)) == (1, 1)
    assert track({0: 10}, (320, 180)).to((640, 360)) == (2, 2)
    with pytest.raises(MediaError, match="measured in pictures of 360x640, but the clip has 640x360"):
        track({0: 10}, (360, 640)).to((640, 360))


def test_a_mirrored_body_has_its_left_on_the_right() -> None:
    bodies = track({0: 10}).at([0], TIMES)
    bodies.keypoints[0, 13] = (33, 44)  # left knee
    mirrored = bodies.mirrored()
    assert mirrored.keypoints[0, 14].tolist() == [-33, 44]
    assert mirrored.keypoints[0, 13].tolist() == [-10, 20]
    assert mirrored.keypoints[0, 0].tolist() == [-10, 20]
