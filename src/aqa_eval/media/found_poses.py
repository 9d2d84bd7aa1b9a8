"""Poses that the network found in whole frames: looked for once a frame, whatever shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from aqa_eval.media import blazepose, pose
from aqa_eval.media.cache import shelf, write_whole
from aqa_eval.media.picture import Picture
from aqa_eval.media.pose import Pose
from aqa_eval.media.track import Track


@dataclass(frozen=True, slots=True)
class FoundPoses:
    """The network's poses in the frames of one clip, at full resolution, kept one file a frame.

    The files are named by the clip's fingerprint and the frame's index in it: representation, perturbation
    and sampling have no part in the name, so none of them looks for a pose again.
    """

    cache: Path
    fingerprint: str
    _read: dict[int, Pose | None] = field(default_factory=dict)

    def missing(self, indices: Iterable[int]) -> set[int]:
        """The frames in which nobody has looked yet."""
        return {index for index in indices if not self._known(index)}

    def look(self, index: int, picture: Picture) -> None:
        """Look for the person in a frame unless that was done before. Raises MediaError."""
        if not self._known(index):
            found = blazepose.loaded()(picture.rgb())
            write_whole(self._path(index), pose.to_bytes(found))
            self._read[index] = found

    def track(self, indices: Sequence[int], name: str) -> Track:
        """What was found in frames that were looked at, each index once, ascending."""
        keypoints, visibility = np.full((len(indices), 17, 2), np.nan), np.zeros((len(indices), 17))
        for n, index in enumerate(indices):
            found = self._read[index]
            if found is not None:
                keypoints[n], visibility[n] = found.keypoints, found.visibility
        return Track(name, tuple(indices), keypoints, visibility)

    def _known(self, index: int) -> bool:
        if index not in self._read:
            try:
                self._read[index] = pose.from_bytes(self._path(index).read_bytes())
            except (OSError, ValueError, EOFError):
                return False  # not looked for yet, or the entry is damaged
        return True

    def _path(self, index: int) -> Path:
        name = hashlib.sha256(f"{self.fingerprint} {index}".encode()).hexdigest()
        return shelf(self.cache / "bodies" / blazepose.weights_digest()[:16], name, ".npy")
