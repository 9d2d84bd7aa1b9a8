"""Simulated observers with planted values, asked about clustered items in both polarities."""

import numpy as np

from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.observer import Observer


def ask(
    observer: Observer,
    seed: int,
    clusters: int,
    mean_size: int,
    shared: float = 0.0,
    criteria: int = 1,
    unequal: bool = False,
) -> Judgements:
    """Items in clusters of `mean_size` (or of 1 to twice that), half of them faulty, put as + and as -.

    `shared` is the part of the variance of the evidence that all trials of a cluster have in common.
    """
    generator = np.random.default_rng(seed)
    sizes = generator.integers(1, 2 * mean_size, clusters) if unequal else np.full(clusters, mean_size)
    cluster = np.repeat(np.repeat(np.arange(clusters), sizes), 2)
    n = len(cluster)
    item = np.repeat(np.arange(n // 2), 2)
    polarity = np.tile([1, -1], n // 2)
    truth = generator.permutation(np.arange(n // 2) % 2).astype(bool)[item]
    criterion = generator.integers(0, criteria, n // 2)[item]
    common, own = generator.normal(size=clusters)[cluster], generator.normal(size=n)
    evidence = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    evidence += np.where(truth, observer.d_prime / 2, -observer.d_prime / 2)
    fault = evidence > observer.criterion + polarity * observer.acquiescence
    return Judgements.of(truth, fault, cluster, criterion, polarity, item)
