"""Of what the variance of a mean is made: items, wordings, and the answer's own chance.

Asking each of n items K times, Var(mean) = item / n + sampling / (n K) (Miller 2024, arXiv 2411.00640,
section 3): more repeats lower the second term only. With W wordings there are two more: what a wording adds
to all items, wording / W, and what it adds to one item, interaction / (n W). The components are estimated by
analysis of variance (Searle, Casella and McCulloch 1992, Variance Components, chapter 4), which is unbiased
and so may come out below 0 where a component is small: it is given as it is, and means "none seen".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, IntArray, effective
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.resampling import Resampling, Target, infer

ONCE = "no item was asked twice: its answers' own chance cannot be told from the item"
TRUNCATED = "; below 0, as an unbiased estimate may be: read as 0"


@dataclass(frozen=True, slots=True)
class Repeated:
    """Variance components of one answer: of items and of sampling (asking again), over `items` items asked
    `repeats` times (harmonic mean). `mean_item` = item / n and `mean_sampling` = sampling / (n K) are what
    they add to the variance of the mean over items.
    """

    item: Estimate
    sampling: Estimate
    mean_item: Estimate
    mean_sampling: Estimate
    items: int
    repeats: float


@dataclass(frozen=True, slots=True)
class Reworded:
    """Variance components over `wordings` wordings that each of `items` items was asked in, `repeats` times
    (harmonic mean): `wording` common to all items, `interaction` of item and wording, `item`, `sampling`.
    `left_out`: items not asked in all wordings. Intervals are over items, for these wordings.
    """

    item: Estimate
    wording: Estimate
    interaction: Estimate
    sampling: Estimate
    items: int
    wordings: int
    repeats: float
    left_out: int


def repeated(values: ArrayLike, item: ArrayLike, cluster: ArrayLike, plan: Resampling) -> Repeated:
    """Components of `values` (n,), 0 and 1 or scores, by `item` (n,), items in clusters (n,).

    Items weigh alike, whatever their repeats. Raises ValueError where the columns differ in length, a value
    is not finite or an item has rows of two clusters.
    """
    answers, items, clusters = _columns(values, item, cluster)
    cells = _Cells.of(answers, items, int(items.max(initial=-1)) + 1)
    n = len(cells.means)
    if n < 2 or not (cells.sizes > 1).any():
        reason = ONCE if n > 1 else "fewer than two items"
        none = impossible(reason, len(answers), clusters.count)
        return Repeated(none, none, none, none, n, 1.0)
    repeats = n / float((1.0 / cells.sizes).sum())
    twice = cells.sizes > 1
    within = np.where(twice, cells.within, 0.0)
    columns = [np.ones(n), cells.means, cells.means**2, within, twice, 1.0 / cells.sizes]
    sums = clusters.sums(np.column_stack(columns))

    def statistic(weights: FloatArray) -> FloatArray:
        count, first, second, within, again, inverse = (weights @ sums).T
        sampling = _ratio(within, again)
        spread = _ratio(second - _ratio(first**2, count), count - 1.0)
        between = spread - sampling * _ratio(inverse, count)
        return np.stack([between, sampling, between / n, sampling / (n * repeats)], axis=1)

    found = _infer(statistic, clusters, len(answers), 4, plan)
    return Repeated(found[0], found[1], found[2], found[3], n, repeats)


def reworded(
    values: ArrayLike, item: ArrayLike, wording: ArrayLike, cluster: ArrayLike, plan: Resampling
) -> Reworded:
    """Components of `values` (n,) by `item` and `wording` (n,), crossed, items in clusters (n,).

    Means of cells are taken as the data (unweighted means), so that cells may be repeated unequally. Asked
    once each, interaction and sampling cannot be told apart: `interaction` then holds both. Raises ValueError
    as `repeated`.
    """
    answers, items, clusters = _columns(values, item, cluster)
    words = np.unique(np.asarray(wording), return_inverse=True)[1].reshape(-1)
    if len(words) != len(answers):
        raise ValueError(f"{len(answers)} values need as many wordings, found {len(words)}")
    asked, width = int(items.max(initial=-1)) + 1, int(words.max(initial=-1)) + 1
    sizes = np.bincount(items * width + words, minlength=asked * width).reshape(asked, width)
    whole: BoolArray = np.all(sizes > 0, axis=1) if width else np.zeros(asked, np.bool_)
    n, left = int(whole.sum()), asked - int(whole.sum())
    if n < 2 or width < 2:
        reason = "fewer than two wordings" if width < 2 else "fewer than two items were asked in all wordings"
        none = impossible(reason, len(answers), clusters.count)
        return Reworded(none, none, none, none, n, width, 1.0, left)
    kept = whole[items]
    order = np.cumsum(whole) - 1
    cells = _Cells.of(answers[kept], order[items[kept]] * width + words[kept], n * width)
    repeats = n * width / float((1.0 / cells.sizes).sum())
    own = Clusters(clusters.codes[whole], clusters.count)
    means, twice = cells.means.reshape(n, width), (cells.sizes > 1).reshape(n, width)
    within = np.where(twice, cells.within.reshape(n, width), 0.0)
    centre = means.mean(axis=1)
    columns = [
        np.ones(n),
        centre,
        centre**2,
        ((means - centre[:, None]) ** 2).sum(axis=1),
        within.sum(axis=1),
        twice.sum(axis=1),
        (1.0 / cells.sizes).reshape(n, width).mean(axis=1),
    ]
    sums = own.sums(np.column_stack([*columns, means]))

    def statistic(weights: FloatArray) -> FloatArray:
        totals = weights @ sums
        count, first, second, scatter, noise, again, inverse = totals[:, :7].T
        by_word = _ratio(totals[:, 7:], count[:, None])
        apart = ((by_word - by_word.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        mixed = _ratio(scatter - count * apart, (count - 1.0) * (width - 1.0))
        sampling = _ratio(noise, again)
        # Expected: MS of cells = interaction + sampling / K; of wordings' means and of items' means, more.
        noise_in_cell = np.where(again > 0, sampling, 0.0) * _ratio(inverse, count)
        spread = _ratio(second - _ratio(first**2, count), count - 1.0)
        components = (
            spread - mixed / width,
            apart / (width - 1.0) - _ratio(mixed, count),
            mixed - noise_in_cell,
        )
        return np.stack([*components, sampling], axis=1)

    found = _infer(statistic, own, int(kept.sum()), 4, plan)
    if not twice.any():
        found[3] = impossible(ONCE, int(kept.sum()), own.count)
    return Reworded(found[0], found[1], found[2], found[3], n, width, repeats, left)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Of each cell (C,): its rows, their mean, and their unbiased variance (0 where there is one row)."""

    sizes: FloatArray
    means: FloatArray
    within: FloatArray

    @classmethod
    def of(cls, values: FloatArray, cell: IntArray, count: int) -> _Cells:
        sizes = np.bincount(cell, minlength=count).astype(np.float64)
        means = np.bincount(cell, weights=values, minlength=count) / np.maximum(sizes, 1.0)
        squares = np.bincount(cell, weights=(values - means[cell]) ** 2, minlength=count)
        return cls(sizes, means, squares / np.maximum(sizes - 1.0, 1.0))


def _columns(values: ArrayLike, item: ArrayLike, cluster: ArrayLike) -> tuple[FloatArray, IntArray, Clusters]:
    """Values and item codes (n,), and the clusters of the items."""
    answers = np.asarray(values, dtype=np.float64)
    _, one, items = np.unique(np.asarray(item), return_index=True, return_inverse=True)
    clusters = Clusters.of(cluster)
    if not len(answers) == len(items.reshape(-1)) == len(clusters.codes):
        raise ValueError(f"{len(answers)} values need as many items and clusters")
    items = items.reshape(-1).astype(np.int64)
    if not np.isfinite(answers).all() or (clusters.codes != clusters.codes[one][items]).any():
        raise ValueError("values must be finite and every item must have one cluster")
    return answers, items, Clusters(clusters.codes[one], clusters.count)


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """The quotient, NaN where nothing is below."""
    usable = np.broadcast_to(below > 0, above.shape)
    return np.where(usable, above / np.where(usable, below, 1.0), np.nan)


def _infer(
    statistic: Callable[[FloatArray], FloatArray], clusters: Clusters, n: int, outputs: int, plan: Resampling
) -> list[Estimate]:
    carriers = len(np.unique(clusters.codes))
    support = float(effective(np.bincount(clusters.codes).astype(np.float64)))
    target = Target(n, carriers, support, scale="log", undefined="too few items are repeated")
    found = infer(statistic, clusters.count, [target] * outputs, plan, 4 * clusters.count)
    return [_marked(estimate) for estimate in found]


def _marked(estimate: Estimate) -> Estimate:
    if estimate.value is None or estimate.value >= 0.0:
        return estimate
    return replace(estimate, method=estimate.method + TRUNCATED)
