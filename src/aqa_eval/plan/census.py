"""How much is asked of whom, and what cannot be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aqa_eval.plan.keys import condition_text
from aqa_eval.plan.ways import Way
from aqa_eval.vocabulary import Clip, Item, Task

SAMPLES = 5
"""So many clips of each dataset and task are kept to be looked at."""


@dataclass(frozen=True, slots=True)
class Census:
    """Counts of a plan: (dataset, task) -> items, judge -> trials, way -> items asked in it, and (judge,
    reason) -> what the judge cannot be asked, in pairs of an item and a condition.

    `scenes`: (dataset, task) -> different clips, or pairs of them. `clusters`: (dataset, task) -> the
    clusters they belong to. `typical`: an item of each dataset, task and (of controls) criterion, and
    `samples` some of the clips.
    """

    items: Counter[tuple[str, str]] = field(default_factory=Counter)
    trials: Counter[str] = field(default_factory=Counter)
    asked: Counter[tuple[str, Way]] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    scenes: Counter[tuple[str, Task]] = field(default_factory=Counter)
    clusters: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    typical: dict[tuple[str, Task, str], Item] = field(default_factory=dict)
    samples: dict[tuple[str, Task], list[Clip]] = field(default_factory=dict)
    _last: dict[tuple[str, Task], tuple[Clip, ...]] = field(default_factory=dict)

    def meet(self, item: Item) -> None:
        """Count one item."""
        place = (item.dataset, item.task)
        self.items[item.dataset, str(item.task)] += 1
        self.clusters.setdefault((item.dataset, str(item.task)), set()).add(item.cluster)
        criterion = item.criterion.id if item.task is Task.CONTROL else ""
        self.typical.setdefault((*place, criterion), item)
        if self._last.get(place) == item.clips:
            return  # items come clip by clip
        self._last[place] = item.clips
        self.scenes[place] += 1
        samples = self.samples.setdefault(place, [])
        if len(samples) < SAMPLES and item.clips[0].media is not None:
            samples.append(item.clips[0])

    def without(self, unfit: Mapping[tuple[str, str, str, str], str]) -> Census:
        """The census with the ways left out that are in `unfit` (see `Plan.unfit`)."""
        found = replace(self, trials=Counter(), asked=Counter(), left_out=Counter(self.left_out))
        for (dataset, way), times in self.asked.items():
            judge = way.respondent.judge.name
            known = (dataset, judge, str(way.task), condition_text(way.condition))
            found.count(dataset, way, unfit.get(known, ""), times)
        return found

    def count(self, dataset: str, way: Way, reason: str, times: int) -> None:
        """Count `times` items of a dataset asked in one way, or, with a reason, not asked."""
        judge = way.respondent.judge
        if reason:
            self.left_out[judge.name, reason] += times
        else:
            self.trials[judge.name] += times * judge.repeats
            self.asked[dataset, way] += times
