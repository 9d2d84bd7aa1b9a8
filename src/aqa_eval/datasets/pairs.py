"""Pairs for contrast: two clips of one action, judged by one criterion, of which one is better.

The two come from as close to each other as the data allow: the same matched execution, else the same
person, else the same cluster (event, recording), else anywhere; always the same action and view. No clip is
in two pairs of a criterion, so no pair comes twice. By a fault the one is faulty and the other is not; by a
score the gaps between the two are spread evenly over `BINS` bins of equal width, as far as the data fill
them. In exactly half of a criterion's pairs (one more or less) the better one stands first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aqa_eval.datasets.dataset import Dataset
from aqa_eval.vocabulary import FIRST, SECOND, Clip, Criterion, Item, Task

BINS = 5
"""Bins of the gap, from nothing to the widest gap there is between two scores of the criterion."""
STARTS_A_PAIR = 50
"""From so many clips a partner is sought for each pair that is wanted, before a bin counts as empty."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Columns:
    """The labelled clips of one criterion: their place in the dataset, their truth, what they belong to."""

    clip: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    kin: list[tuple[int, int, int, int]] = field(default_factory=list)


def pairs(dataset: Dataset, split: str, seed: int, count: int) -> Iterator[Item]:
    """At most `count` pairs of clips for each criterion that orders clips, or the dataset's own pairs.

    The same dataset, split, seed and count give the same pairs in the same order.
    """
    own = [item for item in dataset.pairs if item.clips[0].split == split]
    if own or count == 0:
        yield from own
        return
    for name, columns in _columns(dataset, split).items():
        criterion = dataset.criteria[name]
        rng = _rng(seed, dataset.name, split, name)
        matched = _by_score if criterion.scale is not None else _by_fault
        chosen = matched(columns, rng, count)
        first = rng.permutation(len(chosen)) < len(chosen) / 2
        for (better, worse), leads in zip(chosen, first, strict=True):
            yield _item(dataset, criterion, columns, (better, worse), leads=bool(leads))


def _item(
    dataset: Dataset, criterion: Criterion, columns: _Columns, rows: tuple[int, int], *, leads: bool
) -> Item:
    better, worse = (dataset.clips[columns.clip[row]] for row in rows)
    gap = abs(columns.value[rows[0]] - columns.value[rows[1]]) if criterion.scale is not None else None
    clips = (better, worse) if leads else (worse, better)
    return Item(Task.COMPARE, clips, criterion, FIRST if leads else SECOND, gap=gap)


def _columns(dataset: Dataset, split: str) -> dict[str, _Columns]:
    """Criterion -> its labelled clips; a better value is a greater one (no fault counts 1, a fault 0)."""
    columns: dict[str, _Columns] = {}
    codes: dict[object, int] = {}
    seen = any(clip.media is not None for clip in dataset.clips if clip.split == split)
    for place, (clip, labels) in enumerate(zip(dataset.clips, dataset.labels, strict=True)):
        # A pair of which one cannot be shown is no pair, unless none of the clips can: then all are blind.
        if clip.split != split or (seen and clip.media is None):
            continue
        for label in labels:
            criterion = dataset.criteria[label.criterion]
            if criterion.task is Task.CHOOSE:
                continue
            own = columns.setdefault(label.criterion, _Columns())
            own.clip.append(place)
            own.value.append(_goodness(criterion, float(label.value)))
            own.kin.append(_kin(clip, place, codes))
    return columns


def _goodness(criterion: Criterion, value: float) -> float:
    if criterion.scale is None:
        return 1.0 - value
    return value if criterion.scale.higher_is_better else -value


def _kin(clip: Clip, place: int, codes: dict[object, int]) -> tuple[int, int, int, int]:
    """Codes of what a clip shares with others, closest kinship first; what is not known is shared with none.

    Action and view are part of each, so that no two clips differ in them.
    """
    alike = (clip.action, clip.view)
    names = (
        (*alike, "match", clip.match or place),
        (*alike, "subject", clip.subject or place),
        (*alike, "cluster", clip.cluster),
        alike,
    )
    match, subject, cluster, any_one = (codes.setdefault(name, len(codes)) for name in names)
    return match, subject, cluster, any_one


def _rng(seed: int, *names: str) -> Generator:
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def _by_fault(columns: _Columns, rng: Generator, count: int) -> list[tuple[int, int]]:
    """(row of the faultless, row of the faulty) clips, the closest kin first."""
    order = rng.permutation(len(columns.value))
    good = np.array(columns.value) > 0.5
    kin = np.array(columns.kin).reshape(-1, 4)
    free = np.ones(len(good), dtype=np.bool_)
    chosen: list[tuple[int, int]] = []
    for level in range(kin.shape[1]):
        groups: dict[int, tuple[list[int], list[int]]] = {}
        for row in order[free[order]].tolist():
            groups.setdefault(int(kin[row, level]), ([], []))[int(good[row])].append(row)
        for faulty, faultless in groups.values():
            for worse, better in zip(faulty, faultless, strict=False):
                if len(chosen) == count:
                    return chosen
                chosen.append((better, worse))
                free[[better, worse]] = False
    return chosen


def _by_score(columns: _Columns, rng: Generator, count: int) -> list[tuple[int, int]]:
    """(row of the better, row of the worse) clips, the widest gaps sought first since they are rarest."""
    value = np.array(columns.value)
    widest = float(np.ptp(value)) if len(value) else 0.0
    if widest == 0.0:
        return []
    edges = np.linspace(0.0, widest, BINS + 1)
    edges[-1] = np.inf  # rounding must not shut out the widest pair
    quotas = [count // BINS + (place < count % BINS) for place in range(BINS)]
    kin = np.array(columns.kin).reshape(-1, 4)
    search = _Search(value, rng, np.ones(len(value), dtype=np.bool_))
    chosen: list[tuple[int, int]] = []
    for place in reversed(range(BINS)):
        found: list[tuple[int, int]] = []
        for level in range(kin.shape[1]):
            wanted = quotas[place] - len(found)
            found += search.pairs(kin[:, level], float(edges[place]), float(edges[place + 1]), wanted)
        chosen += found
    return chosen


@dataclass(frozen=True, slots=True)
class _Search:
    """Partners for clips by the gap of their scores. `free` marks the clips that are in no pair yet."""

    value: NDArray[np.float64]
    rng: Generator
    free: NDArray[np.bool_]

    def pairs(self, kin: Ints, low: float, high: float, wanted: int) -> list[tuple[int, int]]:
        """At most `wanted` pairs of the same `kin` (n,) whose gap is above `low` and at most `high`."""
        if wanted <= 0:
            return []
        order = np.lexsort((self.value, kin))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        starts = np.searchsorted(kin[order], kin, side="left")
        stops = np.searchsorted(kin[order], kin, side="right")
        rows = np.flatnonzero(self.free & (stops - starts > 1))
        found: list[tuple[int, int]] = []
        for row in self.rng.permutation(rows)[: wanted * STARTS_A_PAIR].tolist():
            if len(found) == wanted:
                break
            if self.free[row]:
                partner = self._partner(row, order[starts[row] : stops[row]], low, high)
                if partner is not None:
                    self.free[[row, partner]] = False
                    found.append((row, partner) if self.value[row] > self.value[partner] else (partner, row))
        return found

    def _partner(self, row: int, group: Ints, low: float, high: float) -> int | None:
        """A free clip of `group` (ordered by score) whose score lies in the gap on either side, by chance."""
        scores, own = self.value[group], float(self.value[row])
        above = group[
            np.searchsorted(scores, own + low, "right") : np.searchsorted(scores, own + high, "right")
        ]
        below = group[
            np.searchsorted(scores, own - high, "left") : np.searchsorted(scores, own - low, "left")
        ]
        candidates = np.concatenate([above, below])
        candidates = candidates[self.free[candidates]]
        return int(self.rng.choice(candidates)) if len(candidates) else None
