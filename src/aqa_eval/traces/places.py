"""The clips that claims are held against: an item's own, the one that the study shows in its place, and that
of another item of its criterion.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from aqa_eval.datasets.dataset import Dataset, item_of
from aqa_eval.plan.scenes import moment as decisive
from aqa_eval.traces.claim import Claim
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


@dataclass(slots=True)
class Shown:
    """Where claims about a clip belong that is shown in the place of another: as its own label has it."""

    datasets: Sequence[Dataset]
    _known: dict[str, dict[tuple[str, str], Place]] = field(default_factory=dict)

    def place(self, clip: Clip, item: Item) -> Place:
        """A clip that is shown for an item, with its own moment and span for the item's criterion where its
        label knows them.
        """
        if clip.dataset not in self._known:
            self._known[clip.dataset] = dict(self._labelled(clip.dataset))
        return self._known[clip.dataset].get((clip.id, item.criterion.id), Place(clip, None, None))

    def _labelled(self, dataset: str) -> Iterator[tuple[tuple[str, str], Place]]:
        for one in self.datasets:
            for clip, labels in zip(one.clips, one.labels, strict=True) if one.name == dataset else ():
                for label in labels:
                    if label.moment is not None or label.span is not None:
                        criterion = one.criteria[label.criterion]
                        place = own(item_of(criterion.task, clip, criterion, label, label.value))
                        yield (clip.id, label.criterion), place


def alike(claim: Claim, one: Place, other: Place) -> bool:
    """Whether a claim is about the same stretch of both clips. One without a time or a phase is about the
    decisive moment: where that is known of one clip only, the two differ by where one looks.
    """
    said = claim.time is not None or bool(claim.phase)
    return said or (one.moment is None) == (other.moment is None)


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
