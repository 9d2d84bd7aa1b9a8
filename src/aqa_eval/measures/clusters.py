"""Which rows hang together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Clusters:
    """The cluster of every row: `codes` (n,) in 0..count-1. Rows of one cluster are not independent."""

    codes: IntArray
    count: int

    @classmethod
    def of(cls, labels: ArrayLike) -> Clusters:
        """Clusters from any labels (n,); equal labels are one cluster."""
        names, codes = np.unique(np.asarray(labels), return_inverse=True)
        return cls(codes.astype(np.int64).reshape(-1), len(names))

    def sums(self, values: FloatArray) -> FloatArray:
        """Sums of `values` (n, m) over each cluster: (count, m)."""
        columns = [np.bincount(self.codes, weights=column, minlength=self.count) for column in values.T]
        return np.stack(columns, axis=1)


class Tallies:
    """Counts of rows (n,) by column, under weights of their clusters: as good as the rows where many are
    alike. Sparse, so that it takes no more than the rows where none are.
    """

    def __init__(self, clusters: Clusters, column: IntArray, columns: int, counted: BoolArray) -> None:
        rows, places = clusters.codes[counted], column[counted]
        shape = (columns, clusters.count)
        self._adding = sparse.csr_array((np.ones(len(rows)), (places, rows)), shape=shape)

    def under(self, weights: FloatArray) -> FloatArray:
        """Weighted counts (R, columns) under weights of clusters (R, k)."""
        counts: FloatArray = (self._adding @ np.ascontiguousarray(weights.T)).T
        return counts


def coded(labels: ArrayLike) -> IntArray:
    """A code 0, 1, ... of each label (n,), in the order of the labels themselves."""
    return np.unique(np.asarray(labels), return_inverse=True)[1].astype(np.int64).reshape(-1)


def effective(sizes: FloatArray) -> FloatArray:
    """How many clusters of equal size are worth as much as clusters of these `sizes` (k, ...): (sum of
    sizes)^2 / sum of squares (Kish 1965, Survey Sampling), 0 where all are empty. Student's t has as many
    degrees of freedom, less one, where clusters differ in size (Carter, Schnepel and Steigerwald 2017,
    Review of Economics and Statistics 99, for perfect correlation within).
    """
    squares = (sizes**2).sum(axis=0)
    totals: FloatArray = sizes.sum(axis=0) ** 2 / np.where(squares > 0, squares, 1.0)
    return totals
