"""Image files as pictures: single stills and numbered frame folders."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from aqa_eval.errors import MediaError
from aqa_eval.media import archives, jpeg
from aqa_eval.media.picture import RGB, Picture, of_pixels

JPEG_START = b"\xff\xd8\xff"
EXIF = b"Exif\0\0"
HEAD = 65536  # EXIF data fits in one JPEG segment, which is shorter than this


def read_image(path: Path) -> Picture:
    """The picture in an image file, turned as its EXIF orientation says.

    Raises MediaError for a file that is missing, empty, damaged, cut short or no image.
    """
    try:
        data = path.read_bytes() if archives.locate(path) is None else archives.read_bytes(path)
    except OSError as error:
        raise MediaError(
            f"{path}: cannot read the image: {error.strerror or error}. Check the dataset's root folder."
        ) from error
    if not data:
        raise MediaError(f"{path}: the image file is empty (0 bytes). Copy or download it again.")
    return of_pixels(_decode(data, str(path)))


def _decode(data: bytes, name: str) -> RGB:
    if data.startswith(JPEG_START):
        # OpenCV fills the missing part of a damaged JPEG with grey and says nothing: decode strictly.
        rgb = jpeg.decode(data, name)
        if EXIF not in data[:HEAD]:
            return rgb
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if bgr is None:
        raise MediaError(f"{name} is not an image that can be read, or it is cut short. Copy it again.")
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)
