"""The wearer's camera against the one that looks on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.differences import HEADLINES, Difference
from aqa_eval.findings.pairing import unpaired
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Task

EGO, EXO = "ego", "exo"
"""What the names of views begin with that are the wearer's own, and those of cameras that look on."""


def differences(name: str, ways: Sequence[Asked], task: Task, settings: Settings) -> Iterator[Difference]:
    """For every way in which both were shown: the headline of the wearer's views minus that of the others.

    The clips are others, so questions cannot be paired one by one; but persons who were filmed both ways are
    resampled together, and where there are such, only they count.
    """
    if task is Task.COMPARE:
        return
    for trials in ways:
        views = trials.rows["view"].fill_null("")
        if views.str.starts_with(EGO).any() and views.str.starts_with(EXO).any():
            answered = trials.answered()
            sides = [answered.filter(pl.col("view").str.starts_with(kind)) for kind in (EGO, EXO)]
            yield _difference(name, trials, sides, task, settings)


def _difference(
    name: str, trials: Asked, sides: Sequence[pl.DataFrame], task: Task, settings: Settings
) -> Difference:
    ego, exo = sides
    key = ["cluster", "criterion"]
    both = ego.select(key).unique().join(exo.select(key).unique(), on=key)
    if not both.is_empty():
        ego, exo = (side.join(both, on=key, how="semi", maintain_order="left") for side in (ego, exo))
    found = unpaired(ego, exo, task, settings)
    by = HEADLINES[found.name]
    how = (
        "Other clips on either side and no person in both: not paired."
        if both.is_empty()
        else f"Other clips on either side, of {both['cluster'].n_unique()} persons or recordings that are in "
        "both for the same criteria: paired by those, not by question."
    )
    return Difference(
        name,
        "ego_gain",
        trials,
        "views of cameras that look on",
        found.estimate,
        (
            f"The wearer's view is judged better than that of cameras that look on, in {by}",
            f"The wearer's view is judged worse than that of cameras that look on, in {by}",
            f"whether the wearer's view is judged better or worse than that of cameras that look on, in {by}",
        ),
        parts={"this": found.first, "versus": found.second},
        note=how,
    )
