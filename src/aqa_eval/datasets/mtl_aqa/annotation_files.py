"""MTL-AQA's annotation files: where they lie in a download, and their records, checked.

Format: `Ready_2_Use/Readme.txt` of github.com/ParitoshParmar/MTL-AQA. The captions are never read here:
they hold the scores as the commentators speak them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from aqa_eval.datasets import folders
from aqa_eval.datasets.mtl_aqa import judge_sheets, restricted_pickle
from aqa_eval.datasets.mtl_aqa.diving_panel import Awards, Dive, is_panel
from aqa_eval.errors import DataError

SPLIT_FOLDER = "MTL-AQA_split_0_data"
ANNOTATIONS = "final_annotations_dict.pkl"
SPLITS = {"train": "train_split_0.pkl", "test": "test_split_0.pkl"}
SHEETS_FOLDER = "Raw_Annotations"
WITH_AWARDS = ("final_annotations_dict_with_dive_number.pkl", "augmented_final_annotations_dict.pkl")
"""The same annotations with the judges' awards, as published with CoRe and with MUSDL."""

_DIRECTIONS: Mapping[int | None, int] = {1: 1, 0: 2, 3: 3, 2: 4}
"""`rotation_type` -> the digit of a dive's number: forward, back, reverse, inward."""
_POSITIONS: Mapping[int | None, str] = {1: "B", 2: "C", 0: "D"}
"""`position` -> its letter: pike, tuck, free. No dive of the release is straight."""
_DEPTH = 4
_WHERE = (
    f"Expected MTL-AQA_dataset_release/Ready_2_Use/{SPLIT_FOLDER}/ with {ANNOTATIONS}, "
    f"{SPLITS['train']} and {SPLITS['test']}: clone github.com/ParitoshParmar/MTL-AQA and give its folder."
)


class Record(BaseModel):
    """What is used of one dive's record. What it tells of the dive beside its score is never put to a judge
    that looks: `code` and `difficulty` are what is known of a dive before it is seen.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    start_frame: int
    end_frame: int
    difficulty: float
    final_score: float
    position: int | None = None
    armstand: int | None = None
    rotation_type: int | None = None
    ss_no: int | None = None
    tw_no: int | None = None

    @property
    def code(self) -> str:
        """The dive's number (407C, 5253B), made of its take-off, half somersaults, half twists and position;
        empty where the record does not describe the dive.

        World Aquatics diving rules: the first digit is the group (1 forward, 2 back, 3 reverse, 4 inward,
        5 with twists, 6 from an armstand); of the last two groups the second is the direction. A dive without
        twists from the feet has a 0 there.
        """
        direction = _DIRECTIONS.get(self.rotation_type)
        position = _POSITIONS.get(self.position)
        if direction is None or position is None or None in {self.armstand, self.ss_no, self.tw_no}:
            return ""
        if not self.armstand and not self.tw_no:
            return f"{direction}0{self.ss_no}{position}"
        group, twists = 6 if self.armstand else 5, self.tw_no or ""
        return f"{group}{direction}{self.ss_no}{twists}{position}"

    def oddity(self) -> str:
        """Say which value cannot be, or nothing."""
        if not 1 <= self.start_frame < self.end_frame:
            return f"frames {self.start_frame}-{self.end_frame}, expected 1-based, first before last"
        if not 1.0 <= self.difficulty <= 5.0:
            return f"difficulty {self.difficulty}, expected 1 to 5"
        if not 0.0 <= self.final_score <= 30.0 * self.difficulty + 0.06:
            return f"final_score {self.final_score}, expected 0 to 30 x difficulty {self.difficulty}"
        return ""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one download. `with_awards` and `sheets` hold the judges' awards; either may lack."""

    annotations: Path
    splits: dict[str, Path]
    with_awards: Path | None
    sheets: Path | None


def find(root: Path) -> Files:
    """Find the files under `root`: the repository, the release, or any folder between it and the split's.

    Raises DataError naming what is missing and where it was looked for.
    """
    if not folders.is_folder(root):
        raise DataError(f"{root}: no such folder. {_WHERE}")
    root = root.resolve()  # what lies beside the release is found however the root was written
    looked = list(folders.walk(root, _DEPTH, []))  # broken archives are named by `recordings.look`
    split = next((f for f, _ in looked if f.name.lower() == SPLIT_FOLDER.lower()), None)
    if split is None and folders.pick(looked[0][1], ANNOTATIONS):
        split = root
    if split is None:
        raise DataError(
            f"{root}: no folder {SPLIT_FOLDER} in it (looked through {len(looked)} folders, {_DEPTH} levels "
            f"down). {_WHERE}"
        )
    found = folders.entries(split)
    release = split.parent.parent
    return Files(
        annotations=_need(split, found, ANNOTATIONS),
        splits={name: _need(split, found, file) for name, file in SPLITS.items()},
        with_awards=_with_awards([root, release.parent]),
        sheets=folders.pick(folders.entries(release), SHEETS_FOLDER),
    )


def _need(folder: Path, found: list[Path], name: str) -> Path:
    path = folders.pick(found, name)
    if path is None:
        raise DataError(f"{folder}: {name} is missing. {_WHERE}")
    return path


def _with_awards(roots: list[Path]) -> Path | None:
    """Find the annotations with awards under `roots`, or in folders directly below them."""
    for name in WITH_AWARDS:
        for root in roots:
            for _, found in folders.walk(root, 2, []):
                if path := folders.pick(found, name):
                    return path
    return None


def read_annotations(path: Path) -> dict[Dive, Record]:
    """Read the annotations. Raises DataError where a key or a field is not what the release describes."""
    content = restricted_pickle.read(path)
    if not isinstance(content, dict) or not content:
        raise DataError(f"{path}: a {type(content).__name__}, expected a dict of (event, dive) -> record.")
    records = {}
    for key, value in content.items():
        try:
            records[_dive(path, key)] = Record.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "record"
            raise DataError(
                f"{path}: key {key}, {field}: {first['msg']}; found {first['input']!r}. This is not the file "
                "of the release: take it from there again."
            ) from None
    return records


def read_split(path: Path) -> list[Dive]:
    """Read a split's list of dives. Raises DataError where it is not a list of (event, dive)."""
    content = restricted_pickle.read(path)
    if not isinstance(content, list) or not content:
        raise DataError(f"{path}: a {type(content).__name__}, expected a list of (event, dive).")
    return [_dive(path, key) for key in content]


def _dive(path: Path, key: object) -> Dive:
    if isinstance(key, tuple) and len(key) == 2 and all(type(number) is int for number in key):
        return key[0], key[1]
    raise DataError(f"{path}: key {key!r}, expected (event, dive) as two whole numbers.")


def read_awards(files: Files) -> Awards | None:
    """Read the judges' awards from the best source there is, or None where there is none.

    Raises DataError where the file is there and is not what it should be.
    """
    if files.with_awards is not None:
        return _awards_of(files.with_awards)
    if files.sheets is not None:
        return judge_sheets.read(files.sheets)
    return None


def _awards_of(path: Path) -> Awards:
    content = restricted_pickle.read(path)
    if not isinstance(content, dict) or not content:
        raise DataError(f"{path}: a {type(content).__name__}, expected a dict of (event, dive) -> record.")
    panels: dict[Dive, tuple[float, ...]] = {}
    problems: dict[Dive, str] = {}
    for key, record in content.items():
        if not isinstance(record, dict) or "judge_scores" not in record:
            raise DataError(f"{path}: key {key}: no judge_scores, expected an array of seven awards.")
        found = record["judge_scores"]
        if isinstance(found, restricted_pickle.NumberArray) and is_panel(found.values):
            panels[_dive(path, key)] = found.values
        else:
            shown = list(found.values) if isinstance(found, restricted_pickle.NumberArray) else found
            problems[_dive(path, key)] = (
                f"{path.name} key {key}: judge_scores {shown!r}, expected seven awards from 0 to 10"
            )
    return Awards(f"{path.parent.name}/{path.name}", panels, problems)
