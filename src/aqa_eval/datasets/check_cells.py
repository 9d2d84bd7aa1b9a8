"""Counts of a dataset by split and criterion, in one pass over its clips."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.measures import raters
from aqa_eval.vocabulary import Clip, Criterion, Label, Task

Value = TypeVar("Value")


@dataclass(slots=True)
class Cell:
    """The labels of one criterion in one split, counted as they come."""

    split: str
    criterion: Criterion
    n: int = 0
    with_media: int = 0
    clusters: set[str] = field(default_factory=set)
    options: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    total: float = 0.0
    lowest: float = float("inf")
    highest: float = float("-inf")
    ratings: array[float] = field(default_factory=lambda: array("d"))
    rated: array[int] = field(default_factory=lambda: array("I"))

    def add(self, clip: Clip, label: Label) -> None:
        """Count one label."""
        self.n += 1
        self.with_media += clip.media is not None
        self.clusters.add(clip.cluster)
        if isinstance(label.value, bool):
            self.faults += label.value
        elif isinstance(label.value, str):
            self.options[label.value] += 1
        else:
            self.total += label.value
            self.lowest, self.highest = min(self.lowest, label.value), max(self.highest, label.value)
        if label.ratings:
            self.ratings.extend(label.ratings)
            self.rated.append(len(label.ratings))

    def numbers(self) -> dict[str, Any]:
        """What was counted: fault rate, options, or range and mean, and the raters where there are any."""
        counted: dict[str, Any] = {"n": self.n, "clusters": len(self.clusters), "with_media": self.with_media}
        match self.criterion.task:
            case Task.VERIFY:
                counted |= {"fault_rate": self.faults / self.n}
            case Task.CHOOSE:
                counted |= {"options": dict(sorted(self.options.items()))}
            case _:
                counted |= {"minimum": self.lowest, "maximum": self.highest, "mean": self.total / self.n}
        return counted | ({"raters": self._raters()} if self.rated else {})

    def _raters(self) -> dict[str, Any]:
        """How many rated how much and how well they agree; None, and why, where that cannot be estimated.

        Alpha of numbers for scores, of categories for the rest; rho, each rater against the mean of the
        others, only where the ratings have an order.
        """
        table = self._table()
        found: dict[str, Any] = {"rated": len(self.rated), "most_raters": table.shape[1]}
        why: dict[str, str] = {}
        alpha = raters.alpha_interval if self.criterion.task is Task.SCORE else raters.alpha_nominal
        name = alpha.__name__
        found[name] = _or_why(lambda: alpha(table), name, why)
        if self.criterion.task is not Task.CHOOSE:
            each = _or_why(lambda: raters.one_against_the_rest(table), "rho", why)
            found["rho"] = None if each is None else sum(each) / len(each)
            found["rho_range"] = None if each is None else [min(each), max(each)]
        return found | ({"why": why} if why else {})

    def _table(self) -> NDArray[np.float64]:
        lengths = np.asarray(self.rated, np.int64)
        table = np.full((len(lengths), int(lengths.max())), np.nan)
        table[np.arange(table.shape[1]) < lengths[:, None]] = np.asarray(self.ratings)
        return table


def _or_why(measure: Callable[[], Value], name: str, why: dict[str, str]) -> Value | None:
    try:
        return measure()
    except ValueError as error:
        why[name] = str(error)
        return None


def cells(dataset: Dataset) -> list[Cell]:
    """A cell for each split and criterion that has labels, in the order of splits and then of criteria."""
    found: dict[tuple[str, str], Cell] = {}
    for clip, labels in zip(dataset.clips, dataset.labels, strict=True):
        for label in labels:
            key = clip.split, label.criterion
            cell = found.get(key)
            if cell is None:
                cell = found[key] = Cell(clip.split, dataset.criteria[label.criterion])
            cell.add(clip, label)
    splits = list(dict.fromkeys(split for split, _ in found))
    return [found[s, name] for s in splits for name in dataset.criteria if (s, name) in found]
