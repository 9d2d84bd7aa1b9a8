"""Which files are archives, by their names; the parts of a split one; and which member names are safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import count
from pathlib import Path

from aqa_eval.errors import MediaError

LETTERS = "abcdefghijklmnopqrstuvwxyz"

_TAR = r"\.(?:tar(?:\.(?P<packer>gz|bz2|xz))?|(?P<short>tgz|tbz2?|txz))"
_WHOLE = re.compile(rf".+(?:\.(?P<other>zip|rar)|{_TAR})", re.IGNORECASE)
_PART = re.compile(rf"(?P<stem>.+{_TAR}\.(?:part[-_.]?)?)(?P<number>\d+|[a-z]{{2,}})", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")


class Kind(StrEnum):
    """How an archive is read: zip, rar, tar, or a tar compressed as a whole (`packed`)."""

    ZIP = "zip"
    RAR = "rar"
    TAR = "tar"
    PACKED = "packed"


@lru_cache(maxsize=2**14)
def kind(name: str) -> Kind | None:
    """What kind of archive a file of this name is, or starts as its first part; None for no archive."""
    whole = _WHOLE.fullmatch(name)
    if whole and whole["other"]:
        return Kind(whole["other"].lower())
    found = whole or _first_part(name)
    if found is None:
        return None
    return Kind.PACKED if found["packer"] or found["short"] else Kind.TAR


def is_archive_file(path: Path) -> bool:
    """Whether `path` is a file that is an archive by its name, or the first part of a split one."""
    if kind(path.name) is None or not path.is_file():
        return False
    first = None if _WHOLE.fullmatch(path.name) else _first_part(path.name)
    # Parts are counted from 0 or from 1: part 1 is the first where there is no part 0.
    return not (
        first and first["number"].isdigit() and int(first["number"]) == 1 and _zeroth(path, first).is_file()
    )


def parts(path: Path) -> tuple[Path, ...]:
    """The files an archive is stored in: itself, or all parts in order given the first one.

    Raises MediaError for a part that is missing between two others.
    """
    found = None if _WHOLE.fullmatch(path.name) else _first_part(path.name)
    if found is None:
        return (path,)
    return _listed_parts(path, path.parent.stat().st_mtime_ns)


def later_parts(files: Iterable[Path]) -> tuple[frozenset[Path], list[Path]]:
    """Of the files of a folder: the parts of split archives but the first, and parts without a first."""
    split = {
        path: found
        for path in files
        if not _WHOLE.fullmatch(path.name) and (found := _PART.fullmatch(path.name)) is not None
    }
    firsts = [found for path, found in split.items() if is_archive_file(path)]
    later = {
        path: found for path, found in split.items() if any(_same_series(found, first) for first in firsts)
    }
    orphans = [
        path
        for path, found in split.items()
        # `x.tar.sha` is no part: letters are taken for a part's number from aa to az.
        if path not in later and found not in firsts and re.fullmatch(r"\d+|a[a-z]", found["number"], re.I)
    ]
    return frozenset(later), orphans


def safe(name: str) -> str:
    """A member's name with plain slashes and without empty or `.` steps.

    Raises ValueError, saying why, for a name that leads out of the archive.
    """
    plain = name.replace("\\", "/")
    if plain.startswith("/"):
        raise ValueError("its name is an absolute path")
    steps = [step for step in plain.split("/") if step not in ("", ".")]
    if _DRIVE.match(plain) or (steps and _DRIVE.match(steps[0])):
        raise ValueError("its name starts with a drive letter")
    if ".." in steps:
        raise ValueError("its name leads out of the archive (..)")
    if "\0" in plain:
        raise ValueError("its name holds a NUL")
    if not steps:
        raise ValueError("it has no name")
    return "/".join(steps)


def _first_part(name: str) -> re.Match[str] | None:
    """The match of a name whose part number can be the first: 0 or 1 in figures, or all `a`."""
    found = _PART.fullmatch(name)
    if found is None:
        return None
    number = found["number"].lower()
    first = int(number) <= 1 if number.isdigit() else set(number) == {"a"}
    return found if first else None


def _zeroth(path: Path, found: re.Match[str]) -> Path:
    return path.with_name(found["stem"] + "0" * len(found["number"]))


@lru_cache(maxsize=64)
def _listed_parts(first: Path, listed_at: int) -> tuple[Path, ...]:
    """All parts of the archive; `listed_at` is the folder's time stamp, so that changes are seen."""
    found = _first_part(first.name)
    if found is None:
        return (first,)
    stem = found["stem"]
    there = {entry.name for entry in first.parent.iterdir() if entry.name.startswith(stem)}
    listed: list[Path] = []
    for number in _numbers(found["number"]):
        if stem + number not in there:
            break
        listed.append(first.with_name(stem + number))
        there.discard(stem + number)
    later = sorted(name for name in there if _same_series(_PART.fullmatch(name), found))
    if later:
        following = len(listed)
        missing = next(n for i, n in enumerate(_numbers(found["number"])) if i == following)
        raise MediaError(
            f"{first}: the part {stem + missing} is missing, but {later[-1]} is there. "
            "Download the missing part, or all parts again, into the same folder."
        )
    return tuple(listed)


def _numbers(first: str) -> Iterator[str]:
    """Part numbers in the order of `split`: figures from the first on, or letters like aa, ab, ..., zz."""
    if first.isdigit():
        yield from (str(n).zfill(len(first)) for n in count(int(first)))
        return
    letters = LETTERS if first.islower() else LETTERS.upper()
    for n in range(26 ** len(first)):
        yield "".join(letters[n // 26**place % 26] for place in reversed(range(len(first))))


def _same_series(other: re.Match[str] | None, first: re.Match[str]) -> bool:
    if other is None or other["stem"] != first["stem"]:
        return False
    number, start = other["number"], first["number"]
    if start.isdigit():
        return number.isdigit() and number == str(int(number)).zfill(len(start)) and int(number) > int(start)
    return number.isalpha() and len(number) == len(start) and number > start
