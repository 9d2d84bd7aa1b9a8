"""Fitness-AQA's label and split files, checked entry by entry.

Interval labels are `{"33053_1": [[3.09, 5.63], ...], ...}` in seconds of the clip, `[]` where the fault
never shows; picture labels are `{"62724_7_9": 0 or 1, ...}`; splits are lists of keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aqa_eval.datasets.fitness_aqa.release import Collection
from aqa_eval.datasets.json_files import read_json
from aqa_eval.errors import DataError
from aqa_eval.vocabulary import TimeSpan

_SHOWN = 80  # characters of a wrong value that a message quotes


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether the fault is there, and when: the longest of its intervals, where they have times."""

    faulty: bool
    span: TimeSpan | None = None


def read_labels(path: Path, collection: Collection, problems: list[str]) -> Mapping[str, Truth] | None:
    """Read a label file, key -> truth; entries that cannot be read are left out by name.

    None, and a problem, where nothing of the file can be used.
    """
    content = _content(path, problems)
    if not isinstance(content, dict):
        if content is not None:
            problems.append(f"{path}: {_shown(content)}, expected an object of key -> label; not used")
        return None
    read_value = intervals if collection.kind == "video" else binary
    truths: dict[str, Truth] = {}
    for key, value in content.items():
        try:
            truths[key], odd = read_value(value)
        except ValueError as error:
            problems.append(f"{path}: key {key}: {error}; found {_shown(value)}; left out")
            continue
        problems += [f"{path}: key {key}: {it}" for it in odd]
    return truths


def intervals(value: object) -> tuple[Truth, list[str]]:
    """Read intervals of a fault in seconds, `[[start, end], ...]`, `[]` where it never shows.

    An interval whose times cannot be tells that the fault is there and not when; that is told in words
    beside the truth. Raises ValueError for anything but a list of pairs of numbers.
    """
    if not isinstance(value, list):
        raise ValueError("expected a list of intervals [[start, end], ...] in seconds")
    odd: list[str] = []
    if len(value) == 2 and all(_is_number(time) for time in value):
        odd.append(f"one interval {_shown(value)} without the list around it; read as that interval")
        value = [value]
    spans: list[TimeSpan] = []
    for interval in value:
        if not isinstance(interval, list) or len(interval) != 2 or not all(map(_is_number, interval)):
            raise ValueError("expected each interval as [start, end] in seconds")
        start, end = map(float, interval)
        if 0 <= start < end:
            spans.append(TimeSpan(start, end))
        else:
            odd.append(f"interval {_shown(interval)}, expected 0 <= start < end; faulty, at an unknown time")
    longest = max(spans, key=lambda span: span.end - span.start, default=None)
    return Truth(bool(value), longest), odd


def binary(value: object) -> tuple[Truth, list[str]]:
    """Read 0 or 1, whether the fault is there. Raises ValueError for anything else."""
    if type(value) is not int or value not in (0, 1):
        raise ValueError("expected 0 or 1")
    return Truth(value == 1), []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def read_split(path: Path, split: str, seen: dict[str, str], problems: list[str]) -> list[str]:
    """Read a split's keys. `seen` is key -> split of the lists before: what stands there is left out."""
    content = _content(path, problems)
    if content is None:
        return []
    if not isinstance(content, list) or not content:
        problems.append(f"{path}: {_shown(content)}, expected a list of keys; '{split}' has no clips")
        return []
    keys: list[str] = []
    for key in content:
        if not isinstance(key, str) or not key:
            problems.append(f"{path}: entry {_shown(key)}, expected a key as a text; left out")
        elif key in seen:
            problems.append(f"{path}: key {key} is already in '{seen[key]}'; kept there only")
        else:
            seen[key] = split
            keys.append(key)
    return keys


def count_entries(path: Path, problems: list[str]) -> int | None:
    """Count the entries of a list or an object; None, and a problem, where it is neither."""
    content = _content(path, problems)
    if isinstance(content, list | dict):
        return len(content)
    if content is not None:
        problems.append(f"{path}: {_shown(content)}, expected a list of keys; not used")
    return None


def _content(path: Path, problems: list[str]) -> object:
    """Read a JSON file; None, and a problem, where it is broken or empty."""
    try:
        file = read_json(path)
    except DataError as error:
        problems.append(f"{error} Nothing of it is used")
        return None
    problems += file.problems
    if file.content is None:
        problems.append(f"{path}: null, expected labels or keys; not used")
    return file.content


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
