"""How often two ways of putting one question get different answers, beside how often one way differs from
itself.

A judge that is sampled answers 70:30 where it is not sure and then flips against itself 42% of the time. So
what counts is the excess: flips between the two ways, less those between repeats of the same way. Both are
estimated without bias from the counts of answers: with K repeats, of which n_c gave answer c,

    between: 1 - sum_c n_c m_c / (K M)        within: 1 - sum_c n_c (n_c - 1) / (K (K - 1))

For yes and no with probabilities p and q the excess is (p - q)^2 on average, and never below 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

_UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Flips:
    """One row a question put in both ways: `between`, and `excess` over `within`, which are null where either
    way was answered less than twice; with its cluster, its second one, and `repeats` of the rarer way.
    """

    rows: pl.DataFrame

    @property
    def repeated(self) -> pl.DataFrame:
        """The questions of which the excess is known."""
        return self.rows.drop_nulls("excess")


def flips(
    answered: pl.DataFrame, unit: Sequence[str], side: str, ways: tuple[str, str], answer: str
) -> Flips:
    """The flips of every question, a question being a value of the `unit` columns, between the two `ways` of
    column `side`. `answer` is the column of what was judged.
    """
    named = answered.filter(pl.col(side).is_in(ways)).drop_nulls(answer)
    counts = named.group_by(*unit, side, answer, maintain_order=True).agg(
        pl.len().cast(pl.Float64).alias("n")
    )
    each = counts.group_by(*unit, side, maintain_order=True).agg(
        pl.col("n").sum().alias("asked"), (pl.col("n") * (pl.col("n") - 1)).sum().alias("same")
    )
    within = each.with_columns(
        within=pl.when(pl.col("asked") > 1).then(
            1 - pl.col("same") / (pl.col("asked") * (pl.col("asked") - 1))
        )
    )
    one, two = (within.filter(pl.col(side) == way).drop(side, "same") for way in ways)
    first, second = (counts.filter(pl.col(side) == way).drop(side) for way in ways)
    alike = (
        first.join(second, on=[*unit, answer], nulls_equal=True)
        .group_by(*unit)
        .agg((pl.col("n") * pl.col("n_right")).sum().alias("alike"))
    )
    places = named.group_by(*unit, maintain_order=True).agg(pl.col("cluster", "cluster_b").first())
    rows = (
        places.join(one, on=list(unit), nulls_equal=True, maintain_order="left")
        .join(two, on=list(unit), nulls_equal=True, maintain_order="left")
        .join(alike, on=list(unit), how="left", nulls_equal=True, maintain_order="left")
        .with_columns(between=1 - pl.col("alike").fill_null(0.0) / (pl.col("asked") * pl.col("asked_right")))
        .with_columns(
            within=(pl.col("within") + pl.col("within_right")) / 2,
            repeats=pl.min_horizontal("asked", "asked_right"),
        )
        .with_columns(excess=pl.col("between") - pl.col("within"))
    )
    return Flips(rows)


@dataclass(frozen=True, slots=True)
class Components:
    """The variance of accuracy: `item`, how far questions differ in their chance of a right answer, and
    `sampling`, how far one question's answers differ among its `repeats` (a mean). The variance of the mean
    over n questions is item / n + sampling / (n K) (Miller 2024, arXiv 2411.00640, section 3.2).
    """

    questions: int
    repeats: float
    item: float
    sampling: float

    @property
    def error_from_items(self) -> float:
        """The variance of the mean that comes from the questions, which only more questions lower."""
        return self.item / self.questions

    @property
    def error_from_sampling(self) -> float:
        """The variance of the mean that comes from sampling, which more repeats lower too."""
        return self.sampling / (self.questions * self.repeats)


def components(right: pl.DataFrame, unit: Sequence[str]) -> Components | None:
    """The components, from a column `right` of answered rows; None where no two questions were repeated.

    Questions answered once are left out. The item's component is what remains of the variance between the
    means after sampling, and may be below 0 by chance.
    """
    each = (
        right.drop_nulls("right")
        .group_by(*unit)
        .agg(pl.len().cast(pl.Float64).alias("k"), pl.col("right").cast(pl.Float64).mean().alias("p"))
        .filter(pl.col("k") > 1)
    )
    if each.height < 2:
        return None
    k, p = each["k"].to_numpy(), each["p"].to_numpy()
    own = p * (1 - p) * k / (k - 1)
    between = float(p.var(ddof=1)) - float((own / k).mean())
    return Components(len(k), float(len(k) / (1 / k).sum()), between, float(own.mean()))
