"""Where a dive's recording is, in any of the layouts in which MTL-AQA's recordings are kept.

- frames of whole events: `NN/%06d.jpg` (the authors' extraction) or `NN/%08d.jpg` (CoRe), 1-based;
- frames of single dives: `NN_DD/`, any numbered pictures (MUSDL);
- the videos themselves, renamed to their event number as the release asks: `NN.mp4` and the like.

The annotations count frames from 1, at `FPS` a second, in the encode the authors downloaded. A video at
another rate is therefore cut by time, and one that is too short for its dives is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aqa_eval.datasets import folders
from aqa_eval.datasets.mtl_aqa.diving_panel import Dive
from aqa_eval.errors import MediaError
from aqa_eval.media import archives
from aqa_eval.media.container import opened
from aqa_eval.vocabulary import FrameFolder, FrameSpan, Media, TimeSpan, VideoFile

FPS = 25.0
"""Stated nowhere in the release, and measured: at 25 frames a second the words of `final_captions_dict.pkl`
lie where the events' `.sbv` subtitles have them (overlap 0.6-0.8 in each of 15 events); at 24, 29.97, 30, 50
or 60 they do not (below 0.14)."""

DEPTH = 4
_EVENT = re.compile(r"\d{1,2}")
_DIVE = re.compile(r"(\d{1,2})_(\d{1,3})")
_VIDEO = re.compile(r"(\d{1,2})\.(mp4|mkv|webm|avi|mov|m4v)", re.IGNORECASE)
_PICTURE = re.compile(r"(\D*?)(\d+)(\.(?:jpg|jpeg|png))", re.IGNORECASE)
_EVENT_PATTERNS = ("%06d.jpg", "%08d.jpg")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A dive's stretch of its event: frame numbers as annotated, 1-based, both included."""

    dive: Dive
    first: int
    last: int


_Cut = Callable[[Annotated], VideoFile]


@dataclass(frozen=True, slots=True)
class Places:
    """Every folder and file under a root that may hold recordings, by event or by dive, archives included;
    `problems` name the archives that cannot be read.
    """

    events: dict[int, list[Path]] = field(default_factory=dict)
    dives: dict[Dive, list[Path]] = field(default_factory=dict)
    videos: dict[int, list[Path]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def look(root: Path) -> Places:
    """Search `root` for recordings, whatever the folders above them are called."""
    places = Places()
    for _, found in folders.walk(root, DEPTH, places.problems):
        for entry in found:
            if (m := _VIDEO.fullmatch(entry.name)) and archives.is_file(entry):
                places.videos.setdefault(int(m[1]), []).append(entry)
            elif _EVENT.fullmatch(entry.name) and folders.is_folder(entry):
                places.events.setdefault(int(entry.name), []).append(entry)
            elif (m := _DIVE.fullmatch(entry.name)) and folders.is_folder(entry):
                places.dives.setdefault((int(m[1]), int(m[2])), []).append(entry)
    return places


def assign(places: Places, wanted: list[Annotated]) -> tuple[dict[Dive, Media], list[str]]:
    """Give each dive its recording where there is one, and in words whatever is there but cannot be used.

    A dive takes the first that holds it of: its event's frames, its own frames, its event's video.
    """
    media: dict[Dive, Media] = {}
    problems = list(places.problems)
    last_frames: dict[int, int] = {}
    for dive in wanted:
        event = dive.dive[0]
        last_frames[event] = max(dive.last, last_frames.get(event, 0))
    cuts = {
        event: _first_cut(places.videos.get(event, []), last, problems) for event, last in last_frames.items()
    }
    for dive in wanted:
        cut = cuts[dive.dive[0]]
        found = (
            _frames_of_event(places, dive)
            or _frames_of_dive(places, dive, problems)
            or (cut(dive) if cut is not None else None)
        )
        if found is not None:
            media[dive.dive] = found
        elif folders_of_event := places.events.get(dive.dive[0]):
            problems.append(
                f"{folders_of_event[0]}: dive {dive.dive} needs frames {dive.first}-{dive.last} as "
                f"{' or '.join(_EVENT_PATTERNS)} (1-based), not both ends are there; no media"
            )
    return media, problems


def _frames_of_event(places: Places, dive: Annotated) -> FrameFolder | None:
    """Find the dive in frames of its whole event: its first and last frame must be there."""
    for folder in places.events.get(dive.dive[0], ()):
        for pattern in _EVENT_PATTERNS:
            if all(archives.is_file(folder / (pattern % number)) for number in (dive.first, dive.last)):
                return FrameFolder(folder, pattern, dive.first, dive.last, FPS)
    return None


def _frames_of_dive(places: Places, dive: Annotated, problems: list[str]) -> FrameFolder | None:
    """Find the dive's own folder. Fewer pictures than annotated mean a lower rate over the same time."""
    for folder in places.dives.get(dive.dive, ()):
        names = [m for entry in folders.entries(folder) if (m := _PICTURE.fullmatch(entry.name))]
        if not names:
            problems.append(f"{folder}: no numbered jpg or png pictures in it; no media")
            continue
        shapes = {(m[1], len(m[2]), m[3]) for m in names}
        numbers = sorted(int(m[2]) for m in names)
        if len(shapes) > 1 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            problems.append(
                f"{folder}: {len(numbers)} pictures numbered {numbers[0]}-{numbers[-1]} in {len(shapes)} "
                "naming pattern(s); expected one pattern without gaps; no media"
            )
            continue
        prefix, width, suffix = shapes.pop()
        pattern = f"{prefix.replace('%', '%%')}%0{width}d{suffix}"
        fps = FPS * len(numbers) / (dive.last - dive.first + 1)
        return FrameFolder(folder, pattern, numbers[0], numbers[-1], fps)
    return None


def _first_cut(videos: list[Path], last: int, problems: list[str]) -> _Cut | None:
    """Take the first of an event's videos that can be used."""
    return next((cut for path in videos if (cut := _video_cut(path, last, problems)) is not None), None)


def _video_cut(path: Path, last: int, problems: list[str]) -> _Cut | None:
    """Choose how dives are cut from an event's video: by frame, or by time where its rate is another.

    `last` is the last annotated frame of the event, 1-based: a video that ends before it is refused.
    """
    try:
        with opened(path) as (_, stream):
            rate, count = float(stream.average_rate or 0), stream.frames
    except MediaError as error:
        problems.append(f"{error} Not used.")
        return None
    expected = last if _is_annotated_rate(rate) else round(last / FPS * rate)
    if count and count < expected:
        problems.append(
            f"{path}: {count} frames at {rate:g} a second, but its event's last dive ends at frame {last} "
            f"of a {FPS:g} a second encode: not the whole recording the annotations were made on; not used"
        )
        return None
    if _is_annotated_rate(rate):
        return partial(_by_frame, path)
    problems.append(
        f"{path}: {rate:g} frames a second where the annotations count {FPS:g}: another encode, so its dives "
        "are cut by time instead of by frame number"
    )
    return partial(_by_time, path)


def _is_annotated_rate(rate: float) -> bool:
    return abs(rate - FPS) < 0.01


def _by_frame(path: Path, dive: Annotated) -> VideoFile:
    return VideoFile(path, FrameSpan(dive.first - 1, dive.last - 1))


def _by_time(path: Path, dive: Annotated) -> VideoFile:
    return VideoFile(path, TimeSpan((dive.first - 1) / FPS, dive.last / FPS))
