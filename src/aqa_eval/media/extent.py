"""How large and how long a clip is, found out from one of its pictures."""

from __future__ import annotations

from dataclasses import dataclass

from aqa_eval import mannequin
from aqa_eval.mannequin.camera import SIZE
from aqa_eval.mannequin.execution import execute
from aqa_eval.media.recording import Projector
from aqa_eval.vocabulary import Clip, Rendered


@dataclass(frozen=True, slots=True)
class Extent:
    """Width and height upright in pixels, length in seconds, and number of frames."""

    width: int
    height: int
    seconds: float
    frames: int


def extent(clip: Clip, projector: Projector) -> Extent:
    """What is known of a clip after one picture of it is decoded; a rendered one is not even filmed.

    Raises MediaError where it cannot be shown.
    """
    if isinstance(clip.media, Rendered):
        times = execute(clip.media).times
        return Extent(SIZE, SIZE, len(times) / mannequin.FPS, len(times))
    recording = projector.open(clip)
    _, picture = next(iter(recording.pictures([0])))
    width, height = picture.size
    return Extent(width, height, recording.end, len(recording.times))
