"""One pass over a recording that makes the JPEG frames of every representation and sampling wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aqa_eval.errors import MediaError
from aqa_eval.media import blazepose, jpeg
from aqa_eval.media.crop import crop
from aqa_eval.media.picture import Picture
from aqa_eval.media.recording import Recording
from aqa_eval.media.sampling import sample
from aqa_eval.vocabulary import Frame, Sampling

Want = tuple[str, Sampling]
"""A representation and a sampling."""

Keep = Callable[[bytes], str]
"""Stores a JPEG file and tells its digest."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What could be made, and for each want that could not, why."""

    frames: Mapping[Want, tuple[Frame, ...]] = field(default_factory=dict)
    problems: Mapping[Want, MediaError] = field(default_factory=dict)


def prepare(recording: Recording, wants: Iterable[Want], keep: Keep) -> Prepared:
    """The frames of every want, each picture decoded once. Raises MediaError when decoding fails.

    A want that cannot be had (more frames than the clip has, nobody to crop to) spoils no other.
    """
    frames: dict[Want, tuple[Frame, ...]] = {}
    problems: dict[Want, MediaError] = {}
    indices: dict[Want, tuple[int, ...]] = {}
    for want in wants:
        try:
            indices[want] = _indices(recording, want[1])
        except MediaError as error:
            problems[want] = error
    made, kept = _pass(recording, indices, keep)
    for want, chosen in indices.items():
        try:
            if want[0] == "crop":
                made[want] = _cropped(recording, {i: kept[i] for i in chosen}, want[1].size, keep)
            frames[want] = tuple(made[want][i] for i in chosen)
        except MediaError as error:
            problems[want] = error
    return Prepared(frames, problems)


def _indices(recording: Recording, sampling: Sampling) -> tuple[int, ...]:
    """Which frames are shown. A still is one picture however many are asked for."""
    return (0,) if recording.still else sample(recording.times, sampling, recording.name)


def _pass(
    recording: Recording, indices: Mapping[Want, Sequence[int]], keep: Keep
) -> tuple[dict[Want, dict[int, Frame]], dict[int, Picture]]:
    """The frames of whole pictures, and the pictures that are yet to be cropped."""
    made: dict[Want, dict[int, Frame]] = {want: {} for want in indices}
    kept: dict[int, Picture] = {}
    for index, picture in recording.pictures(sorted(set().union(*indices.values()))):
        for want, chosen in indices.items():
            if index in chosen and want[0] == "crop":
                kept[index] = picture
            elif index in chosen:
                made[want][index] = _frame(recording, index, picture, want[1].size, keep)
    return made, kept


def _cropped(
    recording: Recording, pictures: Mapping[int, Picture], size: int, keep: Keep
) -> dict[int, Frame]:
    cut = crop(pictures, blazepose.loaded(), recording.name)
    return {index: _frame(recording, index, picture, size, keep) for index, picture in cut}


def _frame(recording: Recording, index: int, picture: Picture, size: int, keep: Keep) -> Frame:
    planes = picture.planes(size)
    height, width = planes[0].shape
    digest = keep(jpeg.encode(planes))
    return Frame(recording.numbers[index], float(recording.times[index]), digest, width, height)
