"""The body in a clip over time, by which claims are checked: looked for once and kept.

A rendered clip's keypoints are known exactly; others come from keypoint files where the study names some, and
else from BlazePose in frames of the recording, which are looked at once for whatever shows them.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np

from aqa_eval import mannequin
from aqa_eval.errors import MediaError
from aqa_eval.mannequin.camera import SIZE
from aqa_eval.mannequin.execution import execute
from aqa_eval.media import FrameStore
from aqa_eval.media.cache import shelf, write_whole
from aqa_eval.media.found_poses import FoundPoses
from aqa_eval.media.keypoint_source import oracle, track_of
from aqa_eval.media.pose import SWAPPED, Floats
from aqa_eval.media.recording import Projector, Recording
from aqa_eval.vocabulary import Clip, Rendered

FPS, MOST = 10.0, 64
"""The body is looked for so often a second, and in at most so many frames of a clip."""
HELD = 512
"""Clips whose bodies are kept in memory."""
VERSION = 1
"""Raised when the same clip would be looked at in other frames."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A body over time: `times` (T,) in seconds from the clip's start, `keypoints` (T, 17, 2) in pixels, NaN
    where not found, `visibility` (T, 17), the picture's `size` in pixels, and whether they are `exact`.
    """

    times: Floats
    keypoints: Floats
    visibility: Floats
    size: tuple[float, float]
    exact: bool

    def mirrored(self) -> Posed:
        """The body in mirrored pictures: there a left knee is a right one."""
        keypoints = self.keypoints[:, SWAPPED].copy()
        keypoints[..., 0] = self.size[0] - keypoints[..., 0]
        return Posed(self.times, keypoints, self.visibility[:, SWAPPED], self.size, self.exact)


@dataclass(slots=True)
class Bodies:
    """The bodies of clips. `looked` is called with a clip's id when its body had to be looked for. Without
    `search` no network is asked: what it found before is used, and other such clips have no body.
    """

    store: FrameStore
    looked: Callable[[str], None] = lambda _: None
    search: bool = True
    _held: OrderedDict[str, Posed | str] = field(default_factory=OrderedDict)

    def digest(self, clip: Clip) -> str:
        """What decides the body of a clip, without looking for it; empty where it cannot be had."""
        try:
            source = self._source(clip)
            parts = (self.store.fingerprint(clip), source, self.store.keypoints_digest(clip, source))
        except MediaError:
            return ""
        name = hashlib.sha256(repr((VERSION, FPS, MOST, *parts)).encode()).hexdigest()
        if not self.search and source == "blazepose" and not self._shelf(name).exists():
            return ""
        return name

    def of(self, clip: Clip) -> Posed | str:
        """The body of a clip, or why there is none."""
        name = self.digest(clip)
        if not name:
            reason = "the recording is not at hand" if self.search else "none was looked for"
            return f"no pose: {reason}"
        if name not in self._held:
            self._held[name] = self._kept(clip, name)
            if len(self._held) > HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(name)
        return self._held[name]

    def _kept(self, clip: Clip, name: str) -> Posed | str:
        path = self._shelf(name)
        try:
            return _read(path.read_bytes())
        except (OSError, ValueError, KeyError, EOFError):
            pass  # not looked for yet, or the entry is damaged
        self.looked(clip.id)
        try:
            found = self._look(clip)
        except MediaError as error:
            return f"no pose: {error}"
        write_whole(path, _bytes(found))
        return found

    def _shelf(self, name: str) -> Path:
        return shelf(self.store.folder / "tracks", name, ".npz")

    def _source(self, clip: Clip) -> str:
        if isinstance(clip.media, Rendered) and clip.rotation % 360 == 0:
            return "oracle"
        return "files" if clip.dataset in self.store.keypoints else "blazepose"

    def _look(self, clip: Clip) -> Posed:
        source = self._source(clip)
        if source == "oracle":
            recipe = oracle(clip)
            keypoints = mannequin.keypoints(recipe)
            return Posed(
                execute(recipe).times,
                keypoints,
                np.ones(keypoints.shape[:2]),
                (float(SIZE), float(SIZE)),
                True,
            )
        recording = Projector(self.store.folder).open(clip)
        chosen = _chosen(recording)
        if source == "files":
            track = track_of(clip, source, recording, self.store.keypoints)
            size = next(iter(recording.pictures(chosen[:1])))[1].size
            bodies = track.at(chosen, recording.times).scaled(track.to(size))
        else:
            poses = FoundPoses(self.store.folder, self.store.fingerprint(clip))
            size = (0, 0)
            for index, picture in recording.pictures(chosen):
                size = picture.size
                poses.look(index, picture)
            bodies = poses.track(chosen, recording.name).at(chosen, recording.times)
        times = np.asarray(recording.times, np.float64)[list(chosen)]
        return Posed(times, bodies.keypoints, bodies.visibility, (float(size[0]), float(size[1])), False)


def _chosen(recording: Recording) -> tuple[int, ...]:
    """The frames that are looked at, evenly over the clip."""
    count = len(recording.times)
    wanted = min(MOST, count, max(1, round(float(recording.times[-1] - recording.times[0]) * FPS) + 1))
    return tuple(int(i) for i in np.unique(np.linspace(0, count - 1, wanted).round().astype(int)))


def _bytes(posed: Posed) -> bytes:
    buffer = BytesIO()
    np.savez(
        buffer,
        times=posed.times,
        keypoints=posed.keypoints.astype(np.float32),
        visibility=posed.visibility.astype(np.float32),
        size=np.array(posed.size),
        exact=np.array(posed.exact),
    )
    return buffer.getvalue()


def _read(data: bytes) -> Posed:
    with np.load(BytesIO(data), allow_pickle=False) as kept:
        width, height = (float(side) for side in kept["size"])
        return Posed(
            kept["times"].astype(np.float64),
            kept["keypoints"].astype(np.float64),
            kept["visibility"].astype(np.float64),
            (width, height),
            bool(kept["exact"]),
        )
