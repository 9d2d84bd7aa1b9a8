"""What did the answers take, and what did one take that was known and not guessed?

Of n answers n (BA - 1/K) / (1 - 1/K) are known: the classical correction for guessing among K answers, in
balanced accuracy so that base rates earn nothing.

Requests and tokens as the servers counted them, and dollars where a price is known; never seconds, which
another day or another machine would change. Reference and simulated judges take nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, choices
from aqa_eval.findings.baselines import REFERENCES
from aqa_eval.findings.reading import words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import finding
from aqa_eval.findings.table import UNASKED
from aqa_eval.measures.choices import skill
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import mean
from aqa_eval.prompts import strategies, strategy
from aqa_eval.vocabulary import Finding, Task

NAME = "cost"
FREE = (*REFERENCES, "simulated")
"""Protocols whose judges nobody is paid for."""

_TOKENS = ("prompt_tokens", "completion_tokens", "reasoning_tokens")
_COUNTED = "prompt_tokens"
_KNOWABLE = (Task.VERIFY, Task.CHOOSE, Task.COMPARE)
"""The tasks in which an answer can be right, and guessed right."""


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Tokens a trial and requests a known answer, of every way in which a judge that is paid was asked."""
    tasks = [task for task in Task if task is not Task.CONTROL]
    return [
        found
        for task in tasks
        for trials in asked(table, task)
        if trials.way["protocol"] not in FREE
        for found in _of(trials, settings)
    ]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    rows = trials.rows.filter(~pl.col("status").is_in(UNASKED))
    if rows.is_empty():
        return
    spent = _spent(rows, settings.prices.get(trials.judge))
    derived = trials.way["strategy"] in strategies() and strategy(trials.way["strategy"]).samples_of
    note = "They are those of the repeats it is read from, and are paid for once." if derived else ""
    yield _per_trial(trials, rows, spent, note, settings)
    if trials.way["task"] in _KNOWABLE:
        yield _per_known_answer(trials, rows, spent, settings)


def _spent(rows: pl.DataFrame, price: tuple[float, float] | None) -> dict[str, float | None]:
    """What the rows took; None where the server did not say, and dollars also without a price."""
    counted = rows.drop_nulls([_COUNTED])
    spent: dict[str, float | None] = {
        "trials": float(rows.height),
        "requests": float(rows["requests"].fill_null(1).sum()),
        **{name: float(rows[name].sum()) if rows[name].count() else None for name in _TOKENS},
        "trials_without_count": float(rows.height - counted.height),
        "dollars": None,
    }
    if price is not None and counted.height:
        read, written = float(counted[_COUNTED].sum()), float(counted["completion_tokens"].sum())
        spent["dollars"] = (read * price[0] + written * price[1]) / 1e6
    return spent


def _per_trial(
    trials: Asked, rows: pl.DataFrame, spent: dict[str, float | None], note: str, settings: Settings
) -> Finding:
    """Tokens read and written a trial, with the interval of their mean."""
    counted = rows.drop_nulls([_COUNTED])
    if counted.is_empty():
        reason = "the endpoint did not say how many tokens it read and wrote"
        estimate = impossible(reason, rows.height, rows["cluster"].n_unique())
        reading = words(f"{_requests(spent)} {reason.capitalize()}.", note)
        return finding(NAME, "tokens_per_trial", trials, ALL, estimate, reading, parts=spent)
    tokens = (counted[_COUNTED] + counted["completion_tokens"].fill_null(0)).to_numpy().astype(float)
    estimate = mean(tokens, counted["cluster"].to_numpy(), (0.0, float("inf")), settings.plan)
    written, thought = spent["completion_tokens"], spent["reasoning_tokens"]
    thinking = f", {thought / written:.0%} of those written in thinking" if thought and written else ""
    lacking = spent["trials_without_count"]
    reading = words(
        _requests(spent),
        f"Read {spent[_COUNTED]:,.0f} and written {written or 0.0:,.0f} tokens{thinking}: "
        f"{tokens.mean():,.0f} a trial.",
        f"Of {lacking:,.0f} trials no count is known." if lacking else "",
        _dollars(spent, counted.height),
        note,
    )
    return finding(NAME, "tokens_per_trial", trials, ALL, estimate, reading, parts=spent)


def _requests(spent: dict[str, float | None]) -> str:
    return f"{spent['requests']:,.0f} requests for {spent['trials']:,.0f} trials."


def _dollars(spent: dict[str, float | None], trials: int) -> str:
    dollars = spent["dollars"]
    return "" if dollars is None else f"At its price ${dollars:,.2f}, ${dollars / trials:.5f} a trial."


def _per_known_answer(
    trials: Asked, rows: pl.DataFrame, spent: dict[str, float | None], settings: Settings
) -> Finding:
    """Requests divided by the answers that were known; those of failures are paid for too."""
    answered = trials.answered()
    requests = spent["requests"] or 0.0
    estimate, reading = _carried(_known(trials, answered, settings), requests, answered.height)
    parts: dict[str, float | None] = {"requests": requests}
    for name in (_COUNTED, "completion_tokens", "dollars"):
        total = spent[name]
        known = total is not None and estimate.value is not None and requests > 0
        parts[f"{name}_per_known_answer"] = total * estimate.value / requests if known else None  # type: ignore[operator]
    return finding(NAME, "requests_per_known_answer", trials, ALL, estimate, reading, parts=parts)


def _known(trials: Asked, answered: pl.DataFrame, settings: Settings) -> Estimate:
    """The share of answers that were known, corrected for guessing."""
    if trials.way["task"] != Task.VERIFY:
        return skill(choices(answered), settings.plan).overall
    found = trials.agreed(settings.plan).overall.balanced_accuracy

    def share(number: float | None) -> float | None:
        return None if number is None else 2.0 * number - 1.0

    return replace(
        found,
        value=share(found.value),
        low=share(found.low),
        high=share(found.high),
        boot_low=share(found.boot_low),
        boot_high=share(found.boot_high),
    )


def _carried(known: Estimate, requests: float, answers: int) -> tuple[Estimate, str]:
    """The price from the share that was known and its interval: as that comes near 0, the price has no
    limit.
    """
    if known.value is None:
        return known, f"Cannot be estimated: {known.reason}."

    def price(share: float | None) -> float | None:
        return None if share is None or share <= 0.0 else requests / (answers * share)

    value = price(known.value)
    if value is None:
        reason = "it answers no better than by guessing, so that none of its answers counts as known"
        return impossible(reason, known.n, known.clusters), f"Cannot be estimated: {reason}."
    estimate = replace(
        known,
        value=value,
        low=price(known.high),
        high=price(known.low),
        boot_low=price(known.boot_high),
        boot_high=price(known.boot_low),
        noise_floor=None,
        method=f"carried over from the share that was known: {known.method}",
        reason="",
    )
    if estimate.high is None:
        least = "" if estimate.low is None else f", at least {estimate.low:,.1f}"
        return estimate, (
            f"Undecided what an answer takes that is known and not guessed: {value:,.1f} requests by what "
            f"was seen{least}; no upper limit, since it may be guessing throughout."
        )
    return estimate, (
        f"{value:,.1f} [{estimate.low or 0.0:,.1f}, {estimate.high:,.1f}] requests for an answer that is "
        "known and not guessed."
    )
