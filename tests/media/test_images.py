from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from numbered_film import draw, read_number

from aqa_eval.errors import MediaError
from aqa_eval.media.images import read_image


def write(path: Path, number: int) -> Path:
    cv2.imwrite(str(path), draw(number)[:, :, ::-1])
    return path


@pytest.mark.parametrize("name", ["one.jpg", "one.png", "one.bmp", "one.webp"])
def test_images_are_read_in_colour(tmp_path: Path, name: str) -> None:
    shown = read_image(write(tmp_path / name, 321)).rgb()
    assert read_number(shown) == 321
    assert np.abs(shown.astype(int) - draw(321)).mean() < 5


def test_a_camera_s_orientation_is_applied(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.jpg", 5).read_bytes()
    # Big-endian TIFF with one entry: tag 0x112 (orientation), short, one value, 6 = turn clockwise.
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0)
    exif = b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff
    path = tmp_path / "held.jpg"
    path.write_bytes(plain[:2] + exif + plain[2:])
    assert np.abs(read_image(path).rgb().astype(int) - np.rot90(draw(5), -1)).mean() < 5


def test_a_missing_an_empty_and_a_wrong_file(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.jpg: cannot read the image: No such file"):
        read_image(tmp_path / "gone.jpg")
    (tmp_path / "empty.jpg").write_bytes(b"")
    with pytest.raises(MediaError, match=r"empty\.jpg: the image file is empty \(0 bytes\)"):
        read_image(tmp_path / "empty.jpg")
    (tmp_path / "text.jpg").write_bytes(b"<html>not found</html>")
    with pytest.raises(MediaError, match=r"text\.jpg is not an image"):
        read_image(tmp_path / "text.jpg")


@pytest.mark.parametrize("name", ["cut.jpg", "cut.png"])
def test_an_image_cut_short(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, 9)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(MediaError, match=r"is not a whole JPEG|or it is cut short"):
        read_image(path)
