"""Many frames on one picture, to be looked at: a row for each way of showing a clip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import simplejpeg

from aqa_eval.errors import MediaError
from aqa_eval.media import jpeg
from aqa_eval.media.picture import RGB

LABEL: Final = 22
GAP: Final = 4
FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
PAPER: Final = 255
INK: Final = (0, 0, 0)


def contact_sheet(rows: Sequence[tuple[str, Sequence[bytes]]], height: int = 128) -> bytes:
    """A JPEG with a row for each (label, frames): the label above its frames, side by side in their order.

    Frames are JPEG files; each is shown `height` pixels high. Raises MediaError for a frame that is damaged,
    and when there are no rows.
    """
    if not rows:
        raise MediaError("a contact sheet needs at least one row of frames.")
    strips = [_strip(label, frames, height) for label, frames in rows]
    width = max(strip.shape[1] for strip in strips)
    padded = [
        np.pad(strip, ((0, GAP), (0, width - strip.shape[1]), (0, 0)), constant_values=PAPER)
        for strip in strips
    ]
    sheet = np.ascontiguousarray(np.concatenate(padded))
    return bytes(simplejpeg.encode_jpeg(sheet, quality=jpeg.QUALITY, colorspace="RGB"))


def _strip(label: str, frames: Sequence[bytes], height: int) -> RGB:
    shown = [_scaled(jpeg.decode(data, f"frame {n} of {label}"), height) for n, data in enumerate(frames)]
    text = label.encode("ascii", "replace").decode()
    text_width = int(cv2.getTextSize(text, FONT, 0.5, 1)[0][0]) + 2 * GAP
    width = max(text_width, sum(picture.shape[1] + GAP for picture in shown))
    strip = np.full((LABEL + (height if shown else 0), width, 3), PAPER, np.uint8)
    cv2.putText(strip, text, (GAP, LABEL - 7), FONT, 0.5, INK, 1, cv2.LINE_AA)
    left = 0
    for picture in shown:
        strip[LABEL:, left : left + picture.shape[1]] = picture
        left += picture.shape[1] + GAP
    return strip


def _scaled(rgb: RGB, height: int) -> RGB:
    width = max(1, round(rgb.shape[1] * height / rgb.shape[0]))
    return cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
