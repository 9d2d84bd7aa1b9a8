"""What became of every trial, judge by judge: status counts, tokens, cost.

Every planned trial is counted, also those about clips that the gate of pose coverage keeps out of findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from aqa_eval.findings.table import MISSING
from aqa_eval.report.contents import Contents, JudgeLine, Tally
from aqa_eval.vocabulary import Status, Usage

STATUSES = (*(str(status) for status in Status), MISSING)

HEADINGS: Mapping[str, str] = {
    str(Status.UNSEEN): "Unseen (nobody found)",
    str(Status.UNPROBED): "Unprobed (nothing to interfere with)",
    MISSING: "Missing (not asked yet)",
}
"""What is said above the counts of a status whose name alone does not say it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One judge: how many trials ended in each of `STATUSES`, and what they took."""

    judge: JudgeLine
    counts: tuple[int, ...]
    tokens: Usage
    cost: float | None

    @property
    def total(self) -> int:
        """All planned trials."""
        return sum(self.counts)

    @property
    def shares(self) -> tuple[float, ...]:
        """The counts as shares of all planned trials; zeros when nothing was planned."""
        return tuple(number / self.total if self.total else 0.0 for number in self.counts)


def outcomes(contents: Contents) -> list[Outcome]:
    """One line a judge of `contents`, in its order."""
    return [_outcome(contents, line) for line in contents.judges]


def _outcome(contents: Contents, line: JudgeLine) -> Outcome:
    own = contents.table.filter(pl.col("judge") == line.name)["status"]
    tally = contents.tallies.get(line.name, Tally(0, 0, 0))
    counts = tuple(int(own.eq(status).sum()) for status in STATUSES)
    return Outcome(line, counts, tally.tokens, tally.cost)


def counted(found: Iterable[Outcome]) -> set[str]:
    """Which of prompt, completion and reasoning tokens and cost are known of any judge."""
    known: set[str] = set()
    for outcome in found:
        tokens = outcome.tokens
        figures = {
            "prompt": tokens.prompt,
            "completion": tokens.completion,
            "reasoning": tokens.reasoning,
            "cost": outcome.cost,
        }
        known |= {name for name, figure in figures.items() if figure is not None}
    return known
