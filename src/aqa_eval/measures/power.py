"""The smallest effect that a planned number of answers can show: two-sided 5% test, 80% power.

An effect shows when it is (t of the test + t of the power) standard errors large (minimum detectable effect,
Bloom 1995, Evaluation Review 19; as used for evaluations of language models by Miller 2024, arXiv
2411.00640, section 5). Answers about the same person or event are alike, so the n of them is worth n / D,
D = 1 + (n / clusters - 1) x ICC (Kish's design effect, clusters taken as equally large), and t has
clusters - 1 degrees of freedom. The intraclass correlation is not known before the answers are, so `ICC` is a
stated assumption, and so is `AGREEMENT`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import optimize, special

ALPHA, POWER = 0.05, 0.80
ICC = 0.1
"""Assumed correlation of being right between two items of one cluster."""
AGREEMENT = 0.5
"""Assumed correlation of being right between two conditions on the same item."""
FEWEST_CLUSTERS = 2
FEWEST_RANKED = 4

_MOST_CLUSTERS = 2**30


@dataclass(frozen=True, slots=True)
class SmallestEffect:
    """What n items in so many clusters can show. `balanced_accuracy`: its distance from chance, for answers
    with two values that are equally frequent; `paired`: the difference of it between two conditions on the
    same items; `spearman`: a rank correlation's distance from 0. None where no effect is large enough.
    """

    n: int
    clusters: int
    effective_n: float
    balanced_accuracy: float | None
    paired: float | None
    spearman: float | None


def smallest_effect(
    n: int,
    clusters: int,
    icc: float = ICC,
    agreement: float = AGREEMENT,
    repeats: int = 1,
    noise: float = 0.0,
) -> SmallestEffect:
    """The smallest effects that n items, each asked `repeats` times, can show.

    `noise`: share of the variance of being right (1/4) that asking again averages out; it counts once a
    repeat, the rest once an item (Miller, equation of section 5). `clusters`: how many persons or events.

    Raises:
        ValueError: n, clusters or repeats below 1, more clusters than items, or a share outside 0 to 1.
    """
    if n < 1 or repeats < 1 or not 1 <= clusters <= n:
        raise ValueError(f"n={n}, clusters={clusters}, repeats={repeats}: expected 1 <= clusters <= n")
    if not (0 <= icc <= 1 and 0 <= agreement <= 1 and 0 <= noise <= 1):
        raise ValueError(f"icc={icc}, agreement={agreement}, noise={noise}: expected shares from 0 to 1")
    worth = n / design_effect(n / clusters, icc)
    if clusters < FEWEST_CLUSTERS:
        return SmallestEffect(n, clusters, worth, None, None, None)
    test, power = _quantiles(clusters)
    kept = 1 - noise + noise / repeats
    return SmallestEffect(
        n=n,
        clusters=clusters,
        effective_n=worth,
        balanced_accuracy=_from_chance(worth / kept, test, power),
        paired=_between(worth, (1 - noise) * (1 - agreement) + noise / repeats, test, power),
        spearman=_rank(worth, test, power),
    )


def design_effect(per_cluster: float, icc: float) -> float:
    """How many times as many answers clusters of this size need as independent ones: 1 + (size - 1) x ICC."""
    return 1.0 + (per_cluster - 1.0) * icc


def _quantiles(clusters: int) -> tuple[float, float]:
    freedom = clusters - 1
    return float(special.stdtrit(freedom, 1 - ALPHA / 2)), float(special.stdtrit(freedom, POWER))


def _from_chance(n: float, test: float, power: float) -> float | None:
    """The solution d of d = test * sqrt(1/4n) + power * sqrt((1/2 + d)(1/2 - d)/n): of a proportion against
    1/2, whose spread under the effect is smaller than under chance.
    """

    def lacking(effect: float) -> float:
        return effect - (test * 0.5 + power * math.sqrt(0.25 - effect**2)) / math.sqrt(n)

    return float(optimize.brentq(lacking, 0.0, 0.5)) if lacking(0.5) > 0 else None


def _between(n: float, share: float, test: float, power: float) -> float | None:
    """Of two proportions near 1/2 on the same items: each has variance 1/4, of which `share` is its own."""
    effect = (test + power) * math.sqrt(2 * 0.25 * share / n)
    return effect if effect < 1 else None


def _rank(n: float, test: float, power: float) -> float | None:
    """The solution rho of atanh(rho) = atanh(r) + power * sqrt((1 + rho^2 / 2) / (n - 3)): r is the least
    correlation that the t test calls different from 0, and the root the standard error of a z-transformed
    Spearman correlation (Bonett and Wright 2000, Psychometrika 65).
    """
    if n <= FEWEST_RANKED:
        return None
    least = test / math.sqrt(n - 2 + test**2)

    def lacking(rho: float) -> float:
        return math.atanh(rho) - math.atanh(least) - power * math.sqrt((1 + rho**2 / 2) / (n - 3))

    return float(optimize.brentq(lacking, 0.0, 1 - 1e-12))
