"""The loop: every judge is asked its trials side by side, each answer committed before it counts.

A judge that cannot be asked at all (no key, every request refused, nobody at the address) is stopped
and the others go on; its open trials are asked when the same command is run again.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from aiolimiter import AsyncLimiter

from aqa_eval import verdicts
from aqa_eval.errors import JudgeError, MediaError, NobodyFoundError
from aqa_eval.judges import PROTOCOLS, REFUSALS, AttemptError, Respondent
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan, Showing, arranged, condition_text, record
from aqa_eval.run.budget import MAY_BE_BILLED, Budget
from aqa_eval.run.patience import Gate, Patience
from aqa_eval.run.studio import Studio
from aqa_eval.run.token_check import token_check
from aqa_eval.run.watching import Watcher
from aqa_eval.vocabulary import (
    NOBODY,
    Answer,
    Clip,
    Failure,
    Judge,
    Request,
    Shown,
    Status,
    Trial,
    Usage,
)

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


class _LimitReachedError(Exception):
    """Nothing more may be spent; what is under way is waited for."""


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
                    room = _Room(plan, ledger, studio, watcher, patience or Patience(), outcome, budget)
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
    budget: Budget | None


class _Asking:
    """One judge being asked: a shared stream of trials and as many askers as it allows at once."""

    def __init__(self, room: _Room, respondent: Respondent) -> None:
        self.plan, self.ledger, self.studio = room.plan, room.ledger, room.studio
        self.watcher, self.patience, self.outcome = room.watcher, room.patience, room.outcome
        self.budget = room.budget
        self.respondent = respondent
        self.judge: Judge = respondent.judge
        self.gate = Gate()
        pace = self.judge.requests_per_minute
        self.limiter = AsyncLimiter(1, 60 / pace) if pace else None
        self.described: dict[str, asyncio.Future[Answer]] = {}
        self.checked = PROTOCOLS[self.judge.protocol].reference
        self.alone = asyncio.Lock()
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
        finally:
            await self._leave_descriptions()

    async def _leave_descriptions(self) -> None:
        """End the descriptions that nobody waits for any more: they must not outlive the ledger."""
        left = [*self.described.values()]
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _stopped(self, error: Exception) -> None:
        why = str(error)
        if self.judge.name in self.outcome.stopped:
            return
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
                answer = await self._answer(trial)
            except _LimitReachedError as reached:
                self._stopped(reached)
                return
            self.ledger.commit(trial, answer, condition_text(trial.condition))
            read_as = self.plan.coordinates(self.judge.name)
            status = verdicts.read(answer, trial.item, trial.condition, read_as).status
            self._count(status, answer.failure)
            self.watcher.answered(self.judge, answer, status)
            self._give_up_if_hopeless(answer)

    async def _answer(self, trial: Trial) -> Answer:
        """The trial's answer, after its description where it has one, or what stands in its place: a failure,
        that nobody is seen, or a description that cannot be used.
        """
        try:
            showing, everybody = await self._showing(trial)
        except MediaError as error:
            return Answer(failure=Failure("media", str(error)))
        if not everybody:
            return self._with_record(trial, showing, Answer(finish=NOBODY))
        described = ""
        if trial.description_key:
            description = await self._description(trial, showing)
            if description.failure is not None:
                return Answer(failure=description.failure, sent={"description": "failed"})
            if verdicts.unusable(description) is not None:
                # It was asked for once and paid once: those that share it get its status, each for good.
                sent = {**description.sent, "description": "unusable"}
                return replace(description, usage=Usage(), latency=0.0, tokens=(), sent=sent)
            described, _ = verdicts.spoken(description.text)
        answer = await self._attempts(trial, self.plan.request(trial, showing, described))
        held = self.respondent.held_to(trial.condition)
        return self._with_record(trial, showing, answer, {"held_to": held} if held else {})

    async def _showing(self, trial: Trial) -> tuple[Showing, bool]:
        """(everything the trial shows, made ready; whether somebody was found wherever the pictures rest on
        that). Raises MediaError for what cannot be shown.
        """
        shown: dict[int, Shown] = {}
        everybody = True
        for wanted in self.plan.pictures(trial):
            try:
                shown[wanted.place] = await self.studio.shown(wanted.clip, wanted.together, wanted.want)
            except NobodyFoundError:
                shown[wanted.place] = Shown(coverage=0.0)
                everybody = False
        return arranged(trial, shown), everybody

    async def _description(self, trial: Trial, showing: Showing) -> Answer:
        """The description that several trials share: of the ledger, or of whoever asks for it first."""
        known = self.ledger.answer(trial.description_key)
        if known is not None:
            return known
        under_way = self.described.get(trial.description_key)
        if under_way is None:
            under_way = asyncio.ensure_future(self._describe(trial, showing))
            self.described[trial.description_key] = under_way
            under_way.add_done_callback(lambda _: self.described.pop(trial.description_key, None))
        return await asyncio.shield(under_way)

    async def _describe(self, trial: Trial, showing: Showing) -> Answer:
        """Ask for the description. A reply is a reply, paid and kept, whether or not it can be used."""
        answer = await self._attempts(trial, self.plan.description_request(trial, showing))
        if answer.failure is not None:
            # The trials that wait for it fail with it; this is the attempt that all of them made together.
            self.ledger.note_attempt(trial, answer.failure, condition_text(trial.condition))
            return answer
        # No example is sent with it.
        answer = self._with_record(replace(trial, examples=()), Showing(showing.shown), answer)
        self.ledger.commit_description(trial, answer)
        self.watcher.described(self.judge, answer)
        return answer

    def _with_record(
        self, trial: Trial, showing: Showing, answer: Answer, more: Mapping[str, object] | None = None
    ) -> Answer:
        presented = [self.plan.presentation(trial, clip) for clip in trial.shown]
        done = record(trial, showing, presented)
        return replace(answer, sent={**answer.sent, **done, **(more or {})})

    async def _attempts(self, trial: Trial, request: Request) -> Answer:
        """The answer after as many attempts as the judge allows, or the last failure."""
        jitter = random.Random(request.key)
        for failures in range(1, self.judge.retries + 2):
            await self.gate.passed()
            if self.limiter is not None:
                await self.limiter.acquire()
            try:
                return await self._paid(request)
            except MediaError as error:
                return Answer(failure=Failure("media", str(error)))
            except AttemptError as error:
                delay = self.patience.delay(failures, error, jitter) if error.transient else None
                if error.fatal or (error.transient and delay is None):
                    failed = Answer(failure=error.failure)
                    self.ledger.commit(trial, failed, condition_text(trial.condition))
                    self._count(Status.ERROR, error.failure)
                    raise _GivenUpError(error.failure.message) from error
                if delay is None or failures > self.judge.retries:
                    return Answer(failure=error.failure)
                self.ledger.note_attempt(trial, error.failure, condition_text(trial.condition))
                self.watcher.waiting(self.judge, error.failure, delay)
                if error.retry_after is not None:
                    self.gate.close_for(delay)
                await asyncio.sleep(delay)
        raise AssertionError("the loop above always returns")

    async def _paid(self, request: Request) -> Answer:
        """One attempt, if the budget allows it."""
        if self.budget is None:
            return self._checked(request, await self.respondent.ask(request, self.studio.sight))
        if self.budget.knows(self.judge):
            return await self._within(self.budget, request)
        async with self.alone:  # until the first price is known nobody can say what several at once may cost
            return await self._within(self.budget, request)

    async def _within(self, budget: Budget, request: Request) -> Answer:
        sum_aside = budget.reserve(self.judge)
        if sum_aside is None:
            raise _LimitReachedError(budget.reached(self.judge))
        try:
            answer = await self.respondent.ask(request, self.studio.sight)
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
                self.watcher.noticed(self.judge, odd)
        return answer

    def _give_up_if_hopeless(self, answer: Answer) -> None:
        failure = answer.failure
        self.unreached = self.unreached + 1 if failure and failure.kind == "connection" else 0
        self.refused = self.refused + 1 if failure and failure.status in REFUSALS else 0
        if failure and self.refused >= REFUSED_AFTER:
            raise _GivenUpError(failure.message)
        if failure and self.unreached >= UNREACHABLE_AFTER:
            raise _GivenUpError(f"the endpoint cannot be reached: {failure.message}")
