from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media.keypoint_files import Layout, path_of, read_track
from aqa_eval.media.pose import COCO17

CLIP = Layout("dives/01", range(10, 15), np.arange(5) / 10)
POINTS = [[float(10 * k), float(k), 0.5] for k in range(1, 18)]


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


def frames(*numbers: int) -> list[dict[str, object]]:
    return [{"frame": n, "keypoints": POINTS} for n in numbers]


def test_a_file_is_called_as_its_clip(tmp_path: Path) -> None:
    with pytest.raises(
        MediaError, match=r"clip dives/01 has no file of keypoints: expected .*dives%2F01\.json"
    ):
        path_of(tmp_path, "dives/01")
    (tmp_path / "dives%2F01.npz").touch()
    assert path_of(tmp_path, "dives/01").name == "dives%2F01.npz"
    (tmp_path / "dives%2F01.json").touch()
    with pytest.raises(MediaError, match="two files of keypoints"):
        path_of(tmp_path, "dives/01")
    (tmp_path / "dives_01.json").touch()
    assert path_of(tmp_path, "dives_01").name == "dives_01.json"


def test_json_by_frame_number_in_any_order(tmp_path: Path) -> None:
    content = {"clip": "dives/01", "size": [640, 360], "frames": frames(12, 10, 99)}
    content["frames"][1]["keypoints"] = None
    track = read_track(write(tmp_path / "a.json", content), CLIP)
    # Frame 99 is one of the recording outside of the clip.
    assert track.indices == (0, 2)
    assert track.size == (640, 360)
    assert np.isnan(track.keypoints[0]).all()
    assert track.keypoints[1, 2].tolist() == [30, 3]
    assert track.visibility[:, 2].tolist() == [0, 0.5]


def test_json_by_time_and_in_order(tmp_path: Path) -> None:
    timed = [{"time": t, "keypoints": POINTS} for t in (0.0, 0.11, 0.39, 7.0)]
    assert read_track(write(tmp_path / "a.json", {"frames": timed}), CLIP).indices == (0, 1, 4)
    plain = [{"keypoints": POINTS} for _ in range(5)]
    assert read_track(write(tmp_path / "b.json", {"frames": plain}), CLIP).indices == (0, 1, 2, 3, 4)


def test_points_that_were_not_found(tmp_path: Path) -> None:
    points: list[object] = [list(p) for p in POINTS]
    points[3], points[4], points[5] = None, [0, 0, 0], [7, 8]
    track = read_track(write(tmp_path / "a.json", {"frames": [{"frame": 10, "keypoints": points}]}), CLIP)
    assert np.isnan(track.keypoints[0, 3:5]).all()
    assert track.visibility[0, 3:6].tolist() == [0, 0, 1]
    assert track.keypoints[0, 5].tolist() == [7, 8]


@pytest.mark.parametrize(
    "write_rows", [lambda n: {"frames": np.array(n)}, lambda n: {"times": (np.array(n) - 10) / 10}]
)
@pytest.mark.parametrize("width", [2, 3])
def test_npz(tmp_path: Path, write_rows: Callable[[list[int]], dict[str, np.ndarray]], width: int) -> None:
    points = np.repeat(np.array(POINTS)[None, :, :width], 3, axis=0)
    points[1] = np.nan
    np.savez(tmp_path / "a.npz", keypoints=points, **write_rows([11, 12, 13]))
    track = read_track(tmp_path / "a.npz", CLIP)
    assert track.indices == (1, 2, 3)
    assert np.isnan(track.keypoints[1]).all()
    assert track.keypoints[2].tolist() == [[10 * k, k] for k in range(1, 18)]
    assert track.visibility[2].tolist() == [0.5 if width == 3 else 1] * 17


def test_npz_without_frames_has_one_row_for_each(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", keypoints=np.full((5, 17, 2), 30))
    assert read_track(tmp_path / "a.npz", CLIP).indices == (0, 1, 2, 3, 4)
    np.savez(tmp_path / "a.npz", keypoints=np.full((4, 17, 2), 30))
    with pytest.raises(MediaError, match=r"a\.npz: 4 frames, but the clip has 5"):
        read_track(tmp_path / "a.npz", CLIP)


class Trap:
    def __reduce__(self) -> object:
        return (pytest.fail, ("a pickle was loaded",))


def test_pickles_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", keypoints=np.array([[Trap()]], dtype=object))
    (tmp_path / "b.npz").write_bytes(pickle.dumps(Trap()))
    for name in ("a.npz", "b.npz"):
        with pytest.raises(MediaError, match="Pickled objects are never loaded"):
            read_track(tmp_path / name, CLIP)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "not a JSON file"),
        ('"text"', "expected an object with a list `frames`"),
        ({"people": []}, "expected an object with a list `frames`"),
        ({"frames": [{"frame": 3}]}, "must be an object with `keypoints`"),
        ({"frames": [{"frame": 10, "keypoints": POINTS[:16]}]}, "a frame has 16 keypoints, expected the 17"),
        ({"frames": [{"frame": 10, "keypoints": [[1, 2, 3, 4]] * 17}]}, r"nose is \[1, 2, 3, 4\]"),
        ({"frames": [{"frame": 10, "keypoints": [["1", 2]] * 17}]}, "nose is "),
        ({"frames": [*frames(10), {"keypoints": POINTS}]}, "1 of 2 entries of `frames` have a `frame`"),
        ({"frames": frames(10, 11, 10)}, "frame 10 is given twice"),
        ({"frames": frames(20, 30)}, r"none of its frames \(20 to 30\) is one of the clip's \(10 to 14\)"),
        ({"frames": [{"time": 8.0, "keypoints": None}]}, r"none of its times \(8 to 8 s\) is in the clip"),
        ({"frames": [{"frame": 10, "time": 0, "keypoints": POINTS}]}, "both frame numbers and times"),
        ({"frames": [{"frame": 10.5, "keypoints": POINTS}]}, "no whole ones"),
        ({"frames": [{"frame": None, "keypoints": POINTS}]}, "expected numbers"),
        ({"clip": "dives/02", "frames": frames(10)}, "holds the clip dives/02, expected dives/01"),
        ({"size": [640], "frames": frames(10)}, "expected .width, height."),
        ({"frames": [{"frame": 10, "keypoints": [[0.4, 0.2, 1]] * 17}]}, "fractions of the picture"),
        ({"frames": [{"frame": 10, "keypoints": [[40, 20, 2]] * 17}]}, "confidences from 2 to 2"),
        ({"frames": [{"frame": 10, "keypoints": [[40, float("inf"), 1]] * 17}]}, "infinite"),
        ({"frames": []}, "expected"),
    ],
)
def test_files_that_are_wrong(tmp_path: Path, content: object, words: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(MediaError, match=rf"a\.json: .*{words}"):
        read_track(path, CLIP)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"points": np.zeros((5, 17, 2))}, "no `keypoints` among points"),
        ({"keypoints": np.zeros((5, 18, 2))}, r"shape \(5, 18, 2\), expected \(frames, 17, 2 or 3\)"),
        ({"keypoints": np.zeros((0, 17, 2))}, r"shape \(0, 17, 2\)"),
        ({"keypoints": np.full((5, 17, 2), "x")}, "expected numbers"),
        ({"keypoints": np.full((5, 17, 2), 9), "frames": np.arange(4)}, "4 frame numbers for 5 frames"),
        ({"keypoints": np.full((5, 17, 2), 9), "times": np.full(5, np.nan)}, "no finite ones"),
    ],
)
def test_archives_that_are_wrong(tmp_path: Path, arrays: dict[str, np.ndarray], words: str) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(MediaError, match=rf"a\.npz: .*{words}"):
        read_track(tmp_path / "a.npz", CLIP)


def test_a_single_array_is_no_archive(tmp_path: Path) -> None:
    with (tmp_path / "a.npz").open("wb") as file:
        np.save(file, np.zeros((5, 17, 2)))
    with pytest.raises(MediaError, match="a single array"):
        read_track(tmp_path / "a.npz", CLIP)


def test_the_names_are_those_of_coco() -> None:
    assert (COCO17[9], COCO17[10]) == ("left_wrist", "right_wrist")
