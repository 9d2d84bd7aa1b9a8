"""LLM-FMS: which keyframe a picture or a label is of: its movement and its subject, from names alone.

How files are named is not documented. Movements are `m01` to `m15`; a subject is read from the deepest step
of the path that has `s`, `p`, `sub`, `subj`, `subject` or `person` before a number (`m05_s03_1.jpg`,
`Subject 3/m05/1.jpg`, `m05s03.jpg`). The loader says so loudly where that fails, and takes another pattern.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

SUBJECT = r"(?<![a-z])(?:subject|subj|sub|person|p|s)[-_ ]?(\d{1,3})(?!\d)"
PICTURES = ("*.jpg", "*.jpeg", "*.png", "*.bmp")

_MOVEMENT = re.compile(r"(?<![a-z0-9])m(\d{1,2})(?!\d)")
_ARCHIVE = re.compile(r"\.(rar|zip|tar|tgz|tar\.gz)$")
_TRAIN = 0.7


@dataclass(frozen=True, slots=True)
class Named:
    """What the steps of a path tell: name of the last one without its ending, movement and subject, or ""."""

    stem: str
    movement: str
    subject: str


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A picture of the download and what its path tells."""

    path: Path
    named: Named


def name(steps: Sequence[str], subject: re.Pattern[str]) -> Named:
    """Read movement and subject from the steps of a path, the deepest step that tells it first."""
    lower = [step.lower() for step in steps]
    movement = next((m for step in reversed(lower) if (m := _MOVEMENT.search(step))), None)
    found = next((m[1] for step in reversed(lower) if (m := subject.search(step))), "")
    return Named(
        PurePosixPath(lower[-1]).stem,
        f"m{int(movement[1]):02d}" if movement else "",
        f"s{int(found):02d}" if found.isdecimal() else found,
    )


def keyframes(paths: Iterable[Path], root: Path, subject: re.Pattern[str]) -> list[Keyframe]:
    """Name the pictures of a download by their paths in it, in the order of their paths."""
    return [Keyframe(path, name(path.relative_to(root).parts, subject)) for path in once(paths, root)]


def once(paths: Iterable[Path], root: Path) -> list[Path]:
    """Sort paths, and of a file that is there unpacked and in its archive keep the first given."""
    found: dict[tuple[str, ...], Path] = {}
    for path in paths:
        steps = [_ARCHIVE.sub("", step.lower()) for step in path.relative_to(root).parts]
        same = tuple(step for i, step in enumerate(steps) if i == 0 or step != steps[i - 1])
        found.setdefault(same, path)
    return sorted(found.values())


def split_of(subject: str, seed: int) -> str:
    """The split of a subject, train or test: a hash that falls below 0.7 of its range is train.

    All keyframes of a subject, left and right, fall together, whatever else is in the download.
    """
    digest = hashlib.sha256(f"llm-fms {seed} {subject}".encode()).digest()
    return "train" if int.from_bytes(digest[:8], "big") < _TRAIN * 2**64 else "test"
