"""Recipes: what they accept, and when two of them are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from aqa_eval.errors import MediaError
from aqa_eval.mannequin import MOVEMENTS, Dial, execution, film, fingerprint, keypoints, quality
from aqa_eval.vocabulary import Rendered

WRONG = [
    (Rendered("sqat", (), "side", 1), "no movement is called 'sqat': did you mean 'squat'?"),
    (Rendered("squat", (), "frond", 1), "no view is called 'frond': did you mean 'front'?"),
    (Rendered("squat", (("knee_in", 3.0),), "side", 1), "'knee_in': did you mean 'knees_in'?"),
    (
        Rendered("overhead_press", (("lockout", 70.0),), "front", 1),
        "is 70 degrees; choose from 0 to 65 degrees",
    ),
    (Rendered("squat", (("depth", float("nan")),), "side", 1), "choose from 50 to 130"),
    (Rendered("squat", (("depth", 90.0), ("depth", 95.0)), "side", 1), "'depth' is given 2 times"),
    (Rendered("squat", (), "side", -3), "the seed is -3"),
]


@pytest.mark.parametrize(("rendered", "message"), WRONG, ids=[message[:30] for _, message in WRONG])
def test_a_wrong_recipe_is_refused_by_name_and_leaves_nothing(rendered, message, tmp_path: Path):
    for use in (fingerprint, keypoints, quality, lambda r: film(r, tmp_path / "x.mp4")):
        with pytest.raises(MediaError) as caught:
            use(rendered)
        assert message in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_everything_that_changes_a_picture_changes_the_fingerprint():
    recipes = [
        Rendered("squat", (), "side", 1),
        Rendered("squat", (), "front", 1),
        Rendered("squat", (), "side", 2),
        Rendered("squat", (("depth", 90.0),), "side", 1),
        Rendered("squat", (("knees_in", 9.0),), "side", 1),
        Rendered("squat", (("heel_lift", 9.0),), "side", 1),
        Rendered("overhead_press", (), "side", 1),
    ]
    assert len({fingerprint(r) for r in recipes}) == len(recipes)
    assert all(len(fingerprint(r)) == 64 for r in recipes)


def test_a_neutral_dial_may_be_left_out():
    assert fingerprint(Rendered("squat", (), "side", 1)) == fingerprint(
        Rendered("squat", (("depth", 120.0), ("knees_in", 0.0)), "side", 1)
    )


def test_a_new_dial_leaves_the_fingerprints_of_all_recipes_as_they_were(monkeypatch):
    recipe = Rendered("squat", (("depth", 90.0), ("knees_in", 9.0)), "side", 1)
    before, squat = fingerprint(recipe), MOVEMENTS["squat"]
    richer = replace(squat, dials=(*squat.dials, Dial("new", "degrees", 0.0, 30.0, 5.0)))
    monkeypatch.setattr(execution, "MOVEMENTS", {"squat": richer})
    assert fingerprint(recipe) == before
    moved = replace(recipe, dials=(*recipe.dials, ("new", 6.0)))
    assert fingerprint(moved) != before
