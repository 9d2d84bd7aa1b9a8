from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.datasets.mtl_aqa import annotation_files
from aqa_eval.errors import DataError


@pytest.mark.parametrize("below", ["", "MTL-AQA_dataset_release", "MTL-AQA_dataset_release/Ready_2_Use"])
def test_found_from_any_folder_on_the_way(release, below) -> None:
    release.write_core()
    sheets = release.write_sheets()
    files = annotation_files.find(release.root / below)
    assert files.annotations == release.annotations
    assert files.splits["test"] == release.split_folder / "test_split_0.pkl"
    assert files.sheets == sheets
    assert files.with_awards is not None
    assert files.with_awards.parent.name == "CoRe_info"


def test_found_from_the_split_folder_itself_and_from_a_copy_of_it(release, tmp_path) -> None:
    sheets = release.write_sheets()
    assert annotation_files.find(release.split_folder).sheets == sheets
    copy = tmp_path / "elsewhere" / "a" / "labels"
    copy.parent.mkdir(parents=True)
    release.split_folder.rename(copy)
    files = annotation_files.find(copy)
    assert files.annotations == copy / "final_annotations_dict.pkl"
    assert files.sheets is None


def test_capitals_do_not_matter(release) -> None:
    release.split_folder.rename(release.split_folder.with_name("mtl-aqa_SPLIT_0_data"))
    assert annotation_files.find(release.root).annotations.name == "final_annotations_dict.pkl"


def test_a_missing_folder_says_where_it_was_looked_for(release, tmp_path) -> None:
    with pytest.raises(DataError, match=r"nowhere: no such folder\. Expected MTL-AQA_dataset_release"):
        annotation_files.find(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match=r"empty: no folder MTL-AQA_split_0_data in it \(looked through 1 "):
        annotation_files.find(empty)


@pytest.mark.parametrize("name", ["final_annotations_dict.pkl", "train_split_0.pkl", "test_split_0.pkl"])
def test_a_missing_file_is_named_with_its_folder(release, name) -> None:
    (release.split_folder / name).unlink()
    with pytest.raises(DataError, match=rf"MTL-AQA_split_0_data: {name} is missing"):
        annotation_files.find(release.root)


@pytest.mark.parametrize("key", ["start_frame", "end_frame", "difficulty", "final_score"])
def test_a_missing_key_is_named_with_file_and_dive(release, key) -> None:
    records = release.records()
    del records[1, 3][key]
    path = release.dump(release.annotations, records)
    with pytest.raises(DataError, match=rf"final_annotations_dict\.pkl: key \(1, 3\), {key}: Field required"):
        annotation_files.read_annotations(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [("difficulty", "3.2"), ("start_frame", 7377.5), ("final_score", None), ("end_frame", True)],
)
def test_a_wrong_type_is_named_with_file_dive_and_value(release, key, value) -> None:
    records = release.records()
    records[2, 1][key] = value
    path = release.dump(release.annotations, records)
    with pytest.raises(DataError) as caught:
        annotation_files.read_annotations(path)
    message = str(caught.value)
    assert f"final_annotations_dict.pkl: key (2, 1), {key}: " in message
    assert f"found {value!r}" in message


@pytest.mark.parametrize("content", [[], {}, [(1, 1)], 3, {"1,1": {}}, {(1, 1.5): {}}, {(1, 1): 5}])
def test_annotations_of_another_shape(release, content) -> None:
    with pytest.raises(DataError, match=r"final_annotations_dict\.pkl: .*(expected|found)"):
        annotation_files.read_annotations(release.dump(release.annotations, content))


@pytest.mark.parametrize("content", [{}, [], [(1, 1), "x"], [(1, 2, 3)], [[1, 2]]])
def test_a_split_of_another_shape(release, content) -> None:
    with pytest.raises(DataError, match=r"test_split_0\.pkl: .*expected"):
        annotation_files.read_split(release.dump(release.split_folder / "test_split_0.pkl", content))


def test_awards_without_the_key_or_of_another_shape(release) -> None:
    release.write_core(d1_2=np.array([8.0, 8.0]), d2_1="none")
    awards = annotation_files.read_awards(annotation_files.find(release.root))
    assert awards is not None
    assert set(awards.problems) == {(1, 2), (2, 1)}
    assert "key (1, 2): judge_scores [8.0, 8.0], expected seven awards" in awards.problems[1, 2]
    assert awards.panels[1, 1] == (9.5, 9.0, 9.5, 9.0, 8.5, 9.5, 8.5)
    path = release.root / "CoRe_info" / "final_annotations_dict_with_dive_number.pkl"
    release.dump(path, release.records())
    with pytest.raises(DataError, match=r"with_dive_number\.pkl: key \(1, 1\): no judge_scores"):
        annotation_files.read_awards(annotation_files.find(release.root))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"end_frame": 90}, "frames 101-90"),
        ({"start_frame": 0}, "frames 0-150"),
        ({"difficulty": 0.0}, "difficulty 0.0"),
        ({"final_score": float("nan")}, "final_score nan"),
        ({"final_score": 97.0}, "final_score 97.0"),  # 30 x 3.2 = 96 is the most there can be
        ({"final_score": -1.0}, "final_score -1.0"),
    ],
)
def test_what_cannot_be_is_said(release, change, words) -> None:
    record = annotation_files.Record.model_validate(release.records()[1, 1] | change)
    assert words in record.oddity()
    assert annotation_files.Record.model_validate(release.records()[1, 1]).oddity() == ""


@pytest.mark.parametrize(
    ("code", "position", "armstand", "rotation", "somersaults", "twists"),
    [
        ("107B", 1, 0, 1, 7, 0),
        ("407C", 2, 0, 2, 7, 0),
        ("5253B", 1, 0, 0, 5, 3),
        ("5335D", 0, 0, 3, 3, 5),
        ("626C", 2, 1, 0, 6, 0),
        ("6243D", 0, 1, 0, 4, 3),
        ("", 3, 0, 1, 7, 0),
        ("", 1, 0, 9, 7, 0),
        ("", 1, 0, 1, None, 0),
        ("", None, None, None, None, None),
    ],
)
def test_a_dive_has_its_number(release, code, position, armstand, rotation, somersaults, twists) -> None:
    names = ("position", "armstand", "rotation_type", "ss_no", "tw_no")
    described = dict(zip(names, (position, armstand, rotation, somersaults, twists), strict=True))
    assert annotation_files.Record.model_validate(release.records()[1, 1] | described).code == code
