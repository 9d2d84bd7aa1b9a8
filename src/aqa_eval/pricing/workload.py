"""What is to be priced: how often which judge is asked something of one shape."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aqa_eval.judges.families import RequestShape, text_length
from aqa_eval.pricing.output import KINDS, Kind
from aqa_eval.vocabulary import Condition, Judge, Task


@dataclass(frozen=True, slots=True)
class Workload:
    """All trials of one judge that differ in nothing but words: one task, one condition, one size of clip.

    `shape`: the request of one trial, its text that of a typical one. `trials`: how many, repeats included.
    Of a two-step strategy, `description` is the shape of the first exchange, `descriptions` how many are
    asked (they are shared); what they say comes to the text of `shape` here.
    """

    judge: str
    task: Task
    condition: Condition
    shape: RequestShape
    trials: int
    description: RequestShape | None = None
    descriptions: int = 0
    dataset: str = ""

    @property
    def kind(self) -> Kind:
        """What its answers are like."""
        return KINDS.get(self.condition.strategy, "reasons")


@dataclass(frozen=True, slots=True)
class Bulk:
    """So many requests of one shape, with answers of one kind."""

    requests: int
    shape: RequestShape
    kind: Kind
    after_description: bool = False


def bulks(workload: Workload, judge: Judge) -> list[Bulk]:
    """The requests of a workload as they leave: with the judge's own system text before each."""
    out = []
    if workload.description is not None and workload.descriptions:
        described = with_system_text(workload.description, judge)
        out.append(Bulk(workload.descriptions, described, "description"))
    asked = with_system_text(workload.shape, judge)
    out.append(Bulk(workload.trials, asked, workload.kind, workload.description is not None))
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
