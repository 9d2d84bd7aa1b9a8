"""What can be made of the same judge's answers? Decisions changed afterwards, judged by the same measures.

Each is held against the plain decision on the same questions, with its price in requests. They correct how a
judge decides; they give it no sight that it has not, which d' before and after shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from aqa_eval.findings import decisions
from aqa_eval.findings.asked import ALL, Asked, asked, judgements
from aqa_eval.findings.baselines import REFERENCES
from aqa_eval.findings.decisions import Decided, Material, NotPossible
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures import agreement, detection
from aqa_eval.measures.clusters import BoolArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.multiplicity import benjamini_hochberg
from aqa_eval.measures.resampling import Measure, difference
from aqa_eval.vocabulary import Finding, Task

NAME = "mitigations"
LEVEL = 0.05
NO_SIGHT = "It corrects decisions and gives no sight."

MITIGATIONS: dict[str, Callable[[Material], Decided | NotPossible]] = {
    "prior-corrected decision": decisions.prior_corrected,
    "polarity-averaged decision": decisions.polarity_averaged,
    "cross-fitted threshold": decisions.threshold,
    "tournament": decisions.tournament,
    "self-consistency": decisions.majority,
}
"""What is done with the answers -> how."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A mitigation tried on one way of asking: its gain, and balanced accuracy and d' before and after."""

    trials: Asked
    name: str
    gain: Estimate
    parts: dict[str, float | None]
    note: str


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The gain in balanced accuracy of every mitigation on every judge that is no yardstick, in the plain
    ways with pictures; p corrected over all of them about a judge.
    """
    judged = table.filter(~pl.col("protocol").is_in(REFERENCES))
    ways = list(asked(judged, Task.VERIFY))
    pairs = list(asked(judged, Task.COMPARE))
    outcomes: list[_Outcome] = []
    for trials in ways:
        way = trials.way
        if way["representation"] == "none" or way["setting"] or way["strategy"] != "base":
            continue
        material = Material(trials, _same(trials, ways), _same(trials, pairs), settings.seed)
        outcomes += [_tried(name, tried(material), trials, settings) for name, tried in MITIGATIONS.items()]
    return _stated(outcomes)


def _same(trials: Asked, ways: Sequence[Asked]) -> list[Asked]:
    """Every way in which the same judge was asked about the same dataset."""
    return [w for w in ways if (w.judge, w.way["dataset"]) == (trials.judge, trials.way["dataset"])]


def _tried(name: str, found: Decided | NotPossible, trials: Asked, settings: Settings) -> _Outcome:
    if isinstance(found, NotPossible):
        return _Outcome(trials, name, impossible(found.reason, 0, 0), {}, "")
    rows = found.rows
    before = judgements(rows)
    after = judgements(rows.with_columns(fault=pl.Series(found.fault)))
    sides = [agreement.headline(side, settings.plan) for side in (after, before)]
    sight = [detection.headline(side, settings.plan) for side in (after, before)]
    if sides[0] is None or sides[1] is None:
        return _Outcome(trials, name, impossible("nothing was decided", 0, 0), {}, "")
    gain = difference(sides[0], sides[1], settings.plan)[0]
    parts = {
        "after": _value(sides[0]),
        "before": _value(sides[1]),
        "d_prime_after": _value(sight[0]),
        "d_prime_before": _value(sight[1]),
        "requests_per_decision": found.requests,
        "requests_of_the_plain_decision": found.plain_requests,
        "changed": float((found.fault != rows["fault"].to_numpy()).mean()),
    }
    return _Outcome(trials, name, gain, parts, found.note)


def _value(measure: Measure | None) -> float | None:
    if measure is None:
        return None
    value = float(measure.statistic(np.ones((1, measure.clusters)))[0, 0])
    return value if np.isfinite(value) else None


def _stated(outcomes: Sequence[_Outcome]) -> list[Finding]:
    """The findings, with p after Benjamini and Hochberg over all mitigations of a judge."""
    raw = np.array([np.nan if (p := o.gain.p_value(0.0)) is None else p for o in outcomes], np.float64)
    corrected = np.full(len(outcomes), np.nan)
    judges = np.array([outcome.trials.judge for outcome in outcomes])
    for judge in dict.fromkeys(judges.tolist()):
        own: BoolArray = judges == judge
        corrected[own] = benjamini_hochberg(raw[own])
    return [_finding(*each) for each in zip(outcomes, raw.tolist(), corrected.tolist(), strict=True)]


def _finding(outcome: _Outcome, p: float, q: float) -> Finding:
    gain, parts = outcome.gain, dict(outcome.parts)
    if gain.value is None:
        reading = f"Not possible, cannot be estimated: {gain.reason}."
    else:
        known = not np.isnan(p)
        parts |= {"p": p if known else None, "p_bh": q if known else None}
        reading = words(
            against(
                gain,
                0.0,
                f"The {outcome.name} is right more often than the plain decision, in balanced accuracy",
                f"The {outcome.name} is right less often than the plain decision, in balanced accuracy",
                f"whether the {outcome.name} is right more often than the plain decision",
            ),
            f"A hint only: after correction for all mitigations of this judge p is {q:.2f}."
            if known and p < LEVEL <= q
            else "",
            outcome.note,
            _price(parts),
            NO_SIGHT,
        )
    return statement(
        NAME,
        "mitigation_gain",
        outcome.trials,
        ALL,
        gain,
        reading,
        chance=0.0,
        parts=parts,
        versus=f"{outcome.name} against the plain decision",
    )


def _price(parts: dict[str, float | None]) -> str:
    price, plain = parts["requests_per_decision"], parts["requests_of_the_plain_decision"]
    before, after = parts["d_prime_before"], parts["d_prime_after"]
    sight = "" if before is None or after is None else f"d' was {before:.2f} and is {after:.2f}."
    return words(sight, f"It takes {price:.2g} requests a decision instead of {plain:.2g}.")
