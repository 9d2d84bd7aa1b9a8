"""SAM 3D Body cannot run here: its dumps are made by hand, and a stand-in is handed to the adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numbered_film import read_number

from aqa_eval.errors import MediaError
from aqa_eval.media import sam3d_body
from aqa_eval.media.keypoint_files import Layout, read_track
from aqa_eval.media.recording import Projector
from aqa_eval.media.tracking import Person, performer
from aqa_eval.vocabulary import FrameSpan, VideoFile

CLIP = Layout("one", range(4), np.arange(4) / 10)


def person(left: float, top: float, size: float = 100.0, box: bool = True) -> dict[str, Any]:
    """MHR-70 point n lies n pixels right of and 2 n below the corner."""
    points = [[left + n, top + 2 * n] for n in range(70)]
    named = {"bbox": [left, top, left + size, top + size]} if box else {}
    return {"pred_keypoints_2d": points, "focal_length": 900.0, "mask": None, **named}


def someone(left: float, top: float = 0.0, size: float = 100.0) -> Person:
    return Person((left, top, left + size, top + size), np.full((17, 2), left))


def test_the_points_of_coco_are_found_among_the_seventy(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps([[person(5, 7)], [], [person(6, 7)], [person(7, 7)]]))
    track = read_track(path, CLIP)
    assert track.indices == (0, 1, 2, 3)
    # Nose 0, left wrist 62, right wrist 41, left shoulder 5, left hip 9, right ankle 14.
    for coco, mhr in ((0, 0), (9, 62), (10, 41), (5, 5), (11, 9), (16, 14)):
        assert track.keypoints[0, coco].tolist() == [5 + mhr, 7 + 2 * mhr]
    assert np.isnan(track.keypoints[1]).all()
    assert track.visibility[:, 0].tolist() == [1, 0, 1, 1]


def test_frames_may_be_numbered(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"numbers": [1, 3], "frames": [[person(5, 7)], [person(6, 7)]]}))
    assert read_track(path, CLIP).indices == (1, 3)


def test_arrays_with_room_for_several(tmp_path: Path) -> None:
    points = np.full((2, 2, 70, 2), np.nan)
    boxes = np.full((2, 2, 4), np.nan)
    for t, p, left in ((0, 0, 300), (0, 1, 50), (1, 0, 52)):
        one = person(left, 10, 120 if left < 100 else 60)
        points[t, p], boxes[t, p] = one["pred_keypoints_2d"], one["bbox"]
    np.savez(tmp_path / "one.npz", pred_keypoints_2d=points, bbox=boxes, frames=np.array([0, 2]))
    track = read_track(tmp_path / "one.npz", CLIP)
    assert track.indices == (0, 2)
    assert track.keypoints[:, 0, 0].tolist() == [50, 52]


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ([[{"bbox": [0, 0, 1, 1]}]], "a person without `pred_keypoints_2d`"),
        ([[{"pred_keypoints_2d": [[1, 2]] * 17}]], r"shape \(17, 2\), expected 70 points"),
        ([[{"pred_keypoints_2d": [[1, 2], [3]]}]], "no regular array"),
        ([[person(1, 1) | {"bbox": [1, 2]}]], r"`bbox` of shape \(2,\)"),
        ([["somebody"]], "a person without"),
    ],
)
def test_dumps_that_are_wrong(tmp_path: Path, frames: object, words: str) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(frames))
    with pytest.raises(MediaError, match=rf"one\.json: .*{words}"):
        read_track(path, CLIP)


def test_arrays_of_another_shape(tmp_path: Path) -> None:
    np.savez(tmp_path / "one.npz", pred_keypoints_2d=np.zeros((4, 70, 2)))
    with pytest.raises(MediaError, match=r"shape \(4, 70, 2\), expected \(frames, people, 70, 2\)"):
        read_track(tmp_path / "one.npz", CLIP)
    np.savez(tmp_path / "one.npz", pred_keypoints_2d=np.zeros((4, 1, 70, 2)), bbox=np.zeros((4, 4)))
    with pytest.raises(MediaError, match=r"`bbox` of shape \(4, 4\), expected \(4, 1, 4\)"):
        read_track(tmp_path / "one.npz", CLIP)


def test_the_performer_is_followed_whatever_the_order() -> None:
    # One walks right by 20 a frame, the other stands at 500 and is larger, but only in two frames.
    walker = [someone(20 * n) for n in range(5)]
    large = someone(500, size=140)
    frames = [[walker[0], large], [large, walker[1]], [walker[2]], [walker[3]], [walker[4]]]
    assert performer(frames) == walker


def test_a_performer_who_is_lost_is_found_again() -> None:
    frames = [[someone(0)], [], [someone(10), someone(600)], [someone(20), someone(600)]]
    found = performer(frames)
    assert [None if one is None else one.box[0] for one in found] == [0, None, 10, 20]


def test_a_fall_of_less_than_a_body_is_the_same_person() -> None:
    falling = [someone(0, 0), someone(0, 120 - 25), someone(0, 200 - 10)]
    # 95 and 95 pixels with boxes of 100: the boxes overlap by 5 and 5; then one further away than a body.
    assert performer([[one] for one in falling]) == falling
    assert performer([[someone(0, 0)], [someone(0, 260, 200)]])[0] is None
    near = [someone(0, 0, 40), Person((30, 41, 70, 81), np.zeros((17, 2)))]
    # No overlap; the middle moved hypot(30, 41) = 51, more than 40: two people, the first one stays.
    assert performer([[one] for one in near])[1] is None
    nearer = [someone(0, 0, 60), Person((0, 61, 30, 91), np.zeros((17, 2)))]
    # From (30, 30) to (15, 76): 48 of 60.
    assert performer([[one] for one in nearer]) == nearer


def test_nobody_in_any_frame() -> None:
    assert performer([[], []]) == [None, None]


class Estimator:
    """Stands in for SAM 3D Body: one person whose place tells the number in the picture."""

    def process_one_image(self, image: np.ndarray) -> Sequence[Mapping[str, Any]]:
        number = read_number(image)
        return [] if number == 12 else [person(number, 2 * number)]


def test_the_adapter_writes_what_the_importer_reads(clip, lively: Path, tmp_path: Path) -> None:
    recording = Projector(tmp_path / "cache").open(clip(VideoFile(lively, FrameSpan(10, 13))))
    path = tmp_path / "one.json"
    sam3d_body.write_keypoints(recording, "one", path, Estimator())
    track = read_track(path, Layout("one", recording.numbers, recording.times))
    assert track.indices == (0, 1, 2, 3)
    assert track.size == (320, 240)
    assert track.keypoints[0, 9].tolist() == [10 + 62, 20 + 124]
    assert np.isnan(track.keypoints[2]).all()
    sam3d_body.write_keypoints(recording, "one", path, Estimator(), indices=[1, 3])
    assert read_track(path, Layout("one", recording.numbers, recording.times)).indices == (1, 3)


def test_where_it_is_not_installed() -> None:
    with pytest.raises(
        MediaError, match=r"not installed here .*facebookresearch/sam-3d-body.*by request.*CUDA"
    ):
        sam3d_body.load_estimator()
