from __future__ import annotations

import math

import pytest

from aqa_eval.report.numbers import count, dollars, interval, number, percent, plural


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, "0.500"), (-0.25, "−0.250"), (-0.0001, "0.000"), (None, "–"), (math.nan, "–"), (-math.inf, "−∞")],
)
def test_number(value, shown):
    assert number(value) == shown


def test_interval_has_two_ends_or_is_empty():
    assert interval(-0.1, 0.25, 2) == "[−0.10, 0.25]"
    assert interval(None, 0.25, 2) == "[–, 0.25]"
    assert interval(None, None) == ""


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0%"), (0.001, "<1%"), (0.333, "33%"), (0.999, ">99%"), (1, "100%")]
)
def test_percent_never_rounds_to_never_or_always(share, shown):
    assert percent(share) == shown


def test_counts_group_their_thousands():
    assert count(1234567) == "1\u202f234\u202f567"
    assert count(None) == "–"
    assert plural(1, "clip") == "1 clip"
    assert plural(2, "clip") == "2 clips"


def test_small_sums_are_not_rounded_to_nothing():
    assert dollars(0.0042) == "$0.0042"
    assert dollars(3) == "$3.00"
    assert dollars(None) == "–"
