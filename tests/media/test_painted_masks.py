from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numbered_film import HEIGHT, WIDTH, Film

from aqa_eval import mannequin
from aqa_eval.errors import MediaError
from aqa_eval.media import blazepose, jpeg
from aqa_eval.media.fingerprint import ContentHashes, fingerprint
from aqa_eval.media.masks import painted
from aqa_eval.media.picture import of_pixels
from aqa_eval.media.pose import Pose
from aqa_eval.media.recording import Projector
from aqa_eval.media.store import FrameStore
from aqa_eval.vocabulary import (
    Box,
    Clip,
    FrameFolder,
    FrameSpan,
    Presentation,
    Rendered,
    Sampling,
    Still,
    VideoFile,
)

BOARD = Box(0.5, 0.75, 1.0, 1.0)
WHITE = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
FOUR = Sampling(count=4)


@pytest.fixture
def white(film: Film) -> Path:
    return film("white.mp4", 8, make=lambda n: WHITE)


def masked(clip: Clip, *masks: Box) -> Clip:
    return replace(clip, masks=masks)


def black(rgb: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom (excluded) of the only dark rectangle; everything else is bright."""
    dark = rgb.mean(axis=-1) < 64
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    assert dark.sum() == (bottom - top) * (right - left)
    assert rgb[~dark].min() > 180
    return int(left), int(top), int(right), int(bottom)


def test_every_pixel_a_box_touches_is_black_and_no_other() -> None:
    rgb = painted(of_pixels(WHITE[:10, :20]), [Box(0.12, 0.25, 0.36, 0.55)]).rgb()
    # 20 wide: 2.4 to 7.2 touches columns 2..7. 10 high: 2.5 to 5.5 touches rows 2..5.
    expected = WHITE[:10, :20].copy()
    expected[2:6, 2:8] = 0
    assert (rgb == expected).all()


def test_the_whole_picture_and_several_boxes() -> None:
    assert painted(of_pixels(WHITE), [Box(0, 0, 1, 1)]).rgb().max() == 0
    two = painted(of_pixels(WHITE[:10, :10]), [Box(0, 0, 0.1, 1), Box(0.9, 0, 1, 1)]).rgb()
    assert two[:, 1:9].min() == 255
    assert two[:, [0, 9]].max() == 0


@pytest.mark.parametrize(
    ("rotation", "size", "expected"),
    [
        # BOARD of the upright picture, whichever way it is stored: 320 x 240, or upright 240 x 320.
        (0, (320, 240), (160, 180, 320, 240)),
        (90, (240, 320), (120, 240, 240, 320)),
        (180, (320, 240), (160, 180, 320, 240)),
        (270, (240, 320), (120, 240, 240, 320)),
    ],
)
def test_after_the_turn_upright(
    rotation: int,
    size: tuple[int, int],
    expected: tuple[int, int, int, int],
    white: Path,
    clip,
    tmp_path: Path,
) -> None:
    store = FrameStore(tmp_path / "cache")
    want = Presentation("rgb", FOUR)
    frames = store.shown(masked(clip(VideoFile(white), rotation=rotation), BOARD), [want])[want].frames
    for frame in frames:
        rgb = jpeg.decode(store.jpeg(frame.digest), "frame")
        assert (frame.width, frame.height) == size
        assert black(rgb) == expected


def test_before_the_picture_is_made_smaller(white: Path, clip, tmp_path: Path) -> None:
    store, want = FrameStore(tmp_path / "cache"), Presentation("rgb", Sampling(count=4, size=120))
    frame = store.shown(masked(clip(VideoFile(white)), BOARD), [want])[want].frames[0]
    assert black(jpeg.decode(store.jpeg(frame.digest), "frame")) == (80, 90, 160, 120)


class Watcher:
    """Stands in for the pose network: keeps the pictures it is shown, finds the same body in each."""

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []

    def __call__(self, rgb: np.ndarray) -> Pose:
        self.seen.append(rgb.copy())
        place = np.column_stack([np.linspace(140, 200, 17), np.linspace(120, 200, 17)])
        return Pose(place, np.ones(17), 0.9)


def test_the_pose_network_and_the_crop_see_the_masked_picture(
    white: Path, clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = Watcher()
    monkeypatch.setattr(blazepose, "loaded", lambda: watcher)
    store, want = FrameStore(tmp_path / "cache"), Presentation("crop", FOUR)
    frames = store.shown(masked(clip(VideoFile(white)), BOARD), [want])[want].frames
    assert [black(rgb) for rgb in watcher.seen] == [(160, 180, 320, 240)] * 4
    cut = [jpeg.decode(store.jpeg(frame.digest), "frame") for frame in frames]
    assert all(frame.width < 320 for frame in frames)
    for rgb in cut:
        left, top, right, bottom = black(rgb)
        assert (right, bottom) == (rgb.shape[1], rgb.shape[0])  # the board reaches to the crop's corner
        assert left > 0
        assert top > 0
    store.poses(frames)
    assert all(rgb.mean(axis=-1).min() < 64 for rgb in watcher.seen[4:])


def test_in_every_frame_of_every_kind_of_recording(
    white: Path, clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mannequin, "film", lambda recipe, path: path.write_bytes(white.read_bytes()))
    for n in range(1, 5):
        cv2.imwrite(str(tmp_path / f"{n}.png"), WHITE)
    projector = Projector(tmp_path / "cache")
    for media in (
        VideoFile(white, FrameSpan(2, 5)),
        FrameFolder(tmp_path, "%d.png", 1, 4, 25.0),
        Still(tmp_path / "1.png"),
        Rendered("squat", (), "front", 1),
    ):
        recording = projector.open(masked(clip(media), BOARD))
        pictures = list(recording.pictures(range(len(recording.numbers))))
        assert len(pictures) == {Still: 1, Rendered: 8}.get(type(media), 4)
        assert all(black(picture.rgb()) == (160, 180, 320, 240) for _, picture in pictures)


@pytest.mark.parametrize(
    "box",
    [
        Box(-0.1, 0, 1, 1),
        Box(0, 0, 1.01, 1),
        Box(0.5, 0, 0.4, 1),
        Box(0, 0.5, 1, 0.5),
        Box(0, 0.9, 1, 0.1),
        Box(float("nan"), 0, 1, 1),
        Box(0, 0, 1, float("inf")),
        Box(10, 20, 300, 240),  # pixels
    ],
)
def test_a_box_that_is_no_part_of_the_picture_names_the_clip(
    box: Box, white: Path, clip, tmp_path: Path
) -> None:
    with pytest.raises(MediaError, match=r"clip one: the mask from .*expected fractions of width and height"):
        Projector(tmp_path).open(masked(clip(VideoFile(white)), box))


def test_masks_enter_the_fingerprint_only_where_there_are_some(white: Path, clip, tmp_path: Path) -> None:
    hashes = ContentHashes(tmp_path)
    plain = clip(VideoFile(white))
    other = Box(0, 0, 0.5, 0.5)
    digests = [
        fingerprint(c, hashes)
        for c in (plain, masked(plain, BOARD), masked(plain, other), masked(plain, other, BOARD))
    ]
    assert len(set(digests)) == 4
    assert fingerprint(masked(plain), hashes) == digests[0]
    assert fingerprint(masked(plain, BOARD, other, BOARD), hashes) == digests[3]  # painting knows no order
    # Of a clip without masks it is what it was before there were any: SHA-256 of "absent\nturn 0".
    expected = "2c8638ee"
    assert fingerprint(clip(None), hashes).startswith(expected)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4, unique=True))
def test_black_never_reaches_farther_than_the_touched_pixels(sides: list[float]) -> None:
    left, right = sorted(sides[:2])
    top, bottom = sorted(sides[2:])
    rgb = painted(of_pixels(WHITE[:24, :32]), [Box(left, top, right, bottom)]).rgb()
    y, x = np.mgrid[:24, :32]
    touched = (x + 1 > left * 32) & (x < right * 32) & (y + 1 > top * 24) & (y < bottom * 24)
    assert ((rgb.max(axis=-1) == 0) == touched).all()
