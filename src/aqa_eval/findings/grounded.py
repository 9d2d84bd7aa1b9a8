"""Is the judge right for reasons that can be seen? Right, and its evidence holds.

Beside it the evidence of one item is taken to another of the same criterion, drawn once by the study's seed:
what stands in every clip of the criterion holds there as well. Which items meet is chance, and so is what
comes of it: the difference is taken item by item, and its interval decides.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from aqa_eval.findings.beside_another import Beside, beside
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
    rows = rows.with_columns(grounded=pl.col("right") & pl.col("holds"))
    other = beside(claimed, _with_other(rows), "grounded", "taken", settings)
    grounded = rows["grounded"].to_numpy().astype(np.bool_)
    estimate = share(grounded, rows["cluster"].to_numpy(), settings.plan)
    parts: dict[str, float | None] = {
        "accuracy": float(rows["right"].to_numpy().mean()),
        "evidence_holds": float(rows["holds"].to_numpy().mean()),
        "evidence_checkable": checkable / rows.height,
        **other.parts,
    }
    reading = _reading(estimate, other)
    return [statement(NAME, MEASURE, trials, "all", estimate, reading, other.other, parts)]


def _with_other(rows: pl.DataFrame) -> pl.DataFrame:
    """With `taken`: is the other item's verdict right, and does this one's evidence hold there? Null where
    the other item was not answered so. A trial without evidence has none to take: it is false on both sides.
    """
    other = rows.select(pl.col("item").alias("partner"), *_SAME, pl.col("right").alias("partner_is_right"))
    other = other.unique(["partner", *_SAME], keep="first", maintain_order=True)
    taken = pl.col("partner_is_right") & holds("partner_right", "partner_wrong")
    alone = pl.col("partner").is_null() | pl.col("partner_is_right").is_null()
    return rows.join(
        other, on=["partner", *_SAME], how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(
        taken=pl.when(pl.col("observations").is_null()).then(False).when(alone).then(None).otherwise(taken)
    )


def _reading(estimate: Estimate, other: Beside) -> str:
    plain = f"Right, with evidence that holds, in {stated(estimate)} of its answers."
    if other.own is None or other.other is None:
        return words(
            plain,
            "What evidence from another clip would reach cannot be said: no other item of the criterion was "
            "answered so.",
        )
    said = against(
        other.difference,
        0.0,
        "It is right with evidence that holds more often than evidence from another clip would make it, by",
        "It is right with evidence that holds less often than evidence from another clip would make it, by",
        "whether its evidence holds more often than that from another clip would",
    )
    own = f"With its own evidence: {other.own:.2f}; with that of another item: {other.other:.2f}."
    return words(plain, said, own)
