"""The raters' marks of the items that were asked about, as tables of units and raters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.measures.clusters import BoolArray, FloatArray
from aqa_eval.vocabulary import Task

RATERS = "raters"
"""The name under which statements about the raters themselves stand."""
_NOT_OWN = ("swapped",)  # perturbations that show another clip than the item's, which nobody rated for it


@dataclass(frozen=True, slots=True)
class Rated:
    """The items of one dataset and task with two ratings or more: `items`, one row each, and `marks` (units,
    raters), NaN where a rater gave none; votes are 0 or 1.
    """

    items: pl.DataFrame
    marks: FloatArray

    def of(self, rows: BoolArray) -> Rated:
        """Some of the items."""
        return Rated(self.items.filter(pl.Series(rows)), self.marks[rows])

    def about(self, criterion: str) -> Rated:
        """The items of one criterion."""
        return self.of((self.items["criterion"] == criterion).to_numpy().astype(np.bool_))

    def answered(self, rows: pl.DataFrame) -> Rated:
        """The items that some of `rows` are about."""
        return self.of(self.items["item"].is_in(rows["item"].unique().implode()).to_numpy().astype(np.bool_))

    @property
    def complete(self) -> Rated:
        """The items that all raters have marked."""
        return self.of(np.asarray(np.isfinite(self.marks).all(axis=1), np.bool_))

    @property
    def share(self) -> FloatArray:
        """The mean mark of each item (units,): of votes, the share of raters who saw the fault."""
        mean: FloatArray = np.nanmean(self.marks, axis=1) if len(self.marks) else np.zeros(0)
        return mean

    @property
    def criteria(self) -> list[str]:
        """The criteria that were rated, in plan order."""
        return self.items["criterion"].unique(maintain_order=True).to_list()


def rated(table: pl.DataFrame, task: Task) -> Iterator[tuple[Asked, Rated]]:
    """For each dataset the items of `task` that two raters or more have marked, and the place at which what
    is said of the raters stands.
    """
    marked = pl.col("ratings").fill_null("").str.contains("|", literal=True)
    own = ~pl.col("perturbation").is_in(_NOT_OWN)
    rows = table.filter(pl.col("task") == str(task), marked, own)
    for (dataset,), of_dataset in rows.partition_by("dataset", as_dict=True, maintain_order=True).items():
        items = of_dataset.unique("item", keep="first", maintain_order=True)
        found = Rated(items, _marks(items["ratings"], task))
        found = found.of((~np.isnan(found.marks)).sum(axis=1) >= 2)
        if len(found.marks):
            way = {"judge": RATERS, "protocol": "human", "dataset": str(dataset), "task": str(task)}
            blank = dict.fromkeys(("representation", "strategy", "frames", "setting"), "")
            yield Asked({**way, **blank}, found.items.with_columns(status=pl.lit("ok"))), found


def _marks(ratings: pl.Series, task: Task) -> FloatArray:
    """The marks (units, raters): a rater a place in the text; what is no number, or no vote, is NaN."""
    split = ratings.str.split("|")
    most = int(split.list.len().max() or 0)  # type: ignore[arg-type]
    columns = [
        split.list.get(place, null_on_oob=True).cast(pl.Float64, strict=False).to_numpy()
        for place in range(most)
    ]
    marks = np.stack(columns, axis=1).astype(np.float64)
    usable = np.isin(marks, (0.0, 1.0)) if task is Task.VERIFY else np.isfinite(marks)
    found: FloatArray = np.where(usable, marks, np.nan)
    return found


def within_events(found: Rated) -> FloatArray:
    """The marks less the mean of their event, so that what differs between events is no agreement."""
    events = found.items["event"].fill_null("").to_numpy().astype(str)
    marks = found.marks.copy()
    for event in np.unique(events):
        own = events == event
        marks[own] -= np.nanmean(marks[own])
    return marks


def eventful(found: Rated) -> bool:
    """Whether the dataset names events."""
    return bool(found.items["event"].fill_null("").ne("").any())
