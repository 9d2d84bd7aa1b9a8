from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from aqa_eval.errors import ReportError
from aqa_eval.report import saving
from aqa_eval.report.saving import save


def test_a_new_file_in_a_new_folder(tmp_path):
    save(b"whole", tmp_path / "runs" / "knees" / "report.html")
    assert (tmp_path / "runs" / "knees" / "report.html").read_bytes() == b"whole"
    assert [path.name for path in (tmp_path / "runs" / "knees").iterdir()] == ["report.html"]


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_bytes(b"old")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saving.os, "fsync", full)
    with pytest.raises(ReportError, match=r"report\.html.*disk is full: free some space"):
        save(b"new", path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(
    not Path("/proc/self").is_dir(), reason="needs Linux's /proc, into which nobody can write"
)
def test_a_folder_that_cannot_be_written_to(tmp_path):
    with pytest.raises(
        ReportError, match=r"^/proc/self/report\.html: the report could not be written \(.+\); .+\.$"
    ):
        save(b"x", Path("/proc/self/report.html"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write to any folder")
def test_a_folder_without_permission(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(ReportError, match="may not be written to"):
        save(b"x", folder / "report.html")


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "runs").write_text("in the way")
    with pytest.raises(ReportError, match="a file, not a folder"):
        save(b"x", tmp_path / "runs" / "report.html")


def test_a_folder_where_the_file_should_be(tmp_path):
    (tmp_path / "report.html").mkdir()
    with pytest.raises(ReportError, match="a folder of that name"):
        save(b"x", tmp_path / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
