from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from aqa_eval.datasets.download import Download
from aqa_eval.datasets.finefs import release_files
from aqa_eval.datasets.finefs.release_files import PUBLISHED, programme
from aqa_eval.errors import DataError

ROOT = Path(__file__).parents[2]
SPLIT = ROOT / "src" / "aqa_eval" / "datasets" / "finefs" / "split.toml"


def put(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"{}")
    return root


def test_the_split_is_reproduced_byte_for_byte(tmp_path: Path) -> None:
    target = tmp_path / "split.toml"
    subprocess.run(
        [sys.executable, ROOT / "scripts" / "split_finefs.py", target], check=True, capture_output=True
    )
    assert target.read_bytes() == SPLIT.read_bytes()


def test_a_fifth_of_each_programme_is_for_test() -> None:
    test = release_files.test_numbers()
    assert PUBLISHED == {"short": 729, "free": 438}
    assert {programme(n): sum(programme(m) == programme(n) for m in test) for n in test} == {
        "short": 146,  # 729 / 5 = 145.8
        "free": 88,  # 438 / 5 = 87.6
    }
    assert test <= set(range(1167))


def test_programmes_go_by_number() -> None:
    assert [programme(number) for number in (0, 728, 729, 1166)] == ["short", "short", "free", "free"]


@pytest.mark.parametrize("folder", ["data/annotation", "Annotations", "FineFS/data/annotation"])
def test_annotations_are_found_whatever_is_above_them(tmp_path: Path, folder: str) -> None:
    root = put(
        tmp_path, f"{folder}/3.json", f"{folder}/11.json", "x/3.json", "data/video/3.MP4", "video2/a.mp4"
    )
    problems: list[str] = []
    files = release_files.find(Download.open(root), problems)
    assert files.annotations == {3: root / folder / "3.json", 11: root / folder / "11.json"}
    assert files.recordings == {3: root / "data" / "video" / "3.MP4"}
    assert problems == []


def test_other_names_and_numbers_are_left_out(tmp_path: Path) -> None:
    root = put(
        tmp_path, "annotation/0.json", "annotation/1167.json", "annotation/index.json", "b/annotation/0.json"
    )
    problems: list[str] = []
    files = release_files.find(Download.open(root), problems)
    assert files.annotations == {0: root / "annotation" / "0.json"}
    assert problems == [
        f"{root / 'b' / 'annotation' / '0.json'}: a second 0.json; {root / 'annotation' / '0.json'} is used",
        f"{root / 'annotation' / '1167.json'}: expected numbers 0 to 1166; left out",
    ]


def test_annotations_in_no_folder_of_that_name_are_found_too(tmp_path: Path) -> None:
    files = release_files.find(Download.open(put(tmp_path, "labels/5.json")), [])
    assert list(files.annotations) == [5]


def test_nothing_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no annotation in it\. Expected data/annotation/N\.json"):
        release_files.find(Download.open(put(tmp_path, "video/0.mp4")), [])
