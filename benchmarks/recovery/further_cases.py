"""What is planted for the measures of counts, order, confidence, pairs and repeats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from benchmarks.recovery.cases import BOTH, judgements, scores
from benchmarks.recovery.pair_worlds import Counted, Cued, Gaps, Pairs, Repeated, Stated
from benchmarks.recovery.simulation import Case
from benchmarks.recovery.worlds import Rows, Score, Verify
from scipy import special

from aqa_eval.measures import pairs
from aqa_eval.measures.auroc import auroc
from aqa_eval.measures.calibration import calibration
from aqa_eval.measures.components import repeated as variance_components
from aqa_eval.measures.concordance import concordance
from aqa_eval.measures.confusion_measures import confusion_measures
from aqa_eval.measures.crossed import Between
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.graded import Graded
from aqa_eval.measures.kendall import kendall
from aqa_eval.measures.modality import cells, modality
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.predictive_values import predictive_values
from aqa_eval.measures.prevalence import Labelled, prevalence
from aqa_eval.measures.psychometric import psychometric
from aqa_eval.measures.repeats import Repeats, flips
from aqa_eval.measures.resampling import Resampling

BASE_RATE = 0.15


def counts(name: str, world: Verify) -> Case:
    """F1, MCC and predictive values of yes/no judgements, and the AUROC of the evidence behind them."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        given = judgements(rows)
        counted = confusion_measures(given, plan).overall
        worth = predictive_values(given, BASE_RATE, plan).overall
        graded = Graded.of(rows["truth"], rows["evidence"], rows["cluster"], item=rows["item"])
        return {
            "F1": counted.f1,
            "macro-F1": counted.macro_f1,
            "MCC": counted.mcc,
            "PPV at a base rate": worth.ppv,
            "NPV at a base rate": worth.npv,
            "AUROC": auroc(graded, plan).overall,
        }

    seen, share = world.observer, world.faulty[0] / sum(world.faulty)
    hit, rejection = seen.sensitivity(BOTH), seen.specificity(BOTH)
    tp, fn, tn, fp = share * hit, share * (1 - hit), (1 - share) * rejection, (1 - share) * (1 - rejection)
    f1, other = 2 * tp / (2 * tp + fn + fp), 2 * tn / (2 * tn + fn + fp)
    planted: Mapping[str, float | None] = {
        "F1": f1,
        "macro-F1": (f1 + other) / 2,
        "MCC": (tp * tn - fp * fn) / math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
        "PPV at a base rate": BASE_RATE * hit / (BASE_RATE * hit + (1 - BASE_RATE) * (1 - rejection)),
        "NPV at a base rate": (1 - BASE_RATE)
        * rejection
        / ((1 - BASE_RATE) * rejection + BASE_RATE * (1 - hit)),
        "AUROC": float(special.ndtr(seen.d_prime / math.sqrt(2.0))),
    }
    return Case(name, world, estimate, planted, {"MCC": 0.0, "AUROC": 0.5, "PPV at a base rate": BASE_RATE})


def ordered(name: str, world: Score) -> Case:
    """tau-b and CCC of scores: normal, so that both have closed forms."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        given = scores(rows)
        return {"tau-b": kendall(given, plan).pooled, "CCC": concordance(given, plan).overall}

    r, s, b = world.r, world.s, world.b
    planted = {"tau-b": 2.0 / math.pi * math.asin(r), "CCC": 2.0 * r * s / (1.0 + s**2 + b**2)}
    return Case(name, world, estimate, planted, {"tau-b": 0.0, "CCC": 0.0})


def stated(name: str, world: Stated) -> Case:
    """Calibration of stated probabilities."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        found = calibration(Graded.of(rows["came"], rows["stated"], rows["cluster"]), plan)
        return {"ECE": found.ece, "Brier score": found.brier, "overconfidence": found.overconfidence}

    planted = {"ECE": None, "Brier score": None, "overconfidence": 0.0}
    return Case(name, world, estimate, planted, {"overconfidence": 0.0})


def counted(name: str, world: Counted) -> Case:
    """A share counted by a classifier that errs."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        checked = rows["checked"].astype(np.bool_)
        names = rows["cluster"].astype(str)
        known = Labelled(rows["there"][checked], rows["said"][checked], names[checked])
        return {
            "Rogan-Gladen share": prevalence(
                rows["said"][~checked].astype(np.bool_), names[~checked], known, plan
            ).corrected
        }

    return Case(name, world, estimate, {"Rogan-Gladen share": world.share[0] / sum(world.share)})


def compared(name: str, world: Pairs) -> Case:
    """Comparisons of people, each row between two."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        sides = [np.where(rows["given"] == side, "a", "b") for side in (True, False)]
        shown = [np.char.add(np.char.add(rows["pair"].astype(str), "/"), side) for side in sides]
        found = pairs.preference(
            pairs.Comparisons.of(
                shown[0].tolist(),
                shown[1].tolist(),
                np.where(rows["better_first"], *shown).tolist(),
                np.where(rows["said_first"], *shown).tolist(),
                rows["cluster"].astype(str).tolist(),
                rows["second"].astype(str).tolist(),
            ),
            plan,
        )
        return {
            "pair accuracy": found.accuracy,
            "first-position bias": found.first_bias,
            "first-position bias (z)": found.first_bias_z,
            "d' of pairs": found.d_prime,
        }

    z = np.array([1.0, -1.0]) * world.d_prime / math.sqrt(2.0) + world.first_bias
    hit, false = special.ndtr(z)
    planted: Mapping[str, float | None] = {
        "pair accuracy": float(hit + 1.0 - false) / 2.0,
        "first-position bias": float(hit + false) / 2.0 - 0.5,
        "first-position bias (z)": world.first_bias,
        "d' of pairs": world.d_prime,
    }
    null = {"pair accuracy": 0.5} | dict.fromkeys(list(planted)[1:], 0.0)
    return Case(name, world, estimate, planted, null, ("cluster", "second"))


def gaps(name: str, world: Gaps) -> Case:
    """The just-noticeable gap."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        between = Between.of(*(rows[key].astype(str).tolist() for key in ("cluster", "second")))
        found = psychometric(rows["gap"], rows["right"], between, plan)
        return {"just-noticeable gap": found.threshold, "psychometric slope": found.slope}

    planted = {"just-noticeable gap": world.threshold, "psychometric slope": world.slope}
    return Case(name, world, estimate, planted, wise=("cluster", "second"))


def repeated(name: str, world: Repeated) -> Case:
    """Flips beyond those of plain re-asking.

    With m ~ Beta(2, 2) and p ~ Beta(4 m, 4 - 4 m), E p (1 - p) = 4/5 E m (1 - m) = 4/5 * 1/5, twice which is
    a flip; two draws of p differ by 2/5 E m (1 - m) = 0.08 in mean square, which is an excess flip.
    """

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        given = Repeats.of(
            rows["said"].astype(str).tolist(),
            rows["item"].astype(str).tolist(),
            rows["condition"].tolist(),
            rows["cluster"].astype(str).tolist(),
        )
        found = flips(given, plan)
        return {"excess flips": found.excess, "flips when re-asked": found.within}

    return Case(
        name,
        world,
        estimate,
        {"excess flips": 0.08 * world.moved, "flips when re-asked": 0.32},
        {"excess flips": 0.0},
    )


def components(name: str, world: Repeated) -> Case:
    """Of what the variance of answers is made, where nothing moves between the conditions.

    Var p = E m (1 - m) / 5 + Var m = 0.04 + 0.05 (see `repeated`), sampling E p (1 - p) = 4/5 * 1/5.
    """

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        found = variance_components(rows["said"].astype(np.float64), rows["item"], rows["cluster"], plan)
        return {"item variance": found.item, "sampling variance": found.sampling}

    return Case(name, world, estimate, {"item variance": 0.09, "sampling variance": 0.16})


def cued(name: str, world: Cued) -> Case:
    """The part of a cue in the verdict."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        found = modality(cells(rows["fault"], rows["truth"], rows["cue"], rows["cluster"]), plan)
        return {"modality index": found.index, "weight of sight": found.sight, "weight of cue": found.cue}

    planted = {
        "modality index": None,
        "weight of sight": None if world.sight else 0.0,
        "weight of cue": None if world.cue else 0.0,
    }
    return Case(name, world, estimate, planted, {"weight of sight": 0.0, "weight of cue": 0.0})


def by_items(case: Case) -> Case:
    """The case with row-wise inference that takes items for independent and keeps each one's answers."""

    def estimate(rows: Rows, plan: Resampling) -> Mapping[str, Estimate]:
        alone = len(np.unique(rows["cluster"])) == len(rows["cluster"])
        return case.estimate({**rows, "cluster": rows["item"]} if alone else rows, plan)

    return replace(case, estimate=estimate)


FURTHER: tuple[Case, ...] = (
    counts("counts: blind", Verify(Observer(0.0, 0.5))),
    counts("counts: sees", Verify(Observer(1.2, 0.3, 0.2))),
    counts("counts: rare faults", Verify(Observer(1.2, 0.6, 0.2), faulty=(1.0, 6.0))),
    ordered("order: at random", Score(0.0)),
    ordered("order: well", Score(0.7, 0.8, 0.3)),
    stated("probabilities, too bold", Stated(2.5)),
    counted("counted by a classifier", Counted()),
    compared("pairs: blind", Pairs(0.0, 0.0)),
    compared("pairs: sees, first preferred", Pairs(1.0, 0.3)),
    gaps("pairs: accuracy over the gap", Gaps(1.5, 1.6)),
    by_items(repeated("repeats: nothing moves", Repeated(0.0))),
    by_items(repeated("repeats: half is moved", Repeated(0.5))),
    components("repeats: variance", Repeated(0.0)),
    cued("cue: none", Cued(1.5, 0.0)),
    cued("cue: as strong as sight", Cued(1.5, 1.5)),
)
