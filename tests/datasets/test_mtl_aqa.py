from __future__ import annotations

import pickle
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from aqa_eval.datasets.dataset import Dataset, Options
from aqa_eval.datasets.mtl_aqa.loader import LOADER, MtlAqaOptions, criteria, load
from aqa_eval.errors import DataError
from aqa_eval.vocabulary import Box, Label, Task


def by_clip(dataset: Dataset) -> dict[str, Sequence[Label]]:
    return {clip.id: labels for clip, labels in zip(dataset.clips, dataset.labels, strict=True)}


def test_options_are_checked() -> None:
    with pytest.raises(ValidationError, match="target"):
        LOADER.options.model_validate({"root": "x", "target": "difficulty"})
    with pytest.raises(ValidationError, match="rot"):
        LOADER.options.model_validate({"rot": "x"})
    with pytest.raises(TypeError, match="MtlAqaOptions"):
        load(Options())


def test_execution_labels_are_the_judges(release) -> None:
    release.write_core()
    dataset = load(MtlAqaOptions(root=release.root))
    values = {clip: (label.value, label.ratings) for clip, (label,) in by_clip(dataset).items()}
    assert values["01_01"] == (27.5, (9.5, 9.0, 9.5, 9.0, 8.5, 9.5, 8.5))
    assert {clip: value for clip, (value, _) in values.items()} == {
        "01_01": 27.5,
        "01_02": 20.0,
        "01_03": 7.5,
        "02_01": 24.0,
        "02_02": 24.0,  # not 50 / 2 = 25: the judges count
        "02_03": 16.0,
    }
    assert set(dataset.criteria) == {"mtl_aqa.execution"}
    assert dataset.facts["dives that break the score rule"] == "1 (1 in test)"
    assert len(dataset.notes) == 1
    assert "key (2, 2) (test): final score 50 is not difficulty 2 x execution 24 = 48.00" in dataset.notes[0]


def test_final_labels_need_no_judges(release) -> None:
    dataset = load(MtlAqaOptions(root=release.root, target="final"))
    assert by_clip(dataset)["02_02"][0].value == 50.0
    assert by_clip(dataset)["02_02"][0].ratings == ()
    assert set(dataset.criteria) == {"mtl_aqa.final"}
    assert dataset.facts["source of the judges' awards"] == "none found"
    assert dataset.facts["dives that break the score rule"] == "unknown"
    assert dataset.facts["human ceiling of the execution"].startswith("cannot be estimated")


def test_execution_without_judges_says_what_to_do(release) -> None:
    with pytest.raises(DataError, match=r"Raw_Annotations/\*\.xlsx.*target = 'final'"):
        load(MtlAqaOptions(root=release.root))


def test_sheets_serve_where_core_is_not(release) -> None:
    release.write_sheets({(2, 1): ("7..5", 8, 8, 8, 8, 8, 8)})
    dataset = load(MtlAqaOptions(root=release.root))
    assert dataset.facts["source of the judges' awards"] == "Raw_Annotations"
    assert by_clip(dataset)["01_01"][0].value == 27.5
    label = by_clip(dataset)["02_01"][0]
    assert label.value == pytest.approx(36.0 / 1.5)
    assert label.ratings == ()
    assert "dive (2, 1): 02.xlsx row 2" in dataset.problems[0]
    assert "final score / difficulty" in dataset.problems[0]


def test_clips_cluster_by_event_and_give_nothing_away(release) -> None:
    release.write_core()
    dataset = load(MtlAqaOptions(root=release.root))
    assert [clip.id for clip in dataset.clips] == ["01_01", "02_03", "01_03", "02_01", "01_02", "02_02"]
    assert {clip.cluster for clip in dataset.clips} == {"01", "02"}
    assert {clip.action for clip in dataset.clips} == {"dive"}
    items = list(dataset.items([Task.SCORE], "test"))
    assert [item.id for item in items] == [
        f"score:mtl_aqa.execution:{clip}" for clip in ("02_01", "01_02", "02_02")
    ]
    assert list(dataset.items([Task.VERIFY], "test")) == []
    assert not dataset.terms.may_embed
    assert not dataset.terms.may_send


def test_media_are_counted_and_found(release) -> None:
    release.write_core()
    frames = release.root / "frames" / "02"
    frames.mkdir(parents=True)
    for number in (11, 90, 201, 260):
        (frames / f"{number:06d}.jpg").write_bytes(b"x")
    dataset = load(MtlAqaOptions(root=release.root))
    assert {clip.id for clip in dataset.clips if clip.media is not None} == {"02_01", "02_02"}
    assert dataset.facts["clips without media"] == "4 of 6"
    missing = [p.partition(": ")[2] for p in dataset.problems if "no recording" in p]
    assert [p[: p.index(" dives")] for p in missing] == [
        "event 01: no recording for 3",
        "event 02: no recording for 1",
    ]
    assert any("dive (2, 3) needs frames 401-480" in problem for problem in dataset.problems)


def test_odd_records_are_left_out_by_name_and_the_counts_differ(release) -> None:
    release.write_core()
    records = release.records()
    records[1, 3]["end_frame"] = 5
    del records[2, 3]
    release.dump(release.annotations, records)
    release.dump(release.split_folder / "test_split_0.pkl", [(2, 1), (1, 2), (2, 2), (1, 1)])
    dataset = load(MtlAqaOptions(root=release.root))
    problems = "\n".join(dataset.problems)
    assert "key (1, 3): frames 501-5" in problems
    assert "train_split_0.pkl: dive (2, 3) has no record in final_annotations_dict.pkl; left out" in problems
    assert "test_split_0.pkl: dive (1, 1) is already in train" in problems
    assert {clip.id for clip in dataset.clips} == {"01_01", "01_02", "02_01", "02_02"}
    assert dataset.differences == [
        "train: 1 dives found, 1059 published",
        "test: 3 dives found, 353 published",
    ]


def test_a_download_without_one_usable_dive_is_an_error(release) -> None:
    release.dump(release.split_folder / "test_split_0.pkl", [(9, 9)])
    release.dump(release.split_folder / "train_split_0.pkl", [(9, 8)])
    with pytest.raises(DataError, match=r"no usable dive.*dive \(9, 8\) has no record"):
        load(MtlAqaOptions(root=release.root))


def test_truncated_annotations_are_named(release) -> None:
    release.annotations.write_bytes(release.annotations.read_bytes()[:100])
    with pytest.raises(DataError, match=r"final_annotations_dict\.pkl: not a whole pickle"):
        load(MtlAqaOptions(root=release.root))


def test_captions_are_never_opened(release) -> None:
    """They hold the spoken scores: a captions file that would be refused does not disturb the load."""
    release.write_core()
    (release.split_folder / "final_captions_dict.pkl").write_bytes(pickle.dumps(print))
    assert len(load(MtlAqaOptions(root=release.root)).clips) == 6


def test_masks_lie_on_every_clip(release) -> None:
    release.write_core()
    dataset = load(MtlAqaOptions.model_validate({"root": release.root, "masks": [[0, 0.8, 0.5, 1]]}))
    assert {clip.masks for clip in dataset.clips} == {(Box(0.0, 0.8, 0.5, 1.0),)}
    assert dataset.facts["mask boxes"] == "1 in every clip, against score graphics on screen"
    plain = load(MtlAqaOptions(root=release.root))
    assert {clip.masks for clip in plain.clips} == {()}
    assert plain.facts["mask boxes"].startswith("none: score graphics on screen may tell the score")


def test_criteria_say_both_ends() -> None:
    assert list(criteria()) == ["mtl_aqa.execution", "mtl_aqa.final"]
    for criterion in criteria().values():
        assert criterion.scale is not None
        assert criterion.requirement.endswith(".")
        assert criterion.fault.endswith(".")
        assert criterion.scale.unit == "points"


class TestTheAuthorsFiles:
    def test_the_published_counts(self, real_release) -> None:
        dataset = load(MtlAqaOptions(root=real_release))
        assert dataset.facts["train clips"] == "1059"
        assert dataset.facts["test clips"] == "353"
        assert dataset.differences == []
        assert dataset.facts["events (clusters)"] == "15"
        assert dataset.facts["dives that break the score rule"] == "27 (8 in test)"
        assert dataset.facts["test label range"].startswith("0 to 28.5 points")
        assert dataset.facts["human ceiling of the execution"].startswith("Spearman 0.952")

    def test_the_test_dives_that_break_the_rule(self, real_release) -> None:
        dataset = load(MtlAqaOptions(root=real_release))
        named = [(2, 1), (5, 25), (5, 33), (5, 63), (7, 53), (9, 45), (18, 17), (18, 69)]
        in_test = [problem for problem in dataset.notes if "(test)" in problem]
        assert len(in_test) == 8
        assert all(f"key {dive} (test)" in problem for dive, problem in zip(named, in_test, strict=True))

    def test_the_raw_sheets_give_the_same_labels(self, real_release, tmp_path) -> None:
        """Without CoRe's file the two panels that do not parse are named, and no label changes."""
        release = tmp_path / "MTL-AQA_dataset_release"
        release.mkdir()
        for name in ("Ready_2_Use", "Raw_Annotations"):
            (release / name).symlink_to(real_release / "MTL-AQA_dataset_release" / name)
        core = load(MtlAqaOptions(root=real_release))
        sheets = load(MtlAqaOptions(root=tmp_path))
        assert sheets.facts["source of the judges' awards"] == "Raw_Annotations"
        named = [problem for problem in sheets.problems if "columns M-S" in problem]
        assert len(named) == 2
        for clip, (label,) in by_clip(sheets).items():
            assert label.value == pytest.approx(by_clip(core)[clip][0].value)
            assert label.ratings == (() if clip in ("04_49", "04_100") else by_clip(core)[clip][0].ratings)

    def test_final_scores_and_their_range(self, real_release) -> None:
        dataset = load(MtlAqaOptions(root=real_release, target="final"))
        values = np.array([float(label.value) for (label,) in by_clip(dataset).values()])
        assert (values.min(), values.max()) == (0.0, 104.5)
        scale = criteria()["mtl_aqa.final"].scale
        assert scale is not None
        assert (scale.minimum, scale.maximum) == (0.0, 104.5)

    def test_every_numeric_label_lies_on_its_scale(self, real_release) -> None:
        dataset = load(MtlAqaOptions(root=real_release))
        assert len(dataset.clips) == len({clip.id for clip in dataset.clips}) == 1412
        assert all(0.0 <= float(label.value) <= 30.0 for (label,) in by_clip(dataset).values())
        assert all(len(label.ratings) == 7 for (label,) in by_clip(dataset).values())


def test_a_download_in_one_archive_is_read_in_place_and_a_broken_one_is_named(release, tmp_path) -> None:
    release.write_core()
    release.write_sheets()
    frames = release.root / "frames" / "02"
    frames.mkdir(parents=True)
    for number in (11, 90, 201, 260):
        (frames / f"{number:06d}.jpg").write_bytes(b"x")
    unpacked = load(MtlAqaOptions(root=release.root))
    packed = tmp_path / "packed"
    packed.mkdir()
    shutil.make_archive(str(packed / "MTL-AQA-master"), "zip", release.root)
    (packed / "broken.zip").write_bytes(b"PK\x03\x04 cut short")
    dataset = load(MtlAqaOptions(root=packed))
    assert dataset.labels == unpacked.labels
    found = {clip.id: clip.media.folder for clip in dataset.clips if clip.media is not None}
    assert set(found) == {"02_01", "02_02"}
    assert {folder.relative_to(packed) for folder in found.values()} == {Path("MTL-AQA-master.zip/frames/02")}
    broken = [problem for problem in dataset.problems if "broken.zip" in problem]
    assert len(broken) == 1
