"""Where FineFS's files lie in a download, and which performances are for training and for test.

Layout as distributed: `data/annotation/N.json` and `data/video/N.mp4`, N from 0: 729 short programmes, then
free ones. Only the names count, so that either may lie in an archive or in folders called otherwise. The
skeletons (`data/skeleton/N.npz`) are not read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from aqa_eval.datasets.download import Download
from aqa_eval.datasets.json_files import read_json
from aqa_eval.errors import DataError

PUBLISHED = {"short": 729, "free": 438}
"""Performances a programme (appendix, Tab. 2)."""

LAST = sum(PUBLISHED.values()) - 1
_VIDEOS = ("*.mp4", "*.mkv", "*.webm", "*.avi", "*.mov", "*.m4v")


@dataclass(frozen=True, slots=True)
class Files:
    """Annotation files and recordings by the performance's number."""

    annotations: Mapping[int, Path]
    recordings: Mapping[int, Path]


def programme(number: int) -> str:
    """Which programme a performance is: `short` or `free`."""
    return "short" if number < PUBLISHED["short"] else "free"


@cache
def test_numbers() -> frozenset[int]:
    """The performances for test: our own split, `split.toml`, since the authors published none."""
    split = tomllib.loads((files("aqa_eval.datasets.finefs") / "split.toml").read_text("utf-8"))
    return frozenset([*split["test_short"], *split["test_free"]])


def find(download: Download, problems: list[str]) -> Files:
    """Find the files; a second one of the same number and numbers that cannot be are problems.

    Raises DataError where there is no annotation at all.
    """
    annotations = _numbered(download, ("*annot*/*.json",), problems) or _numbered(
        download, ("*.json",), problems
    )
    for number in [number for number in annotations if number > LAST]:
        problems.append(f"{annotations.pop(number)}: expected numbers 0 to {LAST}; left out")
    if not annotations:
        raise DataError(
            f"{download.root}: no annotation in it. Expected data/annotation/N.json with N from 0 to {LAST}: "
            "give the folder of the download."
        )
    return Files(annotations, _numbered(download, _VIDEOS, problems))


def _numbered(download: Download, patterns: tuple[str, ...], problems: list[str]) -> dict[int, Path]:
    found: dict[int, Path] = {}
    for path in download.all(*patterns):
        if not (path.stem.isascii() and path.stem.isdecimal()):
            continue
        first = found.setdefault(int(path.stem), path)
        if first is not path:
            problems.append(f"{path}: a second {path.name}; {first} is used")
    return dict(sorted(found.items()))


def read(path: Path, problems: list[str]) -> object:
    """Read an annotation file; None, and a problem, where it is not whole."""
    try:
        file = read_json(path)
    except DataError as error:
        problems.append(f"{error} The performance is left out")
        return None
    problems += file.problems
    return file.content
