"""What the asking loop tells about itself while it runs."""

from __future__ import annotations

from typing import Protocol

from aqa_eval.vocabulary import Answer, Failure, Judge, Status


class Watcher(Protocol):
    """Told of every event; shows it, or does nothing."""

    def planned(self, judge: Judge, total: int, answered: int) -> None:
        """A judge is about to be asked: so many trials, of which so many were answered before."""

    def answered(self, judge: Judge, answer: Answer, status: Status) -> None:
        """A trial was committed."""

    def described(self, judge: Judge, answer: Answer) -> None:
        """A description that several trials share was committed."""

    def waiting(self, judge: Judge, failure: Failure, seconds: float) -> None:
        """An attempt failed and is made again in so many seconds."""

    def noticed(self, judge: Judge, what: str) -> None:
        """Something is odd, and the asking goes on."""

    def stopped(self, judge: Judge, why: str) -> None:
        """A judge is asked nothing more in this run."""
