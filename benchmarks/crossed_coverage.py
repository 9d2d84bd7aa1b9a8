"""Coverage and width of 95% intervals for the accuracy of comparisons, by three ways of inference.

    python benchmarks/crossed_coverage.py [simulations]

Prints, for comparisons of G people (independent, or with an effect of each person on all of its comparisons;
some pairs of many people, or all pairs of a few): how often the interval holds the planted accuracy, and its
mean width, of the dyadic jackknife-t (`crossed`), of weights of people multiplied (`product`), and of each
comparison taken as independent (`naive`).
"""

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np
from scipy import stats

from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.crossed import Between
from aqa_eval.measures.crossed_means import mean_measure, weighted_mean
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.resampling import Resampling, Target, infer

D_PRIME = 0.8
DESIGNS = (
    ("all pairs of 6", 6, 0),
    ("all pairs of 8", 8, 0),
    ("all pairs of 10", 10, 0),
    ("all pairs of 15", 15, 0),
    ("all pairs of 30", 30, 0),
    ("20 people, 4 pairs each", 20, 4),
    ("60 people, 2 pairs each", 60, 2),
    ("60 people, 6 pairs each", 60, 6),
)


def main() -> None:
    simulations = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    planted = float(stats.norm.cdf(D_PRIME / np.sqrt(2)))
    print(f"{simulations} simulations each, planted accuracy {planted:.3f}: coverage in %, mean width")
    print(f"{'':26}{'person effect':14}{'crossed':>15}{'product':>15}{'naive':>15}")
    for name, people, each in DESIGNS:
        for shared in (0.0, 0.3, 0.6):
            ways = simulate(people, each, shared, planted, simulations)
            told = "".join(f"{100 * cover:9.1f}{width:6.3f}" for cover, width in ways)
            print(f"{name:26}{shared:<14}{told}", flush=True)


def simulate(
    people: int, each: int, shared: float, planted: float, simulations: int
) -> list[tuple[float, float]]:
    """Coverage and mean width of the three ways."""
    held: list[list[tuple[bool, float]]] = [[], [], []]
    for run in range(simulations):
        generator = np.random.default_rng([run, people, each])
        first, second = pairs(people, each, generator)
        right = answers(first, second, people, shared, generator)
        plan = Resampling(seed=run, resamples=200)
        for way, found in enumerate((crossed, product, naive)):
            estimate = found(right, first, second, people, plan)
            width = (estimate.high or 0.0) - (estimate.low or 0.0) if estimate.low is not None else np.nan
            held[way].append((bool(estimate.contains(planted)), width))
    return [(float(np.mean([h for h, _ in way])), float(np.nanmean([w for _, w in way]))) for way in held]


def pairs(people: int, each: int, generator: np.random.Generator) -> tuple[IntArray, IntArray]:
    """All pairs, or `each` pairs a person (even), neighbours in a random circle."""
    if each == 0:
        chosen = np.array(list(combinations(range(people), 2)))
        return chosen[:, 0], chosen[:, 1]
    circle = generator.permutation(people)
    steps = range(1, each // 2 + 1)
    return np.tile(circle, len(steps)), np.concatenate([np.roll(circle, step) for step in steps])


def answers(
    first: IntArray, second: IntArray, people: int, shared: float, generator: np.random.Generator
) -> FloatArray:
    """Right (1) or wrong: evidence N(d', 2), `shared` of whose variance is an effect of the two people that
    helps or hinders in all their comparisons.
    """
    effect = generator.normal(0, np.sqrt(shared), people)
    evidence = D_PRIME + effect[first] + effect[second]
    evidence = evidence + generator.normal(0, np.sqrt(2 - 2 * shared), len(first))
    return (evidence > 0).astype(np.float64)


def crossed(right: FloatArray, first: IntArray, second: IntArray, people: int, plan: Resampling) -> Estimate:
    return mean_measure(right, Between(first, second, people), (0.0, 1.0), plan).estimates(plan)[0]


def product(right: FloatArray, first: IntArray, second: IntArray, people: int, plan: Resampling) -> Estimate:
    target = Target(len(right), people, people, (0.0, 1.0))

    def statistic(weights: FloatArray) -> FloatArray:
        return weighted_mean(right, Between(first, second, people).row_weights(weights))[:, None]

    return infer(statistic, people, [target], plan, len(right))[0]


def naive(right: FloatArray, first: IntArray, second: IntArray, people: int, plan: Resampling) -> Estimate:
    target = Target(len(right), len(right), len(right), (0.0, 1.0))
    return infer(lambda w: weighted_mean(right, w)[:, None], len(right), [target], plan, len(right))[0]


if __name__ == "__main__":
    main()
