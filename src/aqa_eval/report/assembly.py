"""Plan, ledger and findings gathered into what a report shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

import aqa_eval
from aqa_eval import verdicts
from aqa_eval.datasets.dataset import Dataset
from aqa_eval.errors import MediaError
from aqa_eval.findings import Settings, find_all
from aqa_eval.findings.table import MISSING, UNASKED, verdict_table
from aqa_eval.findings.thinking import thinking_pairs
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.simulated import planted as planted_in
from aqa_eval.ledger import Ledger
from aqa_eval.plan import Plan, interference
from aqa_eval.prompts import asked_about, strategy, transcript
from aqa_eval.report.contents import Contents, DatasetLine, JudgeLine, Specimen, Tally
from aqa_eval.report.sent import sent
from aqa_eval.traces import empty
from aqa_eval.vocabulary import Answer, Frame, Judge, Rendered, Status, Task, Trial, Usage

NOTHING = "(there is no record of a request)"
"""Stands in the place of a prompt."""


def assemble(
    plan: Plan,
    ledger: Ledger,
    jpeg: Callable[[str], bytes],
    shown: Collection[str] = (),
    claims: pl.DataFrame | None = None,
    remarks: Sequence[str] = (),
) -> Contents:
    """Everything a report shows of a study as far as it was asked. `jpeg`: a frame's bytes by digest.
    `shown` names datasets whose frames are embedded though their terms do not allow it to be passed on.
    `claims` are those of the answers (`traces.claims_table`); none where they are not read.
    `remarks`: sentences that the reader must know of how the report was made.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    table = verdict_table(plan, ledger)
    return Contents(
        study=plan.study.name,
        seed=plan.study.seed,
        version=aqa_eval.__version__,
        datasets=[*_datasets(plan)],
        judges=[_judge_line(r.judge) for r in plan.respondents.values()],
        conditions=[*_conditions(table)],
        findings=find_all(table, settings(plan, claims)),
        table=table,
        specimens=[*_specimens(plan, ledger, table, _Pictures(jpeg, _embeddable(plan, shown)))],
        tallies={name: _tally(plan, ledger, name, table) for name in plan.respondents},
        problems=[*remarks, *_problems(plan)],
        pose_gate=plan.study.pose_gate,
    )


def settings(plan: Plan, claims: pl.DataFrame | None = None) -> Settings:
    """What the findings need to know of the study beside the verdicts."""
    scales = {
        name: limits
        for d, c in zip(plan.datasets, plan.study.datasets, strict=True)
        for name, limits in _ranges(d, c.sample.split).items()
    }
    planted = {
        name: planted_in(respondent.judge.decoding)
        for name, respondent in plan.respondents.items()
        if PROTOCOLS[respondent.judge.protocol].sees_truth
    }
    prices = {
        name: (price.input, price.output)
        for name, respondent in plan.respondents.items()
        if (price := respondent.judge.price)
    }
    left_out: dict[str, dict[str, int]] = {}
    for (judge, reason), items in plan.census().left_out.items():
        left_out.setdefault(judge, {})[reason] = items
    return Settings(
        seed=plan.study.seed,
        scales=scales,
        planted=planted,
        pose_gate=plan.study.pose_gate,
        prevalence=plan.study.prevalence,
        prices=prices,
        units={name: unit for d in plan.datasets for name, unit in _units(d)},
        claims=empty() if claims is None else claims,
        thinking=thinking_pairs(respondent.judge for respondent in plan.respondents.values()),
        left_out=left_out,
        lower_is_better=frozenset(
            name
            for dataset in plan.datasets
            for name, criterion in dataset.criteria.items()
            if criterion.scale is not None and not criterion.scale.higher_is_better
        ),
    )


def _units(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Criteria with the unit of their scores, or of what a rule measures of their fault."""
    for criterion in dataset.criteria.values():
        unit = criterion.scale.unit if criterion.scale else criterion.rule.unit if criterion.rule else ""
        if unit:
            yield criterion.id, unit


def _ranges(dataset: Dataset, split: str) -> dict[str, tuple[float, float]]:
    """Criterion -> the least and greatest true score of the whole split, by which R-l2 divides.

    Of the split and not of the items drawn from it, so that a study's limit does not move the measure.
    """
    scores: dict[str, list[float]] = {}
    for clip, labels in zip(dataset.clips, dataset.labels, strict=True):
        for label in labels if clip.split == split else ():
            if dataset.criteria[label.criterion].scale is not None:
                scores.setdefault(label.criterion, []).append(float(label.value))
    return {name: (min(values), max(values)) for name, values in scores.items() if min(values) < max(values)}


def _datasets(plan: Plan) -> Iterator[DatasetLine]:
    items = list(plan.items())
    for dataset in plan.datasets:
        asked = [i for i in items if i.dataset == dataset.name and i.task is not Task.CONTROL]
        clips = {clip.id: clip for item in asked for clip in item.clips}
        drawn = any(isinstance(clip.media, Rendered) for clip in clips.values())
        yield DatasetLine(dataset.name, dataset.title, len(clips), len(asked), dataset.terms.licence, drawn)


def _judge_line(judge: Judge) -> JudgeLine:
    protocol = PROTOCOLS[judge.protocol]
    decoding = tuple((name, str(value)) for name, value in judge.decoding)
    return JudgeLine(
        judge.name,
        judge.protocol,
        judge.model,
        decoding,
        simulated=protocol.sees_truth,
        reference=protocol.reference,
        repeats=judge.repeats,
    )


def _conditions(table: pl.DataFrame) -> Iterator[Mapping[str, str]]:
    axes = ["task", "representation", "strategy", "frames", "framing", "setting"]
    for row in table.select(axes).unique(maintain_order=True).iter_rows(named=True):
        yield {
            k: v
            for k, v in row.items()
            if not (k == "frames" and row["representation"] == "none") and not (k == "setting" and not v)
        }


def _tally(plan: Plan, ledger: Ledger, name: str, table: pl.DataFrame) -> Tally:
    # What is read from the repeats of others was neither asked nor paid for.
    derived = pl.col("strategy").is_in(plan.study.grid.derived())
    rows = table.filter((pl.col("judge") == name) & ~derived)
    statuses = (MISSING, str(Status.UNSEEN), str(Status.UNPROBED))
    missing, unseen, unprobed = (rows.filter(pl.col("status") == status).height for status in statuses)
    judge = plan.respondents[name].judge
    keys = dict.fromkeys([*rows["key"], *rows["parent"].drop_nulls(), *_descriptions(plan, name, rows)])
    answers = (ledger.answer(key) for key in keys)
    used = [answer.usage for answer in answers if answer is not None]
    tokens = Usage(
        _total([u.prompt for u in used]),
        _total([u.completion for u in used]),
        _total([u.reasoning for u in used]),
    )
    cost = None
    if judge.price and tokens.prompt is not None:
        cost = (tokens.prompt * judge.price.input + (tokens.completion or 0) * judge.price.output) / 1e6
    answered = rows.height - missing - unseen - unprobed
    return Tally(rows.height, answered, missing, tokens, cost, unseen, unprobed)


def _descriptions(plan: Plan, judge: str, rows: pl.DataFrame) -> list[str]:
    """The keys of the descriptions that a judge's trials rest on, each once."""
    if not any(strategy(name).describes for name in rows["strategy"].unique()):
        return []
    keys = (trial.description_key for trial in plan.trials(judge))
    return list(dict.fromkeys(key for key in keys if key))


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _problems(plan: Plan) -> list[str]:
    """What the reader must know of the data: records left out, and what a judge could not be asked."""
    left_out = [
        f"{judge}: {n} not asked, since {reason}" for (judge, reason), n in plan.census().left_out.items()
    ]
    return [*left_out, *(f"{d.name}: {problem}" for d in plan.datasets for problem in d.problems)]


@dataclass(frozen=True, slots=True)
class _Pictures:
    """A frame's bytes by digest, and the datasets whose frames the page may hold."""

    jpeg: Callable[[str], bytes]
    embeddable: frozenset[str]


def _embeddable(plan: Plan, shown: Collection[str]) -> frozenset[str]:
    return frozenset(d.name for d in plan.datasets if d.terms.may_embed or d.name in shown)


def _specimens(plan: Plan, ledger: Ledger, table: pl.DataFrame, pictures: _Pictures) -> Iterator[Specimen]:
    wanted = _chosen_keys(table)
    for trial in plan.trials():
        if trial.key in wanted:
            answer = ledger.answer(trial.key)
            if answer is not None:
                yield _specimen(plan, ledger, trial, answer, pictures)


def _chosen_keys(table: pl.DataFrame) -> set[str]:
    """For every judge and task the first trial that was right, that was wrong, and that failed; and the first
    of every probe.
    """
    right = (
        (pl.col("fault") == pl.col("truth_fault"))
        | (pl.col("choice") == pl.col("truth_choice"))
        | pl.col("score").is_not_null()
    )
    outcome = pl.when(pl.col("status") != Status.OK).then(pl.lit("failed")).otherwise(right.cast(pl.String))
    answered = table.filter(~pl.col("status").is_in(UNASKED) & (pl.col("repeat") == 0))
    picked = answered.with_columns(outcome=outcome).group_by(
        ["judge", "task", "outcome"], maintain_order=True
    )
    probed = answered.filter(pl.col("probe") != "none").group_by(
        ["judge", "task", "probe"], maintain_order=True
    )
    return {*picked.head(1)["key"], *probed.head(1)["key"]}


def _specimen(plan: Plan, ledger: Ledger, trial: Trial, answer: Answer, pictures: _Pictures) -> Specimen:
    item = trial.item
    request = sent(plan, ledger, trial, answer)
    withheld = ""
    frames: tuple[tuple[Frame, bytes], ...] = ()
    if not answer.manifest:
        withheld = "No picture was sent."
    elif item.dataset not in pictures.embeddable:
        withheld = (
            f"{len(answer.manifest)} frames were sent; the terms of {item.dataset} forbid showing them."
        )
    else:
        try:
            frames = tuple((frame, pictures.jpeg(frame.digest)) for frame in answer.manifest)
        except MediaError:
            withheld = f"{len(answer.manifest)} frames were sent; they are no longer in the cache."
    return Specimen(
        key=trial.key,
        judge=trial.judge,
        dataset=item.dataset,
        item=item.id,
        criterion=asked_about(item, trial.condition),
        framing=trial.condition.framing,
        frames=frames,
        system=request.system if request else "",
        prompt=transcript(request) if request else NOTHING,
        answer=answer.text,
        reasoning=answer.reasoning,
        verdict=verdicts.read(answer, item, trial.condition, plan.coordinates(trial.judge)),
        truth=trial.truth,
        note=interference(trial, answer),
        withheld=withheld,
    )
