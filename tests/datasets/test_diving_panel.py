from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.datasets.mtl_aqa import diving_panel

AWARDS = st.lists(st.integers(0, 20).map(lambda half: half / 2), min_size=7, max_size=7)


def test_execution_is_the_middle_three() -> None:
    # sorted: 8.5 8.5 | 9 9 9.5 | 9.5 9.5 -> 9 + 9 + 9.5 = 27.5; x difficulty 3.2 = 88.0, the printed score
    assert diving_panel.execution((9.5, 9.0, 9.5, 9.0, 8.5, 9.5, 8.5)) == 27.5
    assert diving_panel.execution((0, 0, 10, 10, 10, 10, 10)) == 30.0
    assert diving_panel.execution((0, 0, 0, 0, 0, 10, 10)) == 0.0


@given(AWARDS, st.integers(0, 6), st.randoms(use_true_random=False))
def test_execution_ignores_order_and_any_one_outlier_above(awards, seat, random) -> None:
    value = diving_panel.execution(awards)
    assert 0.0 <= value <= 30.0
    shuffled = list(awards)
    random.shuffle(shuffled)
    assert diving_panel.execution(shuffled) == value
    raised = list(awards)
    raised[awards.index(max(awards))] = 10.0  # the highest award is cancelled anyway
    assert diving_panel.execution(raised) == value


@pytest.mark.parametrize(
    "awards",
    [(8.0,) * 6, (8.0,) * 8, (8.0,) * 6 + (10.5,), (8.0,) * 6 + (-0.5,), (8.0,) * 6 + (float("nan"),)],
)
def test_what_is_no_panel(awards) -> None:
    assert not diving_panel.is_panel(awards)


def test_one_against_the_rest_by_hand() -> None:
    # Six seats agree on the order 1 < 2 < 3; seat 1 has 2 < 1 < 3, ranks (2, 1, 3) against (1, 2, 3):
    # 1 - 6 * (1 + 1 + 0) / (3 * 8) = 0.5. The others see the middle two of six, of which seat 1 is never
    # one: ranks (1, 2, 3), correlation 1.
    panels = [(6, 5, 5, 5, 5, 5, 5), (4, 6, 6, 6, 6, 6, 6), (7, 7, 7, 7, 7, 7, 7)]
    assert diving_panel.one_against_the_rest(panels) == pytest.approx([0.5, 1, 1, 1, 1, 1, 1])


def test_one_against_the_rest_finds_the_noisy_seat() -> None:
    rng = np.random.default_rng(7)
    quality = rng.uniform(2, 9, size=(400, 1))
    awards = np.clip(quality + rng.normal(0, 0.3, size=(400, 7)), 0, 10)
    awards[:, 3] = np.clip(quality[:, 0] + rng.normal(0, 3.0, size=400), 0, 10)
    seats = diving_panel.one_against_the_rest(awards)
    assert min(seats) == seats[3] < 0.75
    assert all(seat > 0.95 for number, seat in enumerate(seats) if number != 3)


@pytest.mark.parametrize(
    ("panels", "why"),
    [([], "at least 3"), ([(5,) * 6] * 4, "at least 3 dives of 7"), ([(5,) * 7] * 4, "rater 1")],
)
def test_what_has_no_ceiling_says_why(panels, why) -> None:
    with pytest.raises(ValueError, match=why):
        diving_panel.one_against_the_rest(panels)
