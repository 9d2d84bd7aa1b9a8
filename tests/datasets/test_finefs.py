from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import synthetic_finefs as synthetic
from pydantic import ValidationError
from synthetic_media import write_zip

from aqa_eval.datasets.dataset import Dataset, Options
from aqa_eval.datasets.finefs.loader import LOADER, FineFsOptions, criteria, load
from aqa_eval.errors import DataError
from aqa_eval.media.recording import Projector
from aqa_eval.vocabulary import Box, Label, Task, TimeSpan, VideoFile


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both layouts, for tests that only read."""
    return {
        layout: synthetic.write(tmp_path_factory.mktemp(layout), layout) for layout in ("folders", "archives")
    }


@pytest.fixture
def root(written: dict[str, Path], tmp_path: Path) -> Path:
    """Folders, to be changed by the test."""
    shutil.copytree(written["folders"], tmp_path / "download")
    return tmp_path / "download"


def read(root: Path, **options: object) -> Dataset:
    return load(FineFsOptions.model_validate({"root": root} | options))


def labels_of(dataset: Dataset) -> dict[str, Label]:
    return {clip.id: label for clip, (label,) in zip(dataset.clips, dataset.labels, strict=True)}


def annotation(root: Path, number: int) -> Path:
    return root / "data" / "annotation" / f"{number}.json"


def rewrite(root: Path, number: int, **changes: Any) -> Path:
    path = annotation(root, number)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")
    return path


def test_options_are_checked() -> None:
    with pytest.raises(ValidationError, match="target"):
        LOADER.options.model_validate({"root": "x", "target": "total"})
    with pytest.raises(ValidationError, match="masks"):
        LOADER.options.model_validate({"root": "x", "masks": [[0, 0, 2, 1]]})
    with pytest.raises(TypeError, match="FineFsOptions"):
        load(Options())


def test_terms_forbid_showing_and_sending() -> None:
    assert not LOADER.terms.may_embed
    assert not LOADER.terms.may_send
    assert "none stated" in LOADER.terms.licence
    assert "Uncertainty Score Disentanglement" in LOADER.terms.citation
    assert "Baidu" in LOADER.terms.how


@pytest.mark.parametrize("layout", ["folders", "archives"])
class TestAWholeDownload:
    def test_every_element_is_an_item(self, written: dict[str, Path], layout: str) -> None:
        dataset = read(written[layout])
        assert len(dataset.clips) == sum(len(rows) for _, rows in synthetic.PERFORMANCES.values())
        assert set(dataset.criteria) == {f"finefs.judges_{kind}" for kind in ("jump", "spin", "sequence")}
        time, video = dataset.problems
        assert time.endswith(
            "3.json: element2.time: found '0-09,0-05', expected an end that is not before its start; kept "
            "without media"
        )
        assert video == (
            f"{written[layout]}: no video for 1 of 10 performances, expected data/video/N.mp4; their "
            "elements are kept without media: N = 4"
        )

    def test_the_label_is_the_judges_trimmed_mean(self, written: dict[str, Path], layout: str) -> None:
        label = labels_of(read(written[layout]))["0_element2"]
        # 2 1 2 3 2 1 2 2 0 without 3 and 0: 12 / 7
        assert label.value == pytest.approx(12 / 7)
        assert label.ratings == (2, 1, 2, 3, 2, 1, 2, 2, 0)
        assert label.criterion == "finefs.judges_jump"

    def test_points_are_the_record_s(self, written: dict[str, Path], layout: str) -> None:
        dataset = read(written[layout], target="points")
        label = labels_of(dataset)["0_element2"]
        assert (label.value, label.ratings) == (1.73, ())  # 0.1 x 10.1 x 12/7
        assert label.criterion == "finefs.points_jump"
        assert set(dataset.criteria) == {f"finefs.points_{kind}" for kind in ("jump", "spin", "sequence")}

    def test_clips_are_padded_stretches(self, written: dict[str, Path], layout: str) -> None:
        clips = {clip.id: clip for clip in read(written[layout]).clips}
        media = clips["0_element3"].media
        assert isinstance(media, VideoFile)
        assert media.path.name == "0.mp4"
        assert media.span == TimeSpan(5.0, 8.0, pad=1.0)  # 0-05,0-08
        first, instant = clips["3_element3"].media, clips["3_element1"].media
        assert isinstance(first, VideoFile)
        assert isinstance(instant, VideoFile)
        assert (first.span, instant.span) == (TimeSpan(0.0, 2.0, pad=1.0), TimeSpan(6.0, 6.0, pad=1.0))
        assert clips["3_element2"].media is None
        assert clips["4_element1"].media is None

    def test_events_clusters_and_splits(self, written: dict[str, Path], layout: str) -> None:
        clips = {clip.id: clip for clip in read(written[layout]).clips}
        assert clips["1_element1"].event == clips["0_element1"].event == "synthetic_cup_2018_men"
        assert (clips["0_element1"].cluster, clips["1_element1"].cluster) == ("0", "1")
        assert {clip.cluster for clip in clips.values() if clip.split == "test"} == {"9", "12"}
        assert {clip.split for clip in clips.values()} == {"train", "test"}

    def test_what_was_dealt_with_is_noted(self, written: dict[str, Path], layout: str) -> None:
        notes = read(written[layout]).notes
        assert len(notes) == 4
        assert "4.json: total_element_score + components (factored) + deductions is" in notes[0]
        assert notes[1].endswith("whose sum is used: 1, namely 1_element1 (12.33 for 11.83)")
        assert notes[2] == (
            "elements whose class is inferred from their code: 5, namely 1_element1, 1_element2, 1_element3, "
            "730_element1, 730_element2"
        )
        assert (
            notes[3]
            == "elements that start and end in the same second, padded like all others: 1, namely 3_element1"
        )

    def test_counts(self, written: dict[str, Path], layout: str) -> None:
        dataset = read(written[layout])
        assert dataset.facts["performances (clusters)"] == "10: 7 short, 3 free"
        assert dataset.facts["elements"] == "28: 13 jumps, 9 spins, 6 sequences"
        assert dataset.facts["competitions (events)"] == "4"
        assert dataset.facts["clips without media"] == "3 of 28"  # two of 4, and the reversed one of 3
        assert dataset.facts["mask boxes"].startswith("none: scoreboards on screen may tell the score")
        assert dataset.differences == [
            "short programmes: 7 found, 729 published",
            "free programmes: 3 found, 438 published",
            "performances: 10 found, 1167 published",
        ]


def test_the_published_counts_leave_no_difference(tmp_path: Path) -> None:
    annotation = json.dumps(synthetic.record(0)).encode()
    write_zip(tmp_path / "annotation.zip", {f"{number}.json": annotation for number in range(1167)})
    dataset = read(tmp_path)
    assert dataset.differences == []
    assert dataset.facts["performances (clusters)"] == "1167: 729 short, 438 free"
    assert dataset.facts["split"].startswith("933 train, 234 test performances")
    (problem,) = dataset.problems
    assert problem.endswith(f"N = {', '.join(map(str, range(1167)))}")


def test_no_item_tells_the_element_unless_told_to(written: dict[str, Path]) -> None:
    codes = {row[0] for _, rows in synthetic.PERFORMANCES.values() for row in rows}
    plain = read(written["folders"])
    assert not any(code in clip.action for clip in plain.clips for code in codes)
    assert not any(
        code in text for c in plain.criteria.values() for text in (c.action, c.requirement) for code in codes
    )
    named = {clip.id: clip.action for clip in read(written["folders"], name_element=True).clips}
    assert named["0_element2"] == "figure skating jump or jump combination (3Lz+3T)"


def test_the_code_and_what_it_is_worth_are_recorded_beside(written: dict[str, Path]) -> None:
    clips = {clip.id: clip for clip in read(written["folders"]).clips}
    assert all(clip.code and clip.difficulty is not None for clip in clips.values())
    assert clips["0_element2"].difficulty == 10.1  # 0.1 x 10.1 a grade
    assert clips["0_element2"].code not in clips["0_element2"].action


def test_masks_lie_on_every_clip(written: dict[str, Path]) -> None:
    dataset = read(written["folders"], masks=[[0, 0.85, 1, 1]])
    assert {clip.masks for clip in dataset.clips} == {(Box(0.0, 0.85, 1.0, 1.0),)}
    assert dataset.facts["mask boxes"] == "1 in every clip, against scoreboards on screen"


def test_items_are_scores(written: dict[str, Path]) -> None:
    items = list(read(written["folders"]).items([Task.SCORE], "test"))
    assert [item.id for item in items] == [
        "score:finefs.judges_spin:9_element1",
        "score:finefs.judges_jump:9_element2",
        "score:finefs.judges_sequence:12_element1",
        "score:finefs.judges_jump:12_element2",
    ]
    assert items[0].criterion is criteria()["finefs.judges_spin"]


def test_a_clip_is_cut_from_its_video(written: dict[str, Path], tmp_path: Path) -> None:
    clips = {clip.id: clip for clip in read(written["folders"]).clips}
    recording = Projector(tmp_path).open(clips["0_element3"])
    assert (recording.numbers[0], recording.numbers[-1]) == (40, 89)  # seconds 4 to 9 at 10 a second


@pytest.mark.parametrize("layout", ["folders", "archives"])
def test_every_recording_opens(written: dict[str, Path], layout: str, tmp_path: Path) -> None:
    clips = [clip for clip in read(written[layout]).clips if clip.media is not None]
    projector = Projector(tmp_path)
    # whole seconds of 10 pictures, padded by one at either side
    assert {len(projector.open(clip).numbers) % 10 for clip in clips} == {0}
    assert len(clips) == 25


def test_no_video_is_opened(root: Path) -> None:
    for video in (root / "data" / "video").iterdir():
        video.write_bytes(b"not a video")
    assert read(root).facts["clips without media"] == "3 of 28"


class TestWhatIsBroken:
    """Each fault is named by file and key, and the rest is read."""

    def test_truncated_json(self, root: Path) -> None:
        path = annotation(root, 0)
        path.write_bytes(path.read_bytes()[:100])
        dataset = read(root)
        assert any(
            p.startswith(f"{path}: line 1") and "performance is left out" in p for p in dataset.problems
        )
        assert dataset.facts["performances (clusters)"] == "9: 6 short, 3 free"

    def test_wrong_types(self, root: Path) -> None:
        path = rewrite(root, 0, executed_element={"element1": 3, "element2": {"element": None}})
        dataset = read(root)
        assert any(p.startswith(f"{path}: element1: found 3, expected an object") for p in dataset.problems)
        assert any(p.startswith(f"{path}: element2.element: found None") for p in dataset.problems)
        assert not any(clip.id.startswith("0_") for clip in dataset.clips)

    def test_duplicate_keys(self, root: Path) -> None:
        path = annotation(root, 0)
        path.write_text(path.read_text("utf-8").replace('"element2"', '"element1"'), "utf-8")
        dataset = read(root)
        assert any(f"{path}: the key 'element1' occurs 2 times" in problem for problem in dataset.problems)
        assert [clip.id for clip in dataset.clips][:3] == ["0_element1", "0_element3", "0_element4"]

    def test_a_corrupt_archive(self, written: dict[str, Path], tmp_path: Path) -> None:
        shutil.copytree(written["archives"], tmp_path / "download")
        video = tmp_path / "download" / "data" / "video.zip"
        video.write_bytes(video.read_bytes()[:-100])
        dataset = read(tmp_path / "download")
        assert any(str(video) in problem for problem in dataset.problems)
        assert any(p.endswith("N = 0, 1, 2, 3, 4, 9, 12, 729, 730, 731") for p in dataset.problems)
        assert len(dataset.clips) == 28

    def test_points_beyond_the_scale_are_noted(self, root: Path) -> None:
        element = {**synthetic.record(0)["executed_element"]["element1"], "goe": -7.5, "score_of_pannel": 2.0}
        rewrite(root, 0, executed_element={"element1": element})
        notes = read(root, target="points").notes
        assert "labels beyond the scale that a judge is told, kept: 1, namely 0_element1 (-7.5)" in notes
        assert not any("beyond the scale" in note for note in read(root).notes)

    def test_nothing_usable_is_an_error(self, root: Path) -> None:
        for path in (root / "data" / "annotation").iterdir():
            path.write_text("{}", "utf-8")
        with pytest.raises(DataError, match=r"no usable element in 10 annotation files.*executed_element"):
            read(root)
        with pytest.raises(DataError, match="no folder"):
            read(root / "nowhere")

    def test_an_empty_split_is_named(self, root: Path) -> None:
        for number in (9, 12):
            annotation(root, number).unlink()
        dataset = read(root)
        assert any("no annotation of a performance for 'test'" in problem for problem in dataset.problems)
        assert dataset.facts["split"].startswith("8 train, 0 test performances")
        assert list(dataset.items([Task.SCORE], "test")) == []


def test_the_synthetic_download_is_marked_and_always_the_same(
    written: dict[str, Path], tmp_path: Path
) -> None:
    def digests(root: Path) -> dict[Path, str]:
        found = [path for path in root.rglob("*") if path.is_file()]
        return {path.relative_to(root): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}

    for layout, root in written.items():
        assert digests(root) == digests(synthetic.write(tmp_path / layout, layout))
        assert "SYNTHETIC" in (root / "README_SYNTHETIC.txt").read_text("utf-8")
