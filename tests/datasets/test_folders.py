from __future__ import annotations

import pytest

from aqa_eval.datasets import folders
from aqa_eval.errors import DataError


def test_walk_is_breadth_first_sorted_and_skips_numbered_and_hidden(tmp_path) -> None:
    for name in ("b/deep/deeper", "a", "01/x", "02_14/x", ".git/x", "c01"):
        (tmp_path / name).mkdir(parents=True)
    seen = [folder.relative_to(tmp_path).as_posix() for folder, _ in folders.walk(tmp_path, 2, [])]
    assert seen == [".", "a", "b", "c01", "b/deep"]
    top = next(iter(folders.walk(tmp_path, 0, [])))[1]
    assert [entry.name for entry in top] == [".git", "01", "02_14", "a", "b", "c01"]


def test_pick_ignores_capitals(tmp_path) -> None:
    (tmp_path / "Labels").mkdir()
    assert folders.pick(folders.entries(tmp_path), "labels") == tmp_path / "Labels"
    assert folders.pick(folders.entries(tmp_path), "label") is None


def test_a_folder_that_cannot_be_listed(tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError, match="file: cannot be listed"):
        folders.entries(tmp_path / "file")
