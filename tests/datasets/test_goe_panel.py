from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.datasets.goe_panel import one_against_the_rest, trimmed_mean

GRADES = st.lists(st.integers(-5, 5), min_size=5, max_size=9)


def test_highest_and_lowest_are_left_out() -> None:
    # sorted -1 0 0 1 1 1 1 2 2, without -1 and one 2: 0 + 0 + 1 + 1 + 1 + 1 + 2 = 6, by 7
    assert trimmed_mean([2, 0, 0, 1, -1, 1, 1, 1, 2]) == pytest.approx(6 / 7)
    assert trimmed_mean([5, 5, 5, 5, -5]) == 5.0


def test_fewer_than_five_are_all_kept() -> None:
    assert trimmed_mean([1, 2, 4, 5]) == 3.0
    assert trimmed_mean([4]) == 4.0
    with pytest.raises(ValueError, match="no grades"):
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


def test_judges_who_agree_in_order_correlate_fully() -> None:
    panels = [[low, low + 1, low, low + 2, low + 1, low + 1, low] for low in (-3, -1, 0, 2)]
    assert one_against_the_rest(panels) == pytest.approx([1.0] * 7)


def test_a_judge_against_all_others_correlates_negatively() -> None:
    panels = [[-grade, *[grade] * 6] for grade in (-2, 0, 1, 3)]
    seats = one_against_the_rest(panels)
    assert seats[0] == pytest.approx(-1.0)
    assert seats[1:] == pytest.approx([1.0] * 6)  # the dissenter is trimmed away or outvoted


def test_panels_may_differ_in_size() -> None:
    panels = [[grade] * size for grade, size in ((-2, 7), (0, 9), (1, 7), (2, 9), (3, 9))]
    assert one_against_the_rest(panels) == pytest.approx([1.0] * 9)


@pytest.mark.parametrize(
    ("panels", "message"),
    [
        ([], "no panel"),
        ([[1] * 7, [2] * 7], "seat 1: 2 elements"),
        ([[1, 2, 3, 1, 2, 3, 1]] * 4, "seat 1: 4 elements without enough variation"),
        ([[1] * 7, [2] * 7, [3] * 8], "seat 8: 1 elements"),
    ],
)
def test_too_little_is_said(panels: list[list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        one_against_the_rest(panels)
