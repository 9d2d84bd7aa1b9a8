"""Qwen3-VL: one token for 32 x 32 px of a picture; frames of a video in pairs, with a time before each pair.

Source: transformers, `models/qwen2_vl/image_processing_qwen2_vl.py` (pictures),
`models/qwen3_vl/video_processing_qwen3_vl.py` and `processing_qwen3_vl.py` (videos), and the released
models' `preprocessor_config.json` and `video_preprocessor_config.json` (limits). vLLM counts the same way
(`model_executor/models/qwen3_vl.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from aqa_eval.judges.families.family import Coordinates, Family
from aqa_eval.judges.families.shape import FilmShape, Tokens, VideoShape

SIDE = 32
"""Pixels to a side of a token: patches of 16 px, merged two by two."""
PAIR = 2
"""Frames that are merged into one."""
FILM_FPS, FEWEST, MOST = 2.0, 4, 768
"""Frames a second that the processor takes of a recording, and how few and how many it takes."""
TIME = 6
"""Tokens of the time before a pair of frames, `<1.5 seconds>`: four signs and digits, the word, and ">"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Qwen3VL(Family):
    """Limits in pixels: `image_pixels` of a picture, `video_pixels` of all frames of a video together.

    `frame_pixels`: the most of one frame of a video where the processor caps that
    (`cap_pixels_per_frame`); None, as released, where it does not.
    """

    name: ClassVar[str] = "qwen3-vl"
    coordinates: ClassVar[Coordinates] = "xy-1000"

    image_pixels: tuple[int, int] = (65_536, 16_777_216)
    video_pixels: tuple[int, int] = (4_096, 25_165_824)
    frame_pixels: int | None = None

    def image_tokens(self, width: int, height: int) -> int:
        """One for each 32 x 32 px, once the picture has its size."""
        columns, rows = _grid(width, height, 1, 1, *self.image_pixels)
        return columns * rows

    def video_tokens(self, frames: int, width: int, height: int) -> int | None:
        """As for pictures, for each pair of frames; an odd last frame is shown twice. None for a single
        frame, which the processor refuses as a video.
        """
        if frames < PAIR:
            return None
        fewest, most = self.video_pixels
        if self.frame_pixels is not None:
            most = frames * max(min(self.frame_pixels, most // frames), int(fewest * 1.05))
        paired = round(frames / PAIR) * PAIR
        columns, rows = _grid(width, height, frames, paired, fewest, most)
        return math.ceil(frames / PAIR) * columns * rows

    def video_markers(self, video: VideoShape) -> int:
        """Two markers around the whole, two around each pair, and its time: `<1.5 seconds>`."""
        pairs = math.ceil(video.frames / PAIR)
        # From the tenth second on there is a digit more.
        late = max(0.0, 1 - 10 / video.seconds) if video.seconds > 0 else 0.0
        return 2 + pairs * (2 + TIME) + round(pairs * late)

    def film_tokens(self, film: FilmShape) -> Tokens | None:
        """The processor takes two frames a second, at least 4 and at most 768, and makes a video of them."""
        wanted = int(film.seconds * (film.fps or FILM_FPS))
        frames = min(max(wanted, FEWEST), MOST)
        visual = self.video_tokens(frames, film.width, film.height)
        markers = self.video_markers(VideoShape(frames, film.width, film.height, film.seconds))
        return None if visual is None else Tokens(visual, 0, markers)


def _grid(width: int, height: int, frames: int, paired: int, fewest: int, most: int) -> tuple[int, int]:
    """Columns and rows of tokens: sides rounded to 32 px, and scaled where that is too large or too small.

    `smart_resize` of transformers, for a video (`frames`, and the same made even) or a picture (1 and 1).
    """
    if paired > 1 and min(width, height) < SIDE:
        scale = SIDE / min(width, height)
        width, height = int(width * scale), int(height * scale)
    columns, rows = round(width / SIDE), round(height / SIDE)
    pixels = paired * columns * rows * SIDE * SIDE
    if pixels > most:
        shrink = math.sqrt(frames * width * height / most)
        columns = max(1, math.floor(width / shrink / SIDE))
        rows = max(1, math.floor(height / shrink / SIDE))
    elif pixels < fewest:
        grow = math.sqrt(fewest / (frames * width * height))
        columns, rows = math.ceil(width * grow / SIDE), math.ceil(height * grow / SIDE)
    return columns, rows
