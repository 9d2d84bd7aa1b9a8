"""Which judge is better? Every two of them on the same questions, asked in the same way.

Of many pairs some differ by luck, so p is corrected over all pairs of a dataset, task and way (Holm 1979).
Not to differ is no proof of being equal: that is said only if two one-sided tests exclude a difference of
what matters in the headline (`differences.MARGINS`) or more on either side (Schuirmann 1987, J.
Pharmacokinetics and Biopharmaceutics 15), and else how large a difference would have been seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.baselines import REFERENCES
from aqa_eval.findings.contrasts import same_ways
from aqa_eval.findings.differences import HEADLINES, MARGINS, common, sides
from aqa_eval.findings.families import LEVEL
from aqa_eval.findings.pairing import Compared, side_by_side
from aqa_eval.findings.reading import against, chance_of, needed, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.equivalence import detectable, p_equivalent
from aqa_eval.measures.multiplicity import holm
from aqa_eval.vocabulary import Finding, Task

NAME = "comparisons"
TASKS = (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.COMPARE, Task.LOCATE)


@dataclass(frozen=True, slots=True)
class _Pair:
    first: Asked
    second: Asked
    compared: Compared


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The difference of the headline of every two models, and of every model and reference judge. Simulated
    judges, which are told the truth, are compared with no model; where no model was asked the yardsticks are
    compared among each other.
    """
    yardstick = pl.col("protocol").is_in([*REFERENCES, "simulated"])
    modelled = table.filter(~yardstick).height > 0
    chosen = table.filter(pl.col("protocol") != "simulated") if modelled else table
    found: list[Finding] = []
    for task in TASKS:
        for group in same_ways(list(asked(chosen, task))):
            pairs = [
                _Pair(one, two, side_by_side(one.rows, two.rows, task, settings))
                for one, two in (_pairs(group) if modelled else itertools.combinations(group, 2))
            ]
            found += _findings(pairs)
    return found


def _pairs(group: Sequence[Asked]) -> Iterator[tuple[Asked, Asked]]:
    """Models among each other, each pair once, and each model with each reference judge."""
    models = [trials for trials in group if trials.way["protocol"] not in REFERENCES]
    references = [trials for trials in group if trials.way["protocol"] in REFERENCES]
    for place, model in enumerate(models):
        yield from ((model, other) for other in (*models[place + 1 :], *references))


def _findings(pairs: Sequence[_Pair]) -> Iterator[Finding]:
    known = [place for place, pair in enumerate(pairs) if pair.compared.estimate.p_value(0.0) is not None]
    estimates = [pairs[place].compared.estimate for place in known]
    ps = [estimate.p_value(0.0) or 0.0 for estimate in estimates]
    margins = [MARGINS[pairs[place].compared.name] for place in known]
    equal = [p_equivalent(each, 0.0, margin) for each, margin in zip(estimates, margins, strict=True)]
    corrected = dict(zip(known, zip(ps, holm(ps), holm(equal), strict=True), strict=True))
    for place, pair in enumerate(pairs):
        p, p_holm, p_equal = (float(value) for value in corrected.get(place, (1.0, 1.0, 1.0)))
        estimate = pair.compared.estimate
        parts: dict[str, float | None] = dict(sides(pair.compared))
        if place in corrected:
            parts |= {
                "p": p,
                "p_holm": p_holm,
                "p_equal_holm": p_equal,
                "pairs": float(len(known)),
                "detectable": detectable(estimate),
                "margin": MARGINS[pair.compared.name],
            }
        yield statement(
            NAME,
            f"{pair.compared.name}_difference",
            pair.first,
            ALL,
            estimate,
            words(_reading(pair, p, p_holm, p_equal, len(known)), common(pair.compared)),
            chance=0.0,
            parts=parts,
            versus=pair.second.judge,
        )


def _reading(pair: _Pair, p: float, p_holm: float, p_equal: float, pairs: int) -> str:
    other, by, estimate = pair.second.judge, HEADLINES[pair.compared.name], pair.compared.estimate
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return against(estimate, 0.0, "", "", f"whether it is better or worse than {other}, in {by}")
    margin = MARGINS[pair.compared.name]
    over = f", after Holm over {pairs} pairs {chance_of(p_holm)}" if pairs > 1 else ""
    if p_holm < LEVEL:
        better = "Better" if estimate.value > 0 else "Worse"
        small = f", though by less than {margin:.2f}" if p_equal < LEVEL else ""
        return f"{better} than {other}{small}, in {by}: {stated(estimate)} ({chance_of(p)}{over})."
    if p_equal < LEVEL:
        return (
            f"As good as {other} to within {margin:.2f}, in {by}: {stated(estimate)} (two one-sided tests, "
            f"{chance_of(p_equal)})."
        )
    seen = detectable(estimate)
    return words(
        f"Undecided whether it is better or worse than {other}, in {by}: {stated(estimate)} "
        f"({chance_of(p)}{over}).",
        f"With these questions a difference of {seen:.2f} would be seen in 8 of 10 cases." if seen else "",
        needed(estimate, 0.0) if p >= LEVEL else "",
    )
