"""Labelled clips by what they share: who of the same kin has which truth, without looking at each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aqa_eval.datasets.kinship import Draws, Ints
from aqa_eval.vocabulary import Criterion, LabelValue, TimeSpan, Truth

Floats = NDArray[np.float64]


def numbered(criterion: Criterion, truth: Truth) -> float:
    """A truth as a number: 1 or 0 for a fault, the place of an option, or the score."""
    if isinstance(truth, TimeSpan):
        raise TypeError(f"criterion '{criterion.id}': a time is no label")
    return float(criterion.options.index(str(truth))) if criterion.options else float(truth)


def truth_of(criterion: Criterion, number: float) -> LabelValue:
    """The truth that `numbered` made a number of."""
    if criterion.scale is not None:
        return number
    return criterion.options[int(number)] if criterion.options else bool(number)


def ranks(group: Ints, value: Floats, draws: Draws) -> Ints:
    """The rank (n,) of each value within its `group` (n,), from 0; equal values by their draws (n,)."""
    order = np.lexsort((draws, value, group))
    sorted_groups = group[order]
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order)) - np.searchsorted(sorted_groups, sorted_groups, side="left")
    return found


@dataclass(frozen=True, slots=True)
class Relatives:
    """`codes` (g,) of what two clips or more share, in order; `rows` (m,) of all those clips by code and then
    by class, and `keys` (m,) in the same order: the number of the code * `count` + the class.
    """

    codes: Ints
    rows: NDArray[np.int32]
    keys: Ints
    count: int

    @classmethod
    def of(cls, kin: Ints, classes: Ints) -> Relatives:
        """Index clips by what they share (n,) and by their class (n,), 0 or more."""
        count = int(classes.max(initial=0)) + 1
        codes, number, sizes = np.unique(kin, return_inverse=True, return_counts=True)
        rows = np.flatnonzero(sizes[number] > 1)
        kept = np.cumsum(sizes > 1) - 1
        keys = kept[number[rows]] * count + classes[rows]
        order = np.argsort(keys, kind="stable")
        return cls(codes[sizes > 1], rows[order].astype(np.int32), keys[order], count)

    def group(self, code: int, of_class: int | None = None) -> tuple[int, int]:
        """From where up to where in `rows` the clips stand that share `code`, all or those of one class."""
        number = int(np.searchsorted(self.codes, code))
        if number == len(self.codes) or self.codes[number] != code:
            return 0, 0
        low = number * self.count
        bounds = (low, low + self.count) if of_class is None else (low + of_class, low + of_class + 1)
        start, stop = np.searchsorted(self.keys, bounds)
        return int(start), int(stop)

    def nearest(self, code: int, wanted: int) -> tuple[int, int] | None:
        """Row and class of the clip that shares `code` and whose class is nearest to the one `wanted`."""
        start, stop = self.group(code)
        if start == stop:
            return None
        low = int(self.keys[start]) // self.count * self.count
        place = int(np.searchsorted(self.keys, low + wanted))
        near = [at for at in (place - 1, place) if start <= at < stop]
        best = min(near, key=lambda at: abs(int(self.keys[at]) - low - wanted))
        return int(self.rows[best]), int(self.keys[best]) - low
