"""Frames on disk, named by their content: prepared once a clip for all conditions that show it.

Kinds of files, each written whole, so that a process killed at any moment leaves nothing half read:
`frames/` (JPEG) and `recordings/` (MP4), named by their SHA-256; `shown/`, what is shown of a clip in one
presentation; `bodies/`, the pose in one frame of a clip at full resolution; `poses/`, keypoints found in
one JPEG. Two processes that prepare the same clip write the same bytes under the same names.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from aqa_eval.errors import MediaError, NobodyFoundError
from aqa_eval.media import blazepose, jpeg, pose, shown_lists
from aqa_eval.media.cache import shelf, write_whole
from aqa_eval.media.fingerprint import fingerprint
from aqa_eval.media.found_poses import FoundPoses
from aqa_eval.media.images import JPEG_START
from aqa_eval.media.keypoint_source import SOURCES, file_of, oracle
from aqa_eval.media.pose import Floats, Pose
from aqa_eval.media.prepare import Scene, posed, prepare
from aqa_eval.media.recording import Projector
from aqa_eval.vocabulary import Clip, Frame, Presentation, Shown

FRAMES, RECORDINGS = ("frames", ".jpg"), ("recordings", ".mp4")


@dataclass(frozen=True, slots=True)
class FrameStore:
    """What is shown of clips, under one cache folder. Cheap to build and to send to another process.

    `keypoints`: for each dataset that has some, the folder of its keypoint files
    (`aqa_eval.media.keypoint_files` says what they are).
    """

    folder: Path
    keypoints: Mapping[str, Path] = field(default_factory=dict)

    def fingerprint(self, clip: Clip) -> str:
        """The digest of what the clip's pictures are made of. Raises MediaError for unreadable files."""
        return fingerprint(clip, Projector(self.folder).hashes)

    def keypoints_digest(self, clip: Clip, source: str) -> str:
        """What decides a clip's keypoints beside its pictures: the network, the truth, or a file's content.

        `source` is `blazepose`, `oracle` or `files`. Raises MediaError where the source has none of the clip.
        """
        match source:
            case "blazepose":
                return blazepose.weights_digest()
            case "oracle":
                oracle(clip)
                return "oracle"
            case "files":
                return Projector(self.folder).hashes.of_file(file_of(clip, self.keypoints))
        raise MediaError(f"unknown keypoints {source!r}: expected one of {', '.join(SOURCES)}.")

    def prepared(
        self, clip: Clip, presentations: Sequence[Presentation]
    ) -> Mapping[Presentation, Shown] | None:
        """What is shown in every presentation if all is at hand, else None; looks at a few small files.

        None too where a presentation makes no sense: `shown` says why. Raises MediaError for unreadable
        files, and NobodyFoundError where all else is at hand and one is known to have nobody to show.
        """
        asked, problems = self._asked(clip, presentations)
        known: dict[Presentation, Shown] = {}
        nobody: list[NobodyFoundError] = []
        for one, path in self._paths(asked).items():
            try:
                shown = self._listed(path)
            except NobodyFoundError as error:
                nobody.append(error)
                continue
            if shown is None:
                return None
            known[one] = shown
        if problems:
            return None
        if nobody:
            raise nobody[0]
        return {presentation: known[one.presentation] for presentation, one in asked.items()}

    def shown(self, clip: Clip, presentations: Sequence[Presentation]) -> Mapping[Presentation, Shown]:
        """What is shown of a clip in every presentation, decoding it at most once, and not at all again.

        Raises MediaError when the clip cannot be shown in one of the ways wanted, NobodyFoundError when that
        is because nobody is found in it. What can be shown is kept nevertheless, and so is that nobody is
        found: asking again decodes nothing.
        """
        asked, problems = self._asked(clip, presentations)
        paths = self._paths(asked)
        known: dict[Presentation, Shown] = {}
        missing: dict[Presentation, Path] = {}
        for one, path in paths.items():
            try:
                shown = self._listed(path)
            except NobodyFoundError as error:
                problems.append(error)
                continue
            if shown is None and path is not None:
                missing[one] = path
            elif shown is not None:
                known[one] = shown
        if missing:
            prepared = prepare(self._scene(clip), list(missing), self._keep)
            for one, shown in prepared.shown.items():
                write_whole(missing[one], shown_lists.to_bytes(shown))
            for one, problem in prepared.problems.items():
                if isinstance(problem, NobodyFoundError):
                    write_whole(missing[one], shown_lists.nobody_to_bytes(problem))
            known |= prepared.shown
            problems += prepared.problems.values()
        for problem in problems:
            raise problem
        return {presentation: known[one.presentation] for presentation, one in asked.items()}

    def jpeg(self, digest: str) -> bytes:
        """The JPEG file with this SHA-256. Raises MediaError when it is missing or damaged."""
        return _whole(self._file(FRAMES, digest), digest, "frame")

    def film(self, digest: str) -> bytes:
        """The MP4 file with this SHA-256. Raises MediaError when it is missing or damaged."""
        return _whole(self._file(RECORDINGS, digest), digest, "film")

    def base64(self, digest: str) -> bytes:
        """A frame's or a film's file as base64 text, as it goes on the wire. Raises MediaError as `jpeg`."""
        film = self._file(RECORDINGS, digest).is_file()
        return base64.b64encode(self.film(digest) if film else self.jpeg(digest))

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

    def _scene(self, clip: Clip) -> Scene:
        digest = self.fingerprint(clip)
        poses = FoundPoses(self.folder, digest)
        return Scene(clip, digest, Projector(self.folder).open(clip), poses, self.keypoints)

    def _asked(
        self, clip: Clip, presentations: Sequence[Presentation]
    ) -> tuple[dict[Presentation, _Asked], list[MediaError]]:
        """What is asked for, and the problems of what cannot be shown."""
        asked: dict[Presentation, _Asked] = {}
        problems: list[MediaError] = []
        for presentation in presentations:
            try:
                one = shown_lists.checked(presentation, clip)
                keypoints = self.keypoints_digest(clip, one.keypoints) if posed(one) else ""
            except MediaError as error:
                problems.append(error)
                continue
            digest = "" if one.representation == "none" else self.fingerprint(clip)
            asked[presentation] = _Asked(one, digest, keypoints)
        return asked, problems

    def _paths(self, asked: Mapping[Presentation, _Asked]) -> dict[Presentation, Path | None]:
        """Where it is listed what each presentation shows; None for one that shows nothing."""
        return {
            one.presentation: None
            if one.presentation.representation == "none"
            else shelf(self.folder / "shown", shown_lists.key(*one.parts), ".json")
            for one in asked.values()
        }

    def _listed(self, path: Path | None) -> Shown | None:
        """What a list says, or None when there is no list or one of its files is gone. Raises
        NobodyFoundError where it says that nobody was found.
        """
        if path is None:
            return Shown()
        try:
            shown = shown_lists.from_bytes(path.read_bytes())
        except (OSError, ValueError, TypeError, KeyError):
            return None
        files = [self._file(FRAMES, frame.digest) for frame in shown.frames]
        files += [self._file(RECORDINGS, shown.film.digest)] if shown.film else []
        return shown if all(file.is_file() and file.stat().st_size > 0 for file in files) else None

    def _file(self, kind: tuple[str, str], digest: str) -> Path:
        return shelf(self.folder / kind[0], digest, kind[1])

    def _keep(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        path = self._file(FRAMES if data.startswith(JPEG_START) else RECORDINGS, digest)
        if not (path.is_file() and path.stat().st_size == len(data)):
            write_whole(path, data)
        return digest


@dataclass(frozen=True, slots=True)
class _Asked:
    """A presentation as it is made, the clip's fingerprint, and the digest of the source of keypoints."""

    presentation: Presentation
    fingerprint: str
    keypoints: str

    @property
    def parts(self) -> tuple[str, Presentation, str]:
        return self.fingerprint, self.presentation, self.keypoints


def _whole(path: Path, digest: str, what: str) -> bytes:
    """A file's bytes, checked. Raises MediaError when it is missing or damaged."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(
            f"the prepared {what} {path} cannot be read: {error.strerror or error}. "
            f"Run the same command again: {what}s that are missing are prepared again."
        ) from error
    if hashlib.sha256(data).hexdigest() != digest:
        path.unlink(missing_ok=True)  # so that the next run prepares it again
        raise MediaError(
            f"the prepared {what} {path} was damaged and has been deleted. Run the same command again."
        )
    return data
