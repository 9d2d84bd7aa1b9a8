"""Is the fault in the frames that were sent? Hits where it is, against hits where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.differences import Difference
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.clusters import Clusters
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.links import Identity
from aqa_eval.measures.rates import Sum, estimate_sums, tally


def differences(name: str, ways: Sequence[Asked], settings: Settings) -> Iterator[Difference]:
    """For every way to verify: the share of faults found where a frame sent shows the time of the fault,
    minus that where none does. Of other clips, so not paired; within criteria, of which each counts the same.
    """
    for trials in ways:
        known = trials.rows.filter(pl.col("fault_shown").is_not_null() & pl.col("truth_fault"))
        if known["fault_shown"].n_unique() < 2:
            continue
        rows = known.filter(pl.col("status") == "ok")
        estimate, criteria = _difference(rows, settings)
        shown = rows.filter(pl.col("fault_shown"))
        yield Difference(
            name,
            "fault_shown_gain",
            trials,
            "no frame sent shows the fault",
            estimate,
            (
                "Finds a fault more often where a frame that is sent shows it",
                "Finds a fault less often where a frame that is sent shows it",
                "whether it finds a fault more often where a frame that is sent shows it",
            ),
            parts={
                "this": _hits(shown),
                "versus": _hits(rows.filter(~pl.col("fault_shown"))),
                "criteria": float(criteria),
                "shown": shown.height / rows.height if rows.height else None,
            },
            note="Other clips on either side: what else makes a fault easy is in it too.",
        )


def _hits(rows: pl.DataFrame) -> float | None:
    return None if rows.is_empty() else float(rows["fault"].to_numpy().mean())


def _difference(rows: pl.DataFrame, settings: Settings) -> tuple[Estimate, int]:
    """The mean difference over the criteria that have both, and how many those are."""
    carried = rows.group_by("criterion", "fault_shown").agg(pl.col("cluster").n_unique())
    both = carried.group_by("criterion").agg(pl.col("cluster").min(), pl.len()).filter(pl.col("len") == 2)
    least = min(2, both["cluster"].max() or 0)
    used = sorted(both.filter(pl.col("cluster") >= least)["criterion"].to_list())
    if not used:
        why = "no criterion was answered both with its fault in the frames and without"
        return impossible(why, rows.height, rows["cluster"].n_unique()), 0
    kept = rows.filter(pl.col("criterion").is_in(used))
    place = kept["criterion"].replace_strict(used, range(len(used)), return_dtype=pl.Int64).to_numpy()
    cell = place * 2 + (~kept["fault_shown"]).cast(pl.Int64).to_numpy()
    rates = tally(
        kept["fault"].cast(pl.Float64).to_numpy(),
        cell,
        2 * len(used),
        kept["item"].rank("dense").to_numpy().astype(np.int64) - 1,
        Clusters.of(kept["cluster"].to_numpy()),
    )
    wanted = Sum(np.tile([1.0, -1.0], len(used)) / len(used), 0.0, (-1.0, 1.0))
    return estimate_sums(rates, Identity(), [wanted], settings.plan)[0], len(used)
