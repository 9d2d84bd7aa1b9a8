"""What is asked of whom, and how: the study, once its file has been read."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aqa_eval.datasets.dataset import Loader, Options
from aqa_eval.datasets.sampling import Sample
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import Condition, Judge, Task


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """One dataset as a study uses it: what is asked about it, and what is drawn by the study's seed.

    `keypoints`: a folder with one file of keypoints a clip, for conditions that take them from files.
    """

    loader: Loader
    options: Options
    tasks: tuple[Task, ...]
    sample: Sample
    keypoints: Path | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked of whom, how; everything a plan needs."""

    name: str
    seed: int
    repeats: int
    datasets: tuple[DatasetChoice, ...]
    judges: tuple[Judge, ...]
    grid: Grid

    def conditions(self, task: Task) -> Iterator[Condition]:
        """Every way an item of `task` is asked."""
        return self.grid.conditions(task)


def endpoint_host(judge: Judge) -> str:
    """The host beyond this machine that the judge's frames are sent to; empty when they stay here."""
    host = urlsplit(judge.base_url).hostname or ""
    try:
        here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = host in {"", "localhost"}
    return "" if here else host
