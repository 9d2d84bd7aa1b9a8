from __future__ import annotations

import stat
import struct
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media import archives
from aqa_eval.media.archives import zips


def zipped(folder: Path, *members: tuple[str, bytes], packed: bool = False) -> Path:
    path = folder / "x.zip"
    with ZipFile(path, "w", ZIP_DEFLATED if packed else 0) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_links_and_second_members_of_a_name_are_left_out(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a", b"first"), ("a", b"second"), ("./a", b"third"), ("folder/", b""))
    link = ZipInfo("l")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    listing = archives.members(path)
    assert list(listing.names) == ["a"]
    assert archives.read_bytes(path / "a") == b"first"
    assert ["'a'" in p or "'./a'" in p for p in listing.problems] == [True, True, False]
    assert "'l' left out: it is a symbolic link" in listing.problems[2]


def flagged_encrypted(path: Path) -> None:
    """Set bit 0 of the general purpose flags in both headers (APPNOTE 4.3.7 and 4.3.12)."""
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = data.index(signature) + offset
        data[place] |= 1
    path.write_bytes(data)


@pytest.mark.parametrize("read", [archives.read_bytes, archives.opened])
def test_an_encrypted_member(read, tmp_path: Path) -> None:
    path = zipped(tmp_path, ("secret.json", b"{}"))
    flagged_encrypted(path)
    with pytest.raises(MediaError, match=r"x\.zip: the member 'secret\.json' is encrypted"):
        read(path / "secret.json")


@pytest.mark.parametrize("packed", [False, True])
def test_a_damaged_member_names_archive_and_member(packed: bool, tmp_path: Path) -> None:
    content = bytes(range(256)) * 40
    path = zipped(tmp_path, ("good", b"1"), ("bad", content), packed=packed)
    data = bytearray(path.read_bytes())
    data[data.index(b"bad") + 30] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"x\.zip: .*the member 'bad' cannot be read"):
        archives.read_bytes(path / "bad")
    assert archives.read_bytes(path / "good") == b"1"


def test_an_unknown_way_of_packing(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a", b"1" * 99), packed=True)
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        place = data.index(signature) + offset
        data[place : place + 2] = struct.pack("<H", 9)  # Deflate64, of Windows Explorer
    path.write_bytes(data)
    with pytest.raises(MediaError, match="the member 'a' cannot be read"):
        archives.read_bytes(path / "a")


@pytest.mark.parametrize("read", [archives.read_bytes, archives.opened])
def test_a_bomb_is_not_unpacked(read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "LARGE", 2**20)
    # Zeros deflate 1000 to 1; the ceiling is 200 to 1.
    path = zipped(tmp_path, ("zeros", bytes(2**20 + 1)), ("allowed", bytes(2**20)), packed=True)
    with pytest.raises(
        MediaError, match=r"'zeros' would grow from \d+ to 1048577 bytes, more than 200 times"
    ):
        read(path / "zeros")
    assert len(archives.read_bytes(path / "allowed")) == 2**20


def test_a_stored_member_that_is_not_where_it_should_be(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a", b"1" * 99))
    data = bytearray(path.read_bytes())
    data[:4] = b"JUNK"
    path.write_bytes(data)
    with pytest.raises(MediaError, match="the member 'a' is not where the table of contents says"):
        archives.opened(path / "a")


def test_large_members_are_unpacked_to_a_file_and_small_ones_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zips, "SPOOL", 1000)
    path = zipped(tmp_path, ("large", b"ab" * 2000), ("small", b"ab" * 20), packed=True)
    for name, size in (("large", 4000), ("small", 40)):
        with archives.opened(path / name) as file:
            file.seek(size - 2)
            assert file.read() == b"ab"
            assert file._rolled is (name == "large")
