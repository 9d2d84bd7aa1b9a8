"""In how many clips was the body found? A collapse of the pose network is no collapse of the judge.

What is said of crops, overlays, skeletons and poses in words, failures and bounds included, keeps to clips
in which the pose network found the body in most of the frames shown; this finding says how many those are.
A clip in which nobody was found at all was not asked about (status `unseen`) and is among those left out.
"""

from __future__ import annotations

import polars as pl

from aqa_eval.findings.asked import ALL, asked
from aqa_eval.findings.reading import words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import finding
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding, Status, Task

NAME = "coverage"
NOBODY = "nobody was found in the clip, or in an example to be shown before it"


def passing(table: pl.DataFrame, gate: float) -> pl.DataFrame:
    """The rows about clips of which at least the share `gate` of the frames shows the body, and all that need
    no pose; never those in which nobody was found.
    """
    found = pl.col("coverage").is_null() | (pl.col("coverage") >= gate)
    return table.filter(found & (pl.col("status") != str(Status.UNSEEN)))


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The share of clips that pass the gate, wherever pictures were made from poses."""
    found = []
    needing = table.filter(pl.col("coverage").is_not_null())
    for task in Task:
        for trials in asked(needing, task):
            clips = trials.rows.unique("clip", keep="first", maintain_order=True)
            seen = clips["status"] != str(Status.UNSEEN)
            passes = (seen & (clips["coverage"] >= settings.pose_gate)).to_numpy()
            nobody = int((~seen).sum())
            estimate = share(passes, clips["cluster"].to_numpy(), settings.plan)
            least = f"{settings.pose_gate:.0%} of the frames shown"
            reading = words(
                f"In {int(passes.sum()):,} of {len(passes):,} clips the body was found in at least {least}.",
                f"About {nobody:,} nothing was asked: {NOBODY}." if nobody else "",
                "All other statements about this representation keep to those that pass.",
            )
            parts = {
                "mean_coverage": float(clips["coverage"].to_numpy().mean()),
                "gate": settings.pose_gate,
                "clips_left_out": float(len(passes) - passes.sum()),
                "clips_with_nobody": float(nobody),
            }
            found.append(finding(NAME, "pose_coverage", trials, ALL, estimate, reading, parts=parts))
    return found
