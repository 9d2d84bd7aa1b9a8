"""EgoExo-Fitness: exercises judged keypoint by keypoint."""

from aqa_eval.datasets.egoexo_fitness.loader import LOADER

__all__ = ["LOADER"]
