"""Masks in finished pictures: grey where they should be, and every other pixel as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media import FrameStore, jpeg, shown_lists
from aqa_eval.media.covers import covered
from aqa_eval.vocabulary import Box, Clip, Cover, Frame, FrameFolder, Presentation, Sampling

PLAIN = Presentation(sampling=Sampling(4, None, 64))
BOX = Box(0.25, 0.25, 0.5, 0.5)


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    folder = tmp_path / "clip"
    folder.mkdir()
    draw = np.random.default_rng(5)
    for n in range(1, 7):
        picture = cv2.resize(draw.integers(0, 256, (8, 12, 3)).astype(np.uint8), (96, 64))
        cv2.imwrite(str(folder / f"{n:03d}.png"), picture)
    return Clip("c", "test", "squat", FrameFolder(folder, "%03d.png", 1, 6, 10.0), "s")


def pixels(store: FrameStore, frame: Frame) -> np.ndarray:
    return jpeg.decode(store.jpeg(frame.digest), "frame").astype(int)


@pytest.mark.parametrize("representation", ["rgb", "overlay"])
@pytest.mark.parametrize("look", [{}, {"perturbation": "mirrored"}, {"captions": ("7",)}])
def test_the_pixels_of_the_box_are_grey_and_all_others_as_they_were(
    tmp_path: Path, clip: Clip, representation: str, look: dict[str, object]
) -> None:
    """In the two pictures that it is in, of four; after all else was drawn. The box lies on the borders of
    the JPEG's blocks of 16 pixels, so that no other block is touched; but the decoder smooths colours by a
    pixel over a border.
    """
    store = FrameStore(tmp_path / "cache")
    plain = replace(PLAIN, representation=representation, **look)  # type: ignore[arg-type]
    first = store.shown(clip, [plain])[plain].frames[0]
    box = Box(32 / first.width, 16 / first.height, 64 / first.width, 48 / first.height)
    masked = replace(plain, covered=(Cover(1, box), Cover(3, box)))
    shown = store.shown(clip, [plain, masked])
    assert shown == store.prepared(clip, [plain, masked])
    pairs = list(zip(shown[plain].frames, shown[masked].frames, strict=True))
    assert [(a.number, a.time, a.width, a.height) for a, _ in pairs] == [
        (b.number, b.time, b.width, b.height) for _, b in pairs
    ]
    for place, (before, after) in enumerate(pairs):
        if place not in {1, 3}:
            assert before == after
            continue
        was, now = pixels(store, before), pixels(store, after)
        inside = np.zeros(was.shape[:2], bool)
        inside[17:47, 33:63] = True
        assert (now[inside] == 128).all()
        assert (was[inside] != 128).any()
        beyond = np.ones(was.shape[:2], bool)
        beyond[15:49, 31:65] = False
        assert (was[beyond] == now[beyond]).all()


def test_planes_are_left_as_they_are_but_in_the_box() -> None:
    planes = (np.zeros((6, 10), np.uint8), np.zeros((3, 5), np.uint8), np.zeros((3, 5), np.uint8))
    y, u, v = covered(planes, [Box(3 / 10, 1 / 6, 6 / 10, 4 / 6)])
    assert [int((plane == 128).sum()) for plane in (y, u, v)] == [9, 4, 4]  # columns 3 to 5, rows 1 to 3
    assert (y[1:4, 3:6] == 128).all()
    assert (u[0:2, 1:3] == 128).all()
    assert not any(plane.any() for plane in planes)
    assert covered(planes, []) is planes


def test_what_is_shown_without_masks_keeps_the_name_it_had() -> None:
    """Taken before there were any: whoever moves it has every frame prepared again."""
    assert shown_lists.key("f", Presentation(), "") == NAME
    assert shown_lists.key("f", replace(PLAIN, covered=(Cover(0, BOX),)), "") != shown_lists.key(
        "f", replace(PLAIN, covered=(Cover(1, BOX),)), ""
    )


NAME = "1e918e71b436752d49941897264f5c941f6c47314b242d0d8a8152aaf65714d8"


def test_a_mask_in_a_picture_there_is_not_is_told(tmp_path: Path, clip: Clip) -> None:
    store = FrameStore(tmp_path / "cache")
    with pytest.raises(MediaError, match="picture 5 is to be masked, but there are 4"):
        store.shown(clip, [replace(PLAIN, covered=(Cover(4, BOX),))])


@pytest.mark.parametrize(
    ("way", "what"), [({"film": "silent"}, "a film"), ({"representation": "pose-text"}, "pose-text")]
)
def test_without_pictures_nothing_can_be_masked(
    tmp_path: Path, clip: Clip, way: dict[str, object], what: str
) -> None:
    store = FrameStore(tmp_path / "cache")
    asked = replace(PLAIN, covered=(Cover(0, BOX),), **way)  # type: ignore[arg-type]
    with pytest.raises(MediaError, match=f"shown as {what}: there is no picture"):
        store.shown(clip, [asked])
