"""The judge that knows only the base rates: the majority of the training labels, or their mean.

Which of two performances is better, base rates do not say: it is not asked.

It looks at nothing. A model that does no better has shown no sight, only knowledge of how such data
usually turn out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from aqa_eval.errors import JudgeError
from aqa_eval.judges.respondent import JudgeOptions, Protocol, Respondent, Sight, Training
from aqa_eval.judges.saying import say, say_score
from aqa_eval.vocabulary import Answer, Condition, Item, Judge, Request, Task


class Prior(Respondent):
    """Answers each criterion with its training mean: a share of faults above one half is a fault."""

    def __init__(self, judge: Judge, means: Mapping[str, float], options: Mapping[str, str]) -> None:
        super().__init__(judge)
        self.means = means
        self.options = options

    def depends_on(self, item: Item) -> object:
        """What was learnt of the item's criterion: other training labels make another answer."""
        return (self.options if item.task is Task.CHOOSE else self.means)[item.criterion.id]

    def refuses(self, item: Item, condition: Condition) -> str:
        """A criterion without training labels has no prior."""
        known = item.criterion.id in (self.options if item.task is Task.CHOOSE else self.means)
        return "" if known else f"no training labels for criterion '{item.criterion.id}'"

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """The majority, or the mean; a tie is held for correct."""
        if request.task is Task.CHOOSE:
            return say(self.options[request.criterion.id], request)
        mean = self.means[request.criterion.id]
        if request.task is Task.SCORE:
            return say_score(mean, request)
        return say(mean > 0.5, request)


def criterion_values(train: Iterable[Item]) -> dict[str, list[float]]:
    """Criterion id -> its training labels as numbers (a fault is 1).

    Raises:
        JudgeError: a label is not a number or a truth value.
    """
    values: dict[str, list[float]] = defaultdict(list)
    for item in train:
        if not isinstance(item.truth, bool | int | float):
            raise JudgeError(f"item '{item.id}': the label '{item.truth}' is a text; expected a number")
        values[item.criterion.id].append(float(item.truth))
    return dict(values)


def _build(judge: Judge, train: Training) -> Prior:
    values = criterion_values(item for item in train() if item.task in {Task.VERIFY, Task.SCORE})
    means = {name: sum(known) / len(known) for name, known in values.items()}
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    for item in train():
        if item.task is Task.CHOOSE:
            chosen[item.criterion.id][str(item.truth)] += 1
    # Of options named equally often the first in alphabetical order.
    return Prior(judge, means, {name: min(n, key=lambda o: (-n[o], o)) for name, n in chosen.items()})


PROTOCOL = Protocol(
    name="prior",
    title="training majority or mean, without looking",
    options=JudgeOptions,
    tasks=(Task.VERIFY, Task.CHOOSE, Task.SCORE),
    build=_build,
)
