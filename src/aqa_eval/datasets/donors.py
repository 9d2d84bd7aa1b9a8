"""Swap donors: for a clip another one that stands in its place, with the opposite label.

A donor has the same split, action, view and criterion, is a picture for a picture, and comes from as close as
there is one: the same matched execution, else the same person, else the same cluster, else anywhere. To
verify it has the other truth, to choose any other option. For a score it comes from the opposite end: the
scores of an action and view are ranked, and the rank is mirrored about the middle, the lowest getting the
highest. A closer relative is taken in place of that very clip if its rank lies on the other side of the
middle and within `SLACK` of the mirrored one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from aqa_eval.datasets import kinship
from aqa_eval.datasets.dataset import Dataset
from aqa_eval.datasets.relatives import Relatives, numbered, ranks, truth_of
from aqa_eval.vocabulary import Clip, Item, Task, Truth

SLACK = 0.1
"""How far from the mirrored rank the score of a relative may be, as a share of all that are ranked."""

TASKS = frozenset({Task.VERIFY, Task.CHOOSE, Task.SCORE})
NO_TASK = "only a clip that is verified, chosen for or scored is swapped for one of the opposite label"
NO_RECORDING = "the recording is not at hand"
NO_DONOR = "no recording of the same action, view and criterion has the opposite label"
NO_OPPOSITE = "its score is in the middle, so that no score is opposite to it"


@dataclass(frozen=True, slots=True)
class _Columns:
    """The labelled clips of one criterion and kind of media: place in the dataset, truth as a number, draw,
    and codes of what they share with others.
    """

    clip: array[int] = field(default_factory=lambda: array("i"))
    value: array[float] = field(default_factory=lambda: array("d"))
    draw: array[int] = field(default_factory=lambda: array("Q"))
    kin: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("q") for _ in kinship.KINSHIPS))

    def pool(self, scored: bool) -> _Pool:
        """The clips by who is related to whom, and by truth or, where they are `scored`, by rank."""
        kin = [np.asarray(codes) for codes in self.kin]
        value = np.asarray(self.value)
        classes = ranks(kin[-1], value, np.asarray(self.draw)) if scored else value.astype(np.int64)
        return _Pool(self.clip, self.value, self.draw, tuple(Relatives.of(codes, classes) for codes in kin))


@dataclass(frozen=True, slots=True)
class _Pool:
    """The same clips with an index for each kinship, the closest first."""

    clip: array[int]
    value: array[float]
    draw: array[int]
    relatives: tuple[Relatives, ...]

    def opposite(self, codes: tuple[int, ...], value: int, draw: int) -> int | str:
        """A row of another truth by chance, from the closest kin that has one; or why there is none."""
        for relatives, code in zip(self.relatives, codes, strict=True):
            first, last = relatives.group(code)
            start, stop = relatives.group(code, value)
            others = last - first - (stop - start)
            if others:
                place = first + draw % others
                return int(relatives.rows[place if place < start else place + stop - start])
        return NO_DONOR

    def mirrored(self, codes: tuple[int, ...], value: float, draw: int) -> int | str:
        """The row whose rank is that of `value` mirrored, or of a closer relative near it; or why none is."""
        everyone = self.relatives[-1]
        first, last = everyone.group(codes[-1])
        size = last - first
        if size < 2:
            return NO_DONOR

        def at(place: int) -> tuple[float, int]:
            row = everyone.rows[place]
            return self.value[row], self.draw[row]

        rank = bisect_left(range(first, last), (value, draw), key=at)
        mirrored, middle = max(size - 1 - rank, 0), (size - 1) / 2
        for relatives, code in zip(self.relatives[:-1], codes[:-1], strict=True):
            found = relatives.nearest(code, mirrored)
            if found is None:
                continue
            row, other = found
            across = (rank - middle) * (other - middle) < 0
            if across and abs(other - mirrored) <= SLACK * size and self.value[row] != value:
                return row
        row = int(everyone.rows[first + mirrored])
        return NO_OPPOSITE if self.value[row] == value else row


@dataclass(frozen=True, slots=True)
class Donors:
    """Where donors come from; some dozens of bytes for each label."""

    dataset: Dataset
    seed: int
    pools: Mapping[tuple[str, str], _Pool]

    @classmethod
    def of(cls, dataset: Dataset, split: str, tasks: Collection[Task], seed: int) -> Donors:
        """The donors for the items of `tasks` in `split`; clips without a recording are none."""
        columns: dict[tuple[str, str], _Columns] = {}
        for place, (clip, labels) in enumerate(zip(dataset.clips, dataset.labels, strict=True)):
            if clip.split != split or clip.media is None:
                continue
            kin, draw = kinship.kin(clip, place), kinship.draw(seed, "donor", clip.id)
            for label in labels:
                criterion = dataset.criteria[label.criterion]
                if criterion.task not in TASKS & frozenset(tasks):
                    continue
                own = columns.setdefault((criterion.id, kinship.kind(clip)), _Columns())
                own.clip.append(place)
                own.value.append(numbered(criterion, label.value))
                own.draw.append(draw)
                for codes, code in zip(own.kin, kin, strict=True):
                    codes.append(code)
        scored = {key: dataset.criteria[key[0]].scale is not None for key in columns}
        return cls(dataset, seed, {key: own.pool(scored[key]) for key, own in columns.items()})

    def donor(self, item: Item) -> tuple[Clip, Truth] | str:
        """The clip that stands in for the item's, with what is true of it; or why there is none.

        Always the same for one seed and item, and never the clip itself.
        """
        if item.task not in TASKS:
            return NO_TASK
        clip, criterion = item.clips[0], self.dataset.criteria[item.criterion.id]
        if clip.media is None:
            return NO_RECORDING
        pool = self.pools.get((criterion.id, kinship.kind(clip)))
        if pool is None:
            return NO_DONOR
        codes, value = kinship.kin(clip, kinship.NOWHERE), numbered(criterion, item.truth)
        if criterion.scale is not None:
            row = pool.mirrored(codes, value, kinship.draw(self.seed, "donor", clip.id))
        else:
            row = pool.opposite(codes, int(value), kinship.draw(self.seed, "donor", item.id))
        if isinstance(row, str):
            return row
        return self.dataset.clips[pool.clip[row]], truth_of(criterion, pool.value[row])
