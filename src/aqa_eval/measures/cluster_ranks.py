"""Spearman's rho per group under cluster weights, for many resamples at once.

Rows stand one after the other and resamples beside each other, so that whatever moves a row moves a
contiguous block: three times as fast as resamples of rows, of which each would have to be gathered by itself.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.draws import CELLS

_ABREAST, _FEWER = 32, 8
"""Resamples beside each other, and from `_MANY` rows on, so that what is in use stays in the caches."""

_MANY = 20_000


def width(rows: int) -> int:
    """The `width` of `resampling.infer` at which as many resamples are ranked at once as go fastest."""
    return max(CELLS // (_ABREAST if rows < _MANY else _FEWER), rows // 2)


class ClusterRanks:
    """Rho per group under weights of clusters, as if each row stood there as often as its cluster weighs.

    `first`, `second` (n,) are ranked within `group` (n,) codes 0..G-1, ties by midranks; `cluster` (n,) are
    codes 0..k-1.
    """

    def __init__(self, first: FloatArray, second: FloatArray, group: IntArray, cluster: IntArray) -> None:
        self._first = _Ties(first, group, cluster)
        self._second = _Ties(second, group, cluster)
        # Rows in the order of `first`, in which groups already lie together.
        order = self._first.order
        self._cluster = cluster[order]
        self._tie_of_first = self._first.tie_of_row[order]
        self._tie_of_second = self._second.tie_of_row[order]
        self._adding = _indicator(group[order], int(group.max()) + 1)

    def correlations(self, weights: FloatArray) -> FloatArray:
        """Rho (R, G) under weights (R, k): 0 where `second` does not vary, NaN where `first` does not."""
        turned = np.ascontiguousarray(weights.T)
        ranks_first, squares_first = self._first.centred(turned)
        ranks_second, squares_second = self._second.centred(turned)
        products = turned[self._cluster]
        products *= ranks_first if len(ranks_first) == len(products) else ranks_first[self._tie_of_first]
        products *= ranks_second[self._tie_of_second]
        cross = self._adding @ products
        scale = np.sqrt(squares_first * squares_second)
        rho = np.divide(cross, scale, out=np.zeros_like(cross), where=scale > 0)
        return np.where(squares_first > 0, np.clip(rho, -1.0, 1.0), np.nan).T


class _Ties:
    """The ties of one variable within groups, ascending, and their midranks under cluster weights."""

    def __init__(self, values: FloatArray, group: IntArray, cluster: IntArray) -> None:
        self.order = np.lexsort((values, group))
        ordered, groups = values[self.order], group[self.order]
        fresh = np.ones(len(ordered), np.bool_)
        fresh[1:] = (ordered[1:] != ordered[:-1]) | (groups[1:] != groups[:-1])
        self.tie_of_row = np.empty(len(ordered), np.int64)
        self.tie_of_row[self.order] = np.cumsum(fresh) - 1
        self._counting = _indicator(self.tie_of_row, int(fresh.sum()), cluster, int(cluster.max()) + 1)
        self._group = groups[fresh]
        self._ends = np.append(np.flatnonzero(np.diff(self._group)), len(self._group) - 1)
        self._adding = _indicator(self._group, len(self._ends))

    def centred(self, turned: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Midranks of the ties (T, R), less the mean rank of their group, and the groups' weighted sums of
        squares (G, R), under weights (k, R).
        """
        counts = self._counting @ turned[: self._counting.shape[1]]
        ranks = np.cumsum(counts, axis=0)
        reached = ranks[self._ends]
        before = np.concatenate([np.zeros_like(reached[:1]), reached[:-1]])
        # A tie of c rows ending at rank e has midrank e - (c - 1)/2; the mean of N ranks is (N + 1)/2, and
        # the N ranks of a group come after those of the groups before it.
        middle = (before + reached) / 2.0
        ranks -= middle if len(middle) == 1 else middle[self._group]
        ranks -= counts / 2.0
        counts *= ranks
        counts *= ranks
        return ranks, self._adding @ counts


def _indicator(
    row: IntArray, rows: int, column: IntArray | None = None, columns: int = 0
) -> sparse.csr_array:
    """Adds up what is in `column` (default: one each, in order) into `row`."""
    places = np.arange(len(row)) if column is None else column
    shape = (rows, columns or len(row))
    return sparse.csr_array((np.ones(len(row)), (row, places)), shape=shape)
