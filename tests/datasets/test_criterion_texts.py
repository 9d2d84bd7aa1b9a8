from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from aqa_eval.datasets.criterion_texts import LIBRARY, criteria_of, parse
from aqa_eval.errors import DataError
from aqa_eval.vocabulary import Criterion, Task

DATASETS = sorted(
    entry.name.removesuffix(".toml") for entry in LIBRARY.iterdir() if entry.name.endswith(".toml")
)
CRITERIA = [criterion for name in DATASETS for criterion in criteria_of(name).values()]
ENTRY = """
[[criterion]]
id = "squats.depth"
action = "squat"
requirement = "The hips are at the height of the knees or lower."
fault = "The hips are higher than the knees."
"""


def by_id(criterion: Criterion) -> str:
    return criterion.id


def test_the_datasets_with_texts_of_ours_are_there() -> None:
    assert {"fitness-aqa", "finefs", "mtl-aqa"} <= set(DATASETS)
    assert len({criterion.id for criterion in CRITERIA}) == len(CRITERIA)


@pytest.mark.parametrize("criterion", CRITERIA, ids=by_id)
def test_each_text_is_one_plain_sentence(criterion: Criterion) -> None:
    for text in (criterion.requirement, criterion.fault):
        assert re.fullmatch(r"[A-Z][^.!?\n]*[a-z]\.", text), text
        assert "  " not in text
        assert not re.match(r"(it is|this is) (not|false|true|wrong|untrue)|not\b|no\b", text, re.IGNORECASE)
    assert criterion.requirement != criterion.fault


@pytest.mark.parametrize("criterion", CRITERIA, ids=by_id)
def test_no_text_gives_dataset_or_base_rate_away(criterion: Criterion) -> None:
    words = re.compile(
        r"dataset|aqa|fine ?fs|usual|often|typical|common|mostly|rare|likely|percent|%", re.IGNORECASE
    )
    for text in (criterion.requirement, criterion.fault, criterion.action):
        assert not words.search(text), text


@pytest.mark.parametrize("criterion", [c for c in CRITERIA if c.task is Task.VERIFY], ids=by_id)
def test_polarities_cover_the_same_stretch_of_time(criterion: Criterion) -> None:
    """ "Throughout" is denied by "at some point", and a text about a moment by another about a moment."""
    assert criterion.requirement.startswith("Throughout") == criterion.fault.startswith("At some point")
    if " each " in criterion.requirement or " both " in criterion.requirement:
        assert "at least one" in criterion.fault
    assert "not" not in criterion.requirement.split()
    assert "not" not in criterion.fault.split()


def test_scores_say_both_ends_of_a_scale() -> None:
    scales = {criterion.id: criterion.scale for criterion in CRITERIA if criterion.task is Task.SCORE}
    assert set(scales) >= {"mtl_aqa.execution", "mtl_aqa.final", "finefs.judges_jump", "finefs.points_spin"}
    for scale in scales.values():
        assert scale is not None
        assert scale.minimum < scale.maximum
        assert scale.unit


def test_a_dataset_without_texts_is_named() -> None:
    with pytest.raises(DataError, match=r"criteria/cooking\.toml: there is no such file"):
        criteria_of("cooking")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY + ENTRY, "id 'squats.depth' stands there twice"),
        (ENTRY.replace("squats.", "lunges."), "does not start with 'squats.'"),
        (ENTRY.replace("knees.", "knees"), r"criterion\.0\.fault"),
        (ENTRY.replace("fault =", "faults ="), r"criterion\.0\.faults"),
        (
            ENTRY.replace("are higher than the knees", "are at the height of the knees or lower"),
            "the same text",
        ),
        (ENTRY + "scale = { minimum = 5, maximum = 5, unit = 'points' }", "minimum 5 is not below maximum 5"),
        (ENTRY + "scale = { minimum = 0 ", "s.toml"),
        ("", "criterion"),
    ],
)
def test_a_wrong_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as raised:
        parse("criteria/s.toml", text, prefix="squats")
    assert str(raised.value).startswith("datasets/criteria/s.toml: ")


def test_views_are_kept() -> None:
    criteria = parse("criteria/s.toml", ENTRY + 'views = ["side"]\n', prefix="squats")
    assert criteria["squats.depth"].views == ("side",)
    assert criteria["squats.depth"].scale is None


def test_the_texts_ship_in_the_wheel(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    (wheel,) = WheelBuilder(str(root)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    for name in DATASETS:
        assert f"aqa_eval/datasets/criteria/{name}.toml" in names
