"""Your own clips: a table and a folder of recordings."""

from aqa_eval.datasets.own.loader import LOADER

__all__ = ["LOADER"]
