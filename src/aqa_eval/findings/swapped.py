"""Clips of another label in the place of the item's own: does the verdict follow what is shown?

A verdict that comes from sight is right of the clip shown. One that comes from the words about it, or from
habit, is as often right of the clip that was not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.contrasts import contrasts
from aqa_eval.findings.differences import HEADLINES, Difference, common, sides
from aqa_eval.findings.pairing import headline, side_by_side, subtracted, value
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.estimate import impossible
from aqa_eval.vocabulary import Task

SWAPPED = "swapped"
_ORIGINAL = {
    Task.VERIFY: {"truth_fault": pl.col("original") == "True"},
    Task.CHOOSE: {"truth_choice": pl.col("original")},
    # The event is that of the clip shown; what the other's was is not told, so rho is taken over all clips.
    Task.SCORE: {"truth_score": pl.col("original").cast(pl.Float64), "event": pl.lit("")},
}


def differences(name: str, ways: Sequence[Asked], task: Task, settings: Settings) -> Iterator[Difference]:
    """For every way with swapped clips: agreement with the clip shown minus agreement with the item's own;
    and against the same questions about the item's own clips, what the swap takes from agreement with those.
    """
    if task not in _ORIGINAL:
        return
    for trials in ways:
        if trials.rows["perturbation"][0] == SWAPPED:
            yield _follows(name, trials, task, settings)
    for contrast in contrasts(ways, "perturbation"):
        if contrast.value == SWAPPED:
            own, other = contrast.second, contrast.first
            plain = own.rows if task is not Task.SCORE else own.rows.with_columns(event=pl.lit(""))
            found = side_by_side(plain, _by_original(other.rows, task), task, settings)
            by = HEADLINES[found.name]
            yield Difference(
                name,
                "mismatched_gap",
                own,
                "perturbation swapped",
                found.estimate,
                (
                    f"The clip decides: shown one of another label, it agrees less with the item's, in {by}",
                    f"Shown a clip of another label, it agrees more with the item's, in {by}",
                    f"whether the clip decides anything beside what is said of it, in {by}",
                ),
                parts=sides(found),
                note=common(found),
            )


def _follows(name: str, trials: Asked, task: Task, settings: Settings) -> Difference:
    rows = trials.answered().filter(pl.col("original").is_not_null())
    if task is Task.SCORE:
        rows = rows.with_columns(event=pl.lit(""))
    shown, original = headline(task, rows, settings), headline(task, _by_original(rows, task), settings)
    if shown.measure is None or original.measure is None:
        estimate = impossible("no trial with a swapped clip gives something to measure", 0, 0)
    else:
        estimate = subtracted(shown, original, settings)[0]
    by = HEADLINES[shown.name]
    return Difference(
        name,
        "follows_shown",
        trials,
        "the item's own clip",
        estimate,
        (
            f"The verdict follows the clip that is shown and not the item's own, in {by}",
            f"The verdict follows the item's own clip, which was not shown: it comes from elsewhere, in {by}",
            f"whether the verdict follows the clip shown or the one that was not, in {by}",
        ),
        parts={"this": value(shown), "versus": value(original)},
    )


def _by_original(rows: pl.DataFrame, task: Task) -> pl.DataFrame:
    """The rows with the truth of the item's own clip, which was not shown."""
    return rows.filter(pl.col("original").is_not_null()).with_columns(**_ORIGINAL[task])
