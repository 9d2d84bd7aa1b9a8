from __future__ import annotations

import re
from pathlib import Path

import pytest

from aqa_eval.datasets.llm_fms.keyframes import SUBJECT, Named, name, once, split_of

DEFAULT = re.compile(SUBJECT, re.IGNORECASE)


@pytest.mark.parametrize(
    ("path", "movement", "subject"),
    [
        ("FMS-Keyframes.rar/m05/m05_s03_e1.jpg", "m05", "s03"),
        ("FMS-Keyframes/Subject 3/M5/12.png", "m05", "s03"),
        ("m15/p045.jpg", "m15", "s45"),
        ("m05s03e02.jpg", "m05", "s03"),
        ("s7/m01_s03.jpg", "m01", "s03"),  # the deepest step that tells it
        ("sub-03_m02.jpg", "m02", "s03"),
        ("person_1/FMS01/m02-a.jpg", "m02", "s01"),  # FMS01 is no subject
        ("m05/12.jpg", "m05", ""),
        ("form1/arm05/12.jpg", "", ""),
        ("m123_s1234.jpg", "", ""),
    ],
)
def test_movement_and_subject_are_read_from_names(path: str, movement: str, subject: str) -> None:
    found = name(Path(path).parts, DEFAULT)
    assert (found.movement, found.subject) == (movement, subject)


def test_another_pattern_may_hold_a_name() -> None:
    assert name(["Anna", "m01.jpg"], re.compile("^(anna|ben)$")) == Named("m01", "m01", "anna")


def test_a_file_in_and_beside_its_archive_is_one(tmp_path: Path) -> None:
    beside, inside = tmp_path / "Keyframes" / "m01" / "a.jpg", tmp_path / "Keyframes.rar" / "m01" / "a.jpg"
    nested = tmp_path / "Keyframes.rar" / "Keyframes" / "m01" / "a.jpg"
    other = tmp_path / "Keyframes" / "m02" / "a.jpg"
    assert once([beside, other, inside, nested], tmp_path) == [beside, other]


def test_about_seventy_of_a_hundred_subjects_are_for_training() -> None:
    # 0.7 of 2000; the standard deviation is sqrt(2000 x 0.7 x 0.3) = 20.5.
    splits = [split_of(f"s{n}", 0) for n in range(2000)]
    assert abs(splits.count("train") - 1400) < 4 * 20.5
    assert set(splits) == {"train", "test"}
    # The rule is part of what a result means: these may never change.
    assert [split_of(f"s{n:02d}", 0) for n in range(1, 46)].count("train") == 32
