"""EgoExo-Fitness: where the frames of an action lie, in folders or in the archive as it is delivered.

`frames_open/<record>/<view>/frame_0000000001.jpg`, ten digits, counted from 1, 30 a second; some trees have
one more level, the name of the camera's file. Frames are never listed: an action's first and last must be
there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from aqa_eval.datasets import folders
from aqa_eval.datasets.download import Download
from aqa_eval.errors import MediaError
from aqa_eval.media import archives
from aqa_eval.vocabulary import FrameFolder

FPS = 30.0
PATTERN = "frame_%010d.jpg"
VIEWS = ("ego_l", "ego_m", "ego_r", "exo_l", "exo_m", "exo_r")

ROTATION = MappingProxyType({"exo_l": 270, "exo_r": 90})
"""How far frames must be turned clockwise to stand upright, for the two cameras mounted on their side.

The authors' `features/get_frame_features_CLIP.py` turns them with PIL, `Image.rotate(90, expand=True)` for
exo_l and `Image.rotate(270, expand=True)` for exo_r, and PIL turns counter-clockwise: that much is certain.
That the released frames are the unturned ones is what users of the release report; none was at hand here."""


def is_needed(folder: Path) -> bool:
    """Whether a folder of the download can hold what is read here: not the features, not the frames."""
    return not folder.name.lower().startswith("features") and not folders.holds_frames(folder)


@dataclass(frozen=True, slots=True)
class Cameras:
    """The folders that may hold a camera's frames, by lower-case record and view."""

    places: Mapping[tuple[str, str], Sequence[Path]]

    @classmethod
    def of(cls, download: Download) -> Cameras:
        """Take the folders `.../<record>/<view>` and those directly below them from the download's index."""
        places: dict[tuple[str, str], list[Path]] = defaultdict(list)
        for name, folder in sorted(download.directories.items(), key=lambda item: (len(item[0]), item[0])):
            steps = name.split("/")
            for view_at in (len(steps) - 1, len(steps) - 2):
                if view_at >= 1 and steps[view_at] in VIEWS:
                    places[steps[view_at - 1], steps[view_at]].append(folder)
        return cls(dict(places))

    def frames(self, record: str, view: str, first: int, last: int) -> FrameFolder | str:
        """Find the frames `first` to `last`, or say in words what is missing."""
        places = self.places.get((record.lower(), view), [])
        try:
            found = next((place for place in places if _holds(place, (first, last))), None)
            if found is not None:
                return FrameFolder(found, PATTERN, first, last, FPS)
            return _missing(record, view, places, (first, last))
        except MediaError as error:
            return str(error)


def _holds(folder: Path, numbers: Sequence[int]) -> bool:
    return all(archives.exists(folder / (PATTERN % number)) for number in numbers)


def _missing(record: str, view: str, places: Sequence[Path], numbers: Sequence[int]) -> str:
    if not places:
        return f"no folder {record}/{view} in the download"
    absent = [PATTERN % number for number in numbers if not archives.exists(places[0] / (PATTERN % number))]
    return f"{places[0]}: {' and '.join(absent)} not there"
