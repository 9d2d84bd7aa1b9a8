from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aqa_eval.errors import MediaError
from aqa_eval.media.archives.names import Kind, is_archive_file, kind, later_parts, parts, safe


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("videos.zip", Kind.ZIP),
        ("Videos.ZIP", Kind.ZIP),
        ("FMS-Keyframes.rar", Kind.RAR),
        ("frames.tar", Kind.TAR),
        ("frames.tar.gz", Kind.PACKED),
        ("frames.tgz", Kind.PACKED),
        ("frames.tar.bz2", Kind.PACKED),
        ("frames.tar.xz", Kind.PACKED),
        ("frames_open.tar.00", Kind.TAR),
        ("frames_open.tar.aa", Kind.TAR),
        ("frames_open.tar.part-00", Kind.TAR),
        ("frames_open.tar.partaa", Kind.TAR),
        ("frames_open.tar.001", Kind.TAR),
        ("frames_open.tar.gz.aa", Kind.PACKED),
        ("frames_open.tar.02", None),  # a later part
        ("frames_open.tar.ab", None),
        ("frames.tar.md5", None),
        ("frames.tar.zst", None),
        ("1.mp4", None),
        ("zip", None),
        (".zip", None),
        ("notes.zip.txt", None),
    ],
)
def test_kind_by_name(name: str, expected: Kind | None) -> None:
    assert kind(name) is expected


def made(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"x")
    return folder / names[0]


@pytest.mark.parametrize(
    ("first", "others"),
    [
        ("f.tar.00", ["f.tar.01", "f.tar.02"]),
        ("f.tar.001", ["f.tar.002"]),
        ("f.tar.1", [f"f.tar.{n}" for n in range(2, 12)]),  # by number: 10 after 9
        ("f.tar.gz.aa", ["f.tar.gz.ab", "f.tar.gz.ac"]),
        ("f.tar.part-00", ["f.tar.part-01"]),
        ("f.tar.aaa", ["f.tar.aab"]),
    ],
)
def test_parts_in_order(tmp_path: Path, first: str, others: list[str]) -> None:
    path = made(tmp_path, first, *reversed(others), "g.tar.01", "f.tar.md5", "f.tar")
    assert [part.name for part in parts(path)] == [first, *others]


def test_a_missing_part_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = made(tmp_path, "f.tar.00", "f.tar.01", "f.tar.03")
    with pytest.raises(MediaError, match=r"the part f\.tar\.02 is missing, but f\.tar\.03 is there"):
        parts(path)
    letters = made(tmp_path, "g.tar.aa", "g.tar.ac")
    with pytest.raises(MediaError, match=r"the part g\.tar\.ab is missing"):
        parts(letters)


def test_a_part_that_arrives_later_is_seen(tmp_path: Path) -> None:
    path = made(tmp_path, "f.tar.00")
    assert len(parts(path)) == 1
    made(tmp_path, "f.tar.01")
    assert len(parts(path)) == 2


def test_part_one_is_the_first_only_where_there_is_no_part_zero(tmp_path: Path) -> None:
    one = made(tmp_path, "f.tar.01")
    assert is_archive_file(one)
    zero = made(tmp_path, "f.tar.00")
    assert is_archive_file(zero)
    assert not is_archive_file(one)


def test_only_files_are_archives(tmp_path: Path) -> None:
    (tmp_path / "videos.zip").mkdir()
    assert not is_archive_file(tmp_path / "videos.zip")
    assert not is_archive_file(tmp_path / "absent.zip")


def test_later_parts_and_parts_without_a_first(tmp_path: Path) -> None:
    made(
        tmp_path,
        "f.tar.00",
        "f.tar.01",
        "f.tar.03",
        "g.tar.gz.aa",
        "g.tar.gz.ab",
        "f.tar",
        "f.tar.sha",
        "1.mp4",
    )
    made(tmp_path, "h.tar.02", "i.tar.ab")
    later, orphans = later_parts(sorted(tmp_path.iterdir()))
    assert {path.name for path in later} == {"f.tar.01", "f.tar.03", "g.tar.gz.ab"}
    assert [path.name for path in orphans] == ["h.tar.02", "i.tar.ab"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("a/b.json", "a/b.json"),
        ("./a//b.json", "a/b.json"),
        ("a\\b.json", "a/b.json"),
        ("..a/b..", "..a/b.."),
    ],
)
def test_safe_names(raw: str, name: str) -> None:
    assert safe(raw) == name


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("../evil", "out of the archive"),
        ("a/../../evil", "out of the archive"),
        ("a\\..\\..\\evil", "out of the archive"),
        ("/etc/passwd", "absolute"),
        ("\\\\server\\share", "absolute"),
        ("C:\\Windows", "drive letter"),
        ("c:evil", "drive letter"),
        ("a\0b", "NUL"),
        (".", "no name"),
        ("", "no name"),
    ],
)
def test_names_that_lead_out_are_refused(raw: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        safe(raw)


@given(st.text(alphabet="ab./\\:C\0", max_size=12))
@example(".\\C:")
def test_a_safe_name_stays_below_any_folder(raw: str) -> None:
    try:
        name = safe(raw)
    except ValueError:
        return
    path = PurePosixPath("/root") / name
    assert ".." not in path.parts
    assert path.is_relative_to("/root")
    assert path != PurePosixPath("/root")
    assert safe(name) == name
