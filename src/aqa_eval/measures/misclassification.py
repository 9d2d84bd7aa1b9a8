"""The mix of several classes, counted by a classifier that takes some for others.

Of what is of class l the classifier calls a share C[l, s] class s, so that the shares as read are q = C' p.
The mix p is the point of the simplex whose C' p is nearest to q: the matrix method (Kuha and Skinner 1997, in
Lyberg et al., Survey Measurement and Process Quality, ch. 28; Buonaccorsi 2010, Measurement Error, ch. 2).
Unlike sensitivity and specificity of one class against all others, C does not depend on how common the
classes are among the rows that it was measured on; it has to be the same for the rows that are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from aqa_eval.measures.clusters import Clusters, FloatArray, IntArray, effective
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import worst
from aqa_eval.measures.resampling import Resampling, Target, infer

ALLOWANCE = "exact cluster-level bound for what was read never, or always"
_SINGULAR = 1e-6


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows that the classifier was checked on: their class `truth` (n,) and what it says, `said` (n,), both
    0..`classes`-1. Each row is its own cluster.
    """

    truth: IntArray
    said: IntArray
    classes: int

    def matrix(self) -> FloatArray:
        """C (classes, classes), NaN where no row is of a class."""
        counts = np.zeros((self.classes, self.classes))
        np.add.at(counts, (self.truth, self.said), 1.0)
        return _rates(counts)


def mix(
    said: IntArray, cluster: ArrayLike, checked: Checked, among: Sequence[int], plan: Resampling
) -> list[Estimate]:
    """The share of each class of `among` among all of these, of rows read as `said` (n,) in whole clusters
    (`cluster`, (n,)). Rows of other classes count in the matrix, and are left out of the shares.

    The intervals resample the counted clusters and the checked rows together. Not identified where no
    checked row is of a class, or where the classifier does not tell two of them apart.
    """
    chosen = list(among)
    clusters = Clusters.of(cluster)
    lacking = _lacking(said, checked, chosen)
    if lacking:
        return [impossible(lacking, len(said), clusters.count) for _ in chosen]
    k = checked.classes
    read = clusters.sums(np.eye(k)[said])
    cells = np.eye(k * k)[checked.truth * k + checked.said]

    def statistic(weights: FloatArray) -> FloatArray:
        rates = _rates((weights[:, clusters.count :] @ cells).reshape(-1, k, k))
        return _shares(rates, weights[:, : clusters.count] @ read, chosen)

    counted = read[:, chosen]
    support = float(effective(counted.sum(axis=1)))
    targets = [
        Target(
            int(counted.sum()),
            int(np.count_nonzero(counted.sum(axis=1))),
            support,
            (0.0, 1.0),
            slack=slack,
            allowance=ALLOWANCE if slack != (0.0, 0.0) else "",
        )
        for slack in (_slack(counted, place, plan) for place in range(len(chosen)))
    ]
    total = clusters.count + len(checked.truth)
    return infer(statistic, total, targets, plan, total + 2 * k * k)


def _lacking(said: IntArray, checked: Checked, among: Sequence[int]) -> str:
    matrix = checked.matrix()
    if not np.isin(said, among).any():
        return "no rows to count"
    if np.isnan(matrix).any():
        return "no checked row is of one of the classes"
    if np.linalg.svd(matrix, compute_uv=False)[-1] < _SINGULAR:
        return "the classifier does not tell the classes apart"
    return ""


def _slack(read: FloatArray, place: int, plan: Resampling) -> tuple[float, float]:
    """How far the share of a class may fall or rise read always or never, from counts (clusters, classes)."""
    sizes = read.sum(axis=1)
    sizes = sizes[sizes > 0]
    bound = worst(sizes / sizes.sum(), plan.tail)
    own = read[:, place].sum()
    return (bound if own == sizes.sum() else 0.0), (bound if own == 0 else 0.0)


def _rates(counts: FloatArray) -> FloatArray:
    """Shares of rows (..., k, k), NaN where a row is empty."""
    total = counts.sum(axis=-1, keepdims=True)
    rates: FloatArray = np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
    return rates


def _shares(matrices: FloatArray, read: FloatArray, among: Sequence[int]) -> FloatArray:
    """The shares (R, m) among some classes, from matrices (R, k, k) and counts as read (R, k)."""
    found = np.full((len(read), len(among)), np.nan)
    known = np.isfinite(matrices).all(axis=(1, 2)) & (read[:, among].sum(axis=1) > 0)
    known[known] = np.linalg.svd(matrices[known], compute_uv=False)[:, -1] >= _SINGULAR
    places = np.flatnonzero(known)
    turned = np.swapaxes(matrices[places], 1, 2)
    q = read[places] / read[places].sum(axis=1, keepdims=True)
    masses = np.linalg.solve(turned, q[..., None])[..., 0] if len(places) else q
    for n in np.flatnonzero((masses < 0).any(axis=1)):
        masses[n] = nnls(turned[n], q[n])[0]
    masses = masses[:, among]
    total = masses.sum(axis=1, keepdims=True)
    found[places] = np.divide(masses, total, out=np.full_like(masses, np.nan), where=total > 0)
    return found
