"""What a judge is to the asking loop: something that answers one request, once.

Retries, pace and the ledger are the loop's business; a respondent makes a single attempt and, when
that fails, says what failed and whether asking again can help.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict

from aqa_eval.vocabulary import Answer, Condition, Failure, Film, Frame, Item, Judge, Request, Task, Truth

Poses = tuple[np.ndarray, np.ndarray]
"""COCO-17 keypoints (T, 17, 2) in pixels, NaN where not found, and their visibility (T, 17)."""


Training = Callable[[], Iterable[Item]]
"""Gives the items of the train split, one after the other, each time it is called."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A judge's access to the pictures of a request: their bytes as sent, or poses found in them."""

    wire: Callable[[Frame | Film], bytes]
    """The bytes of the frame's JPEG, or of the film, as base64 text."""
    poses: Callable[[Sequence[Frame]], Awaitable[Poses]]


class AttemptError(Exception):
    """One attempt failed. `transient`: asking again may help; `retry_after`: seconds the endpoint asked
    to be left alone; `fatal`: every other request would fail the same way.
    """

    def __init__(
        self, failure: Failure, *, transient: bool, retry_after: float | None = None, fatal: bool = False
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.transient = transient
        self.retry_after = retry_after
        self.fatal = fatal


class JudgeOptions(BaseModel):
    """What a study may set for a judge beside what all judges share. Each protocol subclasses it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    def asking(self) -> Mapping[str, object]:
        """The options that only change the asking, as fields of `Judge`."""
        return {}

    def decoding(self) -> tuple[tuple[str, str | float | int | bool], ...]:
        """The options that change the answer, as sorted (name, value) pairs; unset ones are left out."""
        left_out = set(self.asking())
        return tuple(
            sorted((k, v) for k, v in self.model_dump().items() if v is not None and k not in left_out)
        )


class Respondent(ABC):
    """A judge ready to be asked. Use it as an async context manager around the asking."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    @property
    def identity(self) -> Mapping[str, object]:
        """All that can change an answer and is not in the request: it enters every trial's key."""
        return {
            "protocol": self.judge.protocol,
            "model": self.judge.model,
            "decoding": [list(pair) for pair in self.judge.decoding],
        }

    def cannot(self, task: Task, condition: Condition) -> str:
        """Why this judge can be asked nothing of this `task` under `condition`, whatever the item; empty when
        it can. That it does the task at all is said by its protocol.
        """
        return ""

    def refuses(self, item: Item, condition: Condition) -> str:
        """Why this judge cannot be asked `item` under `condition`; empty when it can."""
        return ""

    def held_to(self, condition: Condition) -> str:
        """By which means the answers are held to a form under `condition` (`structured_outputs`,
        `json_schema`, ...); empty where the words of the prompt alone ask for it. The means can change an
        answer, so where there is one it belongs into the trial's key.
        """
        return ""

    def depends_on(self, item: Item) -> object:
        """What of the item, beyond what is sent, can change this judge's answer: part of the key."""
        return None

    def repeats(self, item: Item) -> Sequence[int]:
        """The repeats in which the item is asked, each by its number: as many as the judge has."""
        return range(self.judge.repeats)

    def unasked(self, item: Item) -> Mapping[str, int]:
        """Why it is asked in some of the judge's repeats and not in others: reason -> in how many not."""
        return {}

    def truth(self, item: Item, truth: Truth, repeat: int) -> Truth:
        """By what a repeat is scored: `truth`, what is true of the clips that are shown."""
        return truth

    @abstractmethod
    async def ask(self, request: Request, sight: Sight) -> Answer:
        """Answer once.

        Raises:
            AttemptError: there is no answer this time.
        """


JUDGING = (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.COMPARE)
"""The tasks that reference judges do. A control shows that the road to a model is whole, and to them there is
none; when a fault happens they do not say.
"""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol's registration line. `build` is handed the training items so that a judge can be fitted.

    `told`: what such a judge is told beside the request that a model is sent: what is recorded of the clips
    (their event, code, difficulty), the raters' marks, or the truth.
    """

    name: str
    title: str
    options: type[JudgeOptions]
    tasks: tuple[Task, ...]
    build: Callable[[Judge, Training], Respondent]
    reference: bool = True
    told: Literal["", "records", "ratings", "truth"] = ""

    @property
    def sees_truth(self) -> bool:
        """Whether such a judge is told the truth: then it calibrates measures and is no yardstick."""
        return self.told == "truth"
