"""How a trial was asked, in words: what a table's rows and a finding's place are called."""

from __future__ import annotations

from functools import cache

from aqa_eval.vocabulary import Condition, Sampling

AXES = (
    *("perturbation", "keypoints", "transport", "audio", "negated", "answer_key", "answer_format"),
    *("paraphrase", "cue", "shots", "shot_labels", "order", "permuted", "ties", "probe"),
)
"""The axes of a condition that have a column of their own and are no place of a finding by themselves."""

POOLED = frozenset({"order", "permuted"})
"""Axes that balance something within one statement, as the framing does: no setting of their own."""


@cache
def setting(condition: Condition) -> str:
    """Every axis that is not at its default, e.g. "blurred, cue banner-high"; empty for the plainest way."""
    plain = Condition()
    odd = [axis for axis in AXES if axis not in POOLED and getattr(condition, axis) != getattr(plain, axis)]
    return ", ".join(_words(axis, getattr(condition, axis)) for axis in odd)


def _words(axis: str, value: object) -> str:
    if value is True:
        return axis
    return str(value) if axis == "perturbation" else f"{axis.replace('_', ' ')} {value}"


def sampling_text(sampling: Sampling) -> str:
    """Which frames were shown, in words: "16" or "4 fps", with the size where it is not the default."""
    shown = str(sampling.count) if sampling.fps is None else f"{sampling.fps:g} fps"
    return shown if sampling.size == Sampling().size else f"{shown} at {sampling.size} px"
