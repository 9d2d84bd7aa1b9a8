"""Yes/no judgements of whether a fault is present, as arrays: what agreement, detection and polarity read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aqa_eval.measures.clusters import BoolArray, Clusters, IntArray

POSITIVE: Final = 1
"""The statement said how the movement should be: "true" means no fault."""
NEGATIVE: Final = -1
"""The statement said how it goes wrong: "true" means fault."""
NEUTRAL: Final = 0
"""The question leaned neither way."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """One row an answered trial, all arrays (n,).

    `truth`: is the fault present. `fault`: does the judge say it is. `polarity`: POSITIVE, NEGATIVE or
    NEUTRAL. `criterion` and `item` are codes, `criteria` the names of the criterion codes; rows with the
    same item are repeated or rephrased askings of one thing.
    """

    truth: BoolArray
    fault: BoolArray
    polarity: IntArray
    criterion: IntArray
    criteria: tuple[str, ...]
    item: IntArray
    clusters: Clusters

    @classmethod
    def of(
        cls,
        truth: ArrayLike,
        fault: ArrayLike,
        cluster: ArrayLike,
        criterion: ArrayLike | None = None,
        polarity: ArrayLike | None = None,
        item: ArrayLike | None = None,
    ) -> Judgements:
        """Judgements from any labels; by default one criterion, neutral polarity, every row its own item.

        Raises ValueError where the arrays differ in length, or truth and fault are not yes/no.
        """
        yes, said = _booleans(truth, "truth"), _booleans(fault, "fault")
        n = len(yes)
        names, codes = np.unique(
            np.asarray(["all"] * n if criterion is None else criterion), return_inverse=True
        )
        items = np.arange(n) if item is None else np.unique(np.asarray(item), return_inverse=True)[1]
        sides = np.zeros(n, np.int64) if polarity is None else np.asarray(polarity, np.int64)
        clusters = Clusters.of(cluster)
        lengths = {n, len(said), len(codes), len(items), len(sides), len(clusters.codes)}
        if len(lengths) > 1:
            raise ValueError(f"judgements need arrays of one length, found lengths {sorted(lengths)}")
        return cls(
            yes,
            said,
            sides,
            codes.astype(np.int64).reshape(-1),
            tuple(str(name) for name in names),
            items.astype(np.int64).reshape(-1),
            clusters,
        )

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def fixed(self) -> bool:
        """Whether every question of a criterion and polarity got the same answer."""
        cell = self.criterion * 3 + self.polarity + 1
        asked = np.bincount(cell)
        yes = np.bincount(cell, weights=self.fault.astype(np.float64))
        return bool(((yes == 0) | (yes == asked)).all())

    def only(self, rows: BoolArray) -> Judgements:
        """The judgements where `rows` (n,) is true, criterion codes unchanged, clusters counted anew."""
        return Judgements(
            self.truth[rows],
            self.fault[rows],
            self.polarity[rows],
            self.criterion[rows],
            self.criteria,
            self.item[rows],
            Clusters.of(self.clusters.codes[rows]),
        )


def _booleans(values: ArrayLike, name: str) -> BoolArray:
    array: NDArray[np.generic] = np.asarray(values)
    if array.size and not np.isin(array, (0, 1)).all():
        raise ValueError(
            f"{name} must be yes or no in every row, found {array[~np.isin(array, (0, 1))][0]!r}"
        )
    return array.astype(np.bool_)
