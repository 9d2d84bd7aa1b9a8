"""Gemini 3: tokens by the media resolution that is asked for, whatever the size of the picture.

Source: "Media resolution", section "Token counts" (ai.google.dev/gemini-api/docs/media-resolution), which
calls the figures approximate and the most that is spent; "Understand and count tokens"
(ai.google.dev/gemini-api/docs/tokens): about 4 characters to a token, 32 tokens to a second of sound; the
model page of Gemini 3.1 Pro: 1,048,576 tokens of input, and the answer's 65,536 beside them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from aqa_eval.judges.families.family import Coordinates, Family
from aqa_eval.judges.families.shape import FilmShape, Tokens, VideoShape

Resolution = Literal["", "low", "medium", "high", "ultra_high"]

IMAGE_TOKENS: Mapping[Resolution, int] = {
    "": 1120,
    "low": 280,
    "medium": 560,
    "high": 1120,
    "ultra_high": 2240,
}
FRAME_TOKENS: Mapping[Resolution, int] = {"": 70, "low": 70, "medium": 70, "high": 280, "ultra_high": 280}
"""Of a picture, and of a frame of a video; "" is the default. `ultra_high` is not offered for videos, which
are counted as `high`.
"""
FILM_FPS = 1.0
"""Frames a second that are taken of a recording by default."""
SOUND_TOKENS = 32
"""For a second of sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gemini3(Family):
    """`resolution`: the media resolution asked for; "" leaves it to the default."""

    name: ClassVar[str] = "gemini"
    coordinates: ClassVar[Coordinates] = "yx-1000"

    resolution: Resolution = ""

    def image_tokens(self, width: int, height: int) -> int:
        """By resolution alone."""
        return IMAGE_TOKENS[self.resolution]

    def video_tokens(self, frames: int, width: int, height: int) -> int:
        """By resolution, for each frame."""
        return frames * FRAME_TOKENS[self.resolution]

    def video_markers(self, video: VideoShape) -> int:
        """None are published."""
        return 0

    def film_tokens(self, film: FilmShape) -> Tokens | None:
        """One frame a second unless more are asked for, and the sound."""
        frames = max(1, math.ceil(film.seconds * (film.fps or FILM_FPS)))
        sound = math.ceil(film.seconds * SOUND_TOKENS) if film.sound else 0
        return Tokens(self.video_tokens(frames, film.width, film.height) + sound, 0, 0)
