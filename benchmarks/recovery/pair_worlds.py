"""Simulated judges of which a row lies between two people, or is one of several answers to one thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from benchmarks.recovery.worlds import Rows, places
from numpy.typing import NDArray
from scipy import special

from aqa_eval.measures.psychometric_fit import Model


def people(generator: np.random.Generator, clusters: int, mean_size: int) -> tuple[NDArray[np.int64], ...]:
    """Both people of every pair: some meet far more often than others, none meets himself."""
    often = generator.integers(1, 2 * mean_size, clusters)
    first = np.repeat(np.arange(clusters), often)
    second = (first + generator.integers(1, clusters, len(first))) % clusters
    return first, second


@dataclass(frozen=True)
class Pairs:
    """Comparisons in both orders by an observer with d' and a pull towards the first place (in deviates).

    Of the variance of its evidence `shared` is that of the two people: one is taken for better than he is.
    """

    d_prime: float
    first_bias: float
    shared: float = 0.3
    mean_size: int = 6

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """Two rows a pair; `cluster` and `second` are the people in the order shown."""
        one, other = people(generator, clusters, self.mean_size)
        pairs = len(one)
        person = generator.normal(size=clusters)
        better = generator.choice([-1.0, 1.0], pairs)
        pair, turn = np.repeat(np.arange(pairs), 2), np.tile([1.0, -1.0], pairs)
        favour = np.sqrt(self.shared / 2.0) * (person[one] - person[other])
        seen = turn * (better * self.d_prime / np.sqrt(2.0) + favour)[pair] + self.first_bias
        seen += np.sqrt(1.0 - self.shared) * generator.normal(size=2 * pairs)
        given = turn > 0
        return {
            "pair": pair,
            "given": given,
            "better_first": better[pair] * turn > 0,
            "said_first": seen > 0,
            "cluster": np.where(given, one[pair], other[pair]),
            "second": np.where(given, other[pair], one[pair]),
        }


@dataclass(frozen=True)
class Gaps:
    """Comparisons that are the more often right the wider the gap, by a psychometric function with a just-
    noticeable gap, a slope and a lapse rate; what is easy about two people is so in all of their pairs.
    """

    threshold: float
    slope: float
    lapse: float = 0.04
    shared: float = 0.2
    mean_size: int = 24

    @property
    def parameters(self) -> NDArray[np.float64]:
        """Those of the model (1, 3)."""
        model = Model("logistic")  # type: ignore[arg-type]
        rate = special.logit(self.lapse / model.most_lapse)
        at = special.logit(0.25 / (0.5 - self.lapse))
        return np.array([[np.log(self.threshold) - at / self.slope, np.log(self.slope), rate]])

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """A row a pair."""
        one, other = people(generator, clusters, self.mean_size)
        gap = generator.choice(np.round(np.geomspace(0.2, 8.0, 12), 2), len(one))
        person = generator.normal(size=clusters)
        latent = np.sqrt(self.shared / 2.0) * (person[one] + person[other])
        latent += np.sqrt(1.0 - self.shared) * generator.normal(size=len(one))
        rises = special.expit(self.slope * (np.log(gap) - self.parameters[0, 0]))
        chance = 0.5 + (0.5 - self.lapse) * rises
        return {"gap": gap, "right": special.ndtr(latent) < chance, "cluster": one, "second": other}


@dataclass(frozen=True)
class Repeated:
    """Items asked `times` times in each of two conditions. In the second, the chance of yes of an item is
    drawn anew with probability `moved`; else it is that in the first.
    """

    moved: float
    times: int = 5
    mean_size: int = 6

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """A row an answer."""
        home = places(generator, clusters, self.mean_size)
        n = len(home)
        level = 4.0 * generator.beta(2.0, 2.0, clusters)[home]
        one = generator.beta(level, 4.0 - level)
        anew = generator.beta(level, 4.0 - level)
        drawn = generator.random(n) < self.moved * 2.0 * generator.random(clusters)[home]
        chance = np.stack([one, np.where(drawn, anew, one)], axis=1)
        item = np.repeat(np.arange(n), 2 * self.times)
        condition = np.tile(np.repeat([0, 1], self.times), n)
        return {
            "said": generator.random(len(item)) < chance[item, condition],
            "item": item,
            "condition": condition == 1,
            "cluster": home[item],
        }


@dataclass(frozen=True)
class Cued:
    """A judge moved by what it sees and by a cue, in log-odds; clusters differ in their readiness."""

    sight: float
    cue: float
    spread: float = 0.8
    mean_size: int = 12

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """A row an answer; the cue says fault, none, or nothing."""
        home = places(generator, clusters, self.mean_size)
        truth = generator.random(len(home)) < generator.beta(2.0, 2.0, clusters)[home]
        cue = generator.integers(-1, 2, len(home))
        odds = self.sight * (truth - 0.5) + self.cue * cue / 2.0
        odds += self.spread * generator.normal(size=clusters)[home]
        return {
            "fault": generator.random(len(home)) < special.expit(odds),
            "truth": truth,
            "cue": cue,
            "cluster": home,
        }


@dataclass(frozen=True)
class Stated:
    """A judge who states probabilities that are too bold by the factor `gain` in log-odds."""

    gain: float
    mean_size: int = 10

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """A row an answer; some clusters come true more often than others throughout."""
        home = places(generator, clusters, self.mean_size)
        odds = generator.normal(size=clusters)[home] + generator.normal(size=len(home))
        return {
            "came": generator.random(len(home)) < special.expit(odds),
            "stated": special.expit(self.gain * odds),
            "cluster": home,
        }


@dataclass(frozen=True)
class Counted:
    """Rows counted by a classifier that errs, and rows of the same clusters on which it was checked."""

    share: tuple[float, float] = (2.0, 5.0)
    sensitivity: float = 0.85
    specificity: float = 0.9
    mean_size: int = 12

    def __call__(self, generator: np.random.Generator, clusters: int) -> Rows:
        """A row an answer: `checked` or counted."""
        home = places(generator, clusters, self.mean_size)
        there = generator.random(len(home)) < generator.beta(*self.share, clusters)[home]
        right = np.where(there, self.sensitivity, self.specificity)
        own = generator.beta(8.0, 8.0, clusters)[home] - 0.5  # a cluster that is easier or harder
        found = generator.random(len(home)) < np.clip(right + 0.2 * own, 0.0, 1.0)
        return {
            "there": there,
            "said": np.where(found, there, ~there),
            "checked": generator.random(len(home)) < 0.4,
            "cluster": home,
        }
