"""Simulated judges on clustered items: rows of a verdict table as arrays.

Clusters are of unequal size, one to nearly twice the mean. What a judge sees has a part that all rows of a
cluster have in common (a camera, a body), and so has the truth (a beginner makes more faults).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aqa_eval.measures.observer import Observer

Rows = dict[str, NDArray[np.generic]]
World = Callable[[np.random.Generator, int], Rows]


def places(generator: np.random.Generator, clusters: int, mean_size: int) -> NDArray[np.int64]:
    """The cluster of every row."""
    return np.repeat(np.arange(clusters), generator.integers(1, 2 * mean_size, clusters))


@dataclass(frozen=True)
class Verify:
    """An equal-variance observer asked about every item in both polarities.

    Of the variance of its evidence `shared` is the cluster's and `of_item` the item's. Faults are more common
    in some clusters than in others: their share in each is drawn from Beta(`faulty`).
    """

    observer: Observer
    shared: float = 0.3
    of_item: float = 0.2
    faulty: tuple[float, float] = (2.0, 2.0)
    mean_size: int = 8
    criteria: int = 1
    spread: float = 0.0  # criteria differ in the response criterion by so much

    def __call__(
        self, generator: np.random.Generator, clusters: int, answering: np.random.Generator | None = None
    ) -> Rows:
        """Rows in `clusters` clusters; `answering` draws what is new with every answer."""
        home = places(generator, clusters, self.mean_size)
        items = len(home)
        truth = generator.random(items) < generator.beta(*self.faulty, clusters)[home]
        criterion = generator.integers(0, self.criteria, items)
        seen = np.where(truth, 0.5, -0.5) * self.observer.d_prime
        seen += np.sqrt(self.shared) * generator.normal(size=clusters)[home]
        seen += np.sqrt(self.of_item) * generator.normal(size=items)
        item = np.repeat(np.arange(items), 2)
        polarity = np.tile([1, -1], items)
        own = (answering or generator).normal(size=2 * items) * np.sqrt(1.0 - self.shared - self.of_item)
        offset = self.spread * (criterion - (self.criteria - 1) / 2.0)
        line = self.observer.criterion + polarity * self.observer.acquiescence + offset[item]
        return {
            "truth": truth[item],
            "evidence": seen[item] + own,
            "fault": seen[item] + own > line,
            "cluster": home[item],
            "criterion": criterion[item],
            "polarity": polarity,
            "item": item,
        }


@dataclass(frozen=True)
class Score:
    """A judge whose scores have correlation `r`, relative spread `s` and offset `b` with the truth.

    Truth and noise are normal; of the variance of each `shared` is the cluster's, which is also its event,
    and of that of the noise `of_item` the item's.
    """

    r: float
    s: float = 1.0
    b: float = 0.0
    shared: float = 0.3
    of_item: float = 0.3
    mean_size: int = 8

    def __call__(
        self, generator: np.random.Generator, clusters: int, answering: np.random.Generator | None = None
    ) -> Rows:
        """Rows in `clusters` clusters; `answering` draws what is new with every answer."""
        home = places(generator, clusters, self.mean_size)
        n, shared = len(home), np.sqrt(self.shared)
        truth = shared * generator.normal(size=clusters)[home]
        truth += np.sqrt(1.0 - self.shared) * generator.normal(size=n)
        noise = shared * generator.normal(size=clusters)[home]
        noise += np.sqrt(self.of_item) * generator.normal(size=n)
        noise += np.sqrt(1.0 - self.shared - self.of_item) * (answering or generator).normal(size=n)
        said = self.s * (self.r * truth + np.sqrt(1.0 - self.r**2) * noise) + self.b
        return {"truth": 50.0 + 10.0 * truth, "prediction": 50.0 + 10.0 * said, "cluster": home}


@dataclass(frozen=True)
class Both:
    """The same items put to a judge in two ways, what is hard about a clip being hard in both."""

    first: Verify | Score
    second: Verify | Score
    said: str

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """The rows of the first, and what the second says as a column that ends in `_b`."""
        items, *answers = (int(seed) for seed in generator.integers(2**63, size=3))
        one, two = (
            way(np.random.default_rng(items), clusters, np.random.default_rng(own))
            for way, own in zip((self.first, self.second), answers, strict=True)
        )
        return {**one, f"{self.said}_b": two[self.said]}


@dataclass(frozen=True)
class Share:
    """Yes or no with a chance of its own in every cluster, drawn from Beta(a, b)."""

    a: float
    b: float
    mean_size: int = 8

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """Rows in `clusters` clusters."""
        home = places(generator, clusters, self.mean_size)
        chance = generator.beta(self.a, self.b, clusters)[home]
        return {"hit": generator.random(len(home)) < chance, "cluster": home}


@dataclass(frozen=True)
class Choose:
    """One of `options` with unequal shares in the truth, found with a skill of its own in every cluster; who
    does not find it guesses, more often the first.
    """

    skill: float
    options: int = 3
    mean_size: int = 8

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """Rows in `clusters` clusters."""
        home = places(generator, clusters, self.mean_size)
        n, last = len(home), self.options - 1
        truth = generator.binomial(last, generator.beta(2.0, 2.0, clusters)[home])
        sees = generator.beta(4.0 * self.skill, 4.0 * (1.0 - self.skill), clusters) if self.skill else 0.0
        finds = generator.random(n) < np.broadcast_to(sees, clusters)[home]
        lean = generator.beta(1.0, 2.0, clusters)[home]  # a cluster's pull towards the later options
        said = np.where(finds, truth, generator.binomial(last, lean))
        return {"truth": truth, "said": said, "cluster": home}


@dataclass(frozen=True)
class Locate:
    """Spans named with an error that a cluster's clips have in common in part."""

    error: float
    mean_size: int = 8

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """Rows in `clusters` clusters."""
        home = places(generator, clusters, self.mean_size)
        n = len(home)
        start = generator.uniform(0.0, 6.0, n)
        end = start + generator.uniform(0.5, 3.0, n)
        off = self.error * (generator.normal(size=clusters)[home] + generator.normal(size=n))
        return {
            "true_start": start,
            "true_end": end,
            "start": start + off,
            "end": end + off + np.abs(generator.normal(0.0, self.error, n)),
            "cluster": home,
        }
