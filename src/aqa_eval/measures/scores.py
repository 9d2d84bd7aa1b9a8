"""Scores given and true, as arrays: what rank correlation and regression read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Scores:
    """One row an answered trial, all arrays (n,) but `spans`.

    `truth` and `prediction` in the unit of the criterion's scale. `criterion`, `event` and `item` are codes,
    `criteria` and `events` the names of the codes ("" is no event). `spans` (C,) is the range of the scale
    of each criterion, by which R-l2 divides.
    """

    truth: FloatArray
    prediction: FloatArray
    criterion: IntArray
    criteria: tuple[str, ...]
    event: IntArray
    events: tuple[str, ...]
    item: IntArray
    clusters: Clusters
    spans: FloatArray

    @classmethod
    def of(
        cls,
        truth: ArrayLike,
        prediction: ArrayLike,
        cluster: ArrayLike,
        criterion: ArrayLike | None = None,
        event: ArrayLike | None = None,
        item: ArrayLike | None = None,
        ranges: Mapping[str, tuple[float, float]] | None = None,
    ) -> Scores:
        """Scores from any labels; by default one criterion, no events, every row its own item.

        `ranges` gives (min, max) of a criterion; without it the range is that of the truth here. Raises
        ValueError where the arrays differ in length.
        """
        true, said = np.asarray(truth, np.float64), np.asarray(prediction, np.float64)
        n = len(true)
        criteria, kinds = _coded(["all"] * n if criterion is None else criterion)
        events, places = _coded([""] * n if event is None else event)
        _, items = _coded(np.arange(n) if item is None else item)
        clusters = Clusters.of(cluster)
        lengths = {n, len(said), len(kinds), len(places), len(items), len(clusters.codes)}
        if len(lengths) > 1:
            raise ValueError(f"scores need arrays of one length, found lengths {sorted(lengths)}")
        spans = [_span(true[kinds == i], (ranges or {}).get(name)) for i, name in enumerate(criteria)]
        return cls(true, said, kinds, criteria, places, events, items, clusters, np.array(spans, np.float64))

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def unusable(self) -> str:
        """Why nothing can be computed from these rows; empty if it can."""
        if not len(self):
            return "no answered trials"
        broken = int(np.count_nonzero(~(np.isfinite(self.truth) & np.isfinite(self.prediction))))
        return f"{broken} of {len(self)} rows hold a number that is not finite" if broken else ""

    @property
    def constant(self) -> bool:
        """Whether every clip of a criterion got the same score."""
        return all(np.ptp(self.prediction[self.criterion == c]) == 0.0 for c in np.unique(self.criterion))

    def only(self, rows: BoolArray) -> Scores:
        """The scores where `rows` (n,) is true, codes unchanged, clusters counted anew."""
        return Scores(
            self.truth[rows],
            self.prediction[rows],
            self.criterion[rows],
            self.criteria,
            self.event[rows],
            self.events,
            self.item[rows],
            Clusters.of(self.clusters.codes[rows]),
            self.spans,
        )


def _coded(labels: ArrayLike) -> tuple[tuple[str, ...], IntArray]:
    names, codes = np.unique(np.asarray(labels), return_inverse=True)
    return tuple(str(name) for name in names), codes.astype(np.int64).reshape(-1)


def _span(truth: FloatArray, pinned: tuple[float, float] | None) -> float:
    if pinned is not None:
        return float(pinned[1] - pinned[0])
    return float(np.ptp(truth))
