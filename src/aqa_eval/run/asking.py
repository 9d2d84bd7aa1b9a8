"""The loop: every judge is asked its trials side by side, each answer committed before it counts.

A judge that cannot be asked at all (no key, every request refused, nobody at the address) is stopped
and the others go on; its open trials are asked when the same command is run again.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Iterator

from aqa_eval import verdicts
from aqa_eval.errors import JudgeError
from aqa_eval.judges import REFUSALS, Respondent
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan, condition_text
from aqa_eval.run.budget import Budget
from aqa_eval.run.exchanges import Exchanges
from aqa_eval.run.patience import Patience
from aqa_eval.run.room import GivenUpError, LimitReachedError, Outcome, Room
from aqa_eval.run.studio import Studio
from aqa_eval.run.watching import Watcher
from aqa_eval.vocabulary import Answer, Clip, Judge, Trial

CLIPS_AHEAD = 4
TRIALS_AHEAD = 512
UNREACHABLE_AFTER = 3
"""So many trials in a row without reaching the endpoint, retries included, stop a judge."""
REFUSED_AFTER = 3
"""So many trials in a row answered "no access" or "no such path or model" stop a judge."""


async def ask_all(
    plan: Plan,
    ledger: Ledger,
    studio: Studio,
    watcher: Watcher,
    patience: Patience | None = None,
    budget: Budget | None = None,
) -> Outcome:
    """Ask every trial that has no answer yet, as far as the budget goes.

    Raises:
        LedgerError: an answer could not be written down; the run ends, what was committed stays.
    """
    outcome = Outcome()
    totals = _totals(plan, ledger)
    try:
        async with asyncio.TaskGroup() as group:
            for respondent in plan.respondents.values():
                total, answered = totals[respondent.judge.name]
                watcher.planned(respondent.judge, total, answered)
                if answered < total:
                    room = Room(plan, ledger, studio, watcher, patience or Patience(), outcome, budget)
                    group.create_task(_Asking(room, respondent).all())
    except ExceptionGroup as errors:
        raise _cause(errors) from errors
    planned = sum(total - answered for total, answered in totals.values())
    outcome.missing = planned - sum(outcome.statuses.values())
    return outcome


def _totals(plan: Plan, ledger: Ledger) -> dict[str, tuple[int, int]]:
    total, answered = Counter[str](), Counter[str]()
    for trial in plan.trials():
        total[trial.judge] += 1
        answered[trial.judge] += ledger.is_answered(trial.key)
    return {name: (total[name], answered[name]) for name in plan.respondents}


def _cause(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error that matters of a group: any other before the news that a judge was given up."""
    leaves: list[BaseException] = []
    for error in errors.exceptions:
        leaves.append(_cause(error) if isinstance(error, BaseExceptionGroup) else error)
    return next((e for e in leaves if not isinstance(e, GivenUpError | JudgeError)), leaves[0])


class _Asking:
    """One judge being asked: a shared stream of trials and as many askers as it allows at once."""

    def __init__(self, room: Room, respondent: Respondent) -> None:
        self.plan, self.ledger, self.studio = room.plan, room.ledger, room.studio
        self.watcher, self.outcome = room.watcher, room.outcome
        self.respondent = respondent
        self.judge: Judge = respondent.judge
        self.exchanges = Exchanges(room, respondent)
        self.unreached = 0
        self.refused = 0

    async def all(self) -> None:
        """Ask until the stream is empty or the judge has to be given up."""
        try:
            async with self.respondent, asyncio.TaskGroup() as group:
                stream = self._stream()
                for _ in range(self.judge.concurrency):
                    group.create_task(self._asker(stream))
        except JudgeError as error:
            self._stopped(error)
        except ExceptionGroup as errors:
            cause = _cause(errors)
            if not isinstance(cause, GivenUpError | JudgeError):
                raise cause from errors
            self._stopped(cause)
        finally:
            await self.exchanges.shared.leave()

    def _stopped(self, error: Exception) -> None:
        why = str(error)
        if self.judge.name in self.outcome.stopped:
            return
        self.outcome.stopped[self.judge.name] = why
        self.watcher.stopped(self.judge, why)

    def _stream(self) -> Iterator[Trial]:
        """Trials without an answer, while the clips of the next ones are being prepared."""
        ahead: deque[Trial] = deque()
        clips: Counter[tuple[Clip, ...]] = Counter()
        for trial in self.plan.trials(self.judge.name):
            if self.ledger.is_answered(trial.key):
                continue
            ahead.append(trial)
            clips[trial.item.clips] += 1
            if trial.condition.representation != "none":
                for wanted in self.plan.pictures(trial):
                    self.studio.prefetch(wanted.clip, wanted.together)
            while len(clips) > CLIPS_AHEAD or len(ahead) > TRIALS_AHEAD:
                first = ahead.popleft()
                clips -= Counter([first.item.clips])
                yield first
        yield from ahead

    async def _asker(self, stream: Iterator[Trial]) -> None:
        for trial in stream:
            await asyncio.sleep(0)  # a judge that answers at once must not keep the others waiting
            if self.judge.name in self.outcome.stopped:
                return
            try:
                answer = await self.exchanges.answer(trial)
            except LimitReachedError as reached:
                self._stopped(reached)
                return
            self.ledger.commit(trial, answer, condition_text(trial.condition))
            read_as = self.plan.coordinates(self.judge.name)
            status = verdicts.read(answer, trial.item, trial.condition, read_as).status
            self.outcome.count(self.judge, status, answer.failure)
            self.watcher.answered(self.judge, answer, status)
            self._give_up_if_hopeless(answer)

    def _give_up_if_hopeless(self, answer: Answer) -> None:
        failure = answer.failure
        self.unreached = self.unreached + 1 if failure and failure.kind == "connection" else 0
        self.refused = self.refused + 1 if failure and failure.status in REFUSALS else 0
        if failure and self.refused >= REFUSED_AFTER:
            raise GivenUpError(failure.message)
        if failure and self.unreached >= UNREACHABLE_AFTER:
            raise GivenUpError(f"the endpoint cannot be reached: {failure.message}")
