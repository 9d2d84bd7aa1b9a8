from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import synthetic_llm_fms as synthetic
from pydantic import ValidationError

from aqa_eval.datasets.dataset import Dataset, Options
from aqa_eval.datasets.llm_fms.loader import LOADER, LlmFmsOptions, load
from aqa_eval.errors import DataError
from aqa_eval.media.recording import Projector
from aqa_eval.vocabulary import Label, Still, Task

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RAR archives are unpacked into the cache."""
    monkeypatch.setenv("AQA_EVAL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writer(*arguments: Any, **named: Any) -> Path:
        return synthetic.write(tmp_path / "LLM-FMS", *arguments, **named)

    return writer


def read(root: Path, **options: Any) -> Dataset:
    return load(LlmFmsOptions(root=root, **options))


def labels(dataset: Dataset) -> dict[tuple[str, str], Label]:
    return {(label.clip, label.criterion): label for own in dataset.labels for label in own}


def problems(root: Path, **options: Any) -> str:
    return "\n".join(read(root, **options).problems)


def told(root: Path, **answers: Any) -> str:
    """The problems of a download whose label m05_s01_1 has other fields."""
    content = synthetic.labels()
    content["m05_s01_1"] |= answers
    return problems(synthetic.write(root, content=content))


@pytest.mark.parametrize("layout", synthetic.LAYOUTS)
def test_every_layout_says_the_same_and_has_its_pictures(write, tmp_path, layout) -> None:
    dataset = read(write(layout))
    plain = read(synthetic.write(tmp_path / "plain"))
    assert list(dataset.problems) == []
    assert [clip.id for clip in dataset.clips] == [clip.id for clip in plain.clips]
    assert dataset.labels == plain.labels
    assert dataset.criteria == plain.criteria
    projector = Projector(tmp_path / "cache")
    for clip in dataset.clips[:2]:
        assert isinstance(clip.media, Still)
        ((_, shown),) = projector.open(clip).pictures([0])
        level = shown.frame.to_ndarray(format="rgb24").mean()
        assert level == pytest.approx(20 * int(clip.subject[1:]), abs=2)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("text", "option text in 20 files"),
        ("zero", "option number in 20 files, counted from 0"),
        ("one", "option number in 20 files, counted from 1"),
        ("boolean", "boolean in 20 files, true read as the first of two options (an assumption)"),
    ],
)
def test_every_encoding_says_the_same(write, encoding, words) -> None:
    two = {name: about for name, about in synthetic.labels(encoding).items() if name[:3] != "m04"}
    ontology = {name: about for name, about in synthetic.rules().items() if name != "m04"}
    root = write(content=two, ontology=ontology)
    shutil.rmtree(root / synthetic.PICTURES / "m04")
    dataset = read(root)
    assert list(dataset.problems) == []
    assert dataset.facts["encoding of ruleResults"] == words
    found = {key: label.value for key, label in labels(dataset).items()}
    assert found["m05_s02_1", "m05.r01"] == "Not level"  # score 3: the second option
    assert found["m05_s01_1", "m05.r01"] == "Level"
    assert found["m05_s02_1", "m05.r01.form"] is False
    assert found["m05_s01_1", "m05.r01.form"] is True
    assert found["m05_s04_1", "m05.r01.form"] is False  # the correct form in spite of its score of 2
    assert found["m05_s07_1", "m05.score"] == 2.0  # written "2"


def test_criteria_ask_choose_verify_and_score(write) -> None:
    criteria = read(write()).criteria
    assert [c for c in criteria if c.startswith("m04")] == [
        "m04.r01",
        "m04.r01.form",
        "m04.r02",
        "m04.r02.form",
        "m04.score",
    ]
    choice = criteria["m04.r02"]
    assert choice.task is Task.CHOOSE
    assert choice.question == "How high do the hands reach?"
    assert choice.options == ("Above the head", "To the head", "Below the head")
    form = criteria["m05.r02.form"]
    assert form.task is Task.VERIFY
    assert form.action == "Kneeling Bow (Left)"
    assert form.views == ("side",)
    question = 'The answer to the question "Where is the knee, seen from the hand?" is'
    assert (form.requirement, form.fault) == (f'{question} "Far".', f'{question} "Near".')
    assert criteria["m04.r02.form"].fault.endswith('is not "To the head".')
    assert criteria["m04.score"].task is Task.SCORE


def test_the_split_keeps_each_subject_together_left_and_right(write) -> None:
    dataset = read(write())
    splits: dict[str, set[str]] = {}
    for clip in dataset.clips:
        splits.setdefault(clip.cluster, set()).add(clip.split)
        assert clip.subject == clip.cluster
    assert len(splits) == 10
    assert all(len(own) == 1 for own in splits.values())
    assert {clip.split for clip in dataset.clips} == {"train", "test"}
    assert [c.split for c in read(write(), split_seed=1).clips] != [c.split for c in dataset.clips]


def test_the_correct_form_comes_from_train_subjects_only(write) -> None:
    # The full score shows the second option everywhere. With the labels of the test subjects turned around,
    # nothing about the criteria may change.
    dataset = read(write())
    test = {clip.id for clip in dataset.clips if clip.split == "test"}
    content = synthetic.labels()
    for name in test:
        content[name] = {"score": 3, "ruleResults": {"r01": "Level", "r02": "Near"}}
        if name.startswith("m04"):
            content[name]["ruleResults"]["r02"] = "Above the head"
    turned = read(write(content=content))
    assert turned.criteria == dataset.criteria
    forms = {k: v for k, v in dataset.facts.items() if k.startswith("correct form")}
    assert forms == {k: v for k, v in turned.facts.items() if k.startswith("correct form")}
    assert forms["correct form, m05.r02"] == "Far (2 of 2 train keyframes with score 3)"


def test_without_a_full_score_in_train_there_is_no_verify(write) -> None:
    content = synthetic.labels()
    for name, about in content.items():
        if name.startswith("m06"):
            about["score"] = 1
    dataset = read(write(content=content))
    assert "m06.r01" in dataset.criteria
    assert "m06.r01.form" not in dataset.criteria
    assert (
        "m06.r01: train keyframes with score 3 show nothing: its correct form is not known; it is asked as a "
        "choice and not verified" in dataset.problems
    )


def test_a_tie_of_correct_forms_is_told(write) -> None:
    content = synthetic.labels()
    train = {clip.id for clip in read(write()).clips if clip.split == "train"}
    full = [n for n in sorted(train) if n.startswith("m05") and content[n]["score"] == 3]
    assert len(full) == 2
    content[full[0]]["ruleResults"]["r01"] = "Level"
    assert "m05.r01: train keyframes with score 3 show Level 1 times, Not level 1 times" in problems(
        write(content=content)
    )


def test_counts_are_compared_with_the_published_ones(write) -> None:
    dataset = read(write())
    assert dataset.differences == [
        "keyframes: 30 found, 1812 published",
        "subjects: 10 found, 45 published",
        "movements: 3 found, 15 published",
        "tests: 2 found, 7 published",
    ]
    assert dataset.terms.may_embed
    assert dataset.terms.may_send


def test_options_are_checked() -> None:
    for wrong in ({"subject_pattern": "s\\d+"}, {"subject_pattern": "("}, {"first_number": 2}):
        with pytest.raises(ValidationError, match=next(iter(wrong))):
            LOADER.options.model_validate({"root": "x", **wrong})
    with pytest.raises(TypeError, match="LlmFmsOptions"):
        load(Options())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"ruleResults": {"r01": "Slanted", "r02": "Near"}},
            "ruleResults.r01: found 'Slanted', expected one of",
        ),
        (
            {"ruleResults": {"r01": None, "r02": "Near"}},
            "ruleResults.r01: found None, expected one of Level, Not",
        ),
        (
            {"ruleResults": {"r01": 9, "r02": "Near"}},
            "ruleResults.r01: found 9, expected one of Level, Not lev",
        ),
        (
            {"ruleResults": {"r01": 1, "r02": "Near"}},
            "ruleResults.r01: found 1, expected one of Level, Not lev",
        ),
        (
            {"ruleResults": {"r01": ["Level"], "r02": "Near"}},
            "ruleResults.r01: found ['Level'], expected one of",
        ),
        (
            {"ruleResults": {"r01": "Level"}},
            "ruleResults.r02: found None, expected an answer; no label for it",
        ),
        (
            {"ruleResults": {"r01": "Level", "r02": "Far", "r09": 1}},
            "ruleResults.r09: found 'r09', expected a rule",
        ),
        (
            {"ruleResults": ["Level"]},
            "ruleResults: found ['Level'], expected an object by rule, or a list of 2",
        ),
        ({"ruleResults": "Level"}, "ruleResults: found 'Level', expected an object by rule, or a list of 2"),
        ({"score": 5}, "score: found 5, expected 1, 2 or 3 (0 for pain); no score"),
        ({"score": "good"}, "score: found 'good', expected 1, 2 or 3 (0 for pain); no score"),
        ({"score": None}, "score: found None, expected 1, 2 or 3"),
    ],
)
def test_what_cannot_be_understood_is_quoted_with_file_and_key(tmp_path, fields, message) -> None:
    found = told(tmp_path / "LLM-FMS", **fields)
    assert f"FMS-FineGrainedLabelInfo/m05/m05_s01_1.json: key m05_s01_1, {message}" in found


def test_answers_may_be_a_list_in_the_order_of_the_rules_or_objects(tmp_path) -> None:
    assert told(tmp_path / "list", ruleResults=["level", " FAR "]) == ""
    assert (
        told(tmp_path / "objects", ruleResults={"R01": {"result": "Level"}, "r02": {"Answer": "Far"}}) == ""
    )


def test_a_score_for_pain_is_a_note(write) -> None:
    content = synthetic.labels()
    content["m05_s01_1"]["score"] = 0
    dataset = read(write(content=content))
    assert ("m05_s01_1", "m05.score") not in labels(dataset)
    assert any("score 0 means pain" in note for note in dataset.notes)
    assert list(dataset.problems) == []


def test_numbers_that_do_not_tell_where_they_begin_need_the_option(write) -> None:
    content = {
        name: {"score": synthetic.score(int(name[5:7])), "ruleResults": {"r01": 1, "r02": 1}}
        for name in synthetic.labels()
    }
    root = write(content=content)
    found = problems(root)
    assert "whether numbers begin at 0 or at 1 cannot be told: set first_number" in found
    assert labels(read(root, first_number=1))["m05_s01_1", "m05.r01"].value == "Level"
    assert labels(read(root, first_number=0))["m05_s01_1", "m05.r01"].value == "Not level"


def test_booleans_say_nothing_about_three_options(write) -> None:
    dataset = read(write(encoding="boolean"))
    assert ("m04_s01_1", "m04.r02") not in labels(dataset)
    assert ("m04_s01_1", "m04.r01") in labels(dataset)
    assert "key m04_s01_1, ruleResults.r02: found False, expected one of Above the head" in "\n".join(
        dataset.problems
    )


def test_labels_without_pictures_and_pictures_without_labels_are_named(write) -> None:
    root = write()
    (root / synthetic.PICTURES / "m05" / "m05_s01_1.jpg").unlink()
    (root / synthetic.LABELS / "m06" / "m06_s01_1.json").unlink()
    dataset = read(root)
    found = "\n".join(dataset.problems)
    assert "key m05_s01_1, keyframe: found None, expected a picture called m05_s01_1; no media" in found
    assert "m06_s01_1.jpg: no label is about this keyframe; left out" in found
    assert len(dataset.clips) == 29
    assert dataset.facts["clips without media"] == "1 of 29"


def test_truncated_wrong_and_double_files_are_named_and_the_rest_is_read(write) -> None:
    root = write()
    folder = root / synthetic.LABELS / "m05"
    (folder / "m05_s01_1.json").write_text('{"score": 3, "ruleRes')
    (folder / "m05_s02_1.json").write_text("[1, 2]")
    (folder / "m05_s03_1.json").write_text(
        '{"score": 1, "score": 2, "ruleResults": {"r01": "Level", "r02": "Far"}}'
    )
    (folder / "copy").mkdir()
    shutil.copy(folder / "m05_s04_1.json", folder / "copy")
    found = problems(root)
    assert "m05_s01_1.json: line 1, column" in found
    assert "m05_s02_1.json: the file: found [1, 2], expected an object with ruleResults" in found
    assert "the key 'score' occurs 2 times in one object" in found
    assert "found 'm05_s04_1', expected each keyframe labelled once; the first label is used" in found


def test_subjects_and_movements_are_read_from_folders_or_by_another_pattern(write) -> None:
    root = write()
    for top, ending in ((synthetic.PICTURES, "jpg"), (synthetic.LABELS, "json")):
        for path in sorted((root / top).rglob(f"*.{ending}")):
            movement, subject, _ = path.stem.split("_")
            target = root / top / f"Subject {int(subject[1:])}" / movement.upper() / f"1.{ending}"
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
    dataset = read(root)
    assert list(dataset.problems) == []
    assert dataset.facts["subjects"] == "10"
    assert {clip.id for clip in dataset.clips} >= {"m05_s01_1", "m06_s10_1"}
    for top in (synthetic.PICTURES, synthetic.LABELS):
        for folder in sorted((root / top).iterdir()):
            if folder.name.startswith("Subject"):
                folder.rename(folder.with_name(folder.name.replace("Subject ", "Nr.")))
    with pytest.raises(
        DataError, match=r"no usable label.*subject: found '1', expected .*set subject_pattern"
    ):
        read(root)
    assert read(root, subject_pattern=r"nr\.(\d+)").facts["subjects"] == "10"


def test_movement_and_subject_may_be_told_by_the_picture_alone(write, tmp_path) -> None:
    root = write(content={})
    (root / synthetic.LABELS).mkdir()
    for i, (name, about) in enumerate(synthetic.labels().items()):
        (root / synthetic.LABELS / f"{i}.json").write_text(json.dumps(about))
        movement, subject, _ = name.split("_")
        folder = root / synthetic.PICTURES / movement / subject
        folder.mkdir()
        (folder.parent / f"{name}.jpg").rename(folder / f"{i}.jpg")
    (root / synthetic.LABELS / "99.json").write_text(json.dumps(about))
    dataset = read(root)
    plain = labels(read(synthetic.write(tmp_path / "plain")))
    found = {(clip.rpartition("_")[0] + "_1", name): own for (clip, name), own in labels(dataset).items()}
    assert {key: label.value for key, label in found.items()} == {k: v.value for k, v in plain.items()}
    assert list(dataset.problems) == [
        "FMS-FineGrainedLabelInfo/99.json: key 99, movement: found '', expected one of m04, m05, m06 in its "
        "name; left out"
    ]


def test_pictures_of_one_name_that_cannot_be_told_apart_are_named(write) -> None:
    root = write()
    (root / synthetic.PICTURES / "more").mkdir()
    shutil.copy(root / synthetic.PICTURES / "m05" / "m05_s01_1.jpg", root / synthetic.PICTURES / "more")
    assert "key m05_s01_1, keyframe: found ['" in problems(root)


def test_what_lies_unpacked_beside_its_archive_is_read_once(write) -> None:
    write("rar")
    dataset = read(write("folder"))
    assert list(dataset.problems) == []
    assert all(".rar" not in str(clip.media) for clip in dataset.clips)


def test_a_damaged_archive_is_named(write) -> None:
    root = write("rar")
    path = root / f"{synthetic.PICTURES}.rar"
    path.write_bytes(path.read_bytes()[:4000])
    dataset = read(root)
    assert any("FMS-Keyframes.rar" in problem for problem in dataset.problems)
    assert any(clip.media is None for clip in dataset.clips)


def test_an_empty_split_is_told(write, tmp_path) -> None:
    dataset = read(synthetic.write(tmp_path / "whole"))
    test = next(clip.subject for clip in dataset.clips if clip.split == "test")
    content = {name: about for name, about in synthetic.labels().items() if test in name}
    found = problems(write("tables", content=content))
    assert "split train: no subject of this download falls into it (split_seed = 0)" in found


def test_no_rules_or_no_label_is_an_error(write, tmp_path) -> None:
    with pytest.raises(DataError, match=r"FMSRules\.json is not in it"):
        read(tmp_path)
    with pytest.raises(DataError, match="no movement with rules"):
        read(write(ontology={"m05": {"rules": {}}}))
    root = write()
    shutil.rmtree(root / synthetic.LABELS)
    with pytest.raises(DataError, match="no usable label: 0 labels and 30 pictures found"):
        read(root)


def test_rules_are_found_whatever_the_capitals(write) -> None:
    root = write()
    (root / "FMSRules.json").rename(root / "fmsrules.JSON")
    (root / synthetic.LABELS).rename(root / "fms-finegrainedLABELinfo")
    assert list(read(root).problems) == []


def test_labels_of_the_derived_rules_are_the_same(write, tmp_path) -> None:
    names = {"ruleType": "type", "ruleName": "name", "ruleQuestion": "question", "ruleOptions": "options"}
    derived = {
        "schemaVersion": 1,
        "movements": [
            {
                "sourceMovementId": movement,
                "sourceActionName": about["actionName"],
                "view": about["view"],
                "rules": [
                    {"id": rule, **{names.get(k, k): v for k, v in own.items()}}
                    for rule, own in about["rules"].items()
                ],
            }
            for movement, about in synthetic.rules().items()
        ],
    }
    dataset = read(write(ontology=derived))
    assert list(dataset.problems) == []
    assert dataset.criteria == read(synthetic.write(tmp_path / "plain")).criteria


def test_the_generator_writes_the_same_bytes_every_time(tmp_path) -> None:
    one, two = (synthetic.write(tmp_path / name, "rar") for name in ("one", "two"))
    files = sorted(p.relative_to(one) for p in one.rglob("*.*"))
    assert [(one / f).read_bytes() for f in files] == [(two / f).read_bytes() for f in files]
    assert json.loads((one / "FMSRules.json").read_text()) == synthetic.rules()
