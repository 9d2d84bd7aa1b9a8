"""The first prompt's tokens as the endpoint counted them, held against what the plan estimates."""

from __future__ import annotations

from aqa_eval.judges.families import estimate, family_of
from aqa_eval.plan.workloads import shape
from aqa_eval.pricing import compare_first
from aqa_eval.pricing.workload import with_system_text
from aqa_eval.vocabulary import Judge, Request, Usage


def token_check(judge: Judge, request: Request, usage: Usage) -> str:
    """What is said when the endpoint's count is over a tenth off the estimate; empty where it is not, or
    where one of the two is not known.
    """
    if usage.prompt is None:
        return ""
    estimated = estimate(family_of(judge), with_system_text(shape(request), judge))
    return "" if estimated is None else compare_first(judge.name, estimated.total, usage.prompt)
