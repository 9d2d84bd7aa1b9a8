"""Does what was said hold of its own clip more often than of another one? The same rows on both sides.

What another clip gives is estimated too, from the same words: no line that is known. A row is what was said
of one clip, held against both, its value the one outcome less the other. It lies between two clusters, its
own and that of the other clip, so that the mean over rows is taken through `measures.crossed_means`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from aqa_eval.findings.claimed import Claimed
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.measures import crossed_means
from aqa_eval.measures.crossed import Between
from aqa_eval.measures.estimate import Estimate

NO_OTHER = "no other clip of the criterion can decide it"


@dataclass(frozen=True, slots=True)
class Beside:
    """The share that holds of its `own` clip and of the `other`, of the rows that both decide (None: there is
    none), and the `difference` of the two with its interval.
    """

    own: float | None
    other: float | None
    difference: Estimate

    @property
    def parts(self) -> dict[str, float | None]:
        """What a finding has among its parts."""
        return {
            "of_own_clip": self.own,
            "difference": self.difference.value,
            "difference_low": self.difference.low,
            "difference_high": self.difference.high,
        }

    def reading(self, what: str, holds: str) -> str:
        """In words: "`what` `holds` more often than of another clip", for instance."""
        if self.own is None or self.other is None:
            return "How much of it would hold of another clip cannot be said: none can decide it."
        said = against(
            self.difference,
            0.0,
            f"{_capital(what)} {holds} more often than of another clip, by",
            f"{_capital(what)} {holds} less often than of another clip, by",
            f"whether {what} {holds} more often than of another clip",
        )
        return words(said, f"Of its own clip: {self.own:.2f}; of another of the criterion: {self.other:.2f}.")


def beside(claimed: Claimed, rows: pl.DataFrame, here: str, there: str, settings: Settings) -> Beside:
    """Rows with a `cluster`, a `partner` (an item) and two columns of outcomes, true or false, null where
    that is not decided. Rows without either outcome are left out.
    """
    clusters = claimed.trials.rows.select(pl.col("item").alias("partner"), pl.col("cluster").alias("other"))
    both = rows.drop_nulls([here, there]).join(
        clusters.unique("partner", keep="first", maintain_order=True),
        on="partner",
        how="left",
        maintain_order="left",
    )
    own, other = (both[name].cast(pl.Float64).to_numpy() for name in (here, there))
    # An item that was put to other judges only is a cluster of its own.
    second = both.select(pl.coalesce("other", pl.lit("item ") + pl.col("partner"))).to_series().to_list()
    between = Between.of(both["cluster"].to_list(), second)
    difference = crossed_means.mean(own - other, between, (-1.0, 1.0), settings.plan, NO_OTHER)
    if both.is_empty():
        return Beside(None, None, difference)
    return Beside(float(np.mean(own)), float(np.mean(other)), difference)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
