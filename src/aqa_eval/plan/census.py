"""How much is asked of whom, and what cannot be asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from aqa_eval.plan.ways import Way


@dataclass(frozen=True, slots=True)
class Census:
    """Counts of a plan: (dataset, task) -> items, judge -> trials, way -> items asked in it, and (judge,
    reason) -> what the judge cannot be asked, in pairs of an item and a condition.
    """

    items: Counter[tuple[str, str]] = field(default_factory=Counter)
    trials: Counter[str] = field(default_factory=Counter)
    asked: Counter[tuple[str, Way]] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, dataset: str, way: Way, reason: str, times: int) -> None:
        """Count `times` items of a dataset asked in one way, or, with a reason, not asked."""
        judge = way.respondent.judge
        if reason:
            self.left_out[judge.name, reason] += times
        else:
            self.trials[judge.name] += times * judge.repeats
            self.asked[dataset, way] += times
