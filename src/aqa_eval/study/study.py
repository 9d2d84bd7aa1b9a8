"""What is asked of whom, and how: the study, once its file has been read."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from aqa_eval.datasets.dataset import Loader, Options
from aqa_eval.datasets.sampling import Sample
from aqa_eval.judges.prices import Tariff
from aqa_eval.study.grid import Grid
from aqa_eval.vocabulary import Capabilities, Condition, Judge, Task

POSE_GATE = 0.8
"""Of a clip's frames, the share with the body that findings about pictures made from poses ask for."""
PREVALENCE = 0.1
"""The share of faults where a judge is to be used, by which predictive values are taken."""


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
    """What is asked of whom, how; everything a plan needs.

    `pose_gate`, 0 to 1: findings about pictures made from poses keep to clips of which at least this share of
    the frames shows the body. `prevalence`, between 0 and 1: the share of faults at which predictive values
    are told. Both are read after the asking and are part of no trial's key.
    """

    name: str
    seed: int
    repeats: int
    datasets: tuple[DatasetChoice, ...]
    judges: tuple[Judge, ...]
    grid: Grid
    pose_gate: float = POSE_GATE
    prevalence: float = PREVALENCE

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


def priced(study: Study, tariffs: Mapping[str, Tariff | None]) -> Study:
    """The study with the price of every judge that sets none itself, where its tariff is known."""
    judges = (
        replace(judge, price=charged.price(0)) if charged and judge.price is None else judge
        for judge in study.judges
        for charged in (tariffs.get(judge.name),)
    )
    return replace(study, judges=tuple(judges))


def probed(study: Study, found: Mapping[str, Capabilities]) -> Study:
    """The study with what its endpoints said they can do; what a study declares itself holds."""
    return replace(
        study,
        judges=tuple(
            replace(judge, capabilities=_declared_over(judge.capabilities, found[judge.name]))
            if judge.name in found
            else judge
            for judge in study.judges
        ),
    )


def _declared_over(declared: Capabilities, found: Capabilities) -> Capabilities:
    known = {f.name: getattr(declared, f.name) for f in fields(declared)}
    return replace(found, **{name: value for name, value in known.items() if value not in {None, ""}})
