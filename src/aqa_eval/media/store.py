"""Frames on disk, named by their content: prepared once a clip for all conditions that show it.

Three kinds of file, each written whole, so that a process killed at any moment leaves nothing half
read: `frames/`, JPEG files named by their SHA-256; `lists/`, which frames a clip shows in one
representation and sampling; `poses/`, keypoints found in one JPEG. Two processes that prepare the
same clip write the same bytes under the same names.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import orjson

from aqa_eval.errors import MediaError
from aqa_eval.media import blazepose, jpeg, pose
from aqa_eval.media.cache import shelf, write_whole
from aqa_eval.media.crop import crop
from aqa_eval.media.fingerprint import fingerprint
from aqa_eval.media.picture import Picture
from aqa_eval.media.pose import Floats, Pose
from aqa_eval.media.recording import Projector, Recording
from aqa_eval.media.representations import MEDIA_VERSION, REPRESENTATIONS
from aqa_eval.media.sampling import sample
from aqa_eval.vocabulary import Clip, Frame, Sampling

Want = tuple[str, Sampling]
"""A representation and a sampling."""


@dataclass(frozen=True, slots=True)
class FrameStore:
    """The frames of clips under one cache folder. Cheap to build and to send to another process."""

    folder: Path

    def fingerprint(self, clip: Clip) -> str:
        """The digest of what the clip's pictures are made of; raises MediaError for unreadable files."""
        return fingerprint(clip, Projector(self.folder).hashes)

    def frames(self, clip: Clip, wants: Sequence[Want]) -> Mapping[Want, tuple[Frame, ...]]:
        """The frames of a clip for every want, decoding it at most once, and not at all the second time.

        Raises MediaError when the recording cannot be shown in one of the ways wanted.
        """
        known: dict[Want, tuple[Frame, ...]] = {}
        missing: dict[Want, Path] = {}
        for want in dict.fromkeys(wants):
            if want[0] not in REPRESENTATIONS:
                raise MediaError(
                    f"unknown representation {want[0]!r}: expected one of {', '.join(REPRESENTATIONS)}."
                )
            if want[0] == "none":
                known[want] = ()
                continue
            path = self._list_path(clip, want)
            frames = self._listed(path)
            if frames is None:
                missing[want] = path
            else:
                known[want] = frames
        if missing:
            for want, frames in self._prepare(clip, list(missing)).items():
                write_whole(missing[want], orjson.dumps([asdict(frame) for frame in frames]))
                known[want] = frames
        return known

    def jpeg(self, digest: str) -> bytes:
        """The JPEG file with this SHA-256. Raises MediaError when it is missing or damaged."""
        path = shelf(self.folder / "frames", digest, ".jpg")
        try:
            data = path.read_bytes()
        except OSError as error:
            raise MediaError(
                f"the prepared frame {path} cannot be read: {error.strerror or error}. "
                "Run the same command again: frames that are missing are prepared again."
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise MediaError(
                f"the prepared frame {path} is damaged. Delete it and run the same command again."
            )
        return data

    def base64(self, digest: str) -> bytes:
        """The JPEG file as base64 text, as it goes on the wire. Raises MediaError as `jpeg` does."""
        return base64.b64encode(self.jpeg(digest))

    def pose(self, digest: str) -> Pose | None:
        """The most certain person in a prepared frame, looked for once. Raises MediaError."""
        path = shelf(self.folder / "poses" / blazepose.weights_digest()[:16], digest, ".npy")
        try:
            return pose.from_bytes(path.read_bytes())
        except (OSError, ValueError, EOFError):
            # Not looked for yet, or the entry is damaged: look now.
            found = blazepose.loaded()(jpeg.decode(self.jpeg(digest), f"frame {digest}"))
            write_whole(path, pose.to_bytes(found))
            return found

    def poses(self, frames: Sequence[Frame]) -> tuple[Floats, Floats]:
        """COCO-17 keypoints (T, 17, 2) in pixels, NaN where nobody is found, and visibility (T, 17),
        zero there. Raises MediaError.
        """
        keypoints = np.full((len(frames), 17, 2), np.nan)
        visibility = np.zeros((len(frames), 17))
        for t, frame in enumerate(frames):
            found = self.pose(frame.digest)
            if found is not None:
                keypoints[t], visibility[t] = found.keypoints, found.visibility
        return keypoints, visibility

    def _list_path(self, clip: Clip, want: Want) -> Path:
        representation, sampling = want
        method = [MEDIA_VERSION, representation, asdict(sampling)]
        if representation == "crop":
            method.append(blazepose.weights_digest())
        key = hashlib.sha256(orjson.dumps([self.fingerprint(clip), method])).hexdigest()
        return shelf(self.folder / "lists", key, ".json")

    def _listed(self, path: Path) -> tuple[Frame, ...] | None:
        """The frames a list names, or None when there is no list or one of its frames is gone."""
        try:
            frames = tuple(Frame(**record) for record in orjson.loads(path.read_bytes()))
        except (FileNotFoundError, orjson.JSONDecodeError, TypeError):
            return None
        return frames if all(map(self._at_hand, frames)) else None

    def _at_hand(self, frame: Frame) -> bool:
        path = shelf(self.folder / "frames", frame.digest, ".jpg")
        return path.is_file() and path.stat().st_size > 0

    def _prepare(self, clip: Clip, wants: Sequence[Want]) -> dict[Want, tuple[Frame, ...]]:
        recording = Projector(self.folder).open(clip)
        shown = {want: _indices(recording, want[1]) for want in wants}
        made: dict[Want, dict[int, Frame]] = {want: {} for want in wants}
        kept: dict[int, Picture] = {}
        for index, picture in recording.pictures(sorted({i for indices in shown.values() for i in indices})):
            for want, indices in shown.items():
                if index in indices and want[0] == "rgb":
                    made[want][index] = self._keep(recording, index, picture, want[1].size)
                elif index in indices:
                    kept[index] = picture
        for want, indices in shown.items():
            if want[0] == "crop":
                pictures = {index: kept[index] for index in indices}
                for index, picture in crop(pictures, blazepose.loaded(), recording.name):
                    made[want][index] = self._keep(recording, index, picture, want[1].size)
        return {want: tuple(made[want][i] for i in indices) for want, indices in shown.items()}

    def _keep(self, recording: Recording, index: int, picture: Picture, size: int) -> Frame:
        planes = picture.planes(size)
        data = jpeg.encode(planes)
        digest = hashlib.sha256(data).hexdigest()
        write_whole(shelf(self.folder / "frames", digest, ".jpg"), data)
        height, width = planes[0].shape
        return Frame(recording.numbers[index], float(recording.times[index]), digest, width, height)


def _indices(recording: Recording, sampling: Sampling) -> tuple[int, ...]:
    """Which frames are shown. A still is one picture however many are asked for."""
    return (0,) if recording.still else sample(recording.times, sampling, recording.name)
