"""The loop: every judge is asked its trials side by side, each answer committed before it counts.

A judge that cannot be asked at all (no key, every request refused, nobody at the address) is stopped
and the others go on; its open trials are asked when the same command is run again.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from aiolimiter import AsyncLimiter

from aqa_eval import verdicts
from aqa_eval.errors import JudgeError, MediaError
from aqa_eval.judges import REFUSALS, AttemptError, Respondent
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan, condition_text
from aqa_eval.run.patience import Gate, Patience
from aqa_eval.run.studio import Studio
from aqa_eval.run.watching import Watcher
from aqa_eval.vocabulary import Answer, Clip, Failure, Frame, Judge, Status, Trial

CLIPS_AHEAD = 4
TRIALS_AHEAD = 512
UNREACHABLE_AFTER = 3
"""So many trials in a row without reaching the endpoint, retries included, stop a judge."""
REFUSED_AFTER = 3
"""So many trials in a row answered "no access" or "no such path or model" stop a judge."""


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


class _GivenUpError(Exception):
    """Nothing more can be had from this judge."""


async def ask_all(
    plan: Plan, ledger: Ledger, studio: Studio, watcher: Watcher, patience: Patience | None = None
) -> Outcome:
    """Ask every trial that has no answer yet.

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
                    room = _Room(plan, ledger, studio, watcher, patience or Patience(), outcome)
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
    return next((e for e in leaves if not isinstance(e, _GivenUpError | JudgeError)), leaves[0])


@dataclass(frozen=True, slots=True)
class _Room:
    """What all judges of a run share."""

    plan: Plan
    ledger: Ledger
    studio: Studio
    watcher: Watcher
    patience: Patience
    outcome: Outcome


class _Asking:
    """One judge being asked: a shared stream of trials and as many askers as it allows at once."""

    def __init__(self, room: _Room, respondent: Respondent) -> None:
        self.plan, self.ledger, self.studio = room.plan, room.ledger, room.studio
        self.watcher, self.patience, self.outcome = room.watcher, room.patience, room.outcome
        self.respondent = respondent
        self.judge: Judge = respondent.judge
        self.gate = Gate()
        pace = self.judge.requests_per_minute
        self.limiter = AsyncLimiter(1, 60 / pace) if pace else None
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
            if not isinstance(cause, _GivenUpError | JudgeError):
                raise cause from errors
            self._stopped(cause)

    def _stopped(self, error: Exception) -> None:
        why = str(error)
        self.outcome.stopped[self.judge.name] = why
        self.watcher.stopped(self.judge, why)

    def _count(self, status: Status, failure: Failure | None) -> None:
        self.outcome.statuses[status] += 1
        if failure:
            self.outcome.reasons[f"{self.judge.name}: {failure.message}"] += 1

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
                for clip in trial.item.clips:
                    self.studio.prefetch(clip, self.plan.wanted())
            while len(clips) > CLIPS_AHEAD or len(ahead) > TRIALS_AHEAD:
                first = ahead.popleft()
                clips -= Counter([first.item.clips])
                yield first
        yield from ahead

    async def _asker(self, stream: Iterator[Trial]) -> None:
        for trial in stream:
            await asyncio.sleep(0)  # a judge that answers at once must not keep the others waiting
            answer = await self._answer(trial)
            self.ledger.commit(trial, answer, condition_text(trial.condition))
            status = verdicts.read(answer, trial.item, trial.condition).status
            self._count(status, answer.failure)
            self.watcher.answered(self.judge, answer, status)
            self._give_up_if_hopeless(answer)

    async def _answer(self, trial: Trial) -> Answer:
        """The answer after as many attempts as the judge allows, or the last failure."""
        condition = trial.condition
        try:
            frames = await self._frames(trial)
        except MediaError as error:
            return Answer(failure=Failure("media", str(error)))
        request = self.plan.request(trial, frames)
        jitter = random.Random(trial.key)
        for failures in range(1, self.judge.retries + 2):
            await self.gate.passed()
            if self.limiter is not None:
                await self.limiter.acquire()
            try:
                return await self.respondent.ask(request, self.studio.sight)
            except MediaError as error:
                return Answer(failure=Failure("media", str(error)))
            except AttemptError as error:
                delay = self.patience.delay(failures, error, jitter) if error.transient else None
                if error.fatal or (error.transient and delay is None):
                    self.ledger.commit(trial, Answer(failure=error.failure), condition_text(condition))
                    self._count(Status.ERROR, error.failure)
                    raise _GivenUpError(error.failure.message) from error
                if delay is None or failures > self.judge.retries:
                    return Answer(failure=error.failure)
                self.ledger.note_attempt(trial.key, error.failure)
                self.watcher.waiting(self.judge, error.failure, delay)
                if error.retry_after is not None:
                    self.gate.close_for(delay)
                await asyncio.sleep(delay)
        raise AssertionError("the loop above always returns")

    async def _frames(self, trial: Trial) -> tuple[Frame, ...]:
        """What is shown of the trial's clips, in their order."""
        condition = trial.condition
        if condition.representation == "none":
            return ()
        want = (condition.representation, condition.sampling)
        shown: list[Frame] = []
        for place, clip in enumerate(trial.item.clips):
            frames = await self.studio.frames(clip, self.plan.wanted(), want)
            shown += frames if place == 0 else (replace(frame, clip=place) for frame in frames)
        return tuple(shown)

    def _give_up_if_hopeless(self, answer: Answer) -> None:
        failure = answer.failure
        self.unreached = self.unreached + 1 if failure and failure.kind == "connection" else 0
        self.refused = self.refused + 1 if failure and failure.status in REFUSALS else 0
        if failure and self.refused >= REFUSED_AFTER:
            raise _GivenUpError(failure.message)
        if failure and self.unreached >= UNREACHABLE_AFTER:
            raise _GivenUpError(f"the endpoint cannot be reached: {failure.message}")
