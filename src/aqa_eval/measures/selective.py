"""What remains wrong if only the surest answers are used: risk against coverage, with abstention.

Geifman and El-Yaniv 2017 (NeurIPS), El-Yaniv and Wiener 2010 (JMLR 11). Coverage is the share of all rows
that are used, risk the share of wrong answers among them. Rows of equal confidence are used in random order,
so that risk does not depend on how a file happens to be sorted; the area is taken over the continuous curve,
which does not depend on how many rows there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from aqa_eval.measures.clusters import BoolArray, Clusters, FloatArray, IntArray, Tallies
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.graded import Graded
from aqa_eval.measures.links import Identity, worst
from aqa_eval.measures.resampling import Measure, Resampling, Target

COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """`aurc`: mean risk over coverages up to `coverage`, the share of rows that are answered at all. `risk`:
    of all answers, which is also the AURC of a confidence that says nothing; `gain`: risk - AURC, what the
    confidence is worth. `excess`: AURC less that of a confidence that puts every right answer first, at
    this risk. `at`: the risk at each stated coverage (not there beyond the answered share).
    """

    aurc: Estimate
    risk: Estimate
    gain: Estimate
    excess: Estimate
    coverage: Estimate
    at: dict[float, Estimate]


def risk_coverage(
    graded: Graded,
    plan: Resampling,
    abstained: BoolArray | None = None,
    coverages: Sequence[float] = COVERAGES,
) -> RiskCoverage:
    """Risk and coverage of answers that are right or not (`graded.outcome`) with a confidence
    (`graded.grade`), all under the same resamples. Rows that `abstained` (n,) are never used; their outcome
    and grade are not looked at. Raises ValueError for a coverage outside (0, 1].
    """
    if any(not 0.0 < c <= 1.0 for c in coverages):
        raise ValueError(f"coverages {tuple(coverages)}: expected shares over 0 up to 1")
    n, clusters = len(graded), graded.clusters.count
    answered = np.ones(n, np.bool_) if abstained is None else ~np.asarray(abstained, np.bool_)
    broken = bool(np.isnan(graded.grade[answered]).any())
    if not answered.any() or broken:
        reason = "an answered row has no confidence" if broken else "no answered trials"
        none = impossible(reason, n, clusters)
        return RiskCoverage(none, none, none, none, none, dict.fromkeys(coverages, none))
    aurc, risk, gain, excess, coverage, *at = measure(graded, answered, coverages, plan).estimates(plan)
    return RiskCoverage(aurc, risk, gain, excess, coverage, dict(zip(coverages, at, strict=True)))


def measure(graded: Graded, answered: BoolArray, coverages: Sequence[float], plan: Resampling) -> Measure:
    """AURC, risk, gain, excess, coverage and the risk at each of the coverages, an output each; at least one
    row is `answered` (n,).

    Where all answers are right, or all wrong, the risk has the exact bound of a rate; so has the coverage
    where all rows are answered.
    """
    n, clusters = len(graded), graded.clusters
    kept = np.flatnonzero(answered)
    order = kept[np.argsort(-graded.grade[kept], kind="stable")]
    grades = graded.grade[order]
    last = np.append(np.flatnonzero(grades[1:] != grades[:-1]), len(order) - 1)
    wrong = ~graded.outcome[order]
    codes = clusters.codes
    share = np.array(coverages, np.float64)
    sizes = np.bincount(codes, minlength=clusters.count).astype(np.float64)
    tie = np.repeat(np.arange(len(last)), np.diff(last, prepend=-1))
    own = Clusters(codes[order], clusters.count)
    all_rows, wrong_rows = (
        Tallies(own, tie, len(last), counted) for counted in (np.ones(len(order), np.bool_), wrong)
    )

    def statistic(weights: FloatArray) -> FloatArray:
        used, errors = (np.cumsum(counts.under(weights), axis=1) for counts in (all_rows, wrong_rows))
        total = weights @ sizes
        return _curve(used, errors, total, share)

    rows_of = (n, len(kept), n, n, n, *[n] * len(share))
    unit, signed = (0.0, 1.0), (-1.0, 1.0)
    bounds = [unit, unit, signed, unit, unit, *[unit] * len(share)]
    unreached = "fewer rows are answered than this coverage asks for"
    targets = [
        Target(rows, clusters.count, clusters.count, limits, undefined=unreached)
        for rows, limits in zip(rows_of, bounds, strict=True)
    ]
    targets[1] = _bounded(targets[1], wrong, codes[order], plan)
    targets[4] = _bounded(targets[4], answered, codes, plan)
    return Measure(statistic, clusters.count, tuple(targets), 8 * len(last) + clusters.count)


def _bounded(target: Target, yes: BoolArray, codes: IntArray, plan: Resampling) -> Target:
    """The target of a rate of `yes` (n,), with the exact bound where it is the same in every row."""
    if yes.any() and not yes.all():
        return target
    reach = worst(np.bincount(codes) / len(codes), plan.tail)
    slack = (reach, 0.0) if yes.all() else (0.0, reach)
    return replace(target, slack=slack, allowance=Identity.allowance)


def _curve(used: FloatArray, errors: FloatArray, total: FloatArray, share: FloatArray) -> FloatArray:
    """The outputs (R, 5 + c) from rows used (R, t) and wrong ones (R, t) up to the end of each tie.

    Within a tie from w0 to w1 rows errors grow evenly, E(w) = e0 + r (w - w0), so the area under E(w) / w is
    (e0 - r w0) ln(w1 / w0) + r (w1 - w0); in the first tie e0 = w0 = 0.
    """
    before, missed = (np.pad(a[:, :-1], ((0, 0), (1, 0))) for a in (used, errors))
    width = used - before
    rate = np.divide(errors - missed, width, out=np.zeros_like(width), where=width > 0)
    logs = np.log(np.divide(used, before, out=np.ones_like(used), where=before > 0))
    areas = (missed - rate * before) * logs + rate * width
    answered = used[:, -1]
    filled = np.where(answered > 0, answered, np.nan)
    aurc, risk = areas.sum(axis=1) / filled, errors[:, -1] / filled
    # The best order has no error up to coverage 1 - risk: its area is risk + (1 - risk) ln(1 - risk).
    right = np.clip(1.0 - risk, 1e-300, 1.0)
    best = risk + right * np.log(right)
    coverage = answered / np.where(total > 0, total, np.nan)
    at = _risk_at(used, before, missed, rate, total, share)
    whole: FloatArray = np.column_stack([aurc, risk, risk - aurc, np.maximum(aurc - best, 0.0), coverage, at])
    return whole


def _risk_at(
    used: FloatArray,
    before: FloatArray,
    missed: FloatArray,
    rate: FloatArray,
    total: FloatArray,
    share: FloatArray,
) -> FloatArray:
    """Risk (R, c) among the first `share` (c,) of all rows; NaN where fewer are answered."""
    columns = []
    lines = np.arange(len(used))
    for one in share:
        wanted = one * total
        # A coverage of exactly what is answered must not be lost to rounding.
        place = np.minimum((used < wanted[:, None] * (1.0 - 1e-12)).sum(axis=1), used.shape[1] - 1)
        wrong = missed[lines, place] + rate[lines, place] * (wanted - before[lines, place])
        reached = (wanted > 0) & (used[:, -1] >= wanted * (1.0 - 1e-12))
        columns.append(np.where(reached, wrong / np.where(wanted > 0, wanted, 1.0), np.nan))
    return np.clip(np.column_stack(columns), 0.0, 1.0) if columns else np.empty((len(used), 0))
