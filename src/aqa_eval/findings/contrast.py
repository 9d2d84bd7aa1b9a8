"""Two at a time: is the better performance told from the worse, whatever its place, and from which gap on?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from aqa_eval.findings import noticeable, ranking
from aqa_eval.findings.asked import ALL, POLARITY, Asked, asked
from aqa_eval.findings.choices import skills
from aqa_eval.findings.reading import against, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures import one_scale
from aqa_eval.measures.crossed import Between
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.one_scale import Singly
from aqa_eval.measures.pairs import FIRST as SHOWN_FIRST
from aqa_eval.measures.pairs import SECOND as SHOWN_SECOND
from aqa_eval.measures.pairs import TIE as DRAW
from aqa_eval.measures.pairs import Comparisons, Preference, preference
from aqa_eval.vocabulary import FIRST, SECOND, TIE, Finding, Task

NAME = "contrast"
SINGLY = "the same clips judged one at a time"

_WAY = ("judge", "dataset", "representation", "strategy", "frames", "setting")


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Skill over pairs, the pull of the first place, order, the just-noticeable gap, and comparing against
    judging one clip alone, of every judge that was asked to compare.
    """
    singly = {tuple(t.way[key] for key in _WAY): t for t in asked(table, Task.VERIFY)}
    found: list[Finding] = []
    for trials in asked(table, Task.COMPARE):
        found += _of(trials, singly.get(tuple(trials.way[key] for key in _WAY)), settings)
    return found


def _of(trials: Asked, singly: Asked | None, settings: Settings) -> Iterator[Finding]:
    shares = {criterion: _shares(trials.answered(criterion)) for criterion in (ALL, *trials.criteria)}
    yield from skills(NAME, trials, "the better of two performances", settings, shares)
    if trials.constant_by_construction:
        return
    preferred = preference(comparisons(trials.answered()), settings.plan)
    yield _first_bias(trials, preferred)
    yield from _order(trials, preferred)
    for criterion in trials.criteria:
        if not trials.way["setting"]:
            told = (of(NAME, trials, criterion, settings) for of in (noticeable.of, ranking.of))
            yield from (finding for finding in told if finding is not None)
        if singly and criterion in singly.criteria:
            yield _against_singly(trials, singly, criterion, settings)


def comparisons(rows: pl.DataFrame) -> Comparisons:
    """Answered comparisons as they were shown: the other way round where the order was swapped."""
    kept = rows.drop_nulls(["truth_choice", "choice"])
    swapped = (kept["order"] == "swapped").to_numpy().astype(np.bool_)
    turn = np.where(swapped, -1, 1)
    sides = {FIRST: SHOWN_FIRST, SECOND: SHOWN_SECOND, TIE: DRAW}
    better, preferred = (
        turn * kept[column].replace_strict(sides, default=DRAW, return_dtype=pl.Int64).to_numpy()
        for column in ("truth_choice", "choice")
    )
    pair = np.unique(kept["item"].to_numpy().astype(str), return_inverse=True)[1].reshape(-1)
    return Comparisons(
        better.astype(np.int64), preferred.astype(np.int64), pair.astype(np.int64), swapped, _between(kept)
    )


def _between(rows: pl.DataFrame) -> Between:
    return Between.of(rows["cluster"].to_list(), rows["cluster_b"].to_list())


def _shares(answered: pl.DataFrame) -> Mapping[str, float | None]:
    """How often the first that was shown was preferred, and a draw declared."""
    if answered.is_empty():
        return {"said_first": None, "said_tie": None}
    tie = answered["choice"] == TIE
    first = ((answered["choice"] == FIRST) == (answered["order"] == "given")) & ~tie
    return {
        "said_first": float(first.sum()) / answered.height,
        "said_tie": float(tie.sum()) / answered.height,
    }


def _first_bias(trials: Asked, found: Preference) -> Finding:
    reading = against(
        found.first_bias,
        0.0,
        "Prefers what it is shown first, by so much more than half the time",
        "Prefers what it is shown second, by so much more than half the time",
        "whether it prefers a place",
    )
    return statement(
        NAME,
        "first_bias",
        trials,
        ALL,
        found.first_bias,
        reading,
        chance=0.0,
        parts={"first_bias_z": found.first_bias_z.value, "accuracy_of_pairs": found.accuracy.value},
    )


def _order(trials: Asked, found: Preference) -> Iterator[Finding]:
    """How often the answer stays with the performance when the order changes; what is beyond noise, `framing`
    tells.
    """
    if found.order.items == 0:
        return
    consistency = (
        f"Cannot be estimated: {found.consistency.reason}."
        if found.consistency.value is None
        else f"The same performance is preferred in both orders in {stated(found.consistency)} of the pairs; "
        "by tossing a coin it would be in half."
    )
    yield statement(
        NAME,
        "order_consistency",
        trials,
        ALL,
        found.consistency,
        consistency,
        chance=0.5,
        parts={"flips_in_order": found.order.between.value, "flips_of_re_asking": found.order.within.value},
    )


def _against_singly(trials: Asked, singly: Asked, criterion: str, settings: Settings) -> Finding:
    """What comparing shows more than judging the same clips one at a time, on the scale of d'."""
    pairs = trials.answered(criterion).drop_nulls(["truth_choice", "choice"])
    pairs = pairs.filter(pl.col("truth_choice").is_in([FIRST, SECOND]))
    compared = pl.concat([pairs["clip"], pairs["clip_b"]]).unique()
    single = singly.answered(criterion).drop_nulls(["truth_fault", "fault"])
    single = single.filter(pl.col("clip").is_in(compared.implode()))
    if pairs.is_empty() or single.is_empty():
        reason = "no clip was both compared and judged by itself"
        return _singly(trials, criterion, impossible(reason, 0, 0), {})
    both = Between.of([*pairs["cluster"], *single["cluster"]], [*pairs["cluster_b"], *[None] * single.height])
    in_pairs = np.arange(len(both)) < pairs.height
    one = replace(comparisons(pairs), between=both.only(in_pairs))
    polarity = single["framing"].replace_strict(POLARITY, return_dtype=pl.Int64)
    other = Singly(
        single["fault"].to_numpy().astype(np.bool_),
        single["truth_fault"].to_numpy().astype(np.bool_),
        polarity.to_numpy(),
        both.only(~in_pairs),
    )
    parts = {
        "d_prime_of_pairs": one_scale.d_prime(one, settings.plan).value,
        "d_prime_singly": one_scale.d_prime(other, settings.plan).value,
    }
    return _singly(trials, criterion, one_scale.gain(one, other, settings.plan), parts)


def _singly(trials: Asked, criterion: str, estimate: Estimate, parts: Mapping[str, float | None]) -> Finding:
    reading = against(
        estimate,
        0.0,
        "Comparing shows it more than judging one clip at a time, in d'",
        "Comparing shows it less than judging one clip at a time, in d'",
        "whether comparing shows it more than judging one clip at a time",
    )
    note = (
        "Accuracies of the two cannot be held against each other: two clips hold more than one. Neither how "
        "ready it is to call a fault nor the pull of the first place enters d'."
        if estimate.value is not None
        else ""
    )
    return statement(
        NAME,
        "d_prime_gain_of_pairs",
        trials,
        criterion,
        estimate,
        words(reading, note),
        chance=0.0,
        parts=parts,
        versus=SINGLY,
    )
