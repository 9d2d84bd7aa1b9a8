"""What every kind of archive is once its table of contents is read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from aqa_eval.errors import MediaError
from aqa_eval.media.archives.names import safe

State = tuple[tuple[str, int, int], ...]
"""An archive's files with size in bytes and time of change in nanoseconds: unchanged, so is the archive."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files in an archive, sorted, and in words every member that was refused and why."""

    names: Sequence[str]
    problems: Sequence[str]


class Contents(Protocol):
    """An archive whose members can be read in any order. Both ways of reading raise MediaError."""

    @property
    def listing(self) -> Listing:
        """The members."""

    def opened(self, name: str) -> BinaryIO:
        """A member as a seekable file."""

    def streamed(self, name: str) -> BinaryIO:
        """A member to be read once from the start, its checksum checked where the format has one."""

    def size(self, name: str) -> int:
        """A member's length in bytes."""


class Refusals:
    """Collects the members of an archive that can be read, and says why the others cannot."""

    def __init__(self, archive: Path) -> None:
        """`archive` is named in every problem."""
        self._archive = archive
        self.taken: set[str] = set()
        self.problems: list[str] = []

    def accept(self, raw: str, fault: str = "") -> str | None:
        """The name to read a member by; None where it is refused, for `fault` or for its name."""
        try:
            name = safe(raw)
            if fault:
                raise ValueError(fault)
            if name in self.taken:
                raise ValueError("its name is there a second time; the first is used")
        except ValueError as error:
            self.problems.append(f"{self._archive}: member {raw!r} left out: {error}")
            return None
        self.taken.add(name)
        return name


def position(names: Sequence[str], name: str) -> int | None:
    """Where `name` stands in sorted names, or None."""
    at = bisect_left(names, name)
    return at if at < len(names) and names[at] == name else None


def children(names: Sequence[str], folder: str) -> Iterator[tuple[str, bool]]:
    """(name, whether it is a folder) of what lies directly in a folder ("" for the top) of sorted names.

    Looks at one name a child, however many lie below it.
    """
    prefix = f"{folder}/" if folder else ""
    at = bisect_left(names, prefix)
    while at < len(names) and names[at].startswith(prefix):
        child, slash, _ = names[at][len(prefix) :].partition("/")
        yield child, bool(slash)
        # The character after the slash: the first name that is not below the child.
        at = bisect_left(names, f"{prefix}{child}0", at) if slash else at + 1


def no_member(archive: Path, name: str) -> MediaError:
    """The error of a member that is not there."""
    return MediaError(
        f"{archive}: there is no member {name!r} in the archive. Check the dataset's root folder."
    )


def damaged(archive: Path, what: str) -> MediaError:
    """The error of an archive that is not whole; `what` says what was found and where."""
    return MediaError(f"{archive}: the archive is damaged or cut short: {what}. Download it again.")
