"""Fitness-AQA: errors of form in squats, presses and rows."""

from aqa_eval.datasets.fitness_aqa.loader import LOADER

__all__ = ["LOADER"]
