"""What is asked of whom, and how: the study, once its file has been read."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from aqa_eval.datasets.dataset import Loader, Options
from aqa_eval.datasets.sampling import Sample
from aqa_eval.vocabulary import Condition, Judge, Sampling, Task

Framing = Literal["positive", "negative", "neutral"]


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """One dataset as a study uses it: what is asked about it, and what is drawn by the study's seed."""

    loader: Loader
    options: Options
    tasks: tuple[Task, ...]
    sample: Sample


@dataclass(frozen=True, slots=True)
class Study:
    """What is asked of whom, how; everything a plan needs."""

    name: str
    seed: int
    repeats: int
    datasets: tuple[DatasetChoice, ...]
    judges: tuple[Judge, ...]
    representations: tuple[str, ...]
    strategies: tuple[str, ...]
    framings: tuple[Framing, ...]
    samplings: tuple[Sampling, ...]

    def conditions(self, task: Task) -> Iterator[Condition]:
        """Every way an item of `task` is asked. Only a statement has a polarity; without a picture
        there is nothing to sample.
        """
        framings: tuple[Framing, ...] = self.framings if task is Task.VERIFY else ("neutral",)
        for representation, strategy in itertools.product(self.representations, self.strategies):
            samplings = self.samplings if representation != "none" else (Sampling(),)
            for sampling, framing in itertools.product(samplings, framings):
                yield Condition(representation, strategy, framing, sampling)


def endpoint_host(judge: Judge) -> str:
    """The host beyond this machine that the judge's frames are sent to; empty when they stay here."""
    host = urlsplit(judge.base_url).hostname or ""
    try:
        here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = host in {"", "localhost"}
    return "" if here else host
