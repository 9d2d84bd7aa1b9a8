from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media import jpeg
from aqa_eval.media.picture import of_pixels


def test_the_same_pixels_give_the_same_bytes() -> None:
    y, x = np.mgrid[:96, :128]
    pixels = np.stack([x * 2, y * 2, x + y], axis=-1).astype(np.uint8)
    once, again = (jpeg.encode(of_pixels(pixels).planes(96)) for _ in range(2))
    assert once == again
    assert once.startswith(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    assert np.abs(jpeg.decode(once, "x").astype(int) - pixels).mean() < 2


def test_a_file_cut_short_is_an_error() -> None:
    data = jpeg.encode(of_pixels(np.zeros((64, 64, 3), np.uint8)).planes(64))
    for part in (data[: len(data) // 2], data[:-20], b"nothing"):
        with pytest.raises(MediaError, match=r"frame 3 is not a whole JPEG"):
            jpeg.decode(part, "frame 3")
