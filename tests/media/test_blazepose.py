from __future__ import annotations

import sys

import numpy as np
import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media import blazepose, networks
from aqa_eval.media.blazepose import BlazePose


@pytest.fixture(scope="module")
def network() -> BlazePose:
    return BlazePose()


def bricks(height: int = 360, width: int = 480) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    row = y // 24
    mortar = (y % 24 < 3) | ((x + 30 * (row % 2)) % 60 < 3)
    grain = np.random.default_rng(7).normal(0, 12, (height, width, 1))
    return (np.where(mortar[..., None], [190, 185, 175], [150, 70, 55]) + grain).clip(0, 255).astype(np.uint8)


def empty_room(height: int = 360, width: int = 480) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    wall = np.stack([200 - x / 12, 205 - x / 12, 215 - x / 12], axis=-1)
    floor = np.stack([120 + y / 20, 100 + y / 20, 80 + y / 20], axis=-1)
    room = np.where((y < 230)[..., None], wall, floor)
    room[60:150, 300:420] = (230, 240, 250)  # a window
    return room.astype(np.uint8)


@pytest.mark.parametrize(
    "scene",
    [
        bricks(),
        empty_room(),
        np.zeros((240, 320, 3), np.uint8),
        np.random.default_rng(1).integers(0, 256, (240, 320, 3), dtype=np.uint8),
    ],
    ids=["bricks", "empty room", "black", "noise"],
)
def test_there_is_nobody_where_there_is_nobody(network: BlazePose, scene: np.ndarray) -> None:
    assert network(scene) is None


def test_a_changed_network_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(networks.WEIGHTS, "pose_detection.tflite", "0" * 64)
    with pytest.raises(MediaError, match=r"pose_detection\.tflite is damaged: its SHA-256 is 9ba9dd"):
        BlazePose()


def test_a_missing_network_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blazepose, "WEIGHTS", {"gone.tflite": "0"})
    with pytest.raises(MediaError, match=r"gone\.tflite is missing"):
        BlazePose()


def test_without_a_runtime_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    # None in the table of modules makes Python refuse to import it.
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(MediaError, match="poses need the package ai-edge-litert"):
        BlazePose()


def test_tiles_cover_the_picture() -> None:
    for height, width in ((448, 796), (512, 512), (1920, 1080), (30, 400)):
        tiles = blazepose._tiles(height, width)
        covered = np.zeros((height, width), bool)
        for left, top, side in tiles:
            assert min(left, top) >= 0
            assert left + side <= width + 1e-6
            assert top + side <= height + 1e-6
            covered[round(top) : round(top + side), round(left) : round(left + side)] = True
        assert covered.all()


def test_the_landmark_s_neighbourhood_in_the_heatmap_decides_its_place() -> None:
    heatmaps = np.zeros((64, 64, 2))
    # Cell of (100, 60) is (25, 15). Mass 0.6 at column 26 and 0.2 at 24: (26 * .6 + 24 * .2) / .8 = 25.5
    heatmaps[15, 26, 0], heatmaps[15, 24, 0] = 0.6, 0.2
    heatmaps[40, 40, 0] = 1.0  # more than 3 cells away
    heatmaps[15, 26, 1] = 0.49  # too unsure to move anything
    refined = blazepose._refine(np.array([[100.0, 60.0], [100.0, 60.0]]), heatmaps)
    assert refined[0] == pytest.approx([25.5 * 4, 15 * 4])
    assert refined[1] == pytest.approx([100, 60])
