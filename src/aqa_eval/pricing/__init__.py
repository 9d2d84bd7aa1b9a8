"""What a plan costs before anything is asked: pure functions from counts and sizes to tokens and dollars."""

from aqa_eval.pricing.context import fits_context
from aqa_eval.pricing.output import ANSWERS, KINDS, THINKING, Span, answer_span, thinks
from aqa_eval.pricing.plan_price import JudgePrice, Unfit, price_plan, unfit_reason
from aqa_eval.pricing.prompt_check import compare_first
from aqa_eval.pricing.upload import uploaded_bytes
from aqa_eval.pricing.workload import Assumed, Workload

__all__ = [
    "ANSWERS",
    "KINDS",
    "THINKING",
    "Assumed",
    "JudgePrice",
    "Span",
    "Unfit",
    "Workload",
    "answer_span",
    "compare_first",
    "fits_context",
    "price_plan",
    "thinks",
    "unfit_reason",
    "uploaded_bytes",
]
