"""The rendered mannequin: subjects, dials and matched pairs by seed."""

from aqa_eval.datasets.mannequin.loader import LOADER

__all__ = ["LOADER"]
