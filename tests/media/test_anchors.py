from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.media.anchors import anchor_centres, candidates


def test_anchors_are_the_cells_of_each_layer() -> None:
    centres = anchor_centres()
    # 224/8 = 28, 224/16 = 14, 224/32 = 7: 2*28^2 + 2*14^2 + 6*7^2 = 1568 + 392 + 294 = 2254
    assert centres.shape == (2254, 2)
    assert centres[[0, 1, 2]].tolist() == [[4, 4], [4, 4], [12, 4]]
    assert centres[[1568, 1960, 2253]].tolist() == [[8, 8], [16, 16], [208, 208]]


def box(
    x: float, y: float, side: float, hips: tuple[float, float], reach: tuple[float, float]
) -> list[float]:
    return [x, y, side, side, *hips, *reach, 0, 0, 0, 0]


def test_boxes_of_one_person_are_averaged_by_score_and_others_kept_apart() -> None:
    boxes = np.array(
        [
            box(50, 50, 20, (50, 55), (50, 30)),
            box(52, 50, 20, (54, 55), (50, 30)),  # shares 18/22 of its width with the first
            box(150, 50, 20, (150, 55), (150, 30)),
            box(50, 50, 20, (0, 0), (0, 0)),  # too unsure to count
        ]
    )
    anchors = np.zeros((4, 2))
    first, second = candidates(boxes, np.array([0.6, 0.9, 0.7, 0.49]), anchors)
    # hips: (0.6 * 50 + 0.9 * 54) / 1.5 = 78.6 / 1.5 = 52.4
    assert first.hips == pytest.approx([52.4, 55])
    assert first.score == 0.9
    assert second.hips == pytest.approx([150, 55])
    assert second.reach == pytest.approx([150, 30])


def test_overlap_of_less_than_three_tenths_is_another_person() -> None:
    # Shift 10 of 20: intersection 200, union 600: 1/3 is the same. Shift 11: 180/620 = 0.29 is not.
    for shift, people in ((10, 1), (11, 2)):
        boxes = np.array([box(50, 50, 20, (0, 0), (0, 0)), box(50 + shift, 50, 20, (0, 0), (0, 0))])
        assert len(candidates(boxes, np.array([0.9, 0.8]), np.zeros((2, 2)))) == people


def test_offsets_count_from_the_anchor() -> None:
    (found,) = candidates(
        np.array([box(0, 0, 20, (1, 2), (3, 4))]), np.array([0.8]), np.array([[100.0, 50.0]])
    )
    assert found.hips == pytest.approx([101, 52])
    assert found.reach == pytest.approx([103, 54])


def test_nobody() -> None:
    assert candidates(np.zeros((3, 12)), np.array([0.1, 0.2, 0.3]), np.zeros((3, 2))) == []
