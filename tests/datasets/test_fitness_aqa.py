from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import av
import pytest
import synthetic_fitness_aqa as synthetic
from pydantic import ValidationError

from aqa_eval.datasets.dataset import Dataset, Options
from aqa_eval.datasets.fitness_aqa.loader import LOADER, FitnessAqaOptions, criteria, load
from aqa_eval.errors import DataError
from aqa_eval.media import archives
from aqa_eval.media.recording import Projector
from aqa_eval.vocabulary import Label, Still, Task, TimeSpan, VideoFile


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both layouts, for tests that only read."""
    return {name: synthetic.write(tmp_path_factory.mktemp(name), name) for name in synthetic.LAYOUTS}


@pytest.fixture
def root(written: dict[str, Path], tmp_path: Path) -> Path:
    """The layout as released, to be changed by the test."""
    shutil.copytree(written["released"], tmp_path / "download")
    return tmp_path / "download"


def read(root: Path, *errors: str) -> Dataset:
    return load(FitnessAqaOptions.model_validate({"root": root} | ({"errors": errors} if errors else {})))


def labels_of(dataset: Dataset, error: str) -> dict[str, Label]:
    return {
        clip.id: label
        for clip, labels in zip(dataset.clips, dataset.labels, strict=True)
        for label in labels
        if label.criterion == f"fitness_aqa.{error}"
    }


def digests(root: Path) -> dict[Path, str]:
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def squat_file(root: Path, *steps: str) -> Path:
    return root.joinpath("Squat", "Labeled_Dataset", *steps)


def edit(path: Path, change: Callable[[object], object]) -> None:
    path.write_text(json.dumps(change(json.loads(path.read_text("utf-8")))), "utf-8")


def test_options_are_checked() -> None:
    with pytest.raises(ValidationError, match="no error is called 'row_lumbr': did you mean 'row_lumbar'"):
        LOADER.options.model_validate({"root": "x", "errors": ["row_lumbr"]})
    with pytest.raises(ValidationError, match="named twice"):
        LOADER.options.model_validate({"root": "x", "errors": ["row_lumbar", "row_lumbar"]})
    with pytest.raises(ValidationError, match="at least 1 item"):
        LOADER.options.model_validate({"root": "x", "errors": []})
    with pytest.raises(TypeError, match="FitnessAqaOptions"):
        load(Options())


def test_terms_forbid_showing_and_sending() -> None:
    assert not LOADER.terms.may_embed
    assert not LOADER.terms.may_send
    assert "CC BY-NC 4.0" in LOADER.terms.licence
    assert "Parmar" in LOADER.terms.citation
    assert "request form" in LOADER.terms.how


@pytest.mark.parametrize("layout", synthetic.LAYOUTS)
class TestAWholeDownload:
    def test_every_clip_has_media_and_nothing_is_wrong(self, written: dict[str, Path], layout: str) -> None:
        dataset = read(written[layout])
        assert dataset.problems == []
        assert dataset.facts["clips without media"] == "0 of 28"  # 7 + 6 + 5 + 5 + 5
        assert all(clip.media is not None for clip in dataset.clips)
        assert {clip.split for clip in dataset.clips} == {"train", "val", "test"}
        assert list(dataset.criteria) == list(criteria())

    def test_a_video_carries_both_errors(self, written: dict[str, Path], layout: str) -> None:
        dataset = read(written[layout])
        rows = {clip.id: labels for clip, labels in zip(dataset.clips, dataset.labels, strict=True)}
        assert rows["squat_104_2"] == (
            Label("squat_104_2", "fitness_aqa.squat_knees_inward", False),
            Label("squat_104_2", "fitness_aqa.squat_knees_forward", True, span=TimeSpan(1.0, 2.0)),
        )
        assert rows["press_205_3"] == (
            Label("press_205_3", "fitness_aqa.press_elbows", False),
            Label("press_205_3", "fitness_aqa.press_knees", True, span=TimeSpan(0.0, 0.4)),
        )

    def test_of_several_intervals_the_longest_is_the_span(
        self, written: dict[str, Path], layout: str
    ) -> None:
        label = labels_of(read(written[layout]), "squat_knees_inward")["squat_104_1"]
        assert label.value is True
        assert label.span == TimeSpan(0.8, 1.5)  # of 0.3, 0.7 and 0.2 seconds

    def test_the_row_errors_keep_their_own_splits(self, written: dict[str, Path], layout: str) -> None:
        clips = {clip.id: clip for clip in read(written[layout]).clips}
        assert clips["row_lumbar_304_1_1"].split == "test"
        assert clips["row_torso_angle_304_1_1"].split == "train"
        assert clips["row_lumbar_304_1_1"].media == clips["row_torso_angle_304_1_1"].media

    def test_media_are_the_labelled_ones_and_open(self, written: dict[str, Path], layout: str) -> None:
        clips = {clip.id: clip for clip in read(written[layout]).clips}
        video, picture = clips["squat_104_1"].media, clips["squat_depth_114_1_9"].media
        assert isinstance(video, VideoFile)
        assert isinstance(picture, Still)
        assert "Unlabeled" not in str(video.path)
        with archives.opened(video.path) as file, av.open(file) as container:
            assert sum(1 for _ in container.decode(video=0)) == 60  # 2 s at 30 a second; the copy has 0.2 s
        assert archives.read_bytes(picture.path)[:2] == b"\xff\xd8"  # JPEG

    def test_clusters_are_source_videos(self, written: dict[str, Path], layout: str) -> None:
        clips = {clip.id: clip for clip in read(written[layout]).clips}
        assert clips["squat_101_1"].cluster == clips["squat_101_2"].cluster == "101"
        assert clips["squat_depth_114_1_9"].cluster == clips["squat_depth_114_1_10"].cluster == "114"
        assert clips["row_lumbar_302_1_4"].action == "barbell row"

    def test_clips_without_a_trajectory_stay(self, written: dict[str, Path], layout: str) -> None:
        dataset = read(written[layout])
        (note,) = dataset.notes
        assert note.endswith(
            "traj_nan.json: names 2 clips without a bar trajectory; it is no split and leaves out no clip"
        )
        assert {"squat_102_1", "squat_104_2"} <= {clip.id for clip in dataset.clips}

    def test_labels_beyond_the_splits_are_counted(self, written: dict[str, Path], layout: str) -> None:
        dataset = read(written[layout])
        assert dataset.facts["squat_knees_inward, labelled keys in no split"] == "1"
        assert dataset.facts["squat_knees_forward, labelled keys in no split"] == "2"
        assert not any("199_1" in clip.id for clip in dataset.clips)


@pytest.mark.parametrize("layout", synthetic.LAYOUTS)
def test_every_recording_opens(written: dict[str, Path], layout: str, tmp_path: Path) -> None:
    projector = Projector(tmp_path)
    lengths = {
        (isinstance(clip.media, Still), len(projector.open(clip).numbers))
        for clip in read(written[layout]).clips
    }
    assert lengths == {(False, 60), (True, 1)}  # 2 s at 30 a second, or one picture


def test_items_are_asked_split_by_split(written: dict[str, Path]) -> None:
    items = list(read(written["released"]).items([Task.VERIFY], "test"))
    assert len(items) == 3 * 2 + 2 + 2 * 2 + 2 + 2  # squat, depth, press, lumbar, torso
    assert "verify:fitness_aqa.squat_knees_forward:squat_104_1" in {item.id for item in items}
    assert list(read(written["released"]).items([Task.SCORE], "test")) == []


def test_only_the_chosen_errors_are_read(written: dict[str, Path]) -> None:
    dataset = read(written["released"], "row_lumbar", "squat_knees_forward")
    assert list(dataset.criteria) == ["fitness_aqa.row_lumbar", "fitness_aqa.squat_knees_forward"]
    assert {label.criterion for labels in dataset.labels for label in labels} == set(dataset.criteria)
    assert len(dataset.clips) == 7 + 5
    assert read(written["released"], "press_knees").notes == []


def test_published_counts_are_compared(written: dict[str, Path]) -> None:
    assert read(written["released"], "squat_knees_inward").differences == [
        "squat, train: 3 labelled clips found, 1136 published",
        "squat, val: 1 labelled clips found, 243 published",
        "squat, test: 3 labelled clips found, 244 published",
        "squat_knees_inward, test: 1 faulty clips found, 36 published",
    ]


def test_the_published_counts_are_the_release_s(tmp_path: Path) -> None:
    """Label and split files of the published sizes leave no difference; there is no recording at all."""
    home = tmp_path / "Squat" / "Labeled_Dataset"
    keys = [f"{number}_1" for number in range(1136 + 243 + 244)]
    for name, own in {"train": keys[:1136], "val": keys[1136:1379], "test": keys[1379:]}.items():
        synthetic.write_json(home / "Splits" / f"{name}_keys.json", own)
    faulty = {"inward": set(keys[-36:]), "forward": set(keys[-169:])}
    for name, bad in faulty.items():
        truths = {key: [[0.5, 1.5]] if key in bad else [] for key in keys}
        synthetic.write_json(home / "Labels" / f"error_knees_{name}.json", truths)
    dataset = read(tmp_path, "squat_knees_inward", "squat_knees_forward")
    assert dataset.differences == []
    assert dataset.facts["squat clips"] == "train 1136, val 243, test 244 (videos)"
    assert dataset.facts["squat_knees_forward, faulty in test"] == "169 of 244"
    assert [problem.partition(" labelled")[0] for problem in dataset.problems] == [
        f"{home}: no video for {n} of {n}" for n in (1136, 243, 244)
    ]
    assert {clip.media for clip in dataset.clips} == {None}


class TestWhatIsBroken:
    """Each fault is named by file and key, and the rest is read."""

    def test_missing_recordings_are_named(self, root: Path) -> None:
        videos = squat_file(root, "videos.zip")
        videos.unlink()
        synthetic.write_zip(videos, {f"videos/{key}.mp4": b"x" for key in ("101_1", "102_1", "103_1")})
        dataset = read(root)
        told = "labelled clips of '{}', expected a folder or zip of videos named by their keys; kept without "
        told += "media"
        assert [
            problem.removeprefix(f"{squat_file(root)}: no video for ") for problem in dataset.problems
        ] == [
            f"1 of 3 {told.format('train')}: 101_2",
            f"3 of 3 {told.format('test')}: 104_1, 104_2, 105_1",
        ]
        assert dataset.facts["clips without media"] == "4 of 28"
        assert len(labels_of(dataset, "squat_knees_inward")) == 7

    def test_a_corrupt_archive_is_named(self, root: Path) -> None:
        videos = squat_file(root, "videos.zip")
        videos.write_bytes(videos.read_bytes()[:-200])
        dataset = read(root)
        assert any(str(videos) in problem for problem in dataset.problems)
        assert sum(clip.media is None for clip in dataset.clips) == 7
        assert len(dataset.clips) == 28

    def test_truncated_labels_cost_that_error_only(self, root: Path) -> None:
        path = squat_file(root, "Labels", "error_knees_inward.json")
        path.write_bytes(path.read_bytes()[:40])
        dataset = read(root)
        assert any(problem.startswith(f"{path}: line 1") for problem in dataset.problems)
        assert labels_of(dataset, "squat_knees_inward") == {}
        assert len(labels_of(dataset, "squat_knees_forward")) == 7

    def test_wrong_types_are_named_by_key(self, root: Path) -> None:
        path = squat_file(root, "Labels", "error_knees_inward.json")
        edit(path, lambda _: synthetic.KNEES_INWARD | {"101_1": 1, "101_2": [["a", 2]], "102_1": None})
        dataset = read(root, "squat_knees_inward")
        assert (
            f"{path}: key 101_1: expected a list of intervals [[start, end], ...] in seconds; found 1; left "
            "out" in dataset.problems
        )
        assert any(
            f"{path}: key 101_2: expected each interval as [start, end]" in p for p in dataset.problems
        )
        assert any(f"{path}: key 102_1: expected a list of intervals" in p for p in dataset.problems)
        assert any(
            "no label for 3 clips of 'train'" in p and "101_1, 101_2, 102_1" in p for p in dataset.problems
        )
        assert set(labels_of(dataset, "squat_knees_inward")) == {
            "squat_103_1", "squat_104_1", "squat_104_2", "squat_105_1"
        }  # fmt: skip

    @pytest.mark.parametrize("value", [2, -1, "1", True, None, [1], 1.0])
    def test_a_picture_is_labelled_0_or_1(self, root: Path, value: object) -> None:
        path = squat_file(root, "Shallow_Squat_Error_Dataset", "labels_shallow_depth.json")
        edit(path, lambda _: synthetic.SHALLOW | {"114_1_9": value})
        dataset = read(root, "squat_shallow_depth")
        assert f"{path}: key 114_1_9: expected 0 or 1; found {value!r}; left out" in dataset.problems
        assert "squat_depth_114_1_9" not in labels_of(dataset, "squat_shallow_depth")

    @pytest.mark.parametrize("interval", [[5.0, 3.0], [1.0, 1.0], [-0.5, 1.0]])
    def test_impossible_times_leave_the_fault_without_its_time(
        self, root: Path, interval: list[float]
    ) -> None:
        path = squat_file(root, "Labels", "error_knees_inward.json")
        edit(path, lambda _: synthetic.KNEES_INWARD | {"105_1": [interval], "104_2": [interval, [0.1, 0.2]]})
        dataset = read(root, "squat_knees_inward")
        labels = labels_of(dataset, "squat_knees_inward")
        assert (labels["squat_105_1"].value, labels["squat_105_1"].span) == (True, None)
        assert (labels["squat_104_2"].value, labels["squat_104_2"].span) == (True, TimeSpan(0.1, 0.2))
        assert (
            f"{path}: key 105_1: interval {interval}, expected 0 <= start < end; faulty, at an unknown time"
            in dataset.problems
        )

    def test_an_interval_without_the_list_around_it_is_read_and_told(self, root: Path) -> None:
        path = squat_file(root, "Labels", "error_knees_inward.json")
        edit(path, lambda _: synthetic.KNEES_INWARD | {"105_1": [0.5, 1.5]})
        dataset = read(root, "squat_knees_inward")
        assert labels_of(dataset, "squat_knees_inward")["squat_105_1"].span == TimeSpan(0.5, 1.5)
        assert any(
            "key 105_1: one interval [0.5, 1.5] without the list around it" in p for p in dataset.problems
        )

    def test_duplicate_keys_are_named(self, root: Path) -> None:
        path = squat_file(root, "Labels", "error_knees_inward.json")
        path.write_text(path.read_text("utf-8")[:-1] + ', "104_1": []}', "utf-8")
        dataset = read(root, "squat_knees_inward")
        assert any(f"{path}: the key '104_1' occurs 2 times" in problem for problem in dataset.problems)
        assert labels_of(dataset, "squat_knees_inward")["squat_104_1"].value is False

    def test_an_empty_split_is_named(self, root: Path) -> None:
        path = squat_file(root, "Splits", "val_keys.json")
        path.write_text("[]", "utf-8")
        dataset = read(root, "squat_knees_inward")
        assert f"{path}: [], expected a list of keys; 'val' has no clips" in dataset.problems
        assert dataset.facts["squat clips"] == "train 3, val 0, test 3 (videos)"

    def test_split_entries_are_checked(self, root: Path) -> None:
        train, test = (squat_file(root, "Splits", f"{split}_keys.json") for split in ("train", "test"))
        edit(train, lambda keys: [*keys, 1031, "101_1", ""])
        edit(test, lambda keys: [*keys, "101_2", "555_1"])
        dataset = read(root, "squat_knees_inward", "squat_knees_forward")
        assert f"{train}: entry 1031, expected a key as a text; left out" in dataset.problems
        assert f"{train}: entry '', expected a key as a text; left out" in dataset.problems
        assert f"{train}: key 101_1 is already in 'train'; kept there only" in dataset.problems
        assert f"{test}: key 101_2 is already in 'train'; kept there only" in dataset.problems
        assert any("error_knees_inward.json: no label for 1 clips of 'test'" in p and "555_1" in p
                   for p in dataset.problems)  # fmt: skip
        assert dataset.facts["squat clips"] == "train 3, val 1, test 3 (videos)"

    @pytest.mark.parametrize("content", ["{}", "null", '"keys"', "[1"])
    def test_a_split_that_is_no_list_is_named(self, root: Path, content: str) -> None:
        path = squat_file(root, "Splits", "test_keys.json")
        path.write_text(content, "utf-8")
        dataset = read(root, "squat_knees_inward")
        assert any(problem.startswith(f"{path}:") for problem in dataset.problems)
        assert {clip.split for clip in dataset.clips} == {"train", "val"}

    def test_a_missing_split_or_label_file_is_named(self, root: Path) -> None:
        squat_file(root, "Splits", "val_keys.json").unlink()
        squat_file(root, "Labels", "error_knees_forward.json").unlink()
        dataset = read(root)
        assert f"{squat_file(root)}: no val_keys.json below it, so 'val' has no clips. Download it again" in (
            dataset.problems
        )
        assert any(
            "no error_knees_forward.json in it, so 'squat_knees_forward'" in p for p in dataset.problems
        )
        assert len(labels_of(dataset, "squat_knees_inward")) == 6

    def test_one_exercise_alone_is_read(self, root: Path) -> None:
        dataset = read(root / "OHP")
        assert {clip.action for clip in dataset.clips} == {"overhead press"}
        assert len([p for p in dataset.problems if "leave the error out with the option 'errors'" in p]) == 5
        assert read(root / "OHP", "press_elbows").problems == []

    def test_a_second_copy_is_named_and_the_one_with_splits_is_used(self, root: Path) -> None:
        copy = synthetic.write_json(root / "copy" / "error_elbows.json", {})
        dataset = read(root, "press_elbows")
        used = root / "OHP" / "Labeled_Dataset" / "Labels" / "error_elbows.json"
        assert dataset.problems == [f"{copy}: a second error_elbows.json; {used} is used"]
        assert len(labels_of(dataset, "press_elbows")) == 5

    def test_nothing_usable_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(
            DataError, match=r"no labelled clip of the chosen errors.*no error_knees_inward\.json"
        ):
            read(tmp_path)
        with pytest.raises(DataError, match="no folder"):
            read(tmp_path / "nowhere")


def test_the_synthetic_download_is_marked_and_always_the_same(
    written: dict[str, Path], tmp_path: Path
) -> None:
    for layout, root in written.items():
        again = synthetic.write(tmp_path / layout, layout)
        digests = [
            {
                p.relative_to(top): hashlib.sha256(p.read_bytes()).hexdigest()
                for p in top.rglob("*")
                if p.is_file()
            }
            for top in (root, again)
        ]
        assert digests[0] == digests[1]
        assert "SYNTHETIC" in (root / "README_SYNTHETIC.txt").read_text("utf-8")
