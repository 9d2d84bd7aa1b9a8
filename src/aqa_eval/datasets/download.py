"""The index of a folder a user downloaded: its files and those in its archives, whatever their capitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache
from pathlib import Path

from aqa_eval.datasets import folders
from aqa_eval.errors import DataError, MediaError
from aqa_eval.media import archives

DEPTH = 8
_WILD = re.compile(r"[*?\[]")
_JUNK = "__macosx"


@dataclass(frozen=True, slots=True)
class Download:
    """What lies under `root`, archives entered as if they were folders.

    `files` and `directories` map lower-case relative posix paths to paths, which may lead into an
    archive. `problems` tells in words what could not be read. Folders that were skipped are among
    `directories`, without what is in them.
    """

    root: Path
    files: Mapping[str, Path]
    directories: Mapping[str, Path]
    problems: Sequence[str]
    _order: Mapping[str, Sequence[str]] = field(repr=False)
    _folder_order: Mapping[str, Sequence[str]] = field(repr=False)

    @classmethod
    def open(
        cls, root: Path, *, depth: int = DEPTH, skip: Callable[[Path], bool] = folders.holds_frames
    ) -> Download:
        """Look through `root`, a folder or an archive, `depth` levels deep, not entering what `skip` names.

        By default folders of a video's pictures are not entered: they can hold millions. What starts
        with a dot is left out. A damaged archive is a problem. Raises DataError where `root` is
        neither a folder nor an archive that can be read.
        """
        root = root.expanduser()
        if not archives.is_folder(root):
            raise DataError(
                f"{root}: is no folder and no archive. Expected the folder of the download: check the path."
            )
        walk = _Walk(root, depth, skip)
        walk.enter(root, "", 0)
        if walk.problems and not walk.files and archives.is_archive(root):
            raise DataError(walk.problems[0])
        return cls(
            root,
            walk.files,
            walk.directories,
            walk.problems,
            _by_name(walk.files),
            _by_name(walk.directories),
        )

    def find(self, *patterns: str) -> Path | None:
        """The first file of `all`, or None."""
        return next(self._matching(patterns, self._order, self.files), None)

    def all(self, *patterns: str) -> list[Path]:
        """Every file whose relative path ends in one of `patterns` (`*`, `?`, `[...]` within a step), once.

        Capitals do not count. In the order of the patterns; for each, files on disk before files in
        archives, then by path.
        """
        return list(self._matching(patterns, self._order, self.files))

    def folder(self, *patterns: str) -> Path | None:
        """The first folder, on disk or in an archive, whose path ends in one of `patterns`, or None."""
        return next(self._matching(patterns, self._folder_order, self.directories), None)

    def _matching(
        self, patterns: Sequence[str], by_name: Mapping[str, Sequence[str]], paths: Mapping[str, Path]
    ) -> Iterator[Path]:
        given = set[str]()
        for pattern in patterns:
            *above, last = pattern.lower().strip("/").split("/")
            if _WILD.search(last):
                matches = _matcher(last)
                found = [path for name, listed in by_name.items() if matches(name) for path in listed]
                found.sort(key=lambda path: _rank(path, paths))
            else:
                found = list(by_name.get(last, ()))
            for path in found:
                if path not in given and _below(path, above):
                    given.add(path)
                    yield paths[path]


class _Walk:
    """Goes through a download, breadth first within a folder, and writes down what it meets."""

    def __init__(self, root: Path, depth: int, skip: Callable[[Path], bool]) -> None:
        self._root, self._depth, self._skip = root, depth, skip
        self._seen = set[tuple[int, int]]()
        self.files: dict[str, Path] = {}
        self.directories: dict[str, Path] = {}
        self.problems: list[str] = []

    def enter(self, folder: Path, relative: str, level: int) -> None:
        """List a folder or an archive and what is below it."""
        try:
            listed = self._listed(folder)
        except (MediaError, DataError) as error:
            self.problems.append(str(error))
            return
        below = []
        for path, is_folder in listed:
            name = f"{relative}/{path.name.lower()}" if relative else path.name.lower()
            if is_folder:
                below.append((path, name))
            self._write_down(path, name, self.directories if is_folder else self.files)
        for path, name in below:
            if level < self._depth and not self._skip(path):
                self.enter(path, name, level + 1)

    def _listed(self, folder: Path) -> list[tuple[Path, bool]]:
        """(path, whether it is a folder or an archive) of each entry, sorted, without hidden ones."""
        inside = archives.locate(folder) is not None
        if inside or archives.is_archive(folder):
            if not inside:
                self.problems.extend(archives.members(folder).problems)
            found = [(folder / name, is_folder) for name, is_folder in archives.entries(folder)]
            self.problems += [
                f"{path}: an archive in an archive is not read. Unpack the outer one."
                for path, is_folder in found
                if not is_folder and archives.names_archive(path.name)
            ]
        elif self._first_time(folder):
            found = [(path, archives.is_folder(path)) for path in folders.entries(folder)]
        else:
            found = []
        return [
            (path, is_folder)
            for path, is_folder in found
            if not path.name.startswith(".") and path.name.lower() != _JUNK
        ]

    def _first_time(self, folder: Path) -> bool:
        """Whether a folder on disk was not entered before: links can lead in circles."""
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        first = identity not in self._seen
        self._seen.add(identity)
        return first

    def _write_down(self, path: Path, name: str, where: dict[str, Path]) -> None:
        if name in where:
            self.problems.append(f"{path}: differs only in capitals from {where[name]}; the latter is used")
        else:
            where[name] = path


def _by_name(paths: Mapping[str, Path]) -> dict[str, list[str]]:
    """Relative paths by their last step, files on disk before those in archives."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths, key=lambda path: _rank(path, paths)):
        found.setdefault(path.rpartition("/")[2], []).append(path)
    return found


def _rank(path: str, paths: Mapping[str, Path]) -> tuple[bool, str]:
    return archives.locate(paths[path]) is not None, path


def _below(path: str, above: Sequence[str]) -> bool:
    """Whether the folders at the end of a file's path match `above`, one pattern a step."""
    if not above:
        return True
    steps = path.split("/")[:-1]
    tail = steps[-len(above) :]
    return len(tail) == len(above) and all(_matcher(p)(s) for p, s in zip(above, tail, strict=True))


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> Callable[[str], object]:
    return re.compile(translate(pattern)).match
