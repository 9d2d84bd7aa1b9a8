"""One request, asked until it is answered: the judge's pace, its retries, and what it may cost."""

from __future__ import annotations

import asyncio
import random

from aiolimiter import AsyncLimiter

from aqa_eval.errors import MediaError
from aqa_eval.judges import PROTOCOLS, AttemptError, Respondent
from aqa_eval.plan import condition_text
from aqa_eval.run.budget import MAY_BE_BILLED, Budget
from aqa_eval.run.patience import Gate
from aqa_eval.run.room import GivenUpError, LimitReachedError, Room
from aqa_eval.run.token_check import token_check
from aqa_eval.vocabulary import Answer, Failure, Judge, Request, Status, Trial


class Attempts:
    """The attempts to ask one judge."""

    def __init__(self, room: Room, respondent: Respondent) -> None:
        self.room, self.respondent = room, respondent
        self.judge: Judge = respondent.judge
        self.gate = Gate()
        pace = self.judge.requests_per_minute
        self.limiter = AsyncLimiter(1, 60 / pace) if pace else None
        self.checked = PROTOCOLS[self.judge.protocol].reference
        self.alone = asyncio.Lock()

    async def answer(self, trial: Trial, request: Request) -> Answer:
        """The answer after as many attempts as the judge allows, or the last failure. What fails is noted for
        `trial`, whose request it is, or that needs what is asked.

        Raises:
            GivenUpError: every other request would fail in the same way.
            LimitReachedError: the budget does not allow it.
        """
        ledger, jitter = self.room.ledger, random.Random(request.key)
        for failures in range(1, self.judge.retries + 2):
            await self.gate.passed()
            if self.limiter is not None:
                await self.limiter.acquire()
            try:
                return await self._paid(request)
            except MediaError as error:
                return Answer(failure=Failure("media", str(error)))
            except AttemptError as error:
                delay = self.room.patience.delay(failures, error, jitter) if error.transient else None
                if error.fatal or (error.transient and delay is None):
                    failed = Answer(failure=error.failure)
                    ledger.commit(trial, failed, condition_text(trial.condition))
                    self.room.outcome.count(self.judge, Status.ERROR, error.failure)
                    raise GivenUpError(error.failure.message) from error
                if delay is None or failures > self.judge.retries:
                    return Answer(failure=error.failure)
                ledger.note_attempt(trial, error.failure, condition_text(trial.condition))
                self.room.watcher.waiting(self.judge, error.failure, delay)
                if error.retry_after is not None:
                    self.gate.close_for(delay)
                await asyncio.sleep(delay)
        raise AssertionError("the loop above always returns")

    async def _paid(self, request: Request) -> Answer:
        """One attempt, if the budget allows it."""
        budget = self.room.budget
        if budget is None:
            return self._checked(request, await self.respondent.ask(request, self.room.studio.sight))
        if budget.knows(self.judge):
            return await self._within(budget, request)
        async with self.alone:  # until the first price is known nobody can say what several at once may cost
            return await self._within(budget, request)

    async def _within(self, budget: Budget, request: Request) -> Answer:
        sum_aside = budget.reserve(self.judge)
        if sum_aside is None:
            raise LimitReachedError(budget.reached(self.judge))
        try:
            answer = await self.respondent.ask(request, self.room.studio.sight)
        except BaseException as error:
            if isinstance(error, AttemptError) and error.failure.kind in MAY_BE_BILLED:
                budget.lose(self.judge, sum_aside)
            else:
                budget.settle(self.judge, sum_aside, None)
            raise
        budget.settle(self.judge, sum_aside, answer.usage)
        return self._checked(request, answer)

    def _checked(self, request: Request, answer: Answer) -> Answer:
        """The answer; of a judge's first one the tokens are held against the plan's estimate."""
        if not self.checked:
            self.checked = True
            odd = token_check(self.judge, request, answer.usage)
            if odd:
                self.room.watcher.noticed(self.judge, odd)
        return answer
