"""The performances of a FineFS download that can be used, each with its number and recording."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aqa_eval.datasets.finefs import annotation, release_files
from aqa_eval.datasets.finefs.annotation import Element, Performance
from aqa_eval.datasets.finefs.release_files import Files
from aqa_eval.datasets.record_faults import RecordFaults


@dataclass(frozen=True, slots=True)
class Skated:
    """One performance by its number, with its annotation's place and its recording."""

    number: int
    file: Path
    recording: Path | None
    performance: Performance

    @property
    def split(self) -> str:
        """The side of our own split that it is on."""
        return "test" if self.number in release_files.test_numbers() else "train"

    def name(self, element: Element) -> str:
        """What the clip of one of its elements is called."""
        return f"{self.number}_{element.key}"


def read(files: Files, problems: list[str]) -> list[Skated]:
    """Read every annotation; one without a usable element is left out, and `problems` name what is wrong."""
    skated = []
    for number, path in files.annotations.items():
        content = release_files.read(path, problems)
        if content is None:
            continue
        faults = RecordFaults(str(path))
        performance = annotation.read(content, faults)
        problems += faults.told
        if performance is not None and performance.elements:
            skated.append(Skated(number, path, files.recordings.get(number), performance))
    return skated
