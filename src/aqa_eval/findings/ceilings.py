"""How good could anybody be? What people reach against each other, and what is reached without looking.

A judge is measured against labels that people disagree about. So beside its own measure stand what a rater
reaches against the others, how reliable the label is, and what blind references reach on the same items.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from aqa_eval.findings import label_truth
from aqa_eval.findings.asked import ALL, Asked, asked, judgements, scores
from aqa_eval.findings.baselines import REFERENCES
from aqa_eval.findings.ratings import Rated, eventful, rated, within_events
from aqa_eval.findings.reading import against, left_out, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures import agreement, intraclass, rank, reliability
from aqa_eval.measures.attenuation import attenuation_corrected
from aqa_eval.measures.ceiling_share import share_of_ceiling
from aqa_eval.measures.clusters import Clusters, FloatArray
from aqa_eval.measures.estimate import Estimate, by_construction, impossible
from aqa_eval.measures.human_ceiling import against_the_majority, ceiling_measure
from aqa_eval.measures.resampling import Measure
from aqa_eval.vocabulary import Finding, Task

NAME = "ceilings"

_LINE = {Task.VERIFY: 0.5, Task.SCORE: 0.0}
_OF_MEAN = intraclass.OUTPUTS.index("icc1k")
_NO_CEILING = "no rater has enough marks beside those of others to be held against them"


@dataclass(frozen=True, slots=True)
class _Place:
    """The rated items of a dataset and task, and the ways in which judges were asked about them plainly."""

    raters: Asked
    rated: Rated
    task: Task
    ways: Sequence[Asked]


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Agreement among raters, the human ceiling, the reliability of the label, and how far every judge comes;
    for datasets that tell individual ratings.
    """
    found: list[Finding] = []
    for task in _LINE:
        ways = [t for t in asked(table, task) if not t.way["setting"] and t.way["protocol"] != "human"]
        for raters, marks in rated(table, task):
            here = [trials for trials in ways if trials.way["dataset"] == raters.way["dataset"]]
            found += _of(_Place(raters, marks, task, here), settings)
    return found


def _of(place: _Place, settings: Settings) -> Iterator[Finding]:
    """One place a criterion; over all criteria only what can be taken so: votes, or the only criterion, which
    is then not told a second time.
    """
    criteria = place.rated.criteria
    whole = place.task is Task.VERIFY or len(criteria) == 1
    for criterion in (*((ALL,) if whole else ()), *(criteria if len(criteria) > 1 else ())):
        marks = place.rated if criterion == ALL else place.rated.about(criterion)
        yield _alpha(place, criterion, marks, settings)
        measure = _ceiling_of(place.task, marks, settings)
        yield _ceiling(place, criterion, marks, measure, settings)
        if place.task is Task.SCORE:
            yield from _intraclass(place, criterion, marks, settings)
        for trials in place.ways if criterion == ALL or not whole else ():
            yield _share(place, trials, criterion, marks, measure, settings)
            if place.task is Task.SCORE:
                yield _corrected(trials, criterion, marks, settings)
    if place.task is Task.VERIFY:
        for trials in place.ways:
            yield from label_truth.of(NAME, trials, place.rated, settings)


def _alpha(place: _Place, criterion: str, marks: Rated, settings: Settings) -> Finding:
    level: reliability.Level = "nominal" if place.task is Task.VERIFY else "interval"
    cluster, criteria = (marks.items[name].to_numpy() for name in ("cluster", "criterion"))
    estimate, lost = reliability.mean_alpha(marks.marks, cluster, criteria, level, settings.plan)
    reading = against(
        estimate,
        0.0,
        f"Raters agree more than by chance, in Krippendorff's alpha ({level}; 1 is full agreement)",
        f"Raters disagree more than by chance, in Krippendorff's alpha ({level})",
        f"whether raters agree at all, in Krippendorff's alpha ({level})",
    )
    lacking = left_out(lost, "all ratings of it are equal, or of one rater") if criterion == ALL else ""
    return statement(
        NAME, "rater_alpha", place.raters, criterion, estimate, words(reading, lacking), chance=0.0
    )


def _ceiling(
    place: _Place, criterion: str, marks: Rated, measure: Measure | None, settings: Settings
) -> Finding:
    """What a rater reaches against the others, and what references reach on the same items."""
    line = _LINE[place.task]
    n, clusters = len(marks.marks), marks.items["cluster"].n_unique()
    estimate = (
        impossible(_NO_CEILING, n, clusters) if measure is None else measure.estimates(settings.plan)[0]
    )
    what = (
        "balanced accuracy against the majority of the others"
        if place.task is Task.VERIFY
        else "rank correlation with the mean of the others"
    )
    reading = against(
        estimate,
        line,
        f"The human ceiling: a rater is better than chance against the others, in {what}",
        f"A rater does worse than chance against the others, in {what}",
        f"whether a rater is better than chance against the others, in {what}",
    )
    floors = _floors(place, marks, settings)
    named = ", ".join(f"{name} {value:.2f}" for name, value in floors.items() if value is not None)
    beside = f"References on these items: {named}." if named else ""
    return statement(
        NAME,
        "human_ceiling",
        place.raters,
        criterion,
        estimate,
        words(reading, beside),
        chance=line,
        parts={f"reached_by_{name}": value for name, value in floors.items()},
    )


def _ceiling_of(task: Task, marks: Rated, settings: Settings) -> Measure | None:
    """The headline of the raters against each other as a measure over the clusters of the items."""
    if not len(marks.marks):
        return None
    cluster = marks.items["cluster"].to_numpy()
    if task is Task.VERIFY:
        votes = against_the_majority(marks.marks, cluster, marks.items["criterion"].to_numpy())
        return agreement.headline(votes, settings.plan)
    events = marks.items["event"].fill_null("").to_numpy() if eventful(marks) else None
    return ceiling_measure(marks.marks, Clusters.of(cluster), settings.plan, events)


def _judge_of(task: Task, rows: pl.DataFrame, settings: Settings) -> Measure | None:
    """The headline of a judge's answered rows."""
    if task is Task.VERIFY:
        return agreement.headline(judgements(rows), settings.plan)
    return rank.headline(scores(rows, settings), settings.plan)


def _floors(place: _Place, marks: Rated, settings: Settings) -> dict[str, float | None]:
    """What each reference judge reaches on these items, in the first way in which it was asked."""
    found: dict[str, float | None] = {}
    for trials in place.ways:
        if trials.way["protocol"] in REFERENCES and trials.judge not in found:
            measure = _judge_of(place.task, _about(trials, marks), settings)
            value = None if measure is None else float(measure.statistic(_whole(measure))[0, 0])
            found[trials.judge] = value if value is not None and np.isfinite(value) else None
    return found


def _whole(measure: Measure) -> FloatArray:
    return np.ones((1, measure.clusters))


def _about(trials: Asked, marks: Rated) -> pl.DataFrame:
    """The answered rows about rated items."""
    said, true = ("fault", "truth_fault") if trials.way["task"] == Task.VERIFY else ("score", "truth_score")
    rows = trials.answered().drop_nulls([said, true])
    return rows.filter(pl.col("item").is_in(marks.items["item"].implode()))


def _share(
    place: _Place,
    trials: Asked,
    criterion: str,
    marks: Rated,
    of_all: Measure | None,
    settings: Settings,
) -> Finding:
    """The judge's headline above chance as a share of a rater's, on the items that it answered; `of_all`: the
    raters' own on all of them.
    """
    rows = _about(trials, marks)
    judge = _judge_of(place.task, rows, settings)
    every = rows["item"].n_unique() == len(marks.marks)
    ceiling = of_all if every else _ceiling_of(place.task, marks.answered(rows), settings)
    if judge is None or ceiling is None:
        estimate = impossible(
            _NO_CEILING if judge is not None else "no rated item was answered with something to measure",
            rows.height,
            rows["cluster"].n_unique(),
        )
    else:
        estimate = share_of_ceiling(judge, ceiling, _LINE[place.task], settings.plan)
    if trials.constant_by_construction:
        estimate = by_construction(estimate, "the judge is constant by construction")
    reading = against(
        estimate,
        1.0,
        "Comes closer to the label than a rater does to the others, as a share of the human ceiling",
        "Falls short of the human ceiling, as a share of it (0 is no sight, 1 is a rater)",
        "whether it reaches the human ceiling, as a share of it (0 is no sight, 1 is a rater)",
    )
    parts = {
        "judge": None if judge is None else _finite(judge),
        "rater": None if ceiling is None else _finite(ceiling),
    }
    return statement(NAME, "share_of_ceiling", trials, criterion, estimate, reading, chance=1.0, parts=parts)


def _finite(measure: Measure) -> float | None:
    value = float(measure.statistic(_whole(measure))[0, 0])
    return value if np.isfinite(value) else None


def _intraclass(place: _Place, criterion: str, marks: Rated, settings: Settings) -> Iterator[Finding]:
    """How much of the scatter of marks is the performance, for one rater and for the mean of all."""
    where = "within events" if eventful(marks) else "over all items"
    table = within_events(marks) if eventful(marks) else marks.marks
    found = intraclass.intraclass(table, marks.items["cluster"].to_numpy(), settings.plan)
    lost = f"{found.left_out:,} items that not all raters marked are left out." if found.left_out else ""
    for measure, estimate, whose in (
        ("icc", found.icc1, "one rater's mark"),
        ("reliability_of_the_mean", found.icc1k, f"the mean of {found.raters} raters"),
    ):
        reading = against(
            estimate,
            0.0,
            f"Of what {whose} varies {where} so much is the performance, in one-way intraclass correlation",
            f"Marks of one performance differ more than those of different ones {where}, for {whose}",
            f"whether anything of what {whose} varies {where} is the performance",
        )
        parts = {"icca1": found.icca1.value, "iccc1": found.iccc1.value} if measure == "icc" else {}
        yield statement(
            NAME,
            measure,
            place.raters,
            criterion,
            estimate,
            words(reading, lost),
            chance=0.0,
            parts={"raters": float(found.raters), **parts},
        )


def _corrected(trials: Asked, criterion: str, marks: Rated, settings: Settings) -> Finding:
    """Rank correlation with what the raters' mean would be without their noise."""
    whole = marks.complete
    rows = _about(trials, whole)
    own = whole.answered(rows)
    judge = _judge_of(Task.SCORE, rows, settings)
    estimate = _free_of_noise(judge, own, settings)
    reading = against(
        estimate,
        0.0,
        "Were the label free of the raters' noise, rank correlation would be",
        "Were the label free of the raters' noise, rank correlation would be below 0",
        "whether it orders performances at all, were the label free of the raters' noise",
    )
    parts = {"spearman": None if judge is None else _finite(judge)}
    return statement(
        NAME, "spearman_corrected", trials, criterion, estimate, reading, chance=0.0, parts=parts
    )


def _free_of_noise(judge: Measure | None, own: Rated, settings: Settings) -> Estimate:
    if judge is None or len(own.marks) < 2:
        return impossible("no items were answered that all raters marked", len(own.marks), 0)
    table = within_events(own) if eventful(own) else own.marks
    mean = intraclass.measure(table, Clusters.of(own.items["cluster"].to_numpy()))
    return attenuation_corrected(judge, mean, settings.plan, _OF_MEAN)
