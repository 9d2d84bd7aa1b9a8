from __future__ import annotations

from pathlib import Path

import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media.cache import cache_folder, new_file, write_whole


def test_the_variable_chooses_the_folder(tmp_path: Path) -> None:
    assert cache_folder({"AQA_EVAL_CACHE": str(tmp_path)}) == tmp_path
    assert cache_folder({}).name == "aqa-eval"
    assert cache_folder({"AQA_EVAL_CACHE": ""}) == cache_folder({})


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "one.bin"

    def interrupted() -> None:
        with new_file(path) as part:
            part.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(path.parent.iterdir()) == []
    write_whole(path, b"whole")
    assert [p.name for p in path.parent.iterdir()] == ["one.bin"]
    assert path.read_bytes() == b"whole"


def test_an_unwritable_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MediaError, match=r"cannot write the cache file .*set AQA_EVAL_CACHE to another"):
        write_whole(tmp_path / "file" / "one.bin", b"x")
