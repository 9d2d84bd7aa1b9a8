from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from packing import pack, tar

from aqa_eval.errors import MediaError
from aqa_eval.media import archives
from aqa_eval.media.archives import unpacking

THREE = {"a": b"1" * 1000, "b": b"2" * 1000, "c": b"3" * 1000}
"""Each member takes a header and two blocks of 512 bytes: 1536 bytes."""


def wrote(folder: Path, data: bytes) -> Path:
    path = folder / "x.tar"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", ["plain.tar", "packed.tar.gz"])
def test_links_devices_and_second_members_are_left_out(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    with tarfile.open(path, "w:gz" if kind.endswith("gz") else "w:") as archive:
        for name, what in (("s", tarfile.SYMTYPE), ("h", tarfile.LNKTYPE), ("f", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = what, "/etc/passwd"
            archive.addfile(info)
        for content in (b"first", b"second"):
            info = tarfile.TarInfo("a")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    listing = archives.members(path)
    assert list(listing.names) == ["a"]
    assert archives.read_bytes(path / "a") == b"first"
    reasons = ["a link to '/etc/passwd'", "a link to '/etc/passwd'", "no plain file", "a second time"]
    assert [reason in problem for reason, problem in zip(reasons, listing.problems, strict=True)] == [
        True
    ] * 4


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_of_every_format(form: int, tmp_path: Path) -> None:
    name = "frames_open/" + "x" * 90 + "/frame_0000000001.jpg"
    with tarfile.open(tmp_path / "x.tar", "w", format=form) as archive:
        info = tarfile.TarInfo(name)
        info.size = 3
        archive.addfile(info, io.BytesIO(b"abc"))
    assert archives.read_bytes(tmp_path / "x.tar" / name) == b"abc"


def test_cut_within_a_member(tmp_path: Path) -> None:
    path = wrote(tmp_path, tar(THREE)[: 1536 + 512 + 300])
    with pytest.raises(MediaError, match="damaged or cut short: at or after the member 'b'"):
        archives.members(path)


def test_cut_between_two_members_is_a_problem(tmp_path: Path) -> None:
    listing = archives.members(wrote(tmp_path, tar(THREE)[: 2 * 1536]))
    assert list(listing.names) == ["a", "b"]
    assert "no end mark after the member 'b'" in listing.problems[0]


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    data = bytearray(tar(THREE))
    data[1536:1546] = b"garbage..."
    with pytest.raises(MediaError, match=r"at or after the member 'a' \(bad checksum\)"):
        archives.members(wrote(tmp_path, bytes(data)))


def test_a_hole_of_zeros_is_not_taken_for_the_end_in_silence(tmp_path: Path) -> None:
    data = bytearray(tar(THREE))
    data[1536 : 2 * 1536] = bytes(1536)
    listing = archives.members(wrote(tmp_path, bytes(data)))
    assert list(listing.names) == ["a"]
    assert "its end mark is after the member 'a', and more data follows" in listing.problems[0]


def test_a_split_archive_without_its_last_part(tmp_path: Path) -> None:
    path = pack("split.tar.00", tmp_path, THREE, split=2000)
    whole = sorted(tmp_path.glob("split.tar.*"))
    assert archives.read_bytes(path / "b") == THREE["b"]
    for part in whole[2:]:
        part.unlink()  # 4000 bytes are left: the third member ends at 4608
    with pytest.raises(MediaError, match="at or after the member 'c'"):
        archives.members(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "ALLOWANCE", 2**20)
    path = pack("packed.tar.gz", tmp_path, {"zeros": bytes(5 * 2**20)})
    with pytest.raises(MediaError, match=r"at the member 'zeros' it has grown to more than \d+ bytes"):
        archives.members(path)


def test_named_as_packed_but_not_packed(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(tar(THREE))
    with pytest.raises(MediaError, match="starts neither as gzip"):
        archives.members(tmp_path / "x.tar.gz")


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AQA_EVAL_CACHE", str(tmp_path / "file"))
    path = pack("packed.tar.gz", tmp_path, THREE)
    with pytest.raises(MediaError, match=r"cannot write to the cache folder .*AQA_EVAL_CACHE"):
        archives.members(path)
