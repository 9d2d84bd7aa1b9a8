"""The verdict table: one row a planned trial. Everything right of the verdicts reads only this.

Rows are in plan order, whatever order the answers came in, so that the same study and ledger give
the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval import verdicts
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan
from aqa_eval.vocabulary import Sampling, Task, Trial, Verdict

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
    "frames": pl.String(),  # the sampling, e.g. "16" or "4 fps"; empty where no picture is shown
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

MISSING = "missing"
"""The status of a planned trial that the ledger holds nothing of."""


def verdict_table(plan: Plan, ledger: Ledger) -> pl.DataFrame:
    """Every planned trial with its verdict, read anew from the ledger, in plan order."""
    rows = list(_rows(plan, ledger))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _rows(plan: Plan, ledger: Ledger) -> Iterator[tuple[object, ...]]:
    protocols = {name: respondent.judge.protocol for name, respondent in plan.respondents.items()}
    for trial in plan.trials():
        answer = ledger.answer(trial.key)
        verdict = verdicts.read(answer, trial.item.criterion, trial.condition) if answer else None
        yield _row(trial, verdict, protocols[trial.judge])


def _row(trial: Trial, verdict: Verdict | None, protocol: str) -> tuple[object, ...]:
    item, condition = trial.item, trial.condition
    verify = item.task is Task.VERIFY
    judgement = verdict.judgement if verdict else None
    return (
        *(trial.key, trial.judge, protocol, item.dataset, str(item.task), item.id),
        *(item.clips[0].id, item.cluster, item.clips[0].event, item.criterion.id),
        *(condition.representation, condition.strategy),
        "" if condition.representation == "none" else sampling_text(condition.sampling),
        *(condition.framing, trial.repeat),
        bool(item.truth) if verify else None,
        None if verify else float(item.truth),
        str(verdict.status) if verdict else MISSING,
        verdict.literal if verdict and verify else None,
        judgement if verify else None,
        None if verify else judgement,
        verdict.note if verdict else "",
    )


def sampling_text(sampling: Sampling) -> str:
    """Which frames were shown, in words: "16" or "4 fps", with the size where it is not the default."""
    shown = str(sampling.count) if sampling.fps is None else f"{sampling.fps:g} fps"
    return shown if sampling.size == Sampling().size else f"{shown} at {sampling.size} px"
