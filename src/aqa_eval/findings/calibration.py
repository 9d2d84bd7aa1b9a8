"""Does the judge know when it is wrong?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from aqa_eval.findings import predictive
from aqa_eval.findings.asked import ALL, Asked, asked
from aqa_eval.findings.confidence import IN_WORDS, Confident, confidences, read_from_repeats
from aqa_eval.findings.families import corrected
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.auroc import AurocByCriterion, auroc
from aqa_eval.measures.calibration import Calibration
from aqa_eval.measures.calibration import calibration as calibrated
from aqa_eval.measures.clusters import BoolArray, FloatArray
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.graded import Graded
from aqa_eval.measures.selective import RiskCoverage, risk_coverage
from aqa_eval.vocabulary import Finding, Task

NAME = "calibration"
BINS = 10
COVERAGES = (0.5, 0.8)

_TASKS = (Task.VERIFY, Task.CHOOSE, Task.COMPARE)


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Calibration of every judge over all criteria, one set of statements a source of confidence, and what
    its answers are worth at the prevalence that the study names.
    """
    found: list[Finding] = []
    for task in _TASKS:
        ways = list(asked(table, task))
        derived = {_place(trials) for trials in ways if read_from_repeats(trials.way)}
        for trials in ways:
            for confident in confidences(trials, _place(trials) in derived):
                found += _of(trials, confident, settings)
            if task is Task.VERIFY:
                found += predictive.of(NAME, trials, settings)
    return corrected(
        found, lambda finding: finding.about["judge"], "statements of this kind about this judge"
    )


def _place(trials: Asked) -> tuple[str, ...]:
    way = trials.way
    return tuple(way[name] for name in ("judge", "dataset", "representation", "frames", "setting"))


def _of(trials: Asked, confident: Confident, settings: Settings) -> Iterator[Finding]:
    right = _graded(confident.rows, _right(confident.rows), confident.rows["confidence"].to_numpy())
    source = f"Confidence: {IN_WORDS[confident.source]}."
    lacking = f"{confident.without:,} other answers carry none." if confident.without else ""
    for finding in (
        *_calibration(trials, calibrated(right, settings.plan, BINS)),
        _ranks_right(trials, auroc(right, settings.plan)),
        *_ranks_faults(trials, confident.rows, settings),
        _selective(trials, confident, settings),
    ):
        about = {**finding.about, "confidence": confident.source}
        yield replace(finding, about=about, reading=words(finding.reading, source, lacking))


def _right(rows: pl.DataFrame) -> BoolArray:
    verified = (rows["fault"] == rows["truth_fault"]).fill_null(value=False)
    chosen = (rows["choice"] == rows["truth_choice"]).fill_null(value=False)
    return (verified | chosen).to_numpy().astype(np.bool_)


def _graded(rows: pl.DataFrame, outcome: BoolArray, grade: FloatArray) -> Graded:
    return Graded.of(
        outcome, grade, rows["cluster"].to_numpy(), rows["criterion"].to_numpy(), rows["item"].to_numpy()
    )


def _calibration(trials: Asked, found: Calibration) -> Iterator[Finding]:
    over = against(
        found.overconfidence,
        0.0,
        "Overconfident: surer than it is right, by",
        "Underconfident: less sure than it is right, by",
        "whether it is over- or underconfident",
    )
    yield statement(NAME, "overconfidence", trials, ALL, found.overconfidence, over, chance=0.0, tested=True)
    limit = found.ece_limit
    off = (
        _unlimited(found.ece)
        if limit is None
        else against(
            found.ece,
            limit,
            f"Its confidence is off by more than the {limit:.2f} of a judge whose every confidence is true, "
            f"in ECE of {BINS} bins of equal mass",
            "Its confidence is no further off than that of a judge whose every confidence is true, who stays "
            f"under {limit:.2f} in 95 of 100 draws; ECE of {BINS} bins of equal mass",
            f"whether its confidence means what it says (ECE of {BINS} bins of equal mass)",
        )
    )
    yield statement(
        NAME,
        "ece",
        trials,
        ALL,
        found.ece,
        off,
        chance=limit,
        tested=True,
        parts={"ece_by_chance": found.ece_by_chance, "bins": float(len(found.curve))},
    )
    skill = against(
        found.skill,
        0.0,
        "Its confidence foretells whether it is right better than its mean accuracy would, in Brier skill",
        "Its confidence foretells whether it is right worse than its mean accuracy would, in Brier skill",
        "whether its confidence foretells better than its mean accuracy would whether it is right",
    )
    parts = {
        "brier": found.brier.value,
        "reliability": found.reliability.value,
        "resolution": found.resolution.value,
        "uncertainty": found.uncertainty.value,
    }
    yield statement(
        NAME, "brier_skill", trials, ALL, found.skill, skill, chance=0.0, tested=True, parts=parts
    )


def _unlimited(ece: Estimate) -> str:
    return f"Cannot be estimated: {ece.reason}."


def _ranks_right(trials: Asked, found: AurocByCriterion) -> Finding:
    reading = against(
        found.overall,
        0.5,
        "Surer where it is right than where it is wrong, in AUROC",
        "Surer where it is wrong than where it is right, in AUROC",
        "whether it is surer where it is right",
    )
    lost = left_out(found.left_out, "not both right and wrong answers are there")
    return statement(
        NAME, "confidence_auroc", trials, ALL, found.overall, words(reading, lost), chance=0.5, tested=True
    )


def _ranks_faults(trials: Asked, rows: pl.DataFrame, settings: Settings) -> Iterator[Finding]:
    """AUROC of the probability of a fault against the truth: what any threshold could get out of it."""
    if trials.way["task"] != Task.VERIFY:
        return
    sure = pl.col("confidence")
    grade = rows.select(pl.when(pl.col("fault")).then(sure).otherwise(1.0 - sure)).to_series().to_numpy()
    truth = rows["truth_fault"].to_numpy().astype(np.bool_)
    found = auroc(_graded(rows, truth, grade), settings.plan)
    reading = against(
        found.overall,
        0.5,
        "Its probability of a fault is higher where the fault is, whatever its threshold; AUROC",
        "Its probability of a fault is lower where the fault is; AUROC",
        "whether its probability of a fault is higher where the fault is",
    )
    lost = left_out(found.left_out, "not both classes are there")
    yield statement(
        NAME, "fault_auroc", trials, ALL, found.overall, words(reading, lost), chance=0.5, tested=True
    )


def _selective(trials: Asked, confident: Confident, settings: Settings) -> Finding:
    """What is gained by using only the surest answers; where it said that it cannot tell it is not used."""
    sure, held_back = confident.rows, confident.abstained
    rows = pl.concat([sure, held_back])
    abstained = np.arange(rows.height) >= sure.height
    grade = np.where(abstained, 0.0, rows["confidence"].fill_null(0.0).to_numpy())
    found = risk_coverage(_graded(rows, _right(rows), grade), settings.plan, abstained, COVERAGES)
    reading = against(
        found.gain,
        0.0,
        "Using only its surest answers makes fewer of them wrong, by so much over all coverages",
        "Using only its surest answers makes more of them wrong; gain over all coverages",
        "whether using only its surest answers makes fewer of them wrong",
    )
    shares = {f"accuracy_at_{share:.0%}".rstrip("%"): _accuracy(found.at[share]) for share in COVERAGES}
    at = ", ".join(
        f"{value:.0%} of the surest {share:.0%}"
        for share, value in zip(COVERAGES, shares.values(), strict=True)
        if value is not None
    )
    told = f"Right in {at}." if at else ""
    parts = {
        **shares,
        "aurc": found.aurc.value,
        "excess_aurc": found.excess.value,
        "risk": found.risk.value,
        "answered_share": found.coverage.value,
        "abstained": float(held_back.height),
    }
    reading = words(reading, told, _cannot_tell(found, held_back.height))
    return statement(
        NAME, "selective_gain", trials, ALL, found.gain, reading, chance=0.0, tested=True, parts=parts
    )


def _accuracy(risk: Estimate) -> float | None:
    return None if risk.value is None else 1.0 - risk.value


def _cannot_tell(found: RiskCoverage, times: int) -> str:
    if not times or found.coverage.value is None:
        return ""
    return f"It said {times:,} times that it cannot tell: {found.coverage.value:.0%} are answered."
