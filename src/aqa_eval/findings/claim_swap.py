"""Do its words follow the clip? Claims that are true of one clip and false of the one shown in its place.

A judge that looks drops such a claim when the clip is swapped. A judge that talks from the question keeps it.
How often it drops one anyway, asked again about the same clip, is the measure of what dropping means.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from aqa_eval.findings.claimed import Claimed, otherwise, placed
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import impossible
from aqa_eval.measures.shares import mean
from aqa_eval.vocabulary import Finding

NAME = "traces"
_TENS = (pl.col("value") / 10.0).round().alias("tens")
MEASURE = "swap_survival"
_ASKED = ("item", "framing", "order", "permuted")
_CLAIM = ("part", "relation", "tens")
"""A claim is the same where it says the same relation of the same part, and a number as large in tens."""


def find(claimed: Claimed, table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """How much more often a claim survives asking again about the same clip than the swap, for each kind of
    trace: the mean over claims of the difference of the two shares. 0 is a judge whose words do not follow
    the clip, 1 one whose words follow it alone. A claim that is false of its own clip and true of the other
    is an error to begin with, of which the swap says nothing: it does not count.
    """
    found = []
    swapped = otherwise(claimed.trials, table, "perturbation", "swapped")
    if claimed.trials.rows["perturbation"].eq("swapped").all():
        return []
    for trace, rows in claimed.traces():
        found.append(placed(_of(claimed, trace, rows, swapped, settings), trace))
    return found


def _of(
    claimed: Claimed, trace: str, rows: pl.DataFrame, swapped: pl.DataFrame, settings: Settings
) -> Finding:
    trials = claimed.trials
    differing = (
        rows.with_columns(_TENS)
        .filter(
            (pl.col("kind") == "observation")
            & (pl.col("check") == "supported")
            & (pl.col("elsewhere") == "contradicted")
        )
        .unique(["key", *_CLAIM], maintain_order=True)
    )
    own = trials.answered().select("key", *_ASKED)
    source = "trace" if trace not in {"answer", "cited"} else trace
    said = _said(settings.claims, source)
    same = _survival(differing, own, own, said, "same")
    there = _survival(differing, own, swapped.filter(pl.col("status") == "ok"), said, "there")
    both = same.join(there, on=["key", *_CLAIM], how="inner", nulls_equal=True, maintain_order="left")
    parts: dict[str, float | None] = {"claims_that_differ": float(differing.height)}
    if both.is_empty():
        if swapped.is_empty():
            why = "the clips were not swapped (perturbation `swapped` was not asked)"
        elif differing.is_empty():
            why = "no claim is true of one clip and false of the one in its place, as far as geometry tells"
        elif same.is_empty():
            why = "no question was asked again about the same clip: how often a claim is repeated is unknown"
        else:
            why = "no question with such a claim was answered with the clip swapped"
        estimate = impossible(why, 0, 0)
        return statement(
            NAME, MEASURE, trials, "all", estimate, f"Cannot be estimated: {why}.", chance=0.0, parts=parts
        )
    values = (both["same"] - both["there"]).to_numpy()
    estimate = mean(values.astype(np.float64), both["cluster"].to_numpy(), (-1.0, 1.0), settings.plan)
    parts |= {
        "survives_asking_again": float(both["same"].to_numpy().mean()),
        "survives_swap": float(both["there"].to_numpy().mean()),
    }
    reading = against(
        estimate,
        0.0,
        "Its words follow the clip: claims go when the clip no longer shows them",
        "Its claims survive another clip more often than the same one",
        "whether its claims go when the clip no longer shows them",
    )
    said_again = (
        f"Asked again about the same clip it repeats {parts['survives_asking_again']:.2f} of them, about the "
        f"other {parts['survives_swap']:.2f}."
    )
    return statement(
        NAME, MEASURE, trials, "all", estimate, words(reading, said_again), chance=0.0, parts=parts
    )


def _said(claims: pl.DataFrame, source: str) -> pl.DataFrame:
    """Which part and relation was said as seen in which trial."""
    return (
        claims.filter((pl.col("kind") == "observation") & (pl.col("source") == source))
        .with_columns(_TENS)
        .select("key", *_CLAIM)
        .unique(maintain_order=True)
    )


def _survival(
    differing: pl.DataFrame, own: pl.DataFrame, others: pl.DataFrame, said: pl.DataFrame, name: str
) -> pl.DataFrame:
    """Of the other answers to a claim's question, the share that make the claim too, a row a claim."""
    asked = (
        differing.select("key", "cluster", *_CLAIM)
        .join(own, on="key", how="inner", maintain_order="left")
        .join(
            others.select(pl.col("key").alias("other"), *_ASKED),
            on=_ASKED,
            how="inner",
            nulls_equal=True,
            maintain_order="left",
        )
        .filter(pl.col("key") != pl.col("other"))
    )
    kept = said.rename({"key": "other"}).with_columns(kept=pl.lit(1.0))
    return (
        asked.join(kept, on=["other", *_CLAIM], how="left", nulls_equal=True, maintain_order="left")
        .group_by("key", *_CLAIM, maintain_order=True)
        .agg(pl.col("cluster").first(), pl.col("kept").fill_null(0.0).mean().alias(name))
    )
