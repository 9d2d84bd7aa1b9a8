from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.errors import MediaError, NobodyFoundError
from aqa_eval.media.crop import Box, person_box, steady_box
from aqa_eval.media.pose import Pose


def standing(left: float, top: float, width: float, height: float, hidden: int = 0) -> Pose:
    """A pose whose keypoints fill a rectangle; the last `hidden` ones lie far away and are not seen."""
    keypoints = np.column_stack([left + width * np.linspace(0, 1, 17), top + height * np.linspace(0, 1, 17)])
    visibility = np.ones(17)
    if hidden:
        keypoints[-hidden:] += 5000
        visibility[-hidden:] = 0.1
    return Pose(keypoints, visibility, 1.0)


def test_one_box_holds_all_poses_with_room() -> None:
    box = person_box([standing(300, 200, 100, 200), standing(400, 200, 100, 200)], (1000, 800))
    # Together 300..500 x 200..400, room 0.2 * 200 = 40: 260..540 x 160..440
    assert box == Box(260, 160, 540, 440)


def test_a_slim_person_gets_surroundings() -> None:
    box = person_box([standing(500, 100, 20, 400)], (1000, 800))
    # Room 80: 420..600 x 20..580; 560 high asks for 0.6 * 560 = 336 wide, 156 more than 180: 342..678
    assert box == Box(342, 20, 678, 580)


def test_the_box_stays_inside_the_picture() -> None:
    assert person_box([standing(-50, 10, 300, 900)], (400, 600)) == Box(0, 0, 400, 600)


def test_keypoints_that_are_only_guessed_do_not_widen_it() -> None:
    # 15 of 17 seen: 14/16 of 160 = 140 high, 14/16 of 80 = 70 wide; room 0.2 * 140 = 28
    box = person_box([standing(300, 200, 80, 160, hidden=2)], (9000, 9000))
    assert box == Box(272, 172, 398, 368)


def test_keypoints_that_were_not_found_do_not_count() -> None:
    pose = standing(300, 200, 100, 200)
    pose.keypoints[5], pose.visibility[5] = np.nan, 0.0
    assert person_box([pose], (1000, 800)) == person_box([standing(300, 200, 100, 200)], (1000, 800))


def test_nobody_in_any_frame_is_an_error() -> None:
    with pytest.raises(NobodyFoundError, match=r"clip\.mp4: no person was found in any of 3 frames"):
        steady_box([], [(60, 40)] * 3, 3, "clip.mp4")


def test_frames_of_different_sizes_are_refused() -> None:
    with pytest.raises(MediaError, match="frames of different sizes"):
        steady_box([standing(10, 10, 10, 10)], [(60, 40), (61, 40)], 2, "folder")


def test_a_box_cuts_what_it_holds() -> None:
    rgb = np.random.default_rng(2).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    box = Box(130, 80, 240, 220)
    assert box.corner == (130, 80)
    assert (box.cut(rgb) == rgb[80:220, 130:240]).all()
