"""What is to be priced: how often which judge is asked something of one shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aqa_eval.judges.families import RequestShape, text_length
from aqa_eval.pricing.output import KINDS, Kind
from aqa_eval.vocabulary import RESUMED, Condition, Judge, Task


@dataclass(frozen=True, slots=True)
class Workload:
    """All trials of one judge that differ in nothing but words: one task, one condition, one size of clip.

    `shape`: the request of one trial, its text that of a typical one. `trials`: how many, repeats included.
    Of a two-step strategy, `description` is the shape of the first exchange, `descriptions` how many are
    asked (they are shared); what they say comes to the text of `shape` here. Of a probe, `parent` is the
    shape of the request for the judge's own answer, `parents` how many are asked for the probe alone (none
    where the study asks them anyway); what it quotes of that answer comes to the text of `shape` here.
    """

    judge: str
    task: Task
    condition: Condition
    shape: RequestShape
    trials: int
    description: RequestShape | None = None
    descriptions: int = 0
    dataset: str = ""
    parent: RequestShape | None = None
    parents: int = 0

    @property
    def own_kind(self) -> Kind:
        """What answers of its strategy are like."""
        return KINDS.get(self.condition.strategy, "reasons")

    @property
    def kind(self) -> Kind:
        """What its answers are like; one that may not reason any further is the answer alone."""
        return "answer" if self.condition.probe in RESUMED else self.own_kind


@dataclass(frozen=True, slots=True)
class Bulk:
    """So many requests of one shape, with answers of one kind. `after_reasoning`: part of an answer of that
    kind is put before the judge.
    """

    requests: int
    shape: RequestShape
    kind: Kind
    after_description: bool = False
    after_reasoning: Kind | None = None


def bulks(workload: Workload, judge: Judge) -> list[Bulk]:
    """The requests of a workload as they leave: with the judge's own system text before each."""
    out = []
    if workload.description is not None and workload.descriptions:
        description = with_system_text(workload.description, judge)
        out.append(Bulk(workload.descriptions, description, "description"))
    described = workload.description is not None
    if workload.parent is not None and workload.parents:
        parent = with_system_text(workload.parent, judge)
        out.append(Bulk(workload.parents, parent, workload.own_kind, described))
    asked = with_system_text(workload.shape, judge)
    resumed = workload.own_kind if workload.condition.probe in RESUMED else None
    out.append(Bulk(workload.trials, asked, workload.kind, described, resumed))
    return out


def with_system_text(shape: RequestShape, judge: Judge) -> RequestShape:
    """The shape of a request with the system text that the judge's settings put before every one."""
    system = str(dict(judge.decoding).get("system", ""))
    if not system:
        return shape
    return replace(shape, text=shape.text + text_length(system), messages=2)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of a judge beside its settings; None where the table of assumptions holds.

    `expected_output`: tokens of an answer, thinking included, e.g. the mean of answers already given.
    `thinking`: whether it thinks first. `seconds`: of one request, e.g. the mean of those already answered.
    `measured`: both come from answers in a ledger. `characters_per_token`: of words, by its own tokenizer.
    """

    expected_output: float | None = None
    thinking: bool | None = None
    seconds: float | None = None
    measured: bool = False
    characters_per_token: float | None = None


NOTHING_ASSUMED = Assumed()
