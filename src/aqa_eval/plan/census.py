"""How much is asked of whom, and what cannot be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from aqa_eval.plan.keys import condition_text
from aqa_eval.plan.ways import Kind, Way, kind
from aqa_eval.vocabulary import Clip, Item, Task

SAMPLES = 5
"""So many clips of each group are kept to be looked at."""


@dataclass(slots=True, eq=False)
class Group:
    """The items of one dataset and task whose clips are of one kind, counted as they come.

    `first`: one of them. `scenes`: different clips, or pairs of them; `clusters` are theirs, and `samples`
    some of the clips that are at hand.
    """

    dataset: str
    task: Task
    kind: Kind
    first: Item
    items: int = 0
    scenes: int = 0
    clusters: set[str] = field(default_factory=set)
    samples: list[Clip] = field(default_factory=list)
    _last: tuple[Clip, ...] = ()

    def see(self, clips: tuple[Clip, ...]) -> None:
        """Count a scene unless it was the last one: items come clip by clip."""
        if clips == self._last:
            return
        self._last = clips
        self.scenes += 1
        self.clusters.add(clips[0].cluster)
        if len(self.samples) < SAMPLES and clips[0].media is not None:
            self.samples.append(clips[0])

    def asked_in(self, way: Way) -> tuple[str, ...]:
        """What names the group asked in one way, as `Plan.unfit` does."""
        judge = way.respondent.judge.name
        return (self.dataset, judge, str(self.task), condition_text(way.condition), self.kind.words)


@dataclass(frozen=True, slots=True)
class Census:
    """Counts of a plan: its groups of items, judge -> trials, (group, way) -> items asked in it, and (judge,
    reason) -> what the judge cannot be asked, in pairs of an item and a condition.

    `typical`: (group, way) -> the first item that is asked in it. `fewer`: (group, way) -> repeats that are
    not asked of items that otherwise are.
    """

    groups: dict[tuple[str, Task, Kind], Group] = field(default_factory=dict)
    trials: Counter[str] = field(default_factory=Counter)
    asked: Counter[tuple[Group, Way]] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    typical: dict[tuple[Group, Way], Item] = field(default_factory=dict)
    fewer: Counter[tuple[Group, Way]] = field(default_factory=Counter)

    @property
    def items(self) -> Counter[tuple[str, str]]:
        """(dataset, task) -> items."""
        counted: Counter[tuple[str, str]] = Counter()
        for group in self.groups.values():
            counted[group.dataset, str(group.task)] += group.items
        return counted

    def clusters(self, dataset: str, task: str) -> int:
        """How many clusters the items of a dataset and task belong to."""
        own = (g.clusters for g in self.groups.values() if (g.dataset, str(g.task)) == (dataset, task))
        return len(set[str]().union(*own))

    def met(self, items: Iterable[Item]) -> Iterator[tuple[Item, Group]]:
        """Count items as they come, and give each on with its group."""
        group: Group | None = None
        clip: Clip | None = None
        for item in items:
            clips = item.clips
            # Most items are about the clip of the one before: a million are told apart by it alone.
            if group is None or clips[0] is not clip or item.task is not group.task or len(clips) > 1:
                clip, like = clips[0], kind(item)
                place = (clip.dataset, item.task, like)
                group = self.groups.get(place) or self.groups.setdefault(place, Group(*place, item))
                group.see(clips)
            group.items += 1
            yield item, group

    def without(self, unfit: Mapping[tuple[str, ...], str]) -> Census:
        """The census with the ways left out that are in `unfit` (see `Plan.unfit`)."""
        left_out = Counter(self.left_out)
        found = replace(self, trials=Counter(), asked=Counter(), fewer=Counter(), left_out=left_out)
        for (group, way), times in self.asked.items():
            reason = unfit.get(group.asked_in(way), "")
            found.count(group, way, self.typical[group, way], reason, times, self.fewer[group, way])
        return found

    def count(self, group: Group, way: Way, item: Item, reason: str, times: int, fewer: int = 0) -> None:
        """Count `times` items of a group, `item` the first, as asked in a way or, with a reason, as not;
        `fewer`: so many of the judge's repeats of them are not asked.
        """
        judge = way.respondent.judge
        if reason:
            self.left_out[judge.name, reason] += times
        else:
            self.trials[judge.name] += times * judge.repeats - fewer
            self.fewer[group, way] += fewer
            self.asked[group, way] += times
            self.typical.setdefault((group, way), item)
