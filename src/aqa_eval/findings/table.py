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
    "task": pl.String(),  # verify, choose, score, compare
    "item": pl.String(),
    "clip": pl.String(),
    "clip_b": pl.String(),  # compare: the second clip; null for other tasks
    "cluster": pl.String(),
    "cluster_b": pl.String(),  # compare: the second clip's cluster; null for other tasks
    "event": pl.String(),
    "criterion": pl.String(),
    "representation": pl.String(),
    "strategy": pl.String(),
    "frames": pl.String(),  # the sampling, e.g. "16" or "4 fps"; empty where no picture is shown
    "framing": pl.String(),  # positive, negative, neutral
    "repeat": pl.Int64(),
    "truth_fault": pl.Boolean(),  # verify: is the fault present; null for other tasks
    "truth_score": pl.Float64(),  # score: the true score; null for other tasks
    "truth_choice": pl.String(),  # choose: the right option; compare: first or second; else null
    "gap": pl.Float64(),  # compare by a score: how far the two scores are apart
    "status": pl.String(),  # ok, unparsed, refused, truncated, error, or missing (not asked yet)
    "said": pl.Boolean(),  # verify, status ok: the literal answer to the statement as it was put
    "fault": pl.Boolean(),  # verify, status ok: does the judge hold that the fault is present
    "score": pl.Float64(),  # score, status ok
    "choice": pl.String(),  # choose, compare, status ok
    "note": pl.String(),
}
"""Column -> type. `fault`, `score` and `choice` are null unless status is ok; a failure is never guessed."""

CHOICES = frozenset({Task.CHOOSE, Task.COMPARE})
"""The tasks whose truth is one of several named answers."""

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
        verdict = verdicts.read(answer, trial.item, trial.condition) if answer else None
        yield _row(trial, verdict, protocols[trial.judge])


def _row(trial: Trial, verdict: Verdict | None, protocol: str) -> tuple[object, ...]:
    item, condition = trial.item, trial.condition
    clip, second = item.clips[0], item.clips[1] if len(item.clips) > 1 else None
    judgement = verdict.judgement if verdict else None
    return (
        *(trial.key, trial.judge, protocol, item.dataset, str(item.task), item.id),
        *(clip.id, second.id if second else None, item.cluster, second.cluster if second else None),
        *(clip.event, item.criterion.id, condition.representation, condition.strategy),
        "" if condition.representation == "none" else sampling_text(condition.sampling),
        *(condition.framing, trial.repeat),
        bool(trial.truth) if item.task is Task.VERIFY else None,
        trial.truth if item.task is Task.SCORE else None,
        str(trial.truth) if item.task in CHOICES else None,
        item.gap,
        str(verdict.status) if verdict else MISSING,
        verdict.literal if verdict and item.task is Task.VERIFY else None,
        judgement if item.task is Task.VERIFY else None,
        judgement if item.task is Task.SCORE else None,
        judgement if item.task in CHOICES else None,
        verdict.note if verdict else "",
    )


def sampling_text(sampling: Sampling) -> str:
    """Which frames were shown, in words: "16" or "4 fps", with the size where it is not the default."""
    shown = str(sampling.count) if sampling.fps is None else f"{sampling.fps:g} fps"
    return shown if sampling.size == Sampling().size else f"{shown} at {sampling.size} px"
