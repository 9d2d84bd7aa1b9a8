from __future__ import annotations

import runpy
from pathlib import Path

import pytest
import synthetic_egoexo_fitness as synthetic

from aqa_eval.datasets.download import Download
from aqa_eval.datasets.egoexo_fitness.official_split import FILES, find, records_of, shipped
from aqa_eval.errors import DataError

HERE = Path(__file__).parents[2]
REAL = HERE.parent / "shared" / "data" / "EgoExo-Fitness" / "CVSV_benchmark" / "annotations"
LINE = b"/p/abc/ego_m/V1 s 1 2 /p/abc/exo_m/V2 s 1 2"


def test_the_shipped_lists_are_disjoint_and_as_long_as_published() -> None:
    splits = list(shipped().values())
    assert (splits.count("train"), splits.count("test")) == (28, 36)
    assert len(shipped()) == 64
    # Downloads are searched without regard to capitals: no two ids may differ in them only.
    assert len({record.lower() for record in shipped()}) == 64


@pytest.mark.skipif(not REAL.is_dir(), reason="the authors' pair files are not at hand (../shared/data)")
def test_the_shipped_lists_are_those_of_the_authors_files() -> None:
    problems: list[str] = []
    for split, name in FILES.items():
        records = records_of((REAL / name).read_bytes(), name, problems)
        assert records == {record for record, its in shipped().items() if its == split}
    assert problems == []
    written = runpy.run_path(str(HERE / "scripts" / "derive_egoexo_split.py"))["written"]
    assert written(REAL) == (HERE / "src/aqa_eval/datasets/egoexo_fitness/split.toml").read_text("utf-8")


@pytest.mark.skipif(not REAL.is_dir(), reason="the authors' pair files are not at hand (../shared/data)")
def test_a_clone_of_the_authors_repository_beside_the_download_is_used(tmp_path) -> None:
    download = tmp_path / "download"
    download.mkdir()
    (tmp_path / "EgoExo-Fitness" / "CVSV_benchmark").mkdir(parents=True)
    (tmp_path / "EgoExo-Fitness" / "CVSV_benchmark" / "annotations").symlink_to(REAL)
    split = find(Download.open(download))
    assert split.records == shipped()
    assert split.source == str(tmp_path / "EgoExo-Fitness" / "CVSV_benchmark" / "annotations")
    assert list(split.differences) == []


def test_lines_are_read_from_their_end() -> None:
    problems: list[str] = []
    data = b"\0\0" + LINE + b"\r\n\n" + b"stray words /p/q/r/xyz/exo_l/V s 1 2 xyz/exo_m/V/ s 1 2\n"
    assert records_of(data, "pairs.txt", problems) == {"abc", "xyz"}
    assert problems == []


def test_lines_that_are_no_pairs_are_told_once_and_the_others_count() -> None:
    problems: list[str] = []
    assert records_of(LINE + b"\nshort line\nV s 1 2 /p/abc/exo_m/V s 1 2", "pairs.txt", problems) == {"abc"}
    assert len(problems) == 1
    assert problems[0].startswith("pairs.txt: 2 lines, the first is line 2, are not two times")
    with pytest.raises(DataError, match=r"pairs\.txt: no line names a record"):
        records_of(b"\0\0\0", "pairs.txt", [])


def test_records_in_both_files_are_left_out_and_told(tmp_path) -> None:
    synthetic.write(tmp_path)
    folder = tmp_path / "CVSV_benchmark" / "annotations"
    (folder / "test_pairs_open.txt").write_bytes(synthetic.pair_lines(("SYN001", "SYN002")))
    split = find(Download.open(tmp_path))
    assert split.of("SYN001") == "unassigned"
    assert split.of("SYN002") == "test"
    assert "records SYN001 are in train as well; left out" in split.problems[0]
    assert "65 records are assigned otherwise" in split.differences[0]  # the 64 published, and SYN002


def test_one_file_alone_is_told_and_the_shipped_lists_are_used(tmp_path) -> None:
    synthetic.write(tmp_path)
    (tmp_path / "CVSV_benchmark" / "annotations" / "train_pairs_open.txt").unlink()
    split = find(Download.open(tmp_path))
    assert split.records == shipped()
    assert "train_pairs_open.txt is not beside it; the shipped split is used" in split.problems[0]


def test_a_file_without_records_is_told_and_the_shipped_lists_are_used(tmp_path) -> None:
    synthetic.write(tmp_path)
    (tmp_path / "CVSV_benchmark" / "annotations" / "train_pairs_open.txt").write_bytes(b"\0")
    split = find(Download.open(tmp_path))
    assert split.records == shipped()
    assert "no line names a record" in split.problems[0]
