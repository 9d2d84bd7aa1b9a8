"""The verdict table: one row a planned trial. Everything right of the verdicts reads only this.

Rows are in plan order, whatever order the answers came in, so that the same study and ledger give
the same bytes.
"""

from __future__ import annotations

import polars as pl

COLUMNS: dict[str, pl.DataType] = {
    "key": pl.String(),  # the trial's key
    "judge": pl.String(),
    "protocol": pl.String(),  # openai, constant, prior, pose-rules, simulated
    "dataset": pl.String(),
    "task": pl.String(),  # verify, score
    "item": pl.String(),
    "clip": pl.String(),
    "cluster": pl.String(),
    "event": pl.String(),
    "criterion": pl.String(),
    "representation": pl.String(),
    "strategy": pl.String(),
    "frames": pl.String(),  # the sampling, e.g. "16" or "4 fps"
    "framing": pl.String(),  # positive, negative, neutral
    "repeat": pl.Int64(),
    "truth_fault": pl.Boolean(),  # verify: is the fault present; null for other tasks
    "truth_score": pl.Float64(),  # score: the true score; null for other tasks
    "status": pl.String(),  # ok, unparsed, refused, truncated, error, or missing (not asked yet)
    "said": pl.Boolean(),  # verify, status ok: the literal answer to the statement as it was put
    "fault": pl.Boolean(),  # verify, status ok: does the judge hold that the fault is present
    "score": pl.Float64(),  # score, status ok
    "note": pl.String(),
}
"""Column -> type. `fault` and `score` are null unless status is ok; a failure is never guessed."""
