"""Temporal intersection over union, by hand."""

import numpy as np
import pytest

from aqa_eval.measures.spans import temporal_iou


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
