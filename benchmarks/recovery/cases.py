"""What is planted, and which measure is to find it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from benchmarks.recovery.simulation import Case
from benchmarks.recovery.worlds import Both, Choose, Locate, Rows, Score, Share, Verify

from aqa_eval.measures import agreement, detection, polarity, rank, regression
from aqa_eval.measures.choices import Choices, skill
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.resampling import Measure, Resampling, difference
from aqa_eval.measures.scores import Scores
from aqa_eval.measures.shares import mean, share
from aqa_eval.measures.spans import temporal_iou

BOTH = (1, -1)
RANGES = {"all": (0.0, 100.0)}


def judgements(rows: Rows, said: str = "fault") -> Judgements:
    """The judgements of simulated rows."""
    return Judgements.of(
        rows["truth"], rows[said], rows["cluster"], rows["criterion"], rows["polarity"], rows["item"]
    )


def scores(rows: Rows, said: str = "prediction", events: bool = False) -> Scores:
    """The scores of simulated rows; the cluster is the event if there are `events`."""
    home = rows.get("event", rows["cluster"])
    return Scores.of(
        rows["truth"],
        rows[said],
        rows["cluster"],
        event=[f"e{code}" for code in home] if events else None,
        ranges=RANGES,
    )


def verified(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
    """Everything that yes/no judgements in both polarities say."""
    given = judgements(rows)
    agreed = agreement.agreement(given, plan).overall
    seen = detection.detection(given, plan).overall
    leaning = polarity.polarity(given, plan).overall
    return {
        "balanced accuracy": agreed.balanced_accuracy,
        "sensitivity": agreed.sensitivity,
        "d'": seen.d_prime,
        "c": seen.c,
        "correctness bias (z)": seen.correctness,
        "acquiescence (z)": seen.acquiescence,
        "correctness bias": leaning.correctness,
        "acquiescence": leaning.acquiescence,
    }


def verify(name: str, world: Verify) -> Case:
    """A case of yes/no judgements."""
    seen = world.observer
    planted: Mapping[str, float | None] = {
        "balanced accuracy": seen.balanced_accuracy(BOTH),
        "sensitivity": seen.sensitivity(BOTH),
        "d'": seen.d_prime,
        "c": seen.criterion,
        "correctness bias (z)": seen.criterion,
        "acquiescence (z)": seen.acquiescence,
        "correctness bias": seen.correctness_bias(),
        "acquiescence": seen.acquiescence_bias(),
    }
    if world.criteria > 1:
        planted = dict.fromkeys(planted) | {
            key: planted[key] for key in ("d'", "c", "correctness bias (z)", "acquiescence (z)")
        }
    null = {"balanced accuracy": 0.5, **dict.fromkeys(planted, 0.0)} | {"balanced accuracy": 0.5}
    del null["sensitivity"]
    return Case(name, world, verified, planted, null)


def scored(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
    """Everything that scores say."""
    given = scores(rows)
    found = regression.trap(given, plan)
    within = rank.rank_correlation(
        scores({**rows, "event": rows.get("event", rows["cluster"])}, events=True), plan
    )
    return {
        "Spearman, pooled": within.pooled,
        "Spearman, within events": within.within,
        "r": found.r,
        "s": found.s,
        "b": found.b,
        "skill": found.skill,
        "R-l2 x100": found.r_l2,
    }


def score(name: str, world: Score) -> Case:
    """A case of scores: normal, so that rank correlations have closed forms (Kruskal 1958)."""
    r, s, b = world.r, world.s, world.b
    planted = {
        "Spearman, pooled": 6.0 / math.pi * math.asin(r / 2.0),
        "Spearman, within events": None if r else 0.0,
        "r": r,
        "s": s,
        "b": b,
        "skill": 2.0 * r * s - s**2 - b**2,
        "R-l2 x100": 100.0 * (10.0 / 100.0) ** 2 * (1.0 + s**2 - 2.0 * r * s + b**2),
    }
    null = {
        "Spearman, pooled": 0.0,
        "Spearman, within events": 0.0,
        "r": 0.0,
        "b": 0.0,
        "s": 1.0,
        "skill": 0.0,
    }

    def with_events(generator: np.random.Generator, clusters: int) -> Rows:
        rows = world(generator, clusters)
        return {**rows, "event": rows["cluster"]}

    return Case(name, with_events, scored, planted, null)


def paired(name: str, first: Verify, second: Verify) -> Case:
    """The difference of two ways of asking the same items."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        sides = [agreement.headline(judgements(rows, said), plan) for said in ("fault", "fault_b")]
        return {"difference of balanced accuracy": _difference(sides, plan)}

    gap = first.observer.balanced_accuracy(BOTH) - second.observer.balanced_accuracy(BOTH)
    planted = {"difference of balanced accuracy": gap}
    return Case(
        name, Both(first, second, "fault"), estimate, planted, {"difference of balanced accuracy": 0.0}
    )


def paired_scores(name: str, first: Score, second: Score) -> Case:
    """The difference of two ways of scoring the same clips."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        sides = [rank.headline(scores(rows, said), plan) for said in ("prediction", "prediction_b")]
        return {"difference of Spearman": _difference(sides, plan)}

    gap = 6.0 / math.pi * (math.asin(first.r / 2.0) - math.asin(second.r / 2.0))
    return Case(
        name,
        Both(first, second, "prediction"),
        estimate,
        {"difference of Spearman": gap},
        {"difference of Spearman": 0.0},
    )


def _difference(sides: list[Measure | None], plan: Resampling) -> Estimate:
    first, second = sides
    assert first is not None
    assert second is not None
    return difference(first, second, plan)[0]


def shares(name: str, world: Share) -> Case:
    """The rate of a thing."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        return {"rate": share(rows["hit"].astype(np.bool_), rows["cluster"], plan)}

    rate = world.a / (world.a + world.b)
    return Case(name, world, estimate, {"rate": rate}, {"rate": 0.5})


def chosen(name: str, world: Choose) -> Case:
    """Choice among options."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        n = len(rows["truth"])
        words = [[f"option {code}" for code in rows[which]] for which in ("truth", "said")]
        given = Choices.of(*words, ["all"] * n, [str(code) for code in rows["cluster"]])
        return {"choice skill": skill(given, plan).overall}

    return Case(name, world, estimate, {"choice skill": world.skill}, {"choice skill": 0.0})


def located(name: str, world: Locate) -> Case:
    """Spans of time."""

    def estimate(rows: Rows, plan: Resampling) -> dict[str, Estimate]:
        spans = (rows[key].astype(np.float64) for key in ("start", "end", "true_start", "true_end"))
        return {"temporal IoU": mean(temporal_iou(*spans), rows["cluster"], (0.0, 1.0), plan)}

    return Case(name, world, estimate, {"temporal IoU": None})


BLIND, SEEING = Observer(0.0, 0.5), Observer(1.0, 0.3, 0.25)

CASES: tuple[Case, ...] = (
    verify("blind, says correct", Verify(Observer(0.0, 0.6))),
    verify("blind, unbiased", Verify(Observer(0.0))),
    verify("sees a little, both biases", Verify(SEEING)),
    verify("sees, unbiased", Verify(Observer(1.0))),
    verify("sees well", Verify(Observer(2.5, 0.2, 0.2))),
    verify("faults are rare", Verify(Observer(1.0, 0.8, 0.3), faulty=(1.0, 6.0))),
    verify("three criteria with other thresholds", Verify(SEEING, criteria=3, spread=0.7)),
    score("scores at random", Score(0.0, 1.0)),
    score("hugs the mean", Score(0.2, 0.3, 0.4)),
    score("scores well", Score(0.6, 0.8, 0.2)),
    score("scores very well", Score(0.95, 1.0, 0.0)),
    paired("two ways, no difference", Verify(SEEING), Verify(SEEING)),
    paired("two ways, one sees more", Verify(Observer(1.5)), Verify(SEEING)),
    paired_scores("two ways of scoring, no difference", Score(0.5), Score(0.5)),
    paired_scores("two ways of scoring, one better", Score(0.7), Score(0.4)),
    shares("a rate of a half", Share(1.0, 1.0)),
    shares("a rare thing", Share(0.3, 5.7)),
    chosen("three options, guessing", Choose(0.0)),
    chosen("three options, half seen", Choose(0.5)),
    located("spans", Locate(0.7)),
)
