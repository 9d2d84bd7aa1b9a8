"""What a plan asks of each judge, and what that costs: tokens, dollars, hours, bytes, and what does not fit.

    prices = price_plan(workloads, judges, read_prices())

Workloads are priced group by group, so a million trials take as long as their few hundred groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aqa_eval.judges.families import Family, TextLength, estimate, family_of
from aqa_eval.judges.prices import Tariff, tariff
from aqa_eval.pricing.context import overflow
from aqa_eval.pricing.duration import hours
from aqa_eval.pricing.output import ANSWERS, Span, answer_span, thinks
from aqa_eval.pricing.upload import uploaded_bytes
from aqa_eval.pricing.workload import NOTHING_ASSUMED, Assumed, Bulk, Workload, bulks
from aqa_eval.prompts import probe_texts
from aqa_eval.vocabulary import Condition, Judge, Task

UNKNOWN_FAMILY = "unknown family: tokens not estimated (family = ... of the judge says which it is)"
UNKNOWN_PRICE = "price unknown (price = {input = ..., output = ...} of the judge, or a price file)"


NONE = Span(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Unfit:
    """Trials that cannot be asked, and why. They are in no other number."""

    task: Task
    condition: Condition
    trials: int
    reason: str
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class JudgePrice:
    """What is asked of one judge. Tokens and dollars are estimates; None where there is no ground for one.

    `requests`: of all exchanges, among them the descriptions of two-step strategies and the answers that
    probes rest on; every probe is counted as if it could be asked. `output_tokens`: low, expected, and at
    most, which is every answer as long as `max_tokens`, or else the model, lets it be.
    `dollars`: expected, and at most. `hours`: at the judge's own concurrency. `notes`: what the numbers rest
    on.
    """

    judge: str
    trials: int
    requests: int
    pictures: int
    input_tokens: float | None
    output_tokens: Span
    dollars: float | None
    dollars_at_most: float | None
    hours: float
    uploaded_bytes: float
    unfit: tuple[Unfit, ...]
    notes: tuple[str, ...]


def price_plan(
    workloads: Iterable[Workload],
    judges: Mapping[str, Judge],
    table: Sequence[Tariff],
    assumed: Mapping[str, Assumed] | None = None,
) -> tuple[JudgePrice, ...]:
    """What every judge of the workloads is asked, in the order in which they first occur.

    Raises:
        KeyError: a workload names a judge that is not among `judges`.
    """
    groups: dict[str, list[Workload]] = defaultdict(list)
    for workload in workloads:
        groups[workload.judge].append(workload)
    given = assumed or {}
    return tuple(
        _price_judge(judges[name], group, tariff(judges[name], table), given.get(name, NOTHING_ASSUMED))
        for name, group in groups.items()
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """One judge with what is known and assumed of it."""

    judge: Judge
    family: Family
    tariff: Tariff | None
    thinking: bool
    assumed: Assumed

    @property
    def max_tokens(self) -> int | None:
        """Tokens after which the judge's settings have an answer cut off."""
        most = dict(self.judge.decoding).get("max_tokens")
        return most if isinstance(most, int) else None

    def longest(self, prompt: float | None) -> float | None:
        """Tokens after which an answer to such a prompt is cut off: by the settings, by the model, or because
        the window is full. None where nobody knows.
        """
        if self.max_tokens is not None:
            return self.max_tokens
        if self.family.longest_answer is not None:
            return self.family.longest_answer
        window = self.judge.capabilities.context or self.family.window
        return None if prompt is None or not window else max(0.0, window - prompt)

    def answer(self, bulk: Bulk, prompt: float | None) -> Span:
        """Tokens of one answer, its `high` the most there can be."""
        expected = self.assumed.expected_output
        table = answer_span(bulk.kind, self.thinking)
        span = table if expected is None else Span(expected, expected, max(expected, table.high))
        longest = self.longest(prompt)
        return replace(span.capped(longest), high=span.high if longest is None else longest)

    def prompt(self, bulk: Bulk) -> float | None:
        """Tokens of one prompt, with what it quotes of answers that were asked for before."""
        tokens = estimate(self.family, bulk.shape)
        return None if tokens is None else tokens.total + self.quoted(bulk)

    def quoted(self, bulk: Bulk) -> float:
        """Tokens of what a prompt quotes: a description, and the part of the reasoning that is left."""
        quoted = ANSWERS["description"].expected if bulk.after_description else 0.0
        if bulk.after_reasoning is not None:
            reasoned = answer_span(bulk.after_reasoning, self.thinking).expected
            quoted += probe_texts().part * (self.assumed.expected_output or reasoned)
        return quoted


@dataclass(frozen=True, slots=True)
class _Sum:
    """Totals over bulks of requests; None once something in them could not be estimated."""

    requests: int = 0
    pictures: int = 0
    input: float | None = 0.0
    output: Span = NONE
    dollars: float | None = 0.0
    dollars_at_most: float | None = 0.0
    bytes: float = 0.0

    def plus(self, bulk: Bulk, asked: _Asked) -> _Sum:
        times, prompt = bulk.requests, asked.prompt(bulk)
        answer = asked.answer(bulk, prompt)
        expected = most = None
        if asked.tariff is not None and prompt is not None:
            expected = times * asked.tariff.dollars(prompt, answer.expected)
            most = times * asked.tariff.dollars(prompt, answer.high)
        return _Sum(
            self.requests + times,
            self.pictures + times * bulk.shape.frames,
            _add(self.input, None if prompt is None else times * prompt),
            self.output + Span(times * answer.low, times * answer.expected, times * answer.high),
            _add(self.dollars, expected),
            _add(self.dollars_at_most, most),
            self.bytes + times * uploaded_bytes(bulk.shape),
        )


def _add(total: float | None, part: float | None) -> float | None:
    return None if total is None or part is None else total + part


def unfit_reason(workload: Workload, judge: Judge) -> str:
    """Why the requests of a workload do not fit the judge's window, by the table of assumptions; empty where
    they do.
    """
    return _unfit(bulks(workload, judge), _asked_of(judge, None, NOTHING_ASSUMED))


def _asked_of(judge: Judge, charged: Tariff | None, assumed: Assumed) -> _Asked:
    family = family_of(judge)
    if assumed.characters_per_token is not None:
        family = replace(family, characters_per_token=assumed.characters_per_token)
    thinking = thinks(judge) if assumed.thinking is None else assumed.thinking
    return _Asked(judge, family, charged, thinking, assumed)


def _price_judge(
    judge: Judge, workloads: Sequence[Workload], charged: Tariff | None, assumed: Assumed
) -> JudgePrice:
    asked = _asked_of(judge, charged, assumed)
    total, trials, unfit = _Sum(), 0, []
    for workload in workloads:
        parts = bulks(workload, judge)
        reason = _unfit(parts, asked)
        if reason:
            unfit.append(Unfit(workload.task, workload.condition, workload.trials, reason, workload.dataset))
            continue
        trials += workload.trials
        for bulk in parts:
            total = total.plus(bulk, asked)
    taken, pace = hours(judge, total.requests, total.output.expected, assumed)
    return JudgePrice(
        judge=judge.name,
        trials=trials,
        requests=total.requests,
        pictures=total.pictures,
        input_tokens=total.input,
        output_tokens=total.output,
        dollars=total.dollars,
        dollars_at_most=total.dollars_at_most,
        hours=taken,
        uploaded_bytes=total.bytes,
        unfit=tuple(unfit),
        notes=_notes(asked, pace),
    )


def _unfit(parts: Iterable[Bulk], asked: _Asked) -> str:
    """Why the first of the requests that does not fit does not; empty where all do."""
    return next((why for bulk in parts if (why := _overflow(bulk, asked))), "")


def _overflow(bulk: Bulk, asked: _Asked) -> str:
    """Why a request does not fit; what a later one will quote of earlier answers is counted as text."""
    shape = bulk.shape
    if quoted := asked.quoted(bulk):
        shape = replace(shape, text=shape.text + TextLength(quoted * asked.family.characters_per_token))
    return overflow(shape, asked.judge, asked.answer(bulk, None).expected, asked.family)


def _notes(asked: _Asked, pace: str) -> tuple[str, ...]:
    """What the numbers rest on, in the order of the numbers."""
    notes = [] if asked.family.known else [UNKNOWN_FAMILY]
    if asked.assumed.expected_output is not None:
        ground = "as measured" if asked.assumed.measured else "as stated"
        notes.append(f"answers of {asked.assumed.expected_output:,.0f} tokens, {ground}")
    else:
        how = "thinking before each" if asked.thinking else "no thinking"
        notes.append(f"length of answers assumed by strategy, {how}")
    if asked.max_tokens is None:
        notes.append(f"no max_tokens is set: at most means {_unlimited(asked)}")
    if asked.tariff is None:
        notes.append(UNKNOWN_PRICE)
    else:
        known = f" ({asked.tariff.date})" if asked.tariff.date else ""
        notes.append(f"prices: {asked.tariff.source}{known}")
    notes.append(f"time: {pace}")
    return tuple(notes)


def _unlimited(asked: _Asked) -> str:
    """How long answers can be without `max_tokens`, in words."""
    if asked.family.longest_answer is not None:
        return f"answers of {asked.family.longest_answer:,} tokens, where the model itself stops"
    if asked.family.known:
        return "answers that fill the context window"
    return "the longest answers assumed"
