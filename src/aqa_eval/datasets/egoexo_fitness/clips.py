"""EgoExo-Fitness: one clip for each judged action and camera."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aqa_eval.datasets.egoexo_fitness.frames import ROTATION, Cameras
from aqa_eval.datasets.egoexo_fitness.judgements import Judged
from aqa_eval.datasets.egoexo_fitness.meta_records import Record
from aqa_eval.datasets.egoexo_fitness.official_split import Split
from aqa_eval.vocabulary import Clip, FrameFolder

NAME = "egoexo-fitness"


@dataclass(frozen=True, slots=True)
class ClipMaker:
    """Makes the clips of judged actions, and tells what it met: `problems` and `notes`.

    `unfilmed` counts actions by view that the record does not have.
    """

    views: Sequence[str]
    cameras: Cameras
    records: Mapping[str, Record]
    split: Split
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unfilmed: Counter[str] = field(default_factory=Counter)
    _without_folder: set[tuple[str, str]] = field(default_factory=set)

    def clips(self, action: Judged) -> Iterator[Clip]:
        """Yield a clip for each view that filmed the action; its media is None where frames are missing."""
        record = self.records.get(action.record)
        person = record.person if record else ""
        for view in self.views:
            if record is not None and view not in record.views:
                self.unfilmed[view] += 1
                continue
            yield Clip(
                id=f"{action.key}.{view}",
                dataset=NAME,
                action=action.action,
                media=self._media(action, view, record.views[view] if record else None),
                cluster=person or action.record,
                split=self.split.of(action.record),
                view=view,
                rotation=ROTATION.get(view, 0),
                subject=person or action.record,
            )

    def _media(self, action: Judged, view: str, frames: int | None) -> FrameFolder | None:
        """Find the frames of an action, its stretch clipped to the frames that there are."""
        name = f"{action.key}.{view}"
        first, last = max(action.first, 1), min(action.last, frames or action.last)
        if first > last:
            self.problems.append(
                f"clip {name}: st_ed_frame {action.first}-{action.last} lies outside the camera's {frames} "
                "frames; no media"
            )
            return None
        if (first, last) != (action.first, action.last):
            self.notes.append(
                f"clip {name}: st_ed_frame {action.first}-{action.last} clipped to {first}-{last}, the "
                "frames that there are"
            )
        found = self.cameras.frames(action.record, view, first, last)
        if isinstance(found, FrameFolder):
            return found
        self._tell_missing(action.record, view, f"clip {name}: {found}; no media")
        return None

    def _tell_missing(self, record: str, view: str, message: str) -> None:
        """Tell of a missing folder once, not for each action in it."""
        if (record.lower(), view) in self.cameras.places:
            self.problems.append(message)
        elif (record, view) not in self._without_folder:
            self._without_folder.add((record, view))
            self.problems.append(
                f"frames_open/{record}/{view}: no such folder in the download; none of its clips has media"
            )
