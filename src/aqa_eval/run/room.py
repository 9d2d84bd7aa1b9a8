"""What all judges of a run share, and what comes of the run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan
from aqa_eval.run.budget import Budget
from aqa_eval.run.patience import Patience
from aqa_eval.run.studio import Studio
from aqa_eval.run.watching import Watcher
from aqa_eval.vocabulary import Failure, Judge, Status


@dataclass(slots=True)
class Outcome:
    """What a run did: trials by status, why some got no answer, and the judges that were stopped and why."""

    statuses: Counter[Status] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    stopped: dict[str, str] = field(default_factory=dict)
    missing: int = 0

    @property
    def errors(self) -> int:
        """Trials that were asked and got no answer."""
        return self.statuses[Status.ERROR]

    def count(self, judge: Judge, status: Status, failure: Failure | None) -> None:
        """Count one trial, and why it got no answer."""
        self.statuses[status] += 1
        if failure:
            self.reasons[f"{judge.name}: {failure.message}"] += 1


class GivenUpError(Exception):
    """Nothing more can be had from this judge."""


class LimitReachedError(Exception):
    """Nothing more may be spent; what is under way is waited for."""


@dataclass(frozen=True, slots=True)
class Room:
    """What all judges of a run share."""

    plan: Plan
    ledger: Ledger
    studio: Studio
    watcher: Watcher
    patience: Patience
    outcome: Outcome
    budget: Budget | None
