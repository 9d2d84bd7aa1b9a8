"""What a model family is to the plan and to the prompts: how it counts tokens, how it names points."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from aqa_eval.judges.families.shape import FilmShape, RequestShape, Tokens, VideoShape
from aqa_eval.judges.families.text_length import TextLength, text_length

Coordinates = Literal["xy-1000", "yx-1000", "pixels", "unit"]
"""How a point in a picture is written: x,y or y,x in thousandths of width and height, pixels, fractions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family(ABC):
    """One family, its figures as fields, so that `dataclasses.replace` adapts it to one's own server.

    `characters_per_token`: characters of words and spaces to a token (`TextLength`). `window`: the released
    model's context in tokens, which a server may shorten; `window_holds_answer`: whether the answer has to
    fit into it as well. `longest_answer`: where the model itself cuts an answer off, if it does.
    `message_markers`, `answer_markers`, `picture_markers`: tokens of the chat's layout around each message,
    before the answer, and around each picture.
    """

    name: ClassVar[str]
    coordinates: ClassVar[Coordinates]
    known: ClassVar[bool] = True

    characters_per_token: float
    window: int
    window_holds_answer: bool = True
    longest_answer: int | None = None
    message_markers: int = 0
    answer_markers: int = 0
    picture_markers: int = 0

    @abstractmethod
    def image_tokens(self, width: int, height: int) -> int | None:
        """Tokens of one picture, without what stands around it; None where nobody knows."""

    @abstractmethod
    def video_tokens(self, frames: int, width: int, height: int) -> int | None:
        """Tokens of what is seen in `frames` frames that are sent as one video; None where nobody
        knows or the family takes no such video.
        """

    @abstractmethod
    def video_markers(self, video: VideoShape) -> int | None:
        """Tokens of times and markers around and between a video's frames; None where nobody knows."""

    @abstractmethod
    def film_tokens(self, film: FilmShape) -> Tokens | None:
        """Tokens of a recording that is sent itself; None where the family takes none."""

    def text_tokens(self, text: str | TextLength) -> int:
        """Tokens of words, estimated from their length."""
        length = text_length(text) if isinstance(text, str) else text
        return round(length.tokens(self.characters_per_token))


def estimate(family: Family, shape: RequestShape) -> Tokens | None:
    """Tokens of a request's prompt; None where the family is unknown or takes no such request."""
    parts = [_picture(family, width, height) for width, height in shape.pictures]
    parts += [_video(family, video) for video in shape.videos]
    parts += [family.film_tokens(film) for film in shape.films]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or not family.known:
        return None
    markers = shape.messages * family.message_markers + family.answer_markers
    return Tokens(
        visual=sum(part.visual for part in known),
        text=family.text_tokens(shape.text),
        markers=markers + sum(part.markers for part in known),
    )


def _picture(family: Family, width: int, height: int) -> Tokens | None:
    visual = family.image_tokens(width, height)
    return None if visual is None else Tokens(visual, 0, family.picture_markers)


def _video(family: Family, video: VideoShape) -> Tokens | None:
    visual = family.video_tokens(video.frames, video.width, video.height)
    markers = family.video_markers(video)
    return None if visual is None or markers is None else Tokens(visual, 0, markers)
