from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from aqa_eval.datasets.masks import Masks, boxes, said
from aqa_eval.vocabulary import Box

MASKS = TypeAdapter(Masks)


def test_fractions_become_boxes() -> None:
    assert boxes(MASKS.validate_python([[0, 0.9, 1, 1], [0.5, 0, 0.6, 0.1]])) == (
        Box(0.0, 0.9, 1.0, 1.0),
        Box(0.5, 0.0, 0.6, 0.1),
    )


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        ([[0.5, 0, 0.5, 1]], r"mask \[0.5, 0.0, 0.5, 1.0\]: expected \[left, top, right, bottom\]"),
        ([[0, 0.9, 1, 0.8]], "top < bottom"),
        ([[0, 0, 640, 480]], "less than or equal to 1"),
        ([[0, 0, 1]], "Field required"),
        ([[-0.1, 0, 1, 1]], "greater than or equal to 0"),
    ],
)
def test_other_boxes_are_refused(masks: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        MASKS.validate_python(masks)


def test_the_facts_say_when_nothing_is_painted_over() -> None:
    assert said((), "scoreboards") == "none: scoreboards on screen may tell the score (option 'masks')"
    assert said(((0, 0, 1, 1),), "scoreboards").startswith("1 in every clip")
