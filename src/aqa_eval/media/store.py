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
from aqa_eval.media.fingerprint import fingerprint
from aqa_eval.media.pose import Floats, Pose
from aqa_eval.media.prepare import Want, prepare
from aqa_eval.media.recording import Projector
from aqa_eval.media.representations import MEDIA_VERSION, REPRESENTATIONS
from aqa_eval.vocabulary import Clip, Frame


@dataclass(frozen=True, slots=True)
class FrameStore:
    """The frames of clips under one cache folder. Cheap to build and to send to another process."""

    folder: Path

    def fingerprint(self, clip: Clip) -> str:
        """The digest of what the clip's pictures are made of. Raises MediaError for unreadable files."""
        return fingerprint(clip, Projector(self.folder).hashes)

    def prepared(self, clip: Clip, wants: Sequence[Want]) -> Mapping[Want, tuple[Frame, ...]] | None:
        """The frames of a clip for every want if all are at hand, else None; looks at a few small files.

        Raises MediaError for an unknown representation or unreadable files.
        """
        lists = self._lists(clip, wants)
        known = {want: () if path is None else self._listed(path) for want, path in lists.items()}
        whole = {want: frames for want, frames in known.items() if frames is not None}
        return whole if len(whole) == len(known) else None

    def frames(self, clip: Clip, wants: Sequence[Want]) -> Mapping[Want, tuple[Frame, ...]]:
        """The frames of a clip for every want, decoding it at most once, and not at all the second time.

        Raises MediaError when the recording cannot be shown in one of the ways wanted; what can be
        shown is kept nevertheless, so that asking for the others alone decodes nothing.
        """
        known: dict[Want, tuple[Frame, ...]] = {}
        missing: dict[Want, Path] = {}
        for want, path in self._lists(clip, wants).items():
            frames = () if path is None else self._listed(path)
            if path is None or frames is not None:
                known[want] = frames or ()
            else:
                missing[want] = path
        if missing:
            prepared = prepare(Projector(self.folder).open(clip), list(missing), self._keep)
            for want, frames in prepared.frames.items():
                write_whole(missing[want], orjson.dumps([asdict(frame) for frame in frames]))
            for problem in prepared.problems.values():
                raise problem
            known |= prepared.frames
        return known

    def _lists(self, clip: Clip, wants: Sequence[Want]) -> dict[Want, Path | None]:
        """Where each want's frames are listed; None for a want without pictures."""
        if all(_checked(want) == "none" for want in wants):
            return dict.fromkeys(wants)
        digest = self.fingerprint(clip)
        return {want: None if want[0] == "none" else self._list(digest, want) for want in wants}

    def jpeg(self, digest: str) -> bytes:
        """The JPEG file with this SHA-256. Raises MediaError when it is missing or damaged."""
        path = self._frame(digest)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise MediaError(
                f"the prepared frame {path} cannot be read: {error.strerror or error}. "
                "Run the same command again: frames that are missing are prepared again."
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            path.unlink(missing_ok=True)  # so that the next run prepares it again
            raise MediaError(
                f"the prepared frame {path} was damaged and has been deleted. Run the same command again."
            )
        return data

    def base64(self, digest: str) -> bytes:
        """The JPEG file as base64 text, as it goes on the wire. Raises MediaError as `jpeg` does."""
        return base64.b64encode(self.jpeg(digest))

    def pose(self, digest: str) -> Pose | None:
        """The person in a prepared frame, looked for once; None when there is nobody. Raises MediaError."""
        path = shelf(self.folder / "poses" / blazepose.weights_digest()[:16], digest, ".npy")
        try:
            return pose.from_bytes(path.read_bytes())
        except (OSError, ValueError, EOFError):
            # Not looked for yet, or the entry is damaged: look now.
            found = blazepose.loaded()(jpeg.decode(self.jpeg(digest), f"frame {digest}"))
            write_whole(path, pose.to_bytes(found))
            return found

    def poses(self, frames: Sequence[Frame]) -> tuple[Floats, Floats]:
        """COCO-17 keypoints (T, 17, 2) in pixels, NaN where nobody is found, and visibility (T, 17).

        Visibility is 0 where nobody is found. Raises MediaError.
        """
        keypoints = np.full((len(frames), 17, 2), np.nan)
        visibility = np.zeros((len(frames), 17))
        for t, frame in enumerate(frames):
            found = self.pose(frame.digest)
            if found is not None:
                keypoints[t], visibility[t] = found.keypoints, found.visibility
        return keypoints, visibility

    def _frame(self, digest: str) -> Path:
        return shelf(self.folder / "frames", digest, ".jpg")

    def _keep(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        path = self._frame(digest)
        if not (path.is_file() and path.stat().st_size == len(data)):
            write_whole(path, data)
        return digest

    def _list(self, digest: str, want: Want) -> Path:
        """Where the frames that a clip of this fingerprint shows are listed."""
        representation, sampling = want
        found_by = blazepose.weights_digest() if representation == "crop" else ""
        method = [digest, MEDIA_VERSION, representation, asdict(sampling), found_by]
        return shelf(self.folder / "lists", hashlib.sha256(orjson.dumps(method)).hexdigest(), ".json")

    def _listed(self, path: Path) -> tuple[Frame, ...] | None:
        """The frames a list names, or None when there is no list or one of its frames is gone."""
        try:
            frames = tuple(Frame(**record) for record in orjson.loads(path.read_bytes()))
        except (OSError, orjson.JSONDecodeError, TypeError):
            return None
        return frames if all(self._at_hand(frame.digest) for frame in frames) else None

    def _at_hand(self, digest: str) -> bool:
        path = self._frame(digest)
        return path.is_file() and path.stat().st_size > 0


def _checked(want: Want) -> str:
    """The want's representation. Raises MediaError for one there is not."""
    if want[0] not in REPRESENTATIONS:
        raise MediaError(f"unknown representation {want[0]!r}: expected one of {', '.join(REPRESENTATIONS)}.")
    return want[0]
