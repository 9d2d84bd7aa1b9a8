"""Words burnt into a picture: captions in a band above it, and the mark of a frame without a pose."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from aqa_eval.errors import MediaError
from aqa_eval.media.picture import RGB

FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
CAPTION: Final = 1 / 16
MARK: Final = 1 / 28
"""Height of a line of letters as a part of the picture's shorter side."""
SMALLEST: Final = 14
"""Height of a line in pixels below which letters cannot be read."""

DARK: Final = (20, 20, 20)
WHITE: Final = (255, 255, 255)
NO_POSE: Final = "no pose"


def check(text: str) -> None:
    """Raises MediaError for a caption with letters that cannot be drawn."""
    strange = sorted({letter for letter in text if not (" " <= letter <= "~" or letter == "\n")})
    if strange:
        raise MediaError(
            f"the caption {text!r} has letters that cannot be drawn into a picture: {' '.join(strange)}. "
            "Use plain ASCII."
        )


def caption(rgb: RGB, text: str) -> RGB:
    """An (H, W, 3) picture with a dark band above it in which the words stand in white.

    The band covers nothing: what is written must not hide what is judged. Words that would leave the picture
    go on in the next line, and where all lines need more than a quarter of the picture the letters are made
    smaller. Raises MediaError for letters that cannot be drawn.
    """
    check(text)
    height = max(SMALLEST, round(min(rgb.shape[:2]) * CAPTION))
    while True:
        lines = _wrapped(text, height, rgb.shape[1])
        if height <= SMALLEST or len(lines) * _pitch(height) <= rgb.shape[0] / 4:
            break
        height -= 1
    band = len(lines) * _pitch(height)
    strip = np.full((band + band % 2, *rgb.shape[1:]), DARK, np.uint8)
    _write(strip, lines, height, top=0)
    return np.concatenate([strip, rgb])


def mark_without_pose(rgb: RGB) -> None:
    """Write `NO_POSE` small into the bottom left of an (H, W, 3) picture, in place."""
    height = max(SMALLEST, round(min(rgb.shape[:2]) * MARK))
    _write(rgb, [NO_POSE], height, top=rgb.shape[0] - _pitch(height))


def _pitch(height: int) -> int:
    return round(height * 1.5)


def _scale(height: int) -> float:
    """OpenCV's scale at which a line is `height` pixels high; its plain font is made for 30."""
    return height / 30


def _width(text: str, height: int) -> int:
    return int(cv2.getTextSize(text, FONT, _scale(height), _stroke(height))[0][0])


def _stroke(height: int) -> int:
    return max(1, round(height / 14))


def _wrapped(text: str, height: int, width: int) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and _width(longer, height) > width - height:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _write(rgb: RGB, lines: list[str], height: int, top: int) -> None:
    pitch, stroke = _pitch(height), _stroke(height)
    right = height + max(_width(line, height) for line in lines)
    cv2.rectangle(rgb, (0, top), (right, top + pitch * len(lines)), DARK, cv2.FILLED)
    for n, line in enumerate(lines):
        base = top + n * pitch + round((pitch + 0.72 * height) / 2)
        cv2.putText(rgb, line, (height // 2, base), FONT, _scale(height), WHITE, stroke, cv2.LINE_AA)
