"""Which clusters a resample draws, and how often: the same for every statistic over as many clusters.

Every statement about the same clusters is resampled alike, so that none depends on another, and a report
draws the same counts hundreds of times. They are made once and kept while they are small.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from aqa_eval.measures.clusters import FloatArray

CELLS = 2_000_000
"""Numbers held at once by one array of a chunk of resamples: 16 MB."""

_KEPT = 4_000_000  # counts of one set of draws that are kept, a byte each or two


def chunks(total: int, width: int) -> list[int]:
    """Sizes that add up to `total`, each of so many resamples of `width` numbers as fit into `CELLS`."""
    size = max(1, min(total, CELLS // max(width, 1)))
    return [min(size, total - start) for start in range(0, total, size)]


def bootstrap_weights(clusters: int, resamples: int, seed: int, width: int) -> Iterator[FloatArray]:
    """Counts (rows, clusters) of `resamples` draws of all clusters with replacement, in chunks that suit a
    statistic that holds `width` numbers a resample. The draws do not depend on how they are cut.
    """
    sizes = chunks(resamples, max(width, clusters))
    if clusters * resamples > _KEPT:
        generator = np.random.default_rng(seed)
        for rows in sizes:
            yield _drawn(generator, rows, clusters).astype(np.float64)
        return
    start = 0
    kept = _kept(clusters, resamples, seed)
    for rows in sizes:
        yield kept[start : start + rows].astype(np.float64)
        start += rows


def without_one(clusters: int, width: int) -> Iterator[FloatArray]:
    """Weights (rows, clusters) that leave out each cluster once, in chunks as above."""
    start = 0
    for rows in chunks(clusters, max(width, clusters)):
        weights = np.ones((rows, clusters))
        weights[np.arange(rows), np.arange(start, start + rows)] = 0.0
        yield weights
        start += rows


@lru_cache(maxsize=16)
def _kept(clusters: int, resamples: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    counts = _drawn(np.random.default_rng(seed), resamples, clusters).astype(np.uint16)
    counts.setflags(write=False)
    return counts


def _drawn(
    generator: np.random.Generator, rows: int, clusters: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    drawn = generator.integers(0, clusters, size=(rows, clusters))
    drawn += np.arange(rows)[:, None] * clusters
    return np.bincount(drawn.ravel(), minlength=rows * clusters).reshape(rows, clusters)
