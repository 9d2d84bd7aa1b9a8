"""What is left of an observer's planted strength under a condition: the one arithmetic of observer and
measures.

Planted values are named as in a study: `d_prime`, `r`, `lapse`, ..., and those of tables with a dot,
`sight.shuffled`, `gain.cited`. Strength (d' or r) under a condition is::

    (base + gain of the strategy + gain of the examples) * share of sight

and the share of sight is the product of those of the representation, the perturbation and, where a pose is
shown, where its keypoints come from. A name without a share counts 1. Once anything but the first six
values is planted, an observer that is shown no picture (`none`), a grey one (`blank`) or one without the
person (`person-removed`) sees nothing, unless a share says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PLAIN = frozenset({"d_prime", "criterion", "acquiescence", "r", "s", "b"})
"""The first six values: an observer of these alone sees as well whatever it is shown."""
SIGHTLESS = frozenset({"none", "blank", "person-removed"})
POSES_SHOWN = frozenset({"overlay", "skeleton", "pose-text"})
SHOTS, RANDOM_SHOTS = "shots", "shots-random"
"""The names of gains by examples: with their true labels, and with labels drawn at random."""

Planted = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Way:
    """The parts of a condition on which strength depends, named as in `Condition`."""

    representation: str = "rgb"
    perturbation: str = "none"
    keypoints: str = "blazepose"
    strategy: str = "base"
    shots: int = 0
    shot_labels: str = "balanced"


def sight(planted: Planted, way: Way) -> float:
    """The share of its strength that an observer keeps by what it is shown."""
    names = [way.representation]
    if way.perturbation != "none":  # of the two that are called `none` the share is that of no picture
        names.append(way.perturbation)
    if way.representation in POSES_SHOWN:
        names.append(way.keypoints)
    blind = bool(planted.keys() - PLAIN)
    share = 1.0
    for name in names:
        share *= planted.get(f"sight.{name}", 0.0 if blind and name in SIGHTLESS else 1.0)
    return share


def gain(planted: Planted, way: Way) -> float:
    """What the strategy and the examples add to its strength."""
    added = planted.get(f"gain.{way.strategy}", 0.0)
    if way.shots:
        added += planted.get(f"gain.{RANDOM_SHOTS if way.shot_labels == 'random' else SHOTS}", 0.0)
    return added


def d_prime(planted: Planted, way: Way, gap: float | None = None) -> float:
    """The sensitivity under a condition; of a pair `gap` apart, slope * gap where a slope is planted."""
    base = planted.get("d_prime", 0.0)
    if gap is not None and "slope" in planted:
        base = planted["slope"] * gap
    return (base + gain(planted, way)) * sight(planted, way)


def slope(planted: Planted, way: Way) -> float | None:
    """What each unit of a pair's gap adds to its d' under a condition; None where no slope is planted."""
    return planted["slope"] * sight(planted, way) if "slope" in planted else None


def correlation(planted: Planted, way: Way) -> float:
    """The correlation of a score's evidence with the truth under a condition, -1 to 1."""
    return min(max((planted.get("r", 0.0) + gain(planted, way)) * sight(planted, way), -1.0), 1.0)


def score_terms(planted: Planted, way: Way, push: float = 0.0) -> tuple[float, float, float] | None:
    """(r, s, b) of its scores in the terms of the regression trap, before the ends of the scale; None
    unless all three are planted. A lapse is a score of the same spread that knows nothing, so that it takes
    its share of r alone; `push` is what a cue adds, in standard deviations of the true scores.
    """
    if not {"r", "s", "b"} <= planted.keys():
        return None
    r = correlation(planted, way) * (1.0 - planted.get("lapse", 0.0))
    return r, planted["s"], planted["b"] + push
