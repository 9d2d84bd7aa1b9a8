"""The index of a folder a user downloaded: its files and those in its archives, whatever their capitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
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
    _packed: Set[str] = field(repr=False)
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
        walk = _Walk(depth, skip)
        try:
            if not archives.is_folder(root):
                raise DataError(
                    f"{root}: is no folder and no archive. Expected the download: check the path."
                )
            walk.enter(root, "", 0, archives.locate(root) is not None)
        except MediaError as error:
            raise DataError(str(error)) from error
        files, directories = (_by_name(paths, walk.packed) for paths in (walk.files, walk.directories))
        return cls(root, walk.files, walk.directories, walk.problems, walk.packed, files, directories)

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
                found.sort(key=lambda path: (path in self._packed, path))
            else:
                found = list(by_name.get(last, ()))
            for path in found:
                if path not in given and _below(path, above):
                    given.add(path)
                    yield paths[path]


class _Walk:
    """Goes through a download, a folder after the other, and writes down what it meets."""

    def __init__(self, depth: int, skip: Callable[[Path], bool]) -> None:
        self._depth, self._skip = depth, skip
        self._seen = set[tuple[int, int]]()
        self.files: dict[str, Path] = {}
        self.directories: dict[str, Path] = {}
        self.packed: set[str] = set()
        self.problems: list[str] = []

    def enter(self, folder: Path, relative: str, level: int, packed: bool) -> None:
        """List a folder, on disk or (`packed`) in an archive, or an archive, and what is below it.

        Raises MediaError or DataError where it cannot be listed; what is below and cannot is a problem.
        """
        packed = packed or archives.is_archive(folder)
        below = []
        for path, is_folder in self._in_archive(folder) if packed else self._on_disk(folder):
            if path.name.startswith(".") or path.name.lower() == _JUNK:
                continue
            name = f"{relative}/{path.name.lower()}" if relative else path.name.lower()
            self._write_down(path, name, packed, self.directories if is_folder else self.files)
            if is_folder:
                below.append((path, name))
        for path, name in below:
            try:
                if level < self._depth and not self._skip(path):
                    self.enter(path, name, level + 1, packed)
            except (MediaError, DataError) as error:
                self.problems.append(str(error))

    def _on_disk(self, folder: Path) -> Iterator[tuple[Path, bool]]:
        """(path, whether it is a folder or an archive) of each entry, sorted; none the second time."""
        listed = folders.entries(folder)
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in self._seen:
            return  # links can lead in circles
        self._seen.add(identity)
        later, orphans = archives.later_parts(listed)
        self.problems += [
            f"{path}: a part of a split archive whose first part is not there; not read. Download all parts."
            for path in orphans
        ]
        for path in listed:
            if path not in later:
                yield path, path.is_dir() or archives.is_archive(path)

    def _in_archive(self, folder: Path) -> Iterator[tuple[Path, bool]]:
        """The same of an archive or a folder in one."""
        if archives.is_archive(folder):
            self.problems += archives.members(folder).problems
        for name, is_folder in archives.entries(folder):
            if not is_folder and archives.names_archive(name):
                self.problems.append(
                    f"{folder / name}: an archive in an archive is not read. Unpack the outer one by hand."
                )
            yield folder / name, is_folder

    def _write_down(self, path: Path, name: str, packed: bool, where: dict[str, Path]) -> None:
        if name in where:
            self.problems.append(f"{path}: differs only in capitals from {where[name]}, which is used")
            return
        where[name] = path
        if packed:
            self.packed.add(name)


def _by_name(paths: Mapping[str, Path], packed: Set[str]) -> dict[str, list[str]]:
    """Relative paths by their last step, files on disk before those in archives."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths, key=lambda path: (path in packed, path)):
        found.setdefault(path.rpartition("/")[2], []).append(path)
    return found


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
