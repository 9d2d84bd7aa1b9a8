"""The clips that claims are held against: an item's own, the one that the study shows in its place, and that
of another item of its criterion.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from aqa_eval.plan.scenes import moment as decisive
from aqa_eval.vocabulary import Clip, Item, TimeSpan


@dataclass(frozen=True, slots=True)
class Place:
    """A clip to hold claims against, when what is asked shows most clearly there, and its fault's span."""

    clip: Clip
    moment: float | None
    span: TimeSpan | None


@dataclass(slots=True)
class Others:
    """Item -> the clip that is shown in its place, and item -> (another item of its criterion, its clip)."""

    donors: dict[str, Place] = field(default_factory=dict)
    partners: dict[str, tuple[str, Place]] = field(default_factory=dict)


def named(item: Item) -> str:
    """An item's name in a study of several datasets."""
    return f"{item.dataset}:{item.id}"


def own(item: Item) -> Place:
    """Where an item's claims belong."""
    return Place(item.clips[0], decisive(item), item.span)


def partners(places: Mapping[str, Place], seed: str) -> dict[str, tuple[str, Place]]:
    """Each item's other item: the next one in an order drawn by the seed, whose clip is not the same."""
    names = sorted(places)
    if len(names) < 2:
        return {}
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    order = [names[i] for i in np.random.default_rng(number).permutation(len(names))]
    found = {}
    for name, other in zip(order, [*order[1:], order[0]], strict=True):
        if places[other].clip.id != places[name].clip.id:
            found[name] = (other.split(":", 1)[1], places[other])
    return found
