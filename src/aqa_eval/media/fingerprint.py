"""What a clip's pictures are made of, as one digest that is known without opening a video.

The digest enters a trial's key, so it must be the same on every machine that has the same data:
content counts, paths and times do not. Hashing a file once is slow enough to remember: one small
entry a file, named by its path, holds the size and modification time it was hashed at. Single files
written whole need no lock and work on network drives, where databases do not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aqa_eval import mannequin
from aqa_eval.errors import MediaError
from aqa_eval.media import archives
from aqa_eval.media.cache import shelf, write_whole
from aqa_eval.vocabulary import Clip, FrameFolder, FrameSpan, Media, Rendered, Still, TimeSpan, VideoFile

ABSENT = "absent"

READ_WHOLE = 16
"""Of a folder of frames so many are hashed, evenly spread with both ends; of the others the size counts.
Frames of a recording are written together: none changes alone without another size, and reading every frame
of a dataset of a million pictures before the first question would take hours."""

BLOCK = 2**20
"""Bytes hashed at a time."""


@dataclass(frozen=True, slots=True)
class ContentHashes:
    """Content digests of files, remembered in `folder` by path, size and modification time."""

    folder: Path

    def of_file(self, path: Path) -> str:
        """SHA-256 of the file's bytes in hex; `ABSENT` where there is no such file.

        Raises MediaError when the file is there but cannot be read.
        """
        return self._of_files(str(path.absolute()), [path])

    def of_files(self, folder: Path, paths: Iterable[Path]) -> str:
        """One digest of many files of a folder, in the order given: of all names, of the contents of
        `READ_WHOLE` of them, and of the sizes of the others.
        """
        listed = list(paths)
        names = hashlib.sha256("\0".join(p.name for p in listed).encode()).hexdigest()
        return self._of_files(f"{folder.absolute()}\0{names}", listed)

    def _of_files(self, key: str, paths: list[Path]) -> str:
        state = _states(paths)
        entry = shelf(self.folder, hashlib.sha256(key.encode()).hexdigest(), ".json")
        known = _remembered(entry, state)
        if known:
            return known
        digest = _content(paths[0]) if len(paths) == 1 else _index(paths)
        # A file that changed while it was read is hashed again next time.
        if digest != ABSENT and _states(paths) == state:
            write_whole(entry, json.dumps({"state": state, "sha256": digest}).encode())
        return digest


def fingerprint(clip: Clip, hashes: ContentHashes) -> str:
    """The digest of everything the clip's pictures are made of: recording, span, rotation, masks.

    A recording that is not there gives the fingerprint of its absence and no error, so that
    planning goes on; the error comes when its frames are asked for. Raises MediaError when a file
    is there but cannot be read.
    """
    parts = ["absent" if clip.media is None else _recording(clip.media, hashes), f"turn {clip.rotation}"]
    if clip.masks:
        # Named only where there are some: a clip without masks is what it always was.
        boxes = sorted({(float(m.left), float(m.top), float(m.right), float(m.bottom)) for m in clip.masks})
        parts.append(f"masks {boxes!r}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _recording(media: Media, hashes: ContentHashes) -> str:
    match media:
        case VideoFile(path, span):
            return f"video {hashes.of_file(path)} {_span(span)}"
        case Still(path):
            return f"still {hashes.of_file(path)}"
        case FrameFolder(folder, _, _, _, fps):
            return f"folder {hashes.of_files(folder, frame_paths(media))} {fps!r}"
        case Rendered():
            return f"rendered {mannequin.fingerprint(media)}"


def frame_paths(media: FrameFolder) -> list[Path]:
    """The image files of a frame folder in order. Raises MediaError for a pattern without a number."""
    try:
        return [media.folder / (media.pattern % n) for n in range(media.first, media.last + 1)]
    except (TypeError, ValueError) as error:
        raise MediaError(
            f"frame folder {media.folder}: the pattern {media.pattern!r} does not name one numbered "
            "file a frame. Expected something like 'frame_%06d.jpg'."
        ) from error


def _span(span: FrameSpan | TimeSpan | None) -> str:
    match span:
        case None:
            return "whole"
        case FrameSpan(first, last):
            return f"frames {first} {last}"
        case TimeSpan(start, end, pad):
            return f"seconds {start!r} {end!r}" + (f" padded {pad!r}" if pad else "")


def _states(paths: list[Path]) -> str:
    """What changes when one of the files does. The files are all of one folder."""
    inside = archives.locate(paths[0]) if paths else None
    if inside is not None:
        return hashlib.sha256(repr(archives.state(inside[0])).encode()).hexdigest()
    return hashlib.sha256("\n".join(map(_state, paths)).encode()).hexdigest()


def _state(path: Path) -> str:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except OSError as error:
        raise _unreadable(path, error) from error
    return f"{status.st_size} {status.st_mtime_ns}"


def _remembered(entry: Path, state: str) -> str | None:
    try:
        record = json.loads(entry.read_bytes())
    except (OSError, ValueError):
        return None
    if isinstance(record, dict) and record.get("state") == state:
        digest = record.get("sha256")
        return digest if isinstance(digest, str) else None
    return None


def _index(paths: list[Path]) -> str:
    last, steps = len(paths) - 1, min(len(paths), READ_WHOLE) - 1
    read = {round(step * last / max(steps, 1)) for step in range(steps + 1)}
    lines = (f"{path.name} {_content(path) if n in read else _size(path)}" for n, path in enumerate(paths))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _size(path: Path) -> str:
    try:
        return f"{path.stat().st_size} bytes"
    except (FileNotFoundError, NotADirectoryError):
        return f"{archives.size(path)} bytes" if archives.is_file(path) else ABSENT
    except OSError as error:
        raise _unreadable(path, error) from error


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return _content_inside(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _content_inside(path: Path) -> str:
    """The digest of a file in an archive: that of the same file unpacked."""
    if archives.locate(path) is None or not archives.exists(path):
        return ABSENT
    digest = hashlib.sha256()
    with archives.streamed(path) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _unreadable(path: Path, error: OSError) -> MediaError:
    return MediaError(
        f"cannot read {path}: {error.strerror or error}. Check that it is a file and its permissions."
    )
