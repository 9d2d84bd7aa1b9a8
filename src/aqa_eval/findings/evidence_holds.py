"""Is a verdict right, or wrong; and does the evidence that was given with it hold?"""

from __future__ import annotations

import polars as pl

from aqa_eval.vocabulary import Task

_RIGHT = {
    Task.VERIFY: pl.col("fault") == pl.col("truth_fault"),
    Task.CHOOSE: pl.col("choice") == pl.col("truth_choice"),
    Task.COMPARE: pl.col("choice") == pl.col("truth_choice"),
}
JUDGED = frozenset(_RIGHT)
"""The tasks in which a verdict is right or wrong."""


def with_right(rows: pl.DataFrame, task: Task) -> pl.DataFrame:
    """Answered rows with `right`; a row without a judgement or a truth is left out. Raises KeyError for a
    task in which nothing is simply right.
    """
    return rows.with_columns(right=_RIGHT[task]).drop_nulls("right")


def evidence(claims: pl.DataFrame) -> pl.DataFrame:
    """One row a trial that gave any evidence, by its `key`: of what it cites, or else of what it says it
    sees. `right_things` and `wrong_things`: how many observations, points and times hold and do not;
    `partner_right` and `partner_wrong`: the same against another clip of the criterion, `partner` its item;
    `observations` and `contradicted`: how many there are, and how many are false; `supported` likewise.
    """
    cited = claims.filter(pl.col("source") == "cited")["key"].unique()
    told = pl.col("key").is_in(cited.implode())
    counted = claims.filter((pl.col("kind") == "observation") & (~told | (pl.col("source") == "cited")))
    return counted.group_by("key", maintain_order=True).agg(
        right_things=_count("check", "point_right", "time_right", good=True),
        wrong_things=_count("check", "point_right", "time_right", good=False),
        partner=pl.col("partner").drop_nulls().first(),
        partner_right=_count("partner_check", "partner_point", "partner_time", good=True),
        partner_wrong=_count("partner_check", "partner_point", "partner_time", good=False),
        observations=pl.len(),
        supported=(pl.col("check") == "supported").sum(),
        contradicted=(pl.col("check") == "contradicted").sum(),
    )


def holds(right: str, wrong: str) -> pl.Expr:
    """Evidence holds where something of it can be checked and nothing of what can be is wrong."""
    return (pl.col(right) > 0) & (pl.col(wrong) == 0)


def _count(check: str, point: str, time: str, *, good: bool) -> pl.Expr:
    outcome = "supported" if good else "contradicted"
    return (
        (pl.col(check) == outcome).sum().cast(pl.Int64)
        + (pl.col(point) == good).sum().cast(pl.Int64)
        + (pl.col(time) == good).sum().cast(pl.Int64)
    )
