"""Temporal intersection over union, by hand."""

import numpy as np
import pytest

from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.spans import LEVELS, recall, temporal_iou


@pytest.mark.parametrize(
    ("said", "true", "expected"),
    [
        ((1.0, 3.0), (1.0, 3.0), 1.0),
        ((0.0, 2.0), (1.0, 3.0), 1 / 3),  # together 1..2, either 0..3
        ((0.0, 1.0), (2.0, 3.0), 0.0),
        ((0.0, 4.0), (1.0, 2.0), 1 / 4),
        ((2.0, 2.0), (1.0, 3.0), 0.0),  # an instant covers nothing
        ((2.0, 2.0), (2.0, 2.0), 1.0),
    ],
)
def test_temporal_iou(said, true, expected):
    both = [np.array([value]) for value in (*said, *true)]
    assert temporal_iou(*both)[0] == pytest.approx(expected)
    swapped = [*both[2:], *both[:2]]
    assert temporal_iou(*swapped)[0] == pytest.approx(expected)


def test_recall():
    overlap = np.array([0.5, 0.69, 0.7, 0.1] * 5)
    at_half, at_seven_tenths = (
        recall(overlap, level, range(20), Resampling(resamples=100)) for level in LEVELS
    )
    assert (at_half.value, at_seven_tenths.value) == (0.75, 0.25)
    assert at_half.low < 0.75 < at_half.high
    never = recall(np.zeros(20), 0.5, range(20), Resampling(resamples=100))
    assert never.high == pytest.approx(1 - 0.025 ** (1 / 20))  # none of twenty is not never
    assert recall(np.zeros(0), 0.5, [], Resampling()).reason == "no trial was answered with a time span"
