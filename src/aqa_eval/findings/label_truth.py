"""Where raters disagree: one judge against what all of them saw, what most saw, and the share who saw it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked, judgements
from aqa_eval.findings.ratings import Rated
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.soft_labels import soft_balanced_accuracy
from aqa_eval.vocabulary import Finding

_UNANIMOUS, _MAJORITY, _SOFT = "unanimous", "majority", "soft"


def of(name: str, trials: Asked, marks: Rated, settings: Settings) -> Iterator[Finding]:
    """Balanced accuracy over all criteria against the three kinds of label. `name`: of the findings."""
    share = pl.DataFrame({"item": marks.items["item"], "_share": pl.Series(marks.share, dtype=pl.Float64)})
    rows = trials.answered().drop_nulls(["fault"]).join(share, on="item", how="inner", maintain_order="left")
    whole = rows.filter(pl.col("_share").is_in([0.0, 1.0]))
    most = rows.filter(pl.col("_share") != 0.5)
    agreed, by_most = (_accuracy(kept, settings) for kept in (whole, most))
    soft = _soft(rows, rows["fault"], settings)
    best = _soft(rows, rows["_share"] > 0.5, settings)
    parts = {"unanimous": agreed.value, "majority": by_most.value, "soft": soft.value}
    for kind, estimate, against_what, note in (
        (_UNANIMOUS, agreed, "where all raters agree", ""),
        (_MAJORITY, by_most, "against the majority of the raters", ""),
        (_SOFT, soft, "against the share of raters who saw the fault", _limit(best)),
    ):
        reading = against(
            estimate,
            0.5,
            f"Better than chance {against_what}, in balanced accuracy",
            f"Worse than chance {against_what}, in balanced accuracy",
            f"whether it is better than chance {against_what}",
        )
        yield statement(
            name,
            f"balanced_accuracy_{kind}",
            trials,
            ALL,
            estimate,
            words(reading, note),
            chance=0.5,
            parts={**parts, "soft_at_best": best.value, "unanimous_share": _share(whole, rows)},
        )


def _accuracy(rows: pl.DataFrame, settings: Settings) -> Estimate:
    labelled = rows.with_columns(truth_fault=pl.col("_share") > 0.5)
    return agreement(judgements(labelled), settings.plan).overall.balanced_accuracy


def _soft(rows: pl.DataFrame, fault: pl.Series, settings: Settings) -> Estimate:
    return soft_balanced_accuracy(
        fault.to_numpy().astype(np.bool_),
        rows["_share"].to_numpy(),
        rows["criterion"].to_numpy(),
        rows["item"].to_numpy(),
        rows["cluster"].to_numpy(),
        settings.plan,
    )


def _limit(best: Estimate) -> str:
    if best.value is None:
        return ""
    return f"A judge that says what most raters say would reach {best.value:.2f}: nobody can reach 1."


def _share(some: pl.DataFrame, rows: pl.DataFrame) -> float | None:
    return some["item"].n_unique() / rows["item"].n_unique() if rows.height else None
