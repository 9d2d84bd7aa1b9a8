from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.errors import MediaError
from aqa_eval.media import jpeg
from aqa_eval.media.picture import Picture, Turn, clockwise, fit, of_pixels

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "white": (255, 255, 255), "grey": (128, 128, 128)}


def through_jpeg(picture: Picture, size: int = 64) -> np.ndarray:
    return jpeg.decode(jpeg.encode(picture.planes(size)), "test")


def plain(colour: tuple[int, int, int], height: int = 96, width: int = 128) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


@pytest.mark.parametrize("colour", COLOURS.values(), ids=COLOURS)
def test_colours_survive_from_pixels_to_jpeg(colour: tuple[int, int, int]) -> None:
    shown = through_jpeg(of_pixels(plain(colour)))
    assert np.abs(shown.astype(int) - colour).max() <= 4


@pytest.mark.parametrize("colour", COLOURS.values(), ids=COLOURS)
@pytest.mark.parametrize("matrix", ["ITU709", "ITU601"])
@pytest.mark.parametrize("pixels", ["yuv420p", "yuv444p", "yuv420p10le"])
def test_colours_survive_whatever_matrix_a_video_uses(
    colour: tuple[int, int, int], matrix: str, pixels: str
) -> None:
    source = av.VideoFrame.from_ndarray(plain(colour), format="rgb24")
    frame = source.reformat(format=pixels, dst_colorspace=matrix, dst_color_range="MPEG")
    assert np.abs(through_jpeg(Picture(frame, Turn())).astype(int) - colour).max() <= 6


def test_sides_by_hand() -> None:
    # 1280 * 448 / 720 = 796.4, even: 796
    assert fit((1280, 720), 448) == (796, 448)
    assert fit((512, 512), 448) == (448, 448)
    assert fit((320, 240), 448) == (320, 240)
    assert fit((321, 241), 448) == (320, 240)
    assert fit((1080, 1920), 448) == (448, 796)


@given(st.integers(2, 4000), st.integers(2, 4000), st.integers(2, 1000))
def test_no_side_is_enlarged_or_odd_and_the_shape_stays(width: int, height: int, size: int) -> None:
    w, h = fit((width, height), size)
    assert w % 2 == h % 2 == 0
    assert w <= width
    assert h <= height
    scale = min(1, size / min(width, height))
    assert abs(w - width * scale) <= 2
    assert abs(h - height * scale) <= 2


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 360, -90])
def test_clockwise_is_what_numpy_calls_negative_turns(degrees: int) -> None:
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert (clockwise(degrees, "clip").lay(pixels) == np.rot90(pixels, -degrees // 90)).all()


def test_turns_add_up() -> None:
    mirror = Turn(-1, 0, 0, 1)
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    for degrees in (0, 90, 180, 270):
        turn = clockwise(degrees, "clip")
        assert (mirror.then(turn).lay(pixels) == turn.lay(mirror.lay(pixels))).all()
        assert (turn.then(mirror).lay(pixels) == mirror.lay(turn.lay(pixels))).all()


def test_a_crooked_rotation_is_refused() -> None:
    with pytest.raises(MediaError, match="clip 7: rotation 45: expected a multiple of 90"):
        clockwise(45, "clip 7")


def test_a_turned_picture_is_turned_in_pixels_and_planes_alike() -> None:
    pixels = plain((0, 0, 0))
    pixels[:48, 64:] = 255  # white top right
    picture = Picture(av.VideoFrame.from_ndarray(pixels, format="rgb24"), clockwise(90, "clip"))
    assert picture.size == (96, 128)
    for shown in (picture.rgb(), through_jpeg(picture, 96)):
        assert shown.shape == (128, 96, 3)
        assert shown[96, 72].min() > 250  # top right goes to bottom right
        assert max(shown[32, 24].max(), shown[32, 72].max(), shown[96, 24].max()) < 5


def test_pixels_that_are_not_square_become_so_without_growing() -> None:
    wide = Picture(av.VideoFrame.from_ndarray(plain((9, 9, 9)), format="rgb24"), Turn(), 4 / 3)
    assert wide.size == (128, 72)  # 96 / (4/3)
    narrow = Picture(av.VideoFrame.from_ndarray(plain((9, 9, 9)), format="rgb24"), clockwise(90, "c"), 0.5)
    assert narrow.size == (96, 64)  # 128 / 2 = 64 wide, then turned
    assert narrow.rgb().shape == (64, 96, 3)
    assert narrow.planes(1000)[0].shape == (64, 96)
