"""Answers in, verdicts out: what a judge said, or which of four ways it failed to say anything."""

from aqa_eval.verdicts.reading import read, unusable
from aqa_eval.verdicts.spoken import spoken
from aqa_eval.verdicts.trace import trace

__all__ = ["read", "spoken", "trace", "unusable"]
