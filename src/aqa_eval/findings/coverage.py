"""In how many clips was the body found? A collapse of the pose network is no collapse of the judge.

What is said of crops, overlays, skeletons and poses in words keeps to clips in which the pose network found
the body in most of the frames shown; this finding says how many those are.
"""

from __future__ import annotations

import polars as pl

from aqa_eval.findings.asked import ALL, asked
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import finding
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding, Task

NAME = "coverage"


def passing(table: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The rows about clips that pass the gate, and all that need no pose."""
    return table.filter(pl.col("coverage").is_null() | (pl.col("coverage") >= settings.pose_gate))


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The share of clips that pass the gate, wherever pictures were made from poses."""
    found = []
    needing = table.filter(pl.col("coverage").is_not_null())
    for task in Task:
        for trials in asked(needing, task):
            clips = trials.rows.unique("clip", maintain_order=True)
            passes = (clips["coverage"] >= settings.pose_gate).to_numpy()
            estimate = share(passes, clips["cluster"].to_numpy(), settings.plan)
            least = f"{settings.pose_gate:.0%} of the frames shown"
            reading = (
                f"In {int(passes.sum()):,} of {len(passes):,} clips the body was found in at least {least}. "
                "All other statements about this representation keep to those."
            )
            parts = {
                "mean_coverage": float(clips["coverage"].to_numpy().mean()),
                "gate": settings.pose_gate,
                "clips_left_out": float(len(passes) - passes.sum()),
            }
            found.append(finding(NAME, "pose_coverage", trials, ALL, estimate, reading, parts=parts))
    return found
