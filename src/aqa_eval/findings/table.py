"""The verdict table: one row a planned trial. Everything right of the verdicts reads only this.

Rows are in plan order, whatever order the answers came in, so that the same study and ledger give
the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval import verdicts
from aqa_eval.findings.consistency import with_consistency
from aqa_eval.findings.setting import AXES, sampling_text, setting
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan
from aqa_eval.vocabulary import Answer, Item, Status, Still, Task, TimeSpan, Trial, Truth, Verdict

COLUMNS: dict[str, pl.DataType] = {
    "key": pl.String(),  # the trial's key
    "judge": pl.String(),
    "protocol": pl.String(),  # openai, constant, prior, metadata, pose-rules, human, simulated
    "dataset": pl.String(),
    "task": pl.String(),  # verify, choose, score, compare, locate, control
    "item": pl.String(),
    # The clip that was shown, and its cluster and event; swapped: the donor's, not those of the item's own.
    "clip": pl.String(),
    "clip_b": pl.String(),  # compare: the second clip; null for other tasks
    "cluster": pl.String(),
    "cluster_b": pl.String(),  # compare: the second clip's cluster; null for other tasks
    "event": pl.String(),
    "action": pl.String(),
    "view": pl.String(),
    "still": pl.Boolean(),  # is the (first) clip a still picture
    "criterion": pl.String(),
    "representation": pl.String(),
    "strategy": pl.String(),
    "frames": pl.String(),  # the sampling, e.g. "16" or "4 fps"; empty where no picture is shown
    "setting": pl.String(),  # every other axis that is not at its default, in words
    "perturbation": pl.String(),
    "keypoints": pl.String(),
    "transport": pl.String(),
    "audio": pl.Boolean(),
    "negated": pl.Boolean(),
    "answer_key": pl.String(),
    "answer_format": pl.String(),
    "paraphrase": pl.Int64(),
    "cue": pl.String(),
    "shots": pl.Int64(),
    "shot_labels": pl.String(),
    "order": pl.String(),
    "permuted": pl.Boolean(),
    "ties": pl.Boolean(),
    "probe": pl.String(),
    # probe: the trial it rests on, which is asked without it, and its verdict; null without one.
    "parent": pl.String(),
    "parent_status": pl.String(),
    "parent_fault": pl.Boolean(),
    "parent_score": pl.Float64(),
    "parent_choice": pl.String(),
    "framing": pl.String(),  # positive, negative, neutral
    "repeat": pl.Int64(),
    "truth_fault": pl.Boolean(),  # verify: is the fault present; null for other tasks
    "truth_score": pl.Float64(),  # score: the true score; null for other tasks
    "truth_choice": pl.String(),  # choose, control: the right option; compare: first or second; else null
    "truth_start": pl.Float64(),  # locate: when the fault can be seen, in seconds from the clip's start
    "truth_end": pl.Float64(),
    "original": pl.String(),  # swapped: the truth of the item's own clip, which was not shown; else null
    "coverage": pl.Float64(),  # of the clips shown: least share of frames with the body; null if not sought
    "ratings": pl.String(),  # of the item, one a rater, on the truth's scale: "6.5|7|6"; empty where unknown
    "fault_start": pl.Float64(),  # when the fault can be seen, in seconds from the clip's start; else null
    "fault_end": pl.Float64(),
    "fault_shown": pl.Boolean(),  # is a frame sent that lies in that span; swapped, or unknown: null
    "amount": pl.Float64(),  # verify: what was measured of the item's fault, in the unit of its dial
    "gap": pl.Float64(),  # compare by a score: how far the two scores are apart
    "status": pl.String(),  # ok, unparsed, refused, truncated, error; not asked: unseen, unprobed, missing
    "said": pl.Boolean(),  # verify, status ok: the literal answer to the statement as it was put
    "fault": pl.Boolean(),  # verify, status ok: does the judge hold that the fault is present
    "score": pl.Float64(),  # score, status ok
    "choice": pl.String(),  # choose, control, compare, status ok
    "start": pl.Float64(),  # locate, status ok
    "end": pl.Float64(),
    "confidence": pl.Float64(),  # status ok, 0 to 1, where the judge gave one
    "confidence_source": pl.String(),  # stated, token; empty where there is none
    "evidence": pl.Int64(),  # how many things a cited answer says it saw
    "trace_kind": pl.String(),  # what the reasoning is: raw, summary, inline; empty where there is none
    "requests": pl.Int64(),  # how many requests such a trial takes
    "prompt_tokens": pl.Int64(),  # as the server counted them; null where it did not say
    "completion_tokens": pl.Int64(),
    "reasoning_tokens": pl.Int64(),
    "note": pl.String(),
}
"""Column -> type. `fault`, `score` and `choice` are null unless status is ok; a failure is never guessed."""

CHOICES = frozenset({Task.CHOOSE, Task.CONTROL, Task.COMPARE})
"""The tasks whose truth is one of several named answers."""

MISSING = "missing"
"""The status of a planned trial that the ledger holds nothing of."""

UNASKED = (str(Status.UNSEEN), str(Status.UNPROBED), MISSING)
"""The statuses of trials that were not put to the judge: neither answered nor failed."""


def verdict_table(plan: Plan, ledger: Ledger) -> pl.DataFrame:
    """Every planned trial with its verdict, read anew from the ledger, in plan order, and after them what is
    read from the repeats of others.
    """
    rows = list(_rows(plan, ledger))
    table = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return with_consistency(table, plan.study.grid.derived())


def _rows(plan: Plan, ledger: Ledger) -> Iterator[tuple[object, ...]]:
    protocols = {name: respondent.judge.protocol for name, respondent in plan.respondents.items()}
    for trial in plan.trials():
        answer, verdict = _answered(plan, ledger, trial)
        parent = None if trial.parent is None else _answered(plan, ledger, trial.parent)[1]
        yield _row(trial, answer, verdict, protocols[trial.judge], parent)


def _answered(plan: Plan, ledger: Ledger, trial: Trial) -> tuple[Answer | None, Verdict | None]:
    """A trial's answer and what it means; None where it was not asked."""
    answer = ledger.answer(trial.key)
    if answer is None:
        return None, None
    return answer, verdicts.read(answer, trial.item, trial.condition, plan.coordinates(trial.judge))


def _row(
    trial: Trial, answer: Answer | None, verdict: Verdict | None, protocol: str, parent: Verdict | None
) -> tuple[object, ...]:
    item, condition = trial.item, trial.condition
    clip, second = trial.shown[0], trial.shown[1] if len(trial.shown) > 1 else None
    return (
        *(trial.key, trial.judge, protocol, item.dataset, str(item.task), item.id),
        *(clip.id, second.id if second else None, clip.cluster, second.cluster if second else None),
        *(clip.event, clip.action, clip.view, isinstance(clip.media, Still)),
        *(item.criterion.id, condition.representation, condition.strategy),
        "" if condition.representation == "none" else sampling_text(condition.sampling),
        setting(condition),
        *(getattr(condition, axis) for axis in AXES),
        *_parent(trial, parent),
        *(condition.framing, trial.repeat),
        *_truth(item.task, trial.truth),
        None if trial.shown == item.clips or trial.truth == item.truth else str(item.truth),
        _coverage(answer),
        "|".join(f"{rating:g}" for rating in item.ratings),
        *((item.span.start, item.span.end) if item.span else (None, None)),
        _fault_shown(item, answer) if trial.shown == item.clips else None,
        *(item.amount, item.gap),
        str(verdict.status) if verdict else MISSING,
        verdict.literal if verdict and item.task is Task.VERIFY else None,
        *_judgement(item.task, verdict),
        answer.trace_kind if answer else "",
        1 + bool(trial.description_key) + (trial.parent is not None),
        *(
            (used.prompt, used.completion, used.reasoning)
            if (used := answer and answer.usage)
            else (None,) * 3
        ),
        verdict.note if verdict else "",
    )


def _parent(trial: Trial, verdict: Verdict | None) -> tuple[object, ...]:
    """The five columns of the trial that a probe rests on."""
    if trial.parent is None:
        return (None,) * 5
    status = str(verdict.status) if verdict else MISSING
    return (trial.parent.key, status, *_judgement(trial.item.task, verdict)[:3])


def _fault_shown(item: Item, answer: Answer | None) -> bool | None:
    """Whether one of the frames sent lies in the time in which the fault can be seen."""
    own = [frame.time for frame in answer.manifest if frame.clip == 0] if answer else []
    if item.span is None or not own:
        return None
    return any(item.span.start <= time < item.span.end for time in own)


def _truth(task: Task, truth: Truth) -> tuple[object, ...]:
    """The five columns of the truth, of which each task fills its own."""
    span = truth if isinstance(truth, TimeSpan) else None
    return (
        bool(truth) if task is Task.VERIFY else None,
        truth if task is Task.SCORE else None,
        str(truth) if task in CHOICES else None,
        *((span.start, span.end) if span else (None, None)),
    )


def _judgement(task: Task, verdict: Verdict | None) -> tuple[object, ...]:
    """The columns of a judgement, from `fault` to `evidence`."""
    if verdict is None:
        return (*(None,) * 6, "", None)
    said = verdict.judgement
    span = said if isinstance(said, TimeSpan) else None
    return (
        said if task is Task.VERIFY else None,
        said if task is Task.SCORE else None,
        said if task in CHOICES else None,
        *((span.start, span.end) if span else (None, None)),
        *(verdict.confidence, verdict.confidence_source, len(verdict.evidence)),
    )


def _coverage(answer: Answer | None) -> float | None:
    """The least pose coverage of the clips that an answer is about, as its record has it; those of examples
    have places below zero.
    """
    known = answer.sent.get("coverage") if answer else None
    own = (
        [float(share) for place, share in known.items() if int(place) >= 0] if isinstance(known, dict) else []
    )
    return min(own, default=None)
