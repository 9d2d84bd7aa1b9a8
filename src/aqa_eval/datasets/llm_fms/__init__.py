"""LLM-FMS: keyframes of a functional movement screen."""

from aqa_eval.datasets.llm_fms.loader import LOADER

__all__ = ["LOADER"]
