"""Two ways of asking, or two judges, side by side on the same questions: what every comparison rests on.

Only questions that both answered count, and each counts as often on one side as on the other, so that neither
side gains by failing at the hard ones, in all repeats or in some; how many those are is said with every
comparison. Both sides then rest on the same clusters and are resampled together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from aqa_eval.findings.asked import judgements, scores
from aqa_eval.findings.settings import Settings
from aqa_eval.measures import agreement, choices, crossed, rank
from aqa_eval.measures.choices import Choices
from aqa_eval.measures.clusters import FloatArray, IntArray
from aqa_eval.measures.crossed import Between, Crossed
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.resampling import Measure, difference
from aqa_eval.measures.shares import mean_measure, share_measure
from aqa_eval.measures.spans import temporal_iou
from aqa_eval.vocabulary import Status, Task

QUESTION = ("item", "framing", "order", "permuted")
"""What makes two rows the same question, however else they were asked."""

_SPANS = ("start", "end", "truth_start", "truth_end")
_JUDGED = {
    Task.VERIFY: ("truth_fault", "fault"),
    Task.SCORE: ("truth_score", "score"),
    Task.LOCATE: _SPANS,
    Task.CHOOSE: ("truth_choice", "choice"),
    Task.COMPARE: ("truth_choice", "choice"),
    Task.CONTROL: ("truth_choice", "choice"),
}
_UNIT = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Headline:
    """The measure by which a task is judged: its name, the line of no sight, and it itself on some rows; None
    where those give nothing to measure. `clusters` are the names of the clusters it counts, in its own order.
    """

    name: str
    chance: float
    measure: Measure | Crossed | None
    clusters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """The headline of two sides and their difference, first minus second.

    `questions`: how many both answered, of the `asked` that were put to both. `asked` counts them also where
    a side gave no verdict.
    """

    name: str
    estimate: Estimate
    first: float | None
    second: float | None
    questions: int
    asked: int


def headline(task: Task, answered: pl.DataFrame, settings: Settings) -> Headline:
    """Balanced accuracy of verify (unweighted mean over criteria), chance-corrected accuracy of choose and
    compare, accuracy of controls, rho of scores (within events where there are any), mean temporal IoU of
    locate. `answered` rows only.

    Comparisons lie between two clusters (`measures.crossed`). Raises ValueError for another task.
    """
    if task not in _JUDGED:
        raise ValueError(f"task '{task}' has no headline measure")
    rows = answered.drop_nulls(_JUDGED[task])
    names = tuple(np.unique(rows["cluster"].to_numpy()).tolist())
    if task is Task.VERIFY:
        return Headline("balanced_accuracy", 0.5, agreement.headline(judgements(rows), settings.plan), names)
    if task is Task.SCORE:
        return Headline("spearman", 0.0, rank.headline(scores(rows, settings), settings.plan), names)
    if task is Task.LOCATE:
        overlap = temporal_iou(*(rows[name].to_numpy() for name in _SPANS))
        return Headline("temporal_iou", 0.0, _mean(overlap, rows), names)
    if task is Task.CONTROL:
        right = (rows["choice"] == rows["truth_choice"]).to_numpy().astype(np.bool_)
        share = None if rows.is_empty() else share_measure(right, rows["cluster"].to_numpy(), settings.plan)
        return Headline("accuracy", 0.0, share, names)
    if task is Task.COMPARE:
        second = rows["cluster_b"].fill_null(rows["cluster"])
        names = tuple(np.union1d(rows["cluster"].to_numpy(), second.to_numpy()).tolist())
    columns = ("truth_choice", "choice", "criterion", "cluster", "cluster_b")
    chosen = Choices.of(*(rows[column].to_list() for column in columns))
    return Headline("choice_skill", 0.0, choices.headline(chosen, settings.plan), names)


def paired(first: pl.DataFrame, second: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The answered rows of both sides about the questions that both answered, as many of a question on one
    side as on the other, in the order in which they stand.

    Of a question put to both equally often, as many answers count as the side with fewer has: those of
    repeats that both answered, then the first of the others. Where one side was asked less often by design (a
    vote over repeats is one answer), its answers are taken over again until they are as many as the other's,
    so that none is thrown away.
    """
    one, two = (side.filter(pl.col("status") == str(Status.OK)) for side in (first, second))
    counts = _counts(one, "one")
    for rows, name in ((two, "two"), (first, "asked_one"), (second, "asked_two")):
        counts = counts.join(_counts(rows, name), on=QUESTION, how="inner", nulls_equal=True)
    alike = pl.when(pl.col("asked_one") == pl.col("asked_two"))
    wanted = counts.select(
        *QUESTION,
        wanted=alike.then(pl.min_horizontal("one", "two")).otherwise(pl.max_horizontal("one", "two")),
    )
    return _counted(one, two, wanted), _counted(two, one, wanted)


def compared(first: pl.DataFrame, second: pl.DataFrame, task: Task, settings: Settings) -> Estimate:
    """The headline of `first` minus that of `second`, paired on the questions that both answered."""
    return side_by_side(first, second, task, settings).estimate


def side_by_side(first: pl.DataFrame, second: pl.DataFrame, task: Task, settings: Settings) -> Compared:
    """Both headlines and their difference, paired on the questions that both answered. Where other clips were
    shown on one side (swapped ones), their clusters are resampled with all others.
    """
    one, two = paired(first, second)
    asked = _common(first, second).select(QUESTION).unique().height
    if one.is_empty():
        nothing = impossible("no question was answered on both sides", 0, 0)
        return Compared(headline(task, one, settings).name, nothing, None, None, 0, asked)
    questions = one.select(QUESTION).unique().height
    found = unpaired(one, two, task, settings)
    answers = min(
        found.estimate.n, *(rows.select(*QUESTION, "repeat").unique().height for rows in (one, two))
    )
    return replace(found, estimate=replace(found.estimate, n=answers), questions=questions, asked=asked)


def unpaired(first: pl.DataFrame, second: pl.DataFrame, task: Task, settings: Settings) -> Compared:
    """The same of two sides about other questions, answered rows each. Clusters that stand on both sides are
    resampled together, so that what they have in common is not taken for chance.
    """
    one, two = (headline(task, rows, settings) for rows in (first, second))
    n, asked = min(first.height, second.height), max(first.height, second.height)
    if one.measure is None or two.measure is None:
        clusters = min(first["cluster"].n_unique(), second["cluster"].n_unique())
        nothing = impossible("what was answered gives nothing to measure", n, clusters)
        return Compared(one.name, nothing, value(one), value(two), n, asked)
    return Compared(one.name, subtracted(one, two, settings)[0], value(one), value(two), n, asked)


def subtracted(first: Headline, second: Headline, settings: Settings) -> list[Estimate]:
    """`first` minus `second` under the same weights of the clusters of both, output by output; neither may be
    without a measure.
    """
    if first.measure is None or second.measure is None:
        raise ValueError("a side without a measure cannot be subtracted")
    every = np.union1d(np.array(first.clusters, str), np.array(second.clusters, str))
    places = [np.searchsorted(every, np.array(side.clusters, str)) for side in (first, second)]
    one, two = first.measure, second.measure
    if isinstance(one, Crossed) and isinstance(two, Crossed):
        sides = [_coded(side, at, len(every)) for side, at in zip((one, two), places, strict=True)]
        return crossed.difference(sides[0], sides[1], settings.plan)
    if isinstance(one, Crossed) or isinstance(two, Crossed):
        why = "the two clips of a comparison are of one cluster on one side and of two on the other"
        return [impossible(why, min(t.n for t in (*one.targets, *two.targets)), len(every))]
    among = [_among(side, at, len(every)) for side, at in zip((one, two), places, strict=True)]
    return difference(among[0], among[1], settings.plan)


def value(side: Headline) -> float | None:
    """A headline's value itself; None where there is none."""
    if side.measure is None:
        return None
    rows = side.measure.between if isinstance(side.measure, Crossed) else range(side.measure.clusters)
    found = float(side.measure.statistic(np.ones((1, len(rows))))[0, 0])
    return found if np.isfinite(found) else None


def _among(measure: Measure, places: IntArray, count: int) -> Measure:
    """The measure over `count` clusters, of which its own stand at `places`."""
    if len(places) == count:
        return measure

    def statistic(weights: FloatArray) -> FloatArray:
        return measure.statistic(weights[:, places])

    return replace(measure, statistic=statistic, clusters=count)


def _coded(measure: Crossed, places: IntArray, count: int) -> Crossed:
    """The same of rows between two clusters."""
    between = measure.between
    return replace(measure, between=Between(places[between.first], places[between.second], count))


def _common(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    asked = others.select(QUESTION).unique()
    return rows.join(asked, on=QUESTION, how="semi", nulls_equal=True, maintain_order="left")


def _counts(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.group_by(QUESTION).agg(pl.len().alias(name))


def _counted(rows: pl.DataFrame, others: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """The rows, `wanted` of each question: those of repeats that the others have before the rest; all of them
    over again where there are fewer.
    """
    shared = others.select(*QUESTION, "repeat").unique().with_columns(shared=True)
    placed = (
        rows.select(*QUESTION, "repeat")
        .with_row_index("row")
        .join(wanted, on=QUESTION, how="inner", nulls_equal=True)
        .join(shared, on=(*QUESTION, "repeat"), how="left", nulls_equal=True)
        .sort(pl.col("shared").is_null(), "repeat", "row")
        .with_columns(place=pl.int_range(pl.len()).over(QUESTION), own=pl.len().over(QUESTION))
        .sort("row")
    )
    often, rest = pl.col("wanted") // pl.col("own"), pl.col("wanted") % pl.col("own")
    times = placed.select(often + (pl.col("place") < rest)).to_series().to_numpy()
    return rows[np.repeat(placed["row"].to_numpy(), times)]


def _mean(values: FloatArray, rows: pl.DataFrame) -> Measure | None:
    return None if rows.is_empty() else mean_measure(values, rows["cluster"].to_numpy(), _UNIT)
