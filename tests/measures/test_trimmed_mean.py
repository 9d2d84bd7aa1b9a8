from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.measures.panels import trimmed_mean

GRADES = st.lists(st.integers(-5, 5), min_size=5, max_size=9)


def test_highest_and_lowest_are_left_out() -> None:
    # sorted -1 0 0 1 1 1 1 2 2, without -1 and one 2: 0 + 0 + 1 + 1 + 1 + 1 + 2 = 6, by 7
    assert trimmed_mean([2, 0, 0, 1, -1, 1, 1, 1, 2]) == pytest.approx(6 / 7)
    assert trimmed_mean([5, 5, 5, 5, -5]) == 5.0


def test_fewer_than_five_are_all_kept() -> None:
    assert trimmed_mean([1, 2, 4, 5]) == 3.0
    assert trimmed_mean([4]) == 4.0
    with pytest.raises(ValueError, match="no marks"):
        trimmed_mean([])


@given(GRADES)
def test_it_lies_within_the_kept_grades_whatever_their_order(grades: list[int]) -> None:
    kept = sorted(grades)[1:-1]
    assert kept[0] <= trimmed_mean(grades) <= kept[-1]
    assert trimmed_mean(grades) == trimmed_mean(grades[::-1])


@given(GRADES, st.integers(-100, -6))
def test_one_judge_alone_cannot_drag_it_down_without_bound(grades: list[int], extreme: int) -> None:
    lowest = grades.index(min(grades))
    changed = [*grades[:lowest], extreme, *grades[lowest + 1 :]]
    assert trimmed_mean(changed) == trimmed_mean(grades)
