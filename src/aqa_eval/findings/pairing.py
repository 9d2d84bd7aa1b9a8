"""Two ways of asking, or two judges, side by side on the same questions: what every comparison rests on.

Only questions that both answered count, so that neither side gains by failing at the hard ones; how many
those are is said with every comparison. Both sides then rest on the same clusters and are resampled together.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from aqa_eval.findings.asked import judgements, scores
from aqa_eval.findings.settings import Settings
from aqa_eval.measures import agreement, rank
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.resampling import Measure, difference
from aqa_eval.measures.shares import mean_measure
from aqa_eval.measures.spans import temporal_iou
from aqa_eval.vocabulary import Status, Task

QUESTION = ("item", "framing", "order", "permuted")
"""What makes two rows the same question, however else they were asked."""

_SPANS = ("start", "end", "truth_start", "truth_end")
_UNIT = (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Headline:
    """The measure by which a task is judged: its name, the line of no sight, and it itself on some rows; None
    where those give nothing to measure.
    """

    name: str
    chance: float
    measure: Measure | None


def headline(task: Task, answered: pl.DataFrame, settings: Settings) -> Headline:
    """Balanced accuracy of verify (unweighted mean over criteria), accuracy of choose, compare and controls,
    rho of scores (within events where there are any), mean temporal IoU of locate. `answered` rows only.

    Raises ValueError for another task.
    """
    if task is Task.VERIFY:
        return Headline("balanced_accuracy", 0.5, agreement.headline(judgements(answered), settings.plan))
    if task is Task.SCORE:
        return Headline("spearman", 0.0, rank.headline(scores(answered, settings), settings.plan))
    if task is Task.LOCATE:
        rows = answered.drop_nulls(_SPANS)
        overlap = temporal_iou(*(rows[name].to_numpy() for name in _SPANS))
        return Headline("temporal_iou", 0.0, _mean(overlap, rows))
    if task in {Task.CHOOSE, Task.COMPARE, Task.CONTROL}:
        rows = answered.drop_nulls(["choice", "truth_choice"])
        right = (rows["choice"] == rows["truth_choice"]).to_numpy().astype(float)
        return Headline("accuracy", 0.0, _mean(right, rows))
    raise ValueError(f"task '{task}' has no headline measure")


def paired(first: pl.DataFrame, second: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The answered rows of both sides about the questions that both answered, all their repeats, in the order
    in which they stand.
    """
    one, two = (side.filter(pl.col("status") == str(Status.OK)) for side in (first, second))
    return (
        one.join(
            two.select(QUESTION).unique(), on=QUESTION, how="semi", nulls_equal=True, maintain_order="left"
        ),
        two.join(
            one.select(QUESTION).unique(), on=QUESTION, how="semi", nulls_equal=True, maintain_order="left"
        ),
    )


def compared(first: pl.DataFrame, second: pl.DataFrame, task: Task, settings: Settings) -> Estimate:
    """The headline of `first` minus that of `second`, paired on the questions that both answered. The clips
    shown, and so the clusters, must be the same on both sides.
    """
    one, two = paired(first, second)
    if one.is_empty():
        return impossible("no question was answered on both sides", 0, 0)
    sides = [headline(task, rows, settings).measure for rows in (one, two)]
    if sides[0] is None or sides[1] is None:
        return impossible(
            "what both answered gives nothing to measure", one.height, one["cluster"].n_unique()
        )
    return difference(sides[0], sides[1], settings.plan)[0]


def _mean(values: FloatArray, rows: pl.DataFrame) -> Measure | None:
    return None if rows.is_empty() else mean_measure(values, rows["cluster"].to_numpy(), _UNIT)
