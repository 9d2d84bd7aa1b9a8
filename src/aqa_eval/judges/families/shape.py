"""What of a request decides its tokens: lengths and sizes, known without decoding a picture."""

from __future__ import annotations

from dataclasses import dataclass

from aqa_eval.judges.families.text_length import TextLength


@dataclass(frozen=True, slots=True)
class VideoShape:
    """Frames that are sent as one video: how many, width and height in pixels, seconds they span."""

    frames: int
    width: int
    height: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FilmShape:
    """A recording that is sent itself: width and height in pixels, length in seconds, frames a second that
    the model is asked to look at (None: its own default), whether its sound goes along, bytes of its file.
    """

    width: int
    height: int
    seconds: float
    fps: float | None = None
    sound: bool = False
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class RequestShape:
    """One request: the length of its texts, its messages (one, or two with a system text), and its pictures
    as (width, height), its videos and its films. `examples`: how many of the clips shown are examples.
    """

    text: TextLength
    messages: int = 1
    pictures: tuple[tuple[int, int], ...] = ()
    videos: tuple[VideoShape, ...] = ()
    films: tuple[FilmShape, ...] = ()
    examples: int = 0

    @property
    def frames(self) -> int:
        """Pictures altogether, whichever way they are sent; films are not counted."""
        return len(self.pictures) + sum(video.frames for video in self.videos)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of a prompt: `visual` stand for what is seen, `text` for words, `markers` for the chat's layout
    and for what a model puts around and between pictures.
    """

    visual: int
    text: int
    markers: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.visual + self.text + self.markers
