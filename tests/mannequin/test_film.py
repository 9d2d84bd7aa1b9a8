"""Films: the file, its bytes, and whether the body in it is where the truth says."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from aqa_eval.mannequin import FPS, film, frames, keypoints
from aqa_eval.mannequin.camera import SIZE
from aqa_eval.vocabulary import Rendered

RECIPE = Rendered("squat", (("depth", 110.0), ("knees_in", 4.0)), "front", 11)


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "squat.mp4"
    film(RECIPE, path)
    return path


def decoded(path: Path) -> list[np.ndarray]:
    with av.open(path) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_the_file_is_what_it_says(filmed: Path):
    with av.open(filmed) as container:
        video = container.streams.video[0]
        assert video.codec_context.name == "h264"
        assert video.codec_context.pix_fmt == "yuv420p"
        assert (video.width, video.height, video.average_rate) == (SIZE, SIZE, FPS)
        assert len(container.streams) == 1
    assert len(decoded(filmed)) == len(keypoints(RECIPE))
    assert 2.0 < len(keypoints(RECIPE)) / FPS < 3.2


def test_the_same_recipe_gives_the_same_bytes_and_leaves_nothing_else(filmed: Path, tmp_path: Path):
    again = tmp_path / "again.mp4"
    again.write_bytes(b"an older file")
    film(RECIPE, again)
    assert again.read_bytes() == filmed.read_bytes()
    assert list(tmp_path.iterdir()) == [again]


def test_the_pictures_survive_the_encoding(filmed: Path):
    stored = decoded(filmed)
    for number, drawn in zip((0, 1), frames(RECIPE), strict=False):
        assert np.abs(stored[number].astype(int) - drawn).mean() < 3.0


def test_the_body_is_where_the_keypoints_say(filmed: Path):
    """Where the picture moves there is a body, and the moving keypoints lie within it."""
    pictures, points = decoded(filmed), keypoints(RECIPE)
    bottom = int(points[:, 11, 1].argmax())
    change = np.abs(pictures[bottom].astype(int) - pictures[0]).max(axis=2) > 40
    for point in (*points[bottom, :5], *points[0, :5]):  # the head at the bottom and at the start
        column, row = np.rint(point).astype(int)
        assert change[row - 2 : row + 3, column - 2 : column + 3].any()


def test_a_folder_that_is_missing_is_told(tmp_path: Path):
    with pytest.raises(OSError, match="nowhere"):
        film(RECIPE, tmp_path / "nowhere" / "x.mp4")
