"""A tournament of scored clips: each meets so many others, so that comparisons alone can put them in order.

The pairs are a random graph in which every clip has the same number of neighbours, as nearly as can be: round
by round everybody who has met fewer than the others is paired, within the event where there are events and
then across (of the same action and view always). Nobody meets anybody twice, and equal scores do not meet,
since neither is better. More rounds keep the pairs of fewer. The better one stands first in half of the
pairs of a criterion, one more or less.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from aqa_eval.datasets import kinship
from aqa_eval.datasets.dataset import Dataset
from aqa_eval.vocabulary import FIRST, SECOND, Clip, Criterion, Item, Task

TRIES = 50
"""So many of those who wait are looked at before a clip waits as well, and so many pairs before two who are
left stay so."""
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Field:
    """The scored clips of one criterion: place in the dataset, score of which a greater one is better, and
    codes of the event and of the action and view that they share.
    """

    clip: array[int] = field(default_factory=lambda: array("i"))
    value: array[float] = field(default_factory=lambda: array("d"))
    event: array[int] = field(default_factory=lambda: array("q"))
    action: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.clip)


@dataclass(frozen=True, slots=True)
class Tournament:
    """The pairs of one criterion as columns: places of the first and of the second clip, their gap, and
    whether the first one is better.
    """

    dataset: Dataset
    criterion: Criterion
    first: array[int]
    second: array[int]
    gap: array[float]
    leads: array[int]

    def __iter__(self) -> Iterator[Item]:
        columns = zip(self.first, self.second, self.gap, self.leads, strict=True)
        for first, second, gap, leads in columns:
            clips = (self.dataset.clips[first], self.dataset.clips[second])
            yield Item(Task.COMPARE, clips, self.criterion, FIRST if leads else SECOND, gap=gap)


def tournaments(
    dataset: Dataset,
    tasks: Collection[Task],
    split: str,
    seed: int,
    rounds: int,
    before: Iterable[Item] = (),
) -> list[Tournament]:
    """A tournament of `rounds` for each criterion with a scale; who met `before` does not meet again.

    Where a study asks other `tasks` beside comparing, it is held only if scoring is among them.
    """
    if rounds == 0 or (Task.VERIFY in tasks and Task.SCORE not in tasks):
        return []
    held = []
    for name, own in _fields(dataset, split).items():
        criterion = dataset.criteria[name]
        places = {dataset.clips[place].id: row for row, place in enumerate(own.clip)} if before else {}
        met = _Met(len(own))
        for item in before:
            if item.criterion.id == name and all(clip.id in places for clip in item.clips):
                met.add(places[item.clips[0].id], places[item.clips[1].id])
        held.append(_played(dataset, criterion, own, met, (seed, split), rounds))
    return held


def _fields(dataset: Dataset, split: str) -> dict[str, _Field]:
    """Criterion -> its scored clips."""
    fields: dict[str, _Field] = {}
    seen = any(clip.media is not None for clip in dataset.clips if clip.split == split)
    for place, (clip, labels) in enumerate(zip(dataset.clips, dataset.labels, strict=True)):
        if clip.split != split or (seen and clip.media is None):
            continue
        for label in labels:
            scale = dataset.criteria[label.criterion].scale
            if scale is None:
                continue
            own = fields.setdefault(label.criterion, _Field())
            own.clip.append(place)
            own.value.append(float(label.value) if scale.higher_is_better else -float(label.value))
            own.event.append(_event(clip, place))
            own.action.append(kinship.code(clip.action, clip.view, kinship.kind(clip)))
    return fields


def _event(clip: Clip, place: int) -> int:
    if not clip.event:
        return -1 - place
    return kinship.code(clip.action, clip.view, kinship.kind(clip), "event", clip.event)


class _Met:
    """Who has met whom: the opponents of each row, those of a tournament and those of before."""

    def __init__(self, count: int) -> None:
        self.played = array("i", bytes(4 * count))
        self._opponents: list[array[int] | None] = [None] * count

    def add(self, one: int, other: int) -> None:
        """Let two have met."""
        for here, there in ((one, other), (other, one)):
            own = self._opponents[here]
            if own is None:
                own = self._opponents[here] = array("i")
            own.append(there)

    def play(self, pairs: Iterable[Pair]) -> None:
        """Let pairs of the tournament have met."""
        for one, other in pairs:
            self.add(one, other)
            self.played[one] += 1
            self.played[other] += 1

    def have(self, one: int, other: int) -> bool:
        """Whether two have met."""
        own = self._opponents[one]
        return own is not None and other in own


def _played(
    dataset: Dataset, criterion: Criterion, own: _Field, met: _Met, lot: tuple[int, str], rounds: int
) -> Tournament:
    """Play the rounds one after the other, each by its own draws."""
    held = Tournament(dataset, criterion, array("i"), array("i"), array("d"), array("b"))
    for number in range(rounds):
        rng = kinship.rng(lot[0], "tournament", dataset.name, lot[1], criterion.id, str(number))
        pairs: list[Pair] = []
        rank = rng.permutation(len(own)).tolist()
        while found := _paired(own, met, rank, number + 1):
            met.play(found)
            pairs += found
        # Half of all pairs so far, not of each round: odd rounds must not all lean to one side.
        leading = round((len(held.leads) + len(pairs)) / 2) - sum(held.leads)
        leads = rng.permutation(len(pairs)) < leading
        for (one, other), lead in zip(pairs, leads.tolist(), strict=True):
            better, worse = (one, other) if own.value[one] > own.value[other] else (other, one)
            held.first.append(own.clip[better if lead else worse])
            held.second.append(own.clip[worse if lead else better])
            held.gap.append(own.value[better] - own.value[worse])
            held.leads.append(lead)
    return held


def _paired(own: _Field, met: _Met, rank: Sequence[int], target: int) -> list[Pair]:
    """Pairs of those who have met fewer than `target`, nobody in two: within events, then across."""
    due = [row for row in range(len(own)) if met.played[row] < target]
    due.sort(key=lambda row: (met.played[row], rank[row]))
    pairs: list[Pair] = []
    for groups in (own.event, own.action):
        waiting: dict[int, _Waiting] = {}
        for row in due:
            room = waiting.setdefault(groups[row], _Waiting(own.value, met))
            other = room.partner(row)
            if other is None:
                room.add(row)
            else:
                pairs.append((other, row))
        paired = {row for pair in pairs for row in pair}
        due = [row for row in due if row not in paired]
    return _exchanged(own, met, pairs, due)


def _exchanged(own: _Field, met: _Met, pairs: list[Pair], left: Sequence[int]) -> list[Pair]:
    """The pairs, some of them taken apart for two who are left and may not meet: all four then have one."""

    def may(one: int, other: int) -> bool:
        return own.value[one] != own.value[other] and not met.have(one, other)

    groups: dict[int, list[int]] = {}
    for row in left:
        groups.setdefault(own.action[row], []).append(row)
    for action, rows in groups.items():
        places = [p for p, pair in enumerate(pairs) if own.action[pair[0]] == action] if len(rows) > 1 else []
        for one, other in zip(rows[::2], rows[1::2], strict=False):
            for place in places[:TRIES]:
                here, there = pairs[place]
                if may(one, here) and may(other, there):
                    pairs[place] = (one, here)
                    pairs.append((other, there))
                    break
    return pairs


class _Waiting:
    """Those of one group who have no partner yet, by their score."""

    def __init__(self, value: Sequence[float], met: _Met) -> None:
        self._value = value
        self._met = met
        self._rows: dict[float, list[int]] = {}

    def add(self, row: int) -> None:
        """Let a row wait."""
        self._rows.setdefault(self._value[row], []).append(row)

    def partner(self, row: int) -> int | None:
        """Take out one with another score whom `row` has not met; None where there is none."""
        tries = 0
        for value, rows in self._rows.items():
            if value == self._value[row]:
                continue
            for place, other in enumerate(rows):
                if not self._met.have(row, other):
                    rows.pop(place)
                    if not rows:
                        del self._rows[value]
                    return other
                tries += 1
                if tries == TRIES:
                    return None
        return None
