import pytest

from aqa_eval.measures.panels import PANELS, majority, mean, middle_three, trimmed_mean


def test_rules_by_hand():
    assert mean([1.0, 2.0, 6.0]) == 3.0
    assert trimmed_mean([2, 0, 0, 1, -1, 1, 1, 1, 2]) == pytest.approx(6 / 7)
    assert trimmed_mean([1, 2, 4, 5]) == 3.0
    # 8.5 8.5 9 | 9 9.5 9.5 9.5 without two at either end: 9 + 9 + 9.5.
    assert middle_three([9.5, 9.0, 9.5, 9.0, 8.5, 9.5, 8.5]) == 27.5
    # Of six the middle two, 9 and 9.5, count as three: 3 * 9.25.
    assert middle_three([9.5, 9.0, 9.5, 9.0, 8.5, 9.5]) == pytest.approx(27.75)
    assert middle_three([6.0, 7.0]) == 19.5


def test_a_majority_is_of_more_than_any_other():
    assert majority([1.0, 0.0, 1.0]) == 1.0
    assert majority([1.0, 0.0]) is None
    assert majority([2.0, 2.0, 0.0, 0.0, 1.0]) is None
    assert majority([2.0]) == 2.0


@pytest.mark.parametrize("rule", [mean, trimmed_mean, middle_three, majority])
def test_nobody_makes_nothing(rule):
    with pytest.raises(ValueError, match="no marks"):
        rule([])


def test_one_mark_is_on_the_scale_of_what_they_make_together():
    for panel in PANELS.values():
        assert panel.together([4.0] * 7) == pytest.approx(4.0 * panel.factor)
