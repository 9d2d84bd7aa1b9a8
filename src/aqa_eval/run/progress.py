"""What a run shows of itself: live rows on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from aqa_eval.judges.prices import dollars
from aqa_eval.vocabulary import Answer, Failure, Judge, Status, Usage

ENOUGH_TO_EXTRAPOLATE = 8
"""Trials after which the time left is worth telling."""
PLAIN_EVERY = 5.0
"""Seconds between two plain lines about the same judge."""


@dataclass(slots=True)
class Tally:
    """One judge's numbers. `spent` is what earlier runs used already."""

    judge: Judge
    total: int
    before: int
    spent: Usage
    started: float
    asked: int = 0
    prompt: int = 0
    completion: int = 0
    failures: Counter[Status] = field(default_factory=Counter)
    notice: str = ""

    def count(self, answer: Answer, status: Status) -> None:
        """Take one committed trial into the numbers."""
        self.asked += 1
        self.spend(answer)
        if status is not Status.OK:
            self.failures[status] += 1
        self.notice = ""

    def spend(self, answer: Answer) -> None:
        """Take the tokens of one exchange into the numbers."""
        self.prompt += answer.usage.prompt or 0
        self.completion += answer.usage.completion or 0

    @property
    def done(self) -> int:
        """Trials with an answer: of earlier runs and of this one, errors not counted."""
        return self.before + self.asked - self.failures[Status.ERROR]

    def cost(self) -> float | None:
        """US dollars so far, earlier runs included; None where no price is known."""
        price = self.judge.price
        if price is None:
            return None
        prompt = (self.spent.prompt or 0) + self.prompt
        completion = (self.spent.completion or 0) + self.completion
        return dollars(price, prompt, completion)

    def text(self, now: float) -> str:
        """The numbers as one line: done/total, rate, tokens, cost, failures, time left."""
        elapsed = max(now - self.started, 1e-9)
        rate = self.asked / elapsed
        parts = [f"{self.done}/{self.total}", f"{rate:.1f}/s"]
        if self.prompt or self.completion or self.spent.prompt:
            sent = (self.spent.prompt or 0) + self.prompt
            got = (self.spent.completion or 0) + self.completion
            parts.append(f"{sent:,} + {got:,} tokens")
        cost = self.cost()
        if cost is not None:
            parts.append(f"${cost:.4f}")
        if self.failures:
            parts.append(", ".join(f"{n} {status}" for status, n in sorted(self.failures.items())))
        left = self.total - self.before - self.asked
        if left and self.asked >= ENOUGH_TO_EXTRAPOLATE:
            parts.append(f"{_duration(left / rate)} left")
        return "  ".join(parts + ([self.notice] if self.notice else []))


class _Tallies:
    """The part that both kinds of display share: the numbers, and when to show them."""

    def __init__(self, spent: Callable[[str], Usage]) -> None:
        self._spent = spent
        self.tallies: dict[str, Tally] = {}

    def planned(self, judge: Judge, total: int, answered: int) -> None:
        tally = Tally(judge, total, answered, self._spent(judge.name), time.monotonic())
        self.tallies[judge.name] = tally
        self.show(tally)

    def answered(self, judge: Judge, answer: Answer, status: Status) -> None:
        self.tallies[judge.name].count(answer, status)
        self.show(self.tallies[judge.name])

    def described(self, judge: Judge, answer: Answer) -> None:
        self.tallies[judge.name].spend(answer)
        self.show(self.tallies[judge.name])

    def waiting(self, judge: Judge, failure: Failure, seconds: float) -> None:
        self.tallies[judge.name].notice = f"[waiting {seconds:.1f} s after: {failure.message[:120]}]"
        self.show(self.tallies[judge.name])

    def noticed(self, judge: Judge, what: str) -> None:
        Console(stderr=True).print(f"note: {what}", markup=False, highlight=False, soft_wrap=True)

    def stopped(self, judge: Judge, why: str) -> None:
        self.tallies[judge.name].notice = f"[stopped: {why}]"
        self.show(self.tallies[judge.name])

    def show(self, tally: Tally) -> None:
        raise AssertionError("each display shows in its own way")


class PlainProgress(_Tallies):
    """Plain lines on a stream: at the start, every few seconds, and at the end of each judge."""

    def __init__(self, spent: Callable[[str], Usage], stream: TextIO) -> None:
        super().__init__(spent)
        self._stream = stream
        self._next: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def stopped(self, judge: Judge, why: str) -> None:
        """Say so at once."""
        self._next.pop(judge.name, None)
        super().stopped(judge, why)

    def show(self, tally: Tally) -> None:
        """Print the judge's line if it is due or finished."""
        now = time.monotonic()
        name = tally.judge.name
        finished = tally.before + tally.asked >= tally.total
        if finished or now >= self._next.get(name, 0.0):
            self._next[name] = now + PLAIN_EVERY
            print(f"{name}: {tally.text(now)}", file=self._stream, flush=True)


class LiveProgress(_Tallies):
    """One row a judge with a bar, redrawn in place on a terminal."""

    def __init__(self, spent: Callable[[str], Usage], console: Console) -> None:
        super().__init__(spent)
        self._rows: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[line]}", markup=False),
            console=console,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, tally: Tally) -> None:
        """Redraw the judge's row."""
        name = tally.judge.name
        if name not in self._rows:
            self._rows[name] = self._progress.add_task(name, total=tally.total, line="")
        self._progress.update(
            self._rows[name], completed=tally.before + tally.asked, line=tally.text(time.monotonic())
        )


def display(spent: Callable[[str], Usage]) -> PlainProgress | LiveProgress:
    """Rows where standard error is a terminal, else plain lines. `spent`: a judge's tokens so far."""
    console = Console(stderr=True)
    return LiveProgress(spent, console) if console.is_terminal else PlainProgress(spent, sys.stderr)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
