"""A model of which nobody said what it is: nothing is estimated; points are taken as x,y in thousandths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aqa_eval.judges.families.family import Coordinates, Family
from aqa_eval.judges.families.shape import FilmShape, Tokens, VideoShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Family):
    """Answers None wherever a number would be made up."""

    name: ClassVar[str] = ""
    coordinates: ClassVar[Coordinates] = "xy-1000"
    known: ClassVar[bool] = False

    def image_tokens(self, width: int, height: int) -> None:
        """None."""

    def video_tokens(self, frames: int, width: int, height: int) -> None:
        """None."""

    def video_markers(self, video: VideoShape) -> None:
        """None."""

    def film_tokens(self, film: FilmShape) -> Tokens | None:
        """None."""
        return None
