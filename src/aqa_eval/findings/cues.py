"""Do words and setting move the verdict, when what is seen stays the same?

Each cue has a judgement that it pushes towards (`prompts.cues`). How far the judgement is moved that way, on
the same questions, is the shift: of the probability of saying "fault", or of the score in standard deviations
of the true scores. A cue that pushes nowhere can only cost. How much of the judgement is the cue's and how
much the clip's is one number, the modality index (`modality`).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from aqa_eval.findings import modality
from aqa_eval.findings.asked import asked
from aqa_eval.findings.contrasts import Contrast, contrasts
from aqa_eval.findings.differences import HEADLINES, Difference, common, sides, stated
from aqa_eval.findings.pairing import Headline, paired, side_by_side, subtracted, value
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import mean_measure, share_measure
from aqa_eval.prompts import CUES
from aqa_eval.prompts.cues import Push
from aqa_eval.vocabulary import Finding, Task

NAME = "cues"
TASKS = (Task.VERIFY, Task.CHOOSE, Task.SCORE, Task.COMPARE, Task.LOCATE)
DIRECTION: dict[Push, int] = {"fault": 1, "no fault": -1, "high": 1, "low": -1, "none": 0}
"""Which way a cue pushes P(fault), or the goodness of a score."""

_TOWARDS: dict[Push, str] = {
    "fault": 'towards "fault"',
    "no fault": 'towards "no fault"',
    "high": "towards a good score",
    "low": "towards a bad score",
}


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The shift by every cue, what every cue and the sound do to the headline, and how much is the cues'."""
    differences: list[Difference] = []
    indices: list[Finding] = []
    for task in TASKS:
        ways = list(asked(table, task))
        for contrast in contrasts(ways, "cue"):
            push = CUES[contrast.value].pushes.get(task, "none")
            if DIRECTION[push]:
                differences.append(_shift(contrast, push, task, settings))
            differences.append(_cost(contrast, CUES[contrast.value].title, task, settings))
        for contrast in contrasts(ways, "audio"):
            differences.append(
                _cost(contrast, "With the sound, in which a commentary may tell", task, settings)
            )
        if task is Task.VERIFY:
            indices += modality.indices(NAME, ways, settings)
    return [*stated(differences), *indices]


def _cost(contrast: Contrast, title: str, task: Task, settings: Settings) -> Difference:
    found = side_by_side(contrast.first.rows, contrast.second.rows, task, settings)
    by = HEADLINES[found.name]
    return Difference(
        NAME,
        "cue_effect",
        contrast.first,
        contrast.versus,
        found.estimate,
        (
            f"{title}: it judges better than without, in {by}",
            f"{title}: it judges worse than without, in {by}",
            f"whether it judges better or worse than without ({title[0].lower()}{title[1:]}), in {by}",
        ),
        parts=sides(found),
        note=common(found),
    )


def _shift(contrast: Contrast, push: Push, task: Task, settings: Settings) -> Difference:
    title, towards = CUES[contrast.value].title, _TOWARDS[push]
    moved, still = paired(*(_measured(side.rows, task) for side in (contrast.first, contrast.second)))
    one, other = _sides(moved, still, task, settings)
    estimate = _difference(one, other, DIRECTION[push], settings, len(moved))
    unit = "in P(fault)" if task is Task.VERIFY else "in standard deviations of the true scores"
    return Difference(
        NAME,
        "cue_shift",
        contrast.first,
        contrast.versus,
        estimate,
        (
            f"{title}: the judgement follows, {towards}, {unit}",
            f"{title}: the judgement goes against it, away from what it pushes {towards}, {unit}",
            f"whether the judgement follows ({title[0].lower()}{title[1:]}), {unit}",
        ),
        parts={"this": value(one), "versus": value(other), "direction": float(DIRECTION[push])},
    )


def _measured(rows: pl.DataFrame, task: Task) -> pl.DataFrame:
    """The rows without scores that are no number, which can be no mean."""
    return rows if task is Task.VERIFY else rows.filter(pl.col("score").is_finite().fill_null(value=True))


def _sides(
    moved: pl.DataFrame, still: pl.DataFrame, task: Task, settings: Settings
) -> tuple[Headline, Headline]:
    """The mean judgement of both sides: P(fault), or the score in standard deviations of the true ones."""
    if task is Task.VERIFY:
        one, other = (_said_fault(rows, settings) for rows in (moved, still))
        return one, other
    spread = (
        still.unique("item", maintain_order=True)
        .group_by("criterion")
        .agg(pl.col("truth_score").std(ddof=0).alias("spread"))
        .filter(pl.col("spread") > 0)
    )
    one, other = (
        _scored(rows.join(spread, on="criterion", maintain_order="left"), settings) for rows in (moved, still)
    )
    return one, other


def _said_fault(rows: pl.DataFrame, settings: Settings) -> Headline:
    said = rows["fault"].to_numpy().astype(np.bool_)
    names = _names(rows)
    return Headline(
        "p_fault",
        0.5,
        share_measure(said, rows["cluster"].to_numpy(), settings.plan) if names else None,
        names,
    )


def _scored(rows: pl.DataFrame, settings: Settings) -> Headline:
    better = pl.when(pl.col("criterion").is_in(list(settings.lower_is_better))).then(-1.0).otherwise(1.0)
    scaled = rows.select(better * pl.col("score") / pl.col("spread")).to_series().to_numpy()
    bounds = (-np.inf, np.inf)
    names = _names(rows)
    return Headline(
        "score", 0.0, mean_measure(scaled, rows["cluster"].to_numpy(), bounds) if names else None, names
    )


def _names(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(np.unique(rows["cluster"].to_numpy()).tolist())


def _difference(one: Headline, other: Headline, direction: int, settings: Settings, rows: int) -> Estimate:
    if one.measure is None or other.measure is None:
        why = "no question was answered on both sides" if not rows else "the true scores do not differ"
        return impossible(why, rows, 0)
    return subtracted(*((one, other) if direction > 0 else (other, one)), settings)[0]
