"""What a run may cost: no request is sent that could pass the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aqa_eval.judges.prices import Tariff
from aqa_eval.vocabulary import Judge, Usage


@dataclass(slots=True)
class Budget:
    """US dollars: `limit` for all runs of a study together, `spent` by those before.

    `tariffs`: what judges are charged; one without is free. `expected` is what one request to each judge
    should cost at most; the dearest seen so far stands in its place once that is more. Requests under way are
    counted at this sum until their price is known.
    """

    limit: float
    tariffs: Mapping[str, Tariff]
    spent: float = 0.0
    expected: Mapping[str, float] = field(default_factory=dict)
    _under_way: float = 0.0
    _dearest: dict[str, float] = field(default_factory=dict)

    def knows(self, judge: Judge) -> bool:
        """Whether it is known about how much a request to the judge costs."""
        name = judge.name
        return name not in self.tariffs or self.expected.get(name, 0.0) > 0.0 or name in self._dearest

    def reserve(self, judge: Judge) -> float | None:
        """The sum set aside for one more request; None where the limit does not allow it."""
        if judge.name not in self.tariffs:
            return 0.0
        sum_aside = max(self.expected.get(judge.name, 0.0), self._dearest.get(judge.name, 0.0))
        if self.spent + self._under_way + sum_aside > self.limit:
            return None
        self._under_way += sum_aside
        return sum_aside

    def settle(self, judge: Judge, sum_aside: float, usage: Usage | None) -> None:
        """A request has ended: what it cost, or nothing where it failed. Where the endpoint told no tokens,
        the sum that was set aside counts as spent.
        """
        self._under_way -= sum_aside
        if judge.name not in self.tariffs or usage is None:
            return
        told = usage.prompt is not None or usage.completion is not None
        cost = self.tariffs[judge.name].dollars_of(usage) if told else sum_aside
        self.spent += cost
        self._dearest[judge.name] = max(self._dearest.get(judge.name, 0.0), cost)

    @property
    def reached(self) -> str:
        """What is said when no further request is allowed."""
        under_way = f", up to ${self._under_way:,.4f} under way" if self._under_way > 1e-9 else ""
        return (
            f"the limit of ${self.limit:,.2f} does not allow another request (${self.spent:,.4f} spent"
            f"{under_way}); run again with a higher --max-cost to go on"
        )
