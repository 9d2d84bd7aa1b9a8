from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.datasets.llm_fms.answers import Encoding, Said, encoding_of, first_number, option
from aqa_eval.datasets.llm_fms.movement_rules import Rule

TWO = Rule("r01", "Which?", ("Parallel", "Not parallel"))
THREE = Rule("r02", "Which?", ("Near", "Far", "Very far"))
DIGITS = Rule("r03", "How many?", ("1", "2"))


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        ("parallel ", Encoding.TEXT),
        (0, Encoding.NUMBER),
        ("1", Encoding.NUMBER),
        (2.0, Encoding.NUMBER),
        (True, Encoding.BOOLEAN),
        ("False", Encoding.BOOLEAN),
        (3, None),
        (-1, None),
        (0.5, None),
        ("slanted", None),
        ("", None),
        (None, None),
        ({}, None),
    ],
)
def test_how_a_value_is_written(value: object, encoding: Encoding | None) -> None:
    assert Said(TWO, value).encoding is encoding


def test_a_digit_that_is_an_option_is_its_text() -> None:
    assert option(Said(DIGITS, "1"), Encoding.TEXT, None) == "1"


def test_a_file_has_the_encoding_of_most_of_its_values() -> None:
    assert encoding_of([Said(TWO, 1), Said(TWO, "Parallel"), Said(TWO, 0)]) is Encoding.NUMBER
    assert encoding_of([Said(TWO, "Parallel"), Said(TWO, 0)]) is Encoding.TEXT  # the first of equals
    assert encoding_of([Said(TWO, None)]) is None
    assert option(Said(TWO, "Parallel"), Encoding.NUMBER, 0) is None


@pytest.mark.parametrize(
    ("numbers", "first"),
    [([0, 1], 0), ([1, 2], 1), ([1, 1], None), ([0, 2], None), ([], None)],
)
def test_where_numbers_begin(numbers: list[int], first: int | None) -> None:
    assert first_number([Said(TWO, number) for number in numbers]) == first


def test_with_three_options_a_two_does_not_tell() -> None:
    assert first_number([Said(THREE, 2), Said(THREE, 1)]) is None
    assert first_number([Said(THREE, 2), Said(THREE, 3)]) == 1


@given(st.sampled_from([TWO, THREE]), st.data())
def test_every_encoding_gives_back_the_option_that_was_written(rule: Rule, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rule.options) - 1))
    chosen = rule.options[place]
    for first in (0, 1):
        for written in (place + first, str(place + first), float(place + first)):
            assert option(Said(rule, written), Encoding.NUMBER, first) == chosen
    assert option(Said(rule, f" {chosen.upper()} "), Encoding.TEXT, None) == chosen
    boolean = option(Said(rule, place == 0), Encoding.BOOLEAN, None)
    assert boolean == (chosen if rule is TWO else None)


def test_numbers_mean_nothing_until_it_is_known_where_they_begin() -> None:
    assert option(Said(TWO, 1), Encoding.NUMBER, None) is None
    assert option(Said(TWO, 0), Encoding.NUMBER, 1) is None
    assert option(Said(TWO, 2), Encoding.NUMBER, 0) is None
