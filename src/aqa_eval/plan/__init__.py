"""Study -> trials, lazily and in a fixed order; nothing is decoded, asked or written."""

from aqa_eval.plan.census import Census
from aqa_eval.plan.keys import condition_text
from aqa_eval.plan.plan import Plan
from aqa_eval.plan.record import Showing, arranged, interference, record, showing_of
from aqa_eval.plan.setting_up import Fingerprints, make_plan

__all__ = [
    "Census",
    "Fingerprints",
    "Plan",
    "Showing",
    "arranged",
    "condition_text",
    "interference",
    "make_plan",
    "record",
    "showing_of",
]
