"""Is the judge right for reasons that can be seen? Right, and its evidence holds.

The chance line takes the evidence of one item to another of the same criterion, drawn once by the study's
seed: what stands in every clip of the criterion holds there as well.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from aqa_eval.findings.claimed import Claimed
from aqa_eval.findings.evidence_holds import JUDGED, evidence, holds, with_right
from aqa_eval.findings.reading import against, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding, Task

NAME = "traces"
MEASURE = "grounded_accuracy"
_SAME = ("framing", "order", "permuted", "repeat")


def find(claimed: Claimed, settings: Settings) -> list[Finding]:
    """The share of answered trials whose verdict is right and whose evidence holds: something of it can be
    checked, and nothing of what can be is wrong. A trial that gives no evidence, or none that can be checked,
    is not grounded. Only for tasks in which a verdict is right or wrong.
    """
    task = Task(claimed.trials.way["task"])
    if task not in JUDGED:
        return []
    rows = with_right(claimed.trials.answered(), task).join(
        evidence(claimed.rows), on="key", how="left", maintain_order="left"
    )
    rows = rows.with_columns(holds=holds("right_things", "wrong_things").fill_null(value=False))
    checkable = int((rows["right_things"].fill_null(0) + rows["wrong_things"].fill_null(0) > 0).sum())
    trials = claimed.trials
    if not checkable:
        why = "nothing of the evidence that it gives can be checked"
        estimate = impossible(why, rows.height, rows["cluster"].n_unique())
        return [statement(NAME, MEASURE, trials, "all", estimate, f"Cannot be estimated: {why}.")]
    line, permuted = _chance(rows)
    grounded = (rows["right"] & rows["holds"]).to_numpy().astype(np.bool_)
    estimate = share(grounded, rows["cluster"].to_numpy(), settings.plan)
    parts: dict[str, float | None] = {
        "accuracy": float(rows["right"].to_numpy().mean()),
        "evidence_holds": float(rows["holds"].to_numpy().mean()),
        "evidence_checkable": checkable / rows.height,
        "permuted": float(permuted),
    }
    return [statement(NAME, MEASURE, trials, "all", estimate, _reading(estimate, line), line, parts)]


def _chance(rows: pl.DataFrame) -> tuple[float | None, int]:
    """(the share that is right of the other item, with this one's evidence holding there; of how many)."""
    other = rows.select(pl.col("item").alias("partner"), *_SAME, pl.col("right").alias("partner_is_right"))
    other = other.unique(["partner", *_SAME], keep="first", maintain_order=True)
    pairs = rows.drop_nulls("partner").join(
        other, on=["partner", *_SAME], how="inner", nulls_equal=True, maintain_order="left"
    )
    if pairs.is_empty():
        return None, 0
    # Trials without evidence keep none, in the same share.
    evidenced = rows.drop_nulls("partner").height / rows.height
    met = pairs.select(pl.col("partner_is_right") & holds("partner_right", "partner_wrong")).to_series()
    return float(met.to_numpy().mean()) * evidenced, pairs.height


def _reading(estimate: Estimate, line: float | None) -> str:
    if line is None:
        return (
            f"Right, with evidence that holds, in {stated(estimate)} of its answers. What evidence from "
            "another clip would reach cannot be said: no other item of the criterion was answered so."
        )
    said = against(
        estimate,
        line,
        "It is right with evidence that holds more often than evidence from another clip would make it",
        "It is right with evidence that holds less often than evidence from another clip would make it",
        "whether its evidence holds more often than that from another clip would",
    )
    return words(said, f"With the evidence of another item it would be {line:.2f}.")
