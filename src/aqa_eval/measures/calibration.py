"""Does a stated probability mean what it says?

Of the answers given with a confidence of 0.8, eight in ten should be right. Bins are made once from the rows
at hand and do not move with the resamples. Sources: ECE with bins of equal width (Naeini et al. 2015, AAAI;
Guo et al. 2017, ICML) or of equal mass (Nixon et al. 2019, CVPR workshops); Brier 1950, Monthly Weather
Review 78; its decomposition Murphy 1973, Journal of Applied Meteorology 12.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.graded import Graded
from aqa_eval.measures.links import Identity, worst
from aqa_eval.measures.rates import Sum, estimate_sums, tally
from aqa_eval.measures.resampling import Measure, Resampling, Target

Binning = Literal["equal mass", "equal width"]


@dataclass(frozen=True, slots=True)
class Bin:
    """One point of the reliability curve: the mean `stated` probability of `n` rows, and the `observed` share
    with its interval. The bin holds probabilities over `low` up to `high`.
    """

    low: float
    high: float
    stated: float
    observed: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """`overconfidence`: mean stated probability less the share that came true. `ece`: the mean over rows of
    how far their bin is off. `brier`: mean squared error; `skill`: 1 minus its ratio to that of always
    stating the share that came true (0: no better than it). `reliability` (how far bins are off, squared),
    `resolution` (how far bins differ from the whole) and `uncertainty` (of the outcome) make up the Brier
    score, reliability - resolution + uncertainty, but for what varies `within` bins, which is added.

    ECE is never below 0, so that a judge whose every probability is true does not reach 0 on finite rows:
    `ece_by_chance` is what he would get on average and `ece_limit` what he would stay under in 95 of 100. An
    ECE says that something is off only beyond that limit.
    """

    overconfidence: Estimate
    ece: Estimate
    brier: Estimate
    skill: Estimate
    reliability: Estimate
    resolution: Estimate
    uncertainty: Estimate
    within: Estimate
    ece_by_chance: float | None
    ece_limit: float | None
    binning: Binning
    curve: tuple[Bin, ...]


def calibration(
    graded: Graded, plan: Resampling, bins: int = 10, binning: Binning = "equal mass"
) -> Calibration:
    """Calibration of the probabilities `graded.grade`, criteria pooled, all under the same resamples.

    Bins of equal mass end at the quantiles of the probabilities; where many are the same there are fewer.
    """
    n, clusters = len(graded), graded.clusters.count
    if graded.no_probabilities:
        none = impossible(graded.no_probabilities, n, clusters)
        return Calibration(none, none, none, none, none, none, none, none, None, None, binning, ())
    edges = bin_edges(graded.grade, bins, binning)
    codes = np.unique(_bin_of(graded.grade, edges), return_inverse=True)[1].astype(np.int64).reshape(-1)
    over, ece, brier, skill, reliability, resolution, uncertainty, within = measure(
        graded, codes, plan
    ).estimates(plan)
    by_chance, limit = _of_calibrated(graded, codes, plan)
    noise = limit is not None and ece.value is not None and ece.value <= limit
    ece, reliability = _biased_upward(ece, noise), _biased_upward(reliability, noise)
    resolution = _biased_upward(resolution, False)
    curve = _curve(graded, codes, edges, plan)
    return Calibration(
        over,
        ece,
        brier,
        skill,
        reliability,
        resolution,
        uncertainty,
        within,
        by_chance,
        limit,
        binning,
        curve,
    )


def bin_edges(probability: FloatArray, bins: int, binning: Binning) -> FloatArray:
    """The edges (bins + 1,) of the bins of probabilities (n,); a value on an edge belongs to the lower bin.

    Raises ValueError for fewer than one bin.
    """
    if bins < 1:
        raise ValueError(f"{bins} bins: expected at least 1")
    steps = np.linspace(0.0, 1.0, bins + 1)
    edges: FloatArray = steps if binning == "equal width" else np.percentile(probability, 100.0 * steps)
    return edges


def _bin_of(probability: FloatArray, edges: FloatArray) -> IntArray:
    return np.searchsorted(edges[1:-1], probability).astype(np.int64)


def measure(graded: Graded, codes: IntArray, plan: Resampling) -> Measure:
    """Overconfidence, ECE, Brier score, skill, reliability, resolution, uncertainty and the rest within bins
    of `codes` (n,), an output each, of usable rows.

    Where the outcome is the same in every row, what it might have been has the exact bound of a rate.
    """
    n, clusters = len(graded), graded.clusters
    count = int(codes.max()) + 1
    place = clusters.codes * count + codes
    stated, came = graded.grade, graded.outcome.astype(np.float64)
    sums = np.stack(
        [
            np.bincount(place, weights=values, minlength=clusters.count * count)
            for values in (np.ones(n), stated, came, (stated - came) ** 2)
        ],
        axis=-1,
    ).reshape(clusters.count, count * 4)

    def statistic(weights: FloatArray) -> FloatArray:
        return _decomposed((weights @ sums).reshape(len(weights), count, 4))

    unit, signed = (0.0, 1.0), (-1.0, 1.0)
    alike = "the outcome is the same in every row"
    bounds = [signed, unit, unit, (-np.inf, 1.0), unit, (0.0, 0.25), (0.0, 0.25), signed]
    targets = [Target(n, clusters.count, clusters.count, limits, undefined=alike) for limits in bounds]
    if np.ptp(came) == 0.0:
        reach = worst(np.bincount(clusters.codes) / n, plan.tail)
        fell = (0.0, reach) if came[0] else (reach, 0.0)
        slacks = (fell, (reach, reach), (reach, reach))
        targets[:3] = [
            replace(target, slack=slack, allowance=Identity.allowance)
            for target, slack in zip(targets, slacks, strict=False)
        ]
    return Measure(statistic, clusters.count, tuple(targets), 8 * count + clusters.count)


def _decomposed(sums: FloatArray) -> FloatArray:
    """The eight outputs (R, 8) from weighted sums (R, B, 4): rows, stated, came true, squared error."""
    rows, stated, came, squared = (sums[..., i] for i in range(4))
    total = rows.sum(axis=1, keepdims=True)
    share = rows / np.where(total > 0, total, np.nan)
    filled = np.where(rows > 0, rows, 1.0)
    mean_stated, mean_came = stated / filled, came / filled
    base = (share * mean_came).sum(axis=1, keepdims=True)
    off = mean_stated - mean_came
    ece = (share * np.abs(off)).sum(axis=1)
    brier = squared.sum(axis=1) / total[:, 0]
    reliability = (share * off**2).sum(axis=1)
    resolution = (share * (mean_came - base) ** 2).sum(axis=1)
    uncertainty = (base * (1.0 - base))[:, 0]
    varied = np.where(uncertainty > 1e-15, uncertainty, np.nan)
    columns = [
        (share * off).sum(axis=1),
        ece,
        brier,
        1.0 - brier / varied,
        reliability,
        resolution,
        uncertainty,
        brier - (reliability - resolution + uncertainty),
    ]
    return np.stack(columns, axis=1)


def _biased_upward(estimate: Estimate, may_be_none: bool) -> Estimate:
    """The estimate of something that noise can only enlarge: in a resample there is noise twice, so that a
    percentile interval lies too high. Its lower limit is put as far from the value as its upper one (the
    reflected interval of Davison and Hinkley 1997, section 5.2, where that is the wider), and at 0 where
    there may be nothing but noise.
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return estimate
    low = 0.0 if may_be_none else max(0.0, min(estimate.low, 2.0 * estimate.value - estimate.high))
    how = "lower limit 0, as a calibrated judge reaches the value" if may_be_none else "lower limit reflected"
    return replace(estimate, low=low, method=f"{estimate.method}; {how}")


def _of_calibrated(graded: Graded, codes: IntArray, plan: Resampling) -> tuple[float | None, float | None]:
    """Mean and 95% limit of the ECE of a judge whose probabilities are true; None for one cluster.

    What he is off is then 0 on average: whole clusters change its sign at random (the wild bootstrap of
    Cameron, Gelbach and Miller 2008, Review of Economics and Statistics 90), which keeps how much rows of a
    cluster are off together.
    """
    count, clusters = int(codes.max()) + 1, graded.clusters
    if clusters.count < 2:
        return None, None
    off = np.zeros((clusters.count, count))
    np.add.at(off, (clusters.codes, codes), graded.grade - graded.outcome)
    generator = np.random.default_rng(plan.seed)
    signs = generator.integers(0, 2, (plan.resamples, clusters.count)) * 2.0 - 1.0
    draws = np.abs(signs @ off).sum(axis=1) / len(graded)
    return float(draws.mean()), float(np.quantile(draws, 0.95, method="higher"))


def _curve(graded: Graded, codes: IntArray, edges: FloatArray, plan: Resampling) -> tuple[Bin, ...]:
    count = int(codes.max()) + 1
    came = graded.outcome.astype(np.float64)
    rates = tally(came, codes, count, graded.item, graded.clusters)
    each = [Sum(np.eye(count)[b], 0.0, (0.0, 1.0)) for b in range(count)]
    observed = estimate_sums(rates, Identity(), each, plan)
    stated = np.bincount(codes, weights=graded.grade) / np.bincount(codes)
    places = np.unique(_bin_of(graded.grade, edges))
    return tuple(
        Bin(float(edges[place]), float(edges[place + 1]), float(stated[b]), observed[b])
        for b, place in enumerate(places)
    )
