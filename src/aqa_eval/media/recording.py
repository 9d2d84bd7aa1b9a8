"""A clip's recording, whatever it is made of, as numbered and timed pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aqa_eval import mannequin
from aqa_eval.errors import MediaError
from aqa_eval.media import video
from aqa_eval.media.cache import new_file, shelf, write_whole
from aqa_eval.media.fingerprint import ABSENT, ContentHashes, frame_paths
from aqa_eval.media.images import read_image
from aqa_eval.media.masks import checked, painted
from aqa_eval.media.picture import Picture, clockwise
from aqa_eval.media.probe import probe
from aqa_eval.media.sampling import segment
from aqa_eval.media.timeline import Timeline, from_bytes, to_bytes
from aqa_eval.vocabulary import Clip, FrameFolder, Rendered, Still, VideoFile

Read = Callable[[Sequence[int]], Iterator[tuple[int, Picture]]]
"""Pictures by frame number, ascending and none twice, each with its number."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A clip ready to be read: which frames it has, when each is shown, and how to decode them.

    `numbers` (n,) are frame numbers within the source recording: 0-based for a video, the number in
    the file's name for a frame folder. `times` (n,) are seconds from the clip's first frame, and `end` is
    when the last one ends. `source`: the video file, and at which second of it the clip begins; None for
    images.
    """

    name: str
    numbers: Sequence[int]
    times: NDArray[np.float64]
    still: bool
    read: Read
    end: float = 0.0
    source: tuple[Path, float] | None = None

    def pictures(self, indices: Sequence[int]) -> Iterator[tuple[int, Picture]]:
        """The pictures at `indices` (ascending) of this clip, each with its index. Raises MediaError."""
        index = {self.numbers[i]: i for i in indices}
        for number, picture in self.read(list(index)):
            yield index[number], picture


@dataclass(frozen=True, slots=True)
class Projector:
    """Opens recordings; keeps in the cache what is costly to find out: films and timelines."""

    cache: Path

    @property
    def hashes(self) -> ContentHashes:
        """Where the digests of files are remembered."""
        return ContentHashes(self.cache / "hashes")

    def open(self, clip: Clip) -> Recording:
        """The clip's recording, upright, its masks painted. Raises MediaError when it cannot be shown."""
        turn = clockwise(clip.rotation, f"clip {clip.id}")
        boxes = checked(clip.masks, f"clip {clip.id}")
        match clip.media:
            case None:
                raise MediaError(
                    f"clip {clip.id} of {clip.dataset}: its recording is not at hand. "
                    f"`aqa-eval datasets {clip.dataset} --root DIR` tells which media are missing."
                )
            case VideoFile():
                recording = self._video(clip.media)
            case Rendered():
                recording = self._video(VideoFile(self.film(clip.media)))
            case FrameFolder():
                recording = _folder(clip.media)
            case Still(path):
                recording = _still(path)
        if clip.rotation % 360:
            recording = _changed(recording, lambda picture: replace(picture, turn=picture.turn.then(turn)))
        if boxes:
            recording = _changed(recording, lambda picture: painted(picture, boxes))
        return recording

    def film(self, rendered: Rendered) -> Path:
        """The video of a rendered clip, filmed the first time it is needed. Raises MediaError."""
        path = shelf(self.cache / "films", mannequin.fingerprint(rendered), ".mp4")
        if not (path.is_file() and path.stat().st_size):
            with new_file(path) as part:
                mannequin.film(rendered, part)
        return path

    def timeline(self, path: Path) -> Timeline:
        """When each picture of a video is shown. Raises MediaError for what is not a whole video."""
        digest = self.hashes.of_file(path)
        entry = shelf(self.cache / "timelines", digest, ".npz") if digest != ABSENT else None
        if entry and entry.is_file():
            known = from_bytes(entry.read_bytes())
            if known:
                return known
        found = probe(path)
        if entry:
            write_whole(entry, to_bytes(found))
        return found

    def _video(self, media: VideoFile) -> Recording:
        timeline = self.timeline(media.path)
        first, stop = segment(timeline.times, timeline.end, media.span, str(media.path))

        def read(numbers: Sequence[int]) -> Iterator[tuple[int, Picture]]:
            return video.pictures(media.path, timeline, numbers)

        start = float(timeline.times[first])
        times = timeline.times[first:stop] - start
        end = (float(timeline.times[stop]) if stop < len(timeline.times) else timeline.end) - start
        name = str(media.path)
        return Recording(name, range(first, stop), times, False, read, end, (media.path, start))


def _changed(recording: Recording, change: Callable[[Picture], Picture]) -> Recording:
    """The recording with every picture changed."""

    def read(numbers: Sequence[int]) -> Iterator[tuple[int, Picture]]:
        for number, picture in recording.read(numbers):
            yield number, change(picture)

    return replace(recording, read=read)


def _folder(media: FrameFolder) -> Recording:
    paths = dict(zip(range(media.first, media.last + 1), frame_paths(media), strict=True))
    if not paths or not media.fps > 0:
        raise MediaError(
            f"frame folder {media.folder}: frames {media.first} to {media.last} at {media.fps:g} fps: "
            "expected a last frame not before the first and a rate above 0. Check the annotation."
        )

    def read(numbers: Sequence[int]) -> Iterator[tuple[int, Picture]]:
        for number in numbers:
            yield number, read_image(paths[number])

    name = str(media.folder / media.pattern)
    times = np.arange(len(paths)) / media.fps
    return Recording(name, tuple(paths), times, False, read, len(paths) / media.fps)


def _still(path: Path) -> Recording:
    def read(numbers: Sequence[int]) -> Iterator[tuple[int, Picture]]:
        for number in numbers:
            yield number, read_image(path)

    return Recording(str(path), (0,), np.zeros(1), True, read)
