"""What a run may cost: no request is sent that is expected to pass the limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aqa_eval.judges.prices import Tariff
from aqa_eval.vocabulary import Judge, Usage

MAY_BE_BILLED = frozenset({"timeout", "protocol"})
"""Kinds of failures after which the endpoint may have done its work nevertheless."""


@dataclass(slots=True)
class Budget:
    """US dollars: `limit` for the judges of this run in all runs of the study, `spent` by those before.

    `tariffs`: what judges are charged; one without is free. `expected` is what one request to each judge
    should cost at most; the dearest seen so far stands in its place once that is more.

    Every request sets this sum aside before it is sent, and is not sent where that would pass the limit. It
    then counts with what its tokens cost. The sum that was set aside counts instead where the endpoint told
    no tokens, and where no answer came of it that may be billed all the same: after a timeout, or a reply
    that could not be read. An HTTP error or a lost connection counts nothing. A judge that tells no tokens
    and of which nothing is expected is not asked again: what it costs cannot be known.

    So the limit holds as far as no request costs more than any before it and than was expected. What is not
    counted: requests under way when a run is killed, and judges that are no longer asked.
    """

    limit: float
    tariffs: Mapping[str, Tariff]
    spent: float = 0.0
    expected: Mapping[str, float] = field(default_factory=dict)
    _under_way: float = 0.0
    _dearest: dict[str, float] = field(default_factory=dict)
    _untold: set[str] = field(default_factory=set)

    def knows(self, judge: Judge) -> bool:
        """Whether it is known about how much a request to the judge costs."""
        name = judge.name
        return name not in self.tariffs or self.expected.get(name, 0.0) > 0.0 or name in self._dearest

    def reserve(self, judge: Judge) -> float | None:
        """The sum set aside for one more request; None where the limit does not allow it."""
        if judge.name not in self.tariffs:
            return 0.0
        sum_aside = max(self.expected.get(judge.name, 0.0), self._dearest.get(judge.name, 0.0))
        if judge.name in self._untold or self.spent + self._under_way + sum_aside > self.limit:
            return None
        self._under_way += sum_aside
        return sum_aside

    def settle(self, judge: Judge, sum_aside: float, usage: Usage | None) -> None:
        """A request has ended: what it used, or None where it cost nothing. Where the endpoint told no
        tokens, the sum that was set aside counts as spent.
        """
        self._under_way -= sum_aside
        if judge.name not in self.tariffs or usage is None:
            return
        if not told(usage):
            self.spent += sum_aside
            if sum_aside == 0.0:
                self._untold.add(judge.name)
            return
        cost = self.tariffs[judge.name].dollars_of(usage)
        self.spent += cost
        self._dearest[judge.name] = max(self._dearest.get(judge.name, 0.0), cost)

    def lose(self, judge: Judge, sum_aside: float) -> None:
        """A request has ended without an answer, and may be billed: the sum that was set aside is spent."""
        self._under_way -= sum_aside
        self.spent += sum_aside

    def reached(self, judge: Judge) -> str:
        """What is said when no further request to the judge is allowed."""
        if judge.name in self._untold:
            return (
                "it tells no tokens, and none can be estimated, so --max-cost cannot be kept; "
                "say its family in the study, or run without a limit"
            )
        under_way = f", up to ${self._under_way:,.4f} under way" if self._under_way > 1e-9 else ""
        return (
            f"the limit of ${self.limit:,.2f} does not allow another request (${self.spent:,.4f} spent"
            f"{under_way}); run again with a higher --max-cost to go on"
        )


def told(usage: Usage) -> bool:
    """Whether the endpoint said how many tokens it used."""
    return usage.prompt is not None or usage.completion is not None


def already_spent(tariff: Tariff, usages: Iterable[Usage], lost: int, expected: float) -> tuple[float, float]:
    """(US dollars that earlier exchanges with a judge cost, what one request is expected to cost at most).

    `lost`: attempts without an answer that may be billed. `expected`: an estimate; what was paid before tells
    more where it is more. Those without tokens count at what is expected.
    """
    costs, untold = [], lost
    for usage in usages:
        if told(usage):
            costs.append(tariff.dollars_of(usage))
        else:
            untold += 1
    most = max([expected, *costs])
    return sum(costs) + untold * most, most
