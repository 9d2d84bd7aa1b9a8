"""Are still pictures judged better than recordings? Between other clips and criteria, and said so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from aqa_eval.findings.asked import ALL, Asked
from aqa_eval.findings.contrasts import WAY, axes
from aqa_eval.findings.differences import HEADLINES, Difference
from aqa_eval.findings.pairing import unpaired
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Task


def differences(name: str, ways: Sequence[Asked], task: Task, settings: Settings) -> Iterator[Difference]:
    """For every judge and way in which both were asked: the headline of still pictures minus that of
    recordings, over all datasets.
    """
    groups: dict[tuple[str, ...], list[Asked]] = {}
    for trials in ways:
        own = axes(trials)
        groups.setdefault((trials.judge, *(own[axis] for axis in WAY)), []).append(trials)
    for group in groups.values():
        if len({still for trials in group for still in trials.rows["still"].unique()}) > 1:
            yield _difference(name, _together(group), task, settings)


def _together(group: Sequence[Asked]) -> Asked:
    """One way over several datasets, whose clusters and criteria are told apart by the dataset's name."""
    names = [trials.way["dataset"] for trials in group]
    dataset = names[0] if len(set(names)) == 1 else ALL
    rows = pl.concat([trials.rows for trials in group])
    apart = (
        pl.concat_str([pl.col("dataset"), pl.col(name)], separator=": ").alias(name)
        for name in ("cluster", "cluster_b", "criterion", "event", "item")
    )
    return Asked({**group[0].way, "dataset": dataset}, rows.with_columns(*apart) if dataset == ALL else rows)


def _difference(name: str, trials: Asked, task: Task, settings: Settings) -> Difference:
    answered = trials.answered()
    still, moving = answered.filter(pl.col("still")), answered.filter(~pl.col("still"))
    found = unpaired(still, moving, task, settings)
    by = HEADLINES[found.name]
    return Difference(
        name,
        "still_gain",
        trials,
        "recordings",
        found.estimate,
        (
            f"Still pictures are judged better than recordings, in {by}",
            f"Still pictures are judged worse than recordings, in {by}",
            f"whether still pictures are judged better than recordings, in {by}",
        ),
        parts={
            "this": found.first,
            "versus": found.second,
            "criteria_still": float(still["criterion"].n_unique()),
            "criteria_moving": float(moving["criterion"].n_unique()),
        },
        note="Not paired: other clips and criteria on either side, so that what is easier is in it too.",
    )
