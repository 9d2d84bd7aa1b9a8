"""Pictures to JPEG bytes and back."""

from __future__ import annotations

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from aqa_eval.errors import MediaError

QUALITY = 90

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
"""Y (H, W), U and V (H/2, W/2): BT.601, full range, as JFIF wants them."""


def encode(planes: Planes) -> bytes:
    """A JFIF file of quality 90 with 4:2:0 chroma from 8-bit planes of even height and width."""
    data: bytes = simplejpeg.encode_jpeg_yuv_planes(*map(np.ascontiguousarray, planes), quality=QUALITY)
    return data


def decode(data: bytes, name: str) -> NDArray[np.uint8]:
    """RGB (H, W, 3) uint8 of a JPEG file, its EXIF orientation not applied.

    Raises MediaError, calling the file `name`, when the data is damaged or cut short.
    """
    try:
        rgb: NDArray[np.uint8] = simplejpeg.decode_jpeg(data, colorspace="RGB", strict=True)
    except ValueError as error:
        raise MediaError(f"{name} is not a whole JPEG image: {error}. Copy or download it again.") from error
    return rgb
