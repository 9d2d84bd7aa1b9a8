from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import synthetic_egoexo_fitness as synthetic
from pydantic import ValidationError

from aqa_eval.datasets.dataset import Dataset, Options
from aqa_eval.datasets.egoexo_fitness.loader import LOADER, EgoExoFitnessOptions, load
from aqa_eval.errors import DataError
from aqa_eval.media.recording import Projector
from aqa_eval.vocabulary import FrameFolder, Label, Task

Write = Callable[..., Path]

BACK = "wall_sits.press_your_whole_back_against_57f971"  # sha256 of the text, its first six digits
SHINS = "wall_sits.keep_both_shins_upright_427d16"
HOLD = "wall_sits.say_hold_at_the_lowest_0a894c"
CIRCLES = "arm_circles.draw_wide_circls_with_both_d6ab72"
ARM_BACK = "arm_circles.press_your_whole_back_against_57f971"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writer(layout: synthetic.Layout = "folder", **changed: object) -> Path:
        return synthetic.write(tmp_path / "EgoExo", layout, **changed)

    return writer


def read(root: Path, **options: Any) -> Dataset:
    return load(EgoExoFitnessOptions(root=root, **options))


def labels(dataset: Dataset) -> dict[tuple[str, str], Label]:
    return {(label.clip, label.criterion): label for own in dataset.labels for label in own}


def problems(root: Path, **options: Any) -> str:
    return "\n".join(read(root, **options).problems)


def changed(**entries: Any) -> dict[str, Any]:
    """The judgements with entries replaced: SYN001_1={...} updates entry SYN001_action_1."""
    content = synthetic.judgements()
    for name, change in entries.items():
        content[name.replace("_", "_action_")].update(change)
    return content


def test_the_synthetic_files_are_sound_and_the_same_every_time(write, tmp_path) -> None:
    dataset = read(write())
    assert list(dataset.problems) == []
    again = synthetic.write(tmp_path / "again")
    first = {p.relative_to(tmp_path / "EgoExo"): p.read_bytes() for p in (tmp_path / "EgoExo").rglob("*.*")}
    assert first == {p.relative_to(again): p.read_bytes() for p in again.rglob("*.*")}


def test_most_annotators_decide_and_all_votes_are_kept(write) -> None:
    found = labels(read(write()))
    one = "SYN001_action_1.exo_m"  # texts of booleans in any capitals, with spaces, and a real boolean
    assert (found[one, BACK].value, found[one, BACK].ratings) == (False, (0.0, 0.0, 0.0))
    assert (found[one, SHINS].value, found[one, SHINS].ratings) == (True, (1.0, 1.0, 0.0))
    assert (found[one, HOLD].value, found[one, HOLD].ratings) == (False, (0.0, 0.0, 1.0))
    quality = found[one, "wall_sits.quality"]
    assert (quality.value, quality.ratings) == (4.0, (3.0, 4.0, 5.0))  # the last is written "5"
    assert found["SYN003_action_0.ego_m", "arm_circles.quality"].value == pytest.approx(13 / 3)


# 13 keypoints judged: 3 faults by majority, 2 ties -> 3/13, 5/13, 3/11.
@pytest.mark.parametrize(
    ("tie", "value", "done"),
    [
        ("followed", False, "counts as followed"),
        ("not-followed", True, "counts as not followed"),
        ("drop", None, "no label"),
    ],
)
def test_ties_fall_by_the_rule_and_are_counted(write, tie, value, done) -> None:
    dataset = read(write(), tie=tie)
    label = labels(dataset).get(("SYN001_action_2.exo_m", CIRCLES))
    assert (label.value if label else None) is value
    assert dataset.facts["rule for ties"] == tie
    assert dataset.facts["ties"] == "2 of 13 keypoints judged"
    assert dataset.facts["fault rate, tie = followed"] == "23.1%"
    assert dataset.facts["fault rate, tie = not-followed"] == "38.5%"
    assert dataset.facts["fault rate, tie = drop"] == "27.3%"
    ties = [note for note in dataset.notes if "a tie" in note]
    assert len(ties) == 2
    assert ties[0].endswith(f"1 of 2 annotators say it was not followed, a tie; {done}")


def test_one_criterion_for_each_keypoint_of_each_exercise(write) -> None:
    dataset = read(write())
    assert set(dataset.criteria) == {BACK, SHINS, HOLD, CIRCLES, ARM_BACK} | {
        "wall_sits.quality",
        "arm_circles.quality",
    }
    circles = dataset.criteria[CIRCLES]
    assert circles.action == "Arm circles"
    assert circles.task is Task.VERIFY
    assert circles.fault == (
        'The person does not follow this instruction: "Draw  wide circls with both arms."'
    )
    quality = dataset.criteria["arm_circles.quality"]
    assert quality.task is Task.SCORE
    assert quality.scale is not None
    assert (quality.scale.minimum, quality.scale.maximum) == (1.0, 5.0)


def test_clips_carry_split_view_person_and_their_own_stretch(write) -> None:
    dataset = read(write())
    clips = {clip.id: clip for clip in dataset.clips}
    assert len(clips) == 9  # five actions, two cameras, of which SYN004 has one
    assert {clip.id: clip.split for clip in dataset.clips if clip.view == "exo_m"} == {
        "SYN001_action_1.exo_m": "train",
        "SYN001_action_2.exo_m": "train",
        "SYN002_action_7.exo_m": "test",
        "SYN003_action_0.exo_m": "test",
        "SYN004_action_3.exo_m": "unassigned",
    }
    assert dataset.facts["actions not filmed by a view"] == "ego_m: 1"
    robin = {clips[f"SYN00{n}_action_{k}.exo_m"].cluster for n, k in ((1, 1), (1, 2), (4, 3))}
    assert len(robin) == 1  # two dates, two spellings, one person
    assert not any("robin" in str(clip).lower() for clip in dataset.clips)
    assert clips["SYN003_action_0.exo_m"].cluster == "SYN003"  # nobody is named: the record
    late = clips["SYN002_action_7.exo_m"].media
    assert isinstance(late, FrameFolder)
    assert (late.first, late.last, late.fps) == (2, 20, 30.0)
    clipped = [note for note in dataset.notes if "clipped" in note]
    assert "clip SYN002_action_7.exo_m: st_ed_frame 2-24 clipped to 2-20" in clipped[0]
    assert sum("0-17 clipped to 1-17" in note for note in clipped) == 2
    assert not dataset.terms.may_embed
    assert not dataset.terms.may_send


def test_the_human_ceiling_counts_each_action_once(write) -> None:
    # Qualities: (3, 4, 5), (2, 3), (1, 2), (5, 4, 4) and one that nobody else rated. Within units, ordered
    # pairs' squares over m - 1: (2 + 8 + 2) / 2 = 6, 2, 2, (2 + 2) / 2 = 2, together 12. All ten ratings:
    # sum 33, squares 125: 2 (10 x 125 - 33^2) / 9 = 322 / 9. alpha = 1 - 12 x 9 / 322 = 0.66.
    root = write()
    told = read(root).facts["human ceiling"]
    assert told.endswith("0.66 (quality, interval)")
    assert read(root, views=("exo_m", "exo_l", "exo_r")).facts["human ceiling"] == told


def test_counts_are_compared_with_the_published_ones(write) -> None:
    differences = read(write()).differences
    assert differences[:5] == [
        "records: 4 found, 76 published",
        "actions: 8 found, 1086 published",
        "judged actions: 5 found, 913 published",
        "exercises: 2 found, 12 published",
        "keypoint texts: 4 found, 102 published",
    ]


@pytest.mark.parametrize("layout", synthetic.LAYOUTS)
def test_frames_are_found_in_every_layout_and_stand_upright(write, tmp_path, monkeypatch, layout) -> None:
    monkeypatch.setenv("AQA_EVAL_CACHE", str(tmp_path / "cache"))
    dataset = read(write(layout), views=("exo_l", "exo_r", "exo_m"))
    assert list(dataset.problems) == []
    assert all(clip.media is not None for clip in dataset.clips)
    rotations = {clip.view: clip.rotation for clip in dataset.clips}
    assert rotations == {"exo_l": 270, "exo_r": 90, "exo_m": 0}
    projector = Projector(tmp_path / "cache")
    for clip in dataset.clips[:3]:
        ((_, shown),) = projector.open(clip).pictures([0])
        pixels = shown.turn.lay(shown.frame.to_ndarray(format="rgb24"))
        height, width = pixels.shape[:2]
        assert (height, width) == (16, 24)
        assert pixels[: height // 2].mean() > pixels[height // 2 :].mean() + 100  # light above, dark below


def test_options_are_checked(write) -> None:
    for wrong in ({"tie": "coin"}, {"views": ["exo_x"]}, {"views": []}):
        with pytest.raises(ValidationError, match=next(iter(wrong))):
            LOADER.options.model_validate({"root": "x", **wrong})
    with pytest.raises(TypeError, match="EgoExoFitnessOptions"):
        load(Options())
    with pytest.raises(DataError, match="none of the 5 judged actions was filmed by ego_l"):
        read(write(), views=("ego_l",))
    assert len(read(write(), views=("exo_m", "exo_m")).clips) == 5


def test_annotation_files_are_found_whatever_the_capitals_and_either_name(write) -> None:
    root = write()
    (root / "raw_annotations").rename(root / "Raw_Annotations")
    folder = root / "Raw_Annotations"
    (folder / "interpretable_action_judgement.json").rename(folder / "Interpretable_Action_Judgement.JSON")
    old = folder / "substep_level_annotations.json"
    old.rename(folder / "subaction_level_annotations_ant13_style_v1.json")
    dataset = read(root)
    assert list(dataset.problems) == []
    assert dataset.facts["sub-step boundaries"].startswith("subaction_level_annotations_ant13_style_v1.json")


def bad_vote(text: str = "yes") -> dict[str, Any]:
    own = synthetic.judgements()["SYN001_action_1"]
    own["annotations"][0]["key_point_verification"][0][1] = text
    return own


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"annotations": []}, "key SYN001_action_1, annotations: found [], expected a list of at least one"),
        ({"annotations": "none"}, "key SYN001_action_1, annotations: found 'none'"),
        ({"annotations": [7]}, "key SYN001_action_1, annotations[0]: found 7, expected an object"),
        ({"st_ed_frame": [5]}, "key SYN001_action_1, st_ed_frame: found [5], expected two frame numbers"),
        ({"st_ed_frame": [9, 5]}, "key SYN001_action_1, st_ed_frame: found [9, 5]"),
        ({"st_ed_frame": [True, 5]}, "key SYN001_action_1, st_ed_frame: found [True, 5]"),
        ({"frame_root": "frames_open/SYN009"}, "key SYN001_action_1, frame_root: found 'frames_open/SYN009'"),
        (
            bad_vote(),
            "key SYN001_action_1, annotations[0].key_point_verification[0], "
            "'Press your whole back against the wall.': found 'yes', expected \"True\" or \"False\"; v",
        ),
    ],
)
def test_a_broken_entry_is_named_by_file_and_key_and_the_others_are_read(write, change, message) -> None:
    dataset = read(write(interpretable=changed(SYN001_1=change)))
    assert any(
        p.startswith("interpretable_action_judgement.json: ") and message in p for p in dataset.problems
    )
    assert "SYN002_action_7.exo_m" in {clip.id for clip in dataset.clips}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (
            "action_quality_score",
            7,
            "annotations[0].action_quality_score: found 7, expected a number from 1 to 5",
        ),
        ("action_quality_score", True, "annotations[0].action_quality_score: found True"),
        ("action_quality_score", None, "annotations[0].action_quality_score: found None"),
        ("key_point_verification", {}, "annotations[0].key_point_verification: found {}"),
        ("key_point_verification", [["a"]], "annotations[0].key_point_verification[0]: found ['a']"),
        (
            "key_point_verification",
            [["a", "True"], ["a", "False"]],
            "annotations[0].key_point_verification[1]: found 'a', expected each keypoint once",
        ),
        ("action_name", "Wal sits", "action_name: found {'Wal sits': 1, 'Wall sits': 2}, expected one name"),
        ("annotator", "a2", "annotations[1].annotator: found 'a2', expected each annotator once"),
    ],
)
def test_a_broken_judgement_is_named_and_the_others_count(write, field, value, message) -> None:
    content = synthetic.judgements()
    content["SYN001_action_1"]["annotations"][0][field] = value
    dataset = read(write(interpretable=content))
    assert f"interpretable_action_judgement.json: key SYN001_action_1, {message}" in "\n".join(
        dataset.problems
    )
    kept = labels(dataset)["SYN001_action_1.exo_m", SHINS]
    assert len(kept.ratings) == 2 or field in ("action_quality_score", "action_name")
    if field == "action_quality_score":
        assert labels(dataset)["SYN001_action_1.exo_m", "wall_sits.quality"].value == 4.5  # of 4 and 5


def test_odd_keys_and_spellings_of_an_action(write) -> None:
    content = synthetic.judgements()
    content["SYN002"] = content["SYN002_action_7"]
    content["SYN005_action_1"] = "later"
    for annotation in content["SYN004_action_3"]["annotations"]:
        annotation["action_name"] = "wall-Sits"
    dataset = read(write(interpretable=content))
    told = "\n".join(dataset.problems)
    assert "key SYN002: found 'SYN002', expected <record>_action_<number>" in told
    assert "key SYN005_action_1: found 'later', expected an object with annotations and st_ed_frame" in told
    assert "key SYN004_action_3, action_name: found 'wall-Sits', elsewhere 'Wall sits'" in told
    assert {criterion.action for criterion in dataset.criteria.values()} == {"Wall sits", "Arm circles"}


def test_records_that_cannot_be_read_are_named_and_the_clips_stay(write) -> None:
    content = synthetic.records()
    content["records"][0]["frames"]["exo_m"]["num_frames"] = "many"
    content["records"][1]["record_id"] = "SYN002b"
    content["records"][2] = 5
    content["record_index"]["SYN004"] = 77
    dataset = read(write(meta=content))
    told = "\n".join(dataset.problems)
    assert (
        "meta_records.json: record SYN001, frames.exo_m.num_frames: found 'many', expected a number" in told
    )
    assert (
        "meta_records.json: records[1].record_id: found 'SYN002b', expected SYN002, as record_index" in told
    )
    assert "meta_records.json: records[2]: found 5, expected an object" in told
    assert "meta_records.json: record_index.SYN004: found 77, expected a place of its own, 0 to 3" in told
    assert "meta_records.json: record SYN003: not listed, but actions of it are judged" in told
    # Without its frame count an action beyond the end keeps its stretch, whose last frame is not there.
    assert "clip SYN002_action_7.exo_m: " in told
    assert "frame_0000000024.jpg not there; no media" in told
    assert len(dataset.clips) == 9


def test_files_that_are_missing_or_no_json_are_named(write) -> None:
    root = write()
    (root / "raw_annotations" / "action_level_annotations.json").unlink()
    meta = root / "raw_annotations" / "meta_records.json"
    meta.write_bytes(meta.read_bytes()[:200])
    dataset = read(root)
    told = "\n".join(dataset.problems)
    assert "action_level_annotations.json is not there. Expected raw_annotations/action_level" in told
    assert "meta_records.json: line" in told
    assert len(dataset.clips) == 10  # what the cameras of a record are is not known: both are looked for
    assert "frames_open/SYN004/ego_m: no such folder in the download; none of its clips has media" in told
    assert not any(d.startswith(("records:", "actions:")) for d in dataset.differences)


@pytest.mark.parametrize("content", [[], {"SYN001": {"num_actions": 2}}])
def test_action_boundaries_that_cannot_be_counted_are_told(write, content) -> None:
    told = problems(write(action=content))
    assert "action_level_annotations.json: " in told
    assert "not counted" in told


def test_a_key_that_occurs_twice_is_told(write) -> None:
    root = write()
    path = root / "raw_annotations" / "interpretable_action_judgement.json"
    path.write_text(path.read_text().replace("SYN001_action_2", "SYN001_action_1"))
    assert "the key 'SYN001_action_1' occurs 2 times in one object" in problems(root)


def test_no_usable_judgement_is_an_error_that_says_where_it_looked(write, tmp_path) -> None:
    with pytest.raises(
        DataError, match=r"no usable judgement.*interpretable_action_judgement\.json is not there"
    ):
        read(tmp_path)
    with pytest.raises(DataError, match=r"st_ed_frame: found None"):
        read(write(interpretable={"SYN001_action_1": {"annotations": [{}]}}))
    with pytest.raises(DataError, match="found \\[\\], expected an object"):
        read(write(interpretable=[]))
    with pytest.raises(DataError, match="no folder and no archive"):
        read(tmp_path / "nowhere")


def test_missing_frames_are_told_once_a_folder_and_the_labels_stay(write) -> None:
    root = write()
    shutil.rmtree(root / "frames_open" / "SYN001" / "exo_m")
    (root / "frames_open" / "SYN002" / "ego_m" / "frame_0000000002.jpg").unlink()
    dataset = read(root)
    assert [p for p in dataset.problems if "SYN001" in p] == [
        "frames_open/SYN001/exo_m: no such folder in the download; none of its clips has media"
    ]
    assert "frame_0000000002.jpg not there; no media" in "\n".join(dataset.problems)
    assert dataset.facts["clips without media"] == "3 of 9"
    assert labels(dataset)["SYN001_action_1.exo_m", SHINS].value is True


def test_a_stretch_beyond_the_recording_has_no_media(write) -> None:
    told = problems(write(interpretable=changed(SYN002_7={"st_ed_frame": [40, 50]})))
    assert (
        "clip SYN002_action_7.ego_m: st_ed_frame 40-50 lies outside the camera's 20 frames; no media" in told
    )


def test_a_split_archive_with_a_missing_part_is_told(write) -> None:
    root = write("split-tar")
    (root / "frames_open" / "frames_open.tar.ab").unlink()
    told = problems(root)
    assert "frames_open.tar.ab is missing" in told
    assert "frames_open/SYN001/exo_m: no such folder" in told


def test_a_damaged_archive_is_told(write) -> None:
    root = write("split-tar")
    for part in ("aa", "ab", "ac"):
        path = root / "frames_open" / f"frames_open.tar.{part}"
        path.write_bytes(os.urandom(10) * (path.stat().st_size // 10))
    dataset = read(root)
    assert any("frames_open.tar.aa" in problem for problem in dataset.problems)
    assert all(clip.media is None for clip in dataset.clips)


def test_frames_of_clip_features_are_not_even_looked_at(write) -> None:
    root = write()
    features = root / "features_open" / "visual"
    features.mkdir(parents=True)
    (features / "EgoExo_Fitness_CLIP_Vid_Feat_w_Rotate.tar.gz.aa").write_bytes(b"no archive at all")
    assert problems(root) == ""


def test_an_empty_split_is_told(write) -> None:
    content = {k: v for k, v in synthetic.judgements().items() if not k.startswith("SYN001")}
    assert "split train: none of its records has a clip in this download" in problems(
        write(interpretable=content)
    )
