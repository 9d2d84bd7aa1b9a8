"""Numbers that grade a yes/no outcome, as arrays: what AUROC, calibration and risk-coverage read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Graded:
    """One row an answered trial, all arrays (n,).

    `outcome`: did it happen (the fault is present; the answer is right). `grade`: the larger, the more the
    judge holds it for so (a probability, a log-odds, a score). `criterion` and `item` are codes, `criteria`
    the names of the criterion codes.
    """

    outcome: BoolArray
    grade: FloatArray
    criterion: IntArray
    criteria: tuple[str, ...]
    item: IntArray
    clusters: Clusters

    @classmethod
    def of(
        cls,
        outcome: ArrayLike,
        grade: ArrayLike,
        cluster: ArrayLike,
        criterion: ArrayLike | None = None,
        item: ArrayLike | None = None,
    ) -> Graded:
        """Graded outcomes from any labels; by default one criterion, every row its own item.

        Raises ValueError where the arrays differ in length, or the outcome is not yes/no.
        """
        happened, grades = np.asarray(outcome), np.asarray(grade, np.float64)
        n = len(grades)
        if happened.size and not np.isin(happened, (0, 1)).all():
            odd = happened[~np.isin(happened, (0, 1))][0]
            raise ValueError(f"the outcome must be yes or no in every row, found {odd!r}")
        names, codes = np.unique(
            np.asarray(["all"] * n if criterion is None else criterion), return_inverse=True
        )
        items = np.arange(n) if item is None else np.unique(np.asarray(item), return_inverse=True)[1]
        clusters = Clusters.of(cluster)
        lengths = {n, len(happened), len(codes), len(items), len(clusters.codes)}
        if len(lengths) > 1:
            raise ValueError(f"graded outcomes need arrays of one length, found lengths {sorted(lengths)}")
        return cls(
            happened.astype(np.bool_),
            grades,
            codes.astype(np.int64).reshape(-1),
            tuple(str(name) for name in names),
            items.astype(np.int64).reshape(-1),
            clusters,
        )

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def unusable(self) -> str:
        """Why nothing can be computed from these rows; empty if it can. Infinite grades can be ordered."""
        if not len(self):
            return "no answered trials"
        broken = int(np.count_nonzero(np.isnan(self.grade)))
        return f"{broken} of {len(self)} rows have no grade" if broken else ""

    @property
    def no_probabilities(self) -> str:
        """Why the grades cannot be read as probabilities; empty if they can."""
        if self.unusable:
            return self.unusable
        outside = int(np.count_nonzero((self.grade < 0.0) | (self.grade > 1.0)))
        return f"{outside} of {len(self)} rows hold no probability from 0 to 1" if outside else ""

    def only(self, rows: BoolArray) -> Graded:
        """The rows where `rows` (n,) is true, criterion codes unchanged, clusters counted anew."""
        return Graded(
            self.outcome[rows],
            self.grade[rows],
            self.criterion[rows],
            self.criteria,
            self.item[rows],
            Clusters.of(self.clusters.codes[rows]),
        )
