"""MTL-AQA: competition dives with seven judges' awards."""

from aqa_eval.datasets.mtl_aqa.loader import LOADER

__all__ = ["LOADER"]
