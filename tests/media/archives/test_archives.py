"""What holds of every kind of archive."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

import numpy as np
import pytest
from packing import EVERY_KIND, READ_IN_PLACE, needs_libarchive, pack
from stored_rar import VOLUME, encrypted, encryption_header, rar, stored, symlink

from aqa_eval.errors import MediaError
from aqa_eval.media import archives
from aqa_eval.media.archives import tars

NOISE = np.random.default_rng(7).bytes(20_000)  # does not pack, and lies across parts of 2,560 bytes
MEMBERS = {
    "clips/1.mp4": NOISE,
    "clips/2.mp4": NOISE[::-1],
    "Labels/error_knees.json": b'{"1": [[0.5, 1.5]]}',
    "clips1.txt": b"sorted after clips and its files",
    "empty.txt": b"",
    "cl.txt": b"sorted between clips and its files",
    "\u00fcnter/\u6df1.txt": b"not ASCII",
}


@pytest.mark.parametrize("kind", EVERY_KIND)
class TestEveryKind:
    def test_members_are_listed_and_read(self, kind: str, tmp_path: Path) -> None:
        path = pack(kind, tmp_path, MEMBERS)
        assert archives.is_archive(path)
        listing = archives.members(path)
        assert list(listing.names) == sorted(MEMBERS)
        assert list(listing.problems) == []
        assert {name: archives.read_bytes(path / name) for name in listing.names} == MEMBERS
        assert [archives.size(path / name) for name in MEMBERS] == [len(c) for c in MEMBERS.values()]

    def test_a_member_is_a_seekable_file(self, kind: str, tmp_path: Path) -> None:
        path = pack(kind, tmp_path, MEMBERS)
        with archives.opened(path / "clips/1.mp4") as file:
            assert file.seekable()
            assert file.seek(-5, io.SEEK_END) == len(NOISE) - 5
            assert file.read() == NOISE[-5:]
            assert file.seek(1234) == 1234
            assert file.read(9000) == NOISE[1234:10234]
            assert file.tell() == 10234
            file.seek(0)
            assert file.read() == NOISE
            assert file.read() == b""

    def test_it_is_a_folder(self, kind: str, tmp_path: Path) -> None:
        path = pack(kind, tmp_path, MEMBERS)
        assert list(archives.entries(path)) == [
            ("Labels", True),
            ("cl.txt", False),
            ("clips", True),
            ("clips1.txt", False),
            ("empty.txt", False),
            ("\u00fcnter", True),
        ]
        assert list(archives.entries(path / "clips")) == [("1.mp4", False), ("2.mp4", False)]
        assert list(archives.entries(path / "cli")) == []
        assert archives.is_folder(path)
        assert archives.is_folder(path / "clips")
        assert archives.is_file(path / "clips/1.mp4")
        assert not archives.is_folder(path / "clips/1.mp4")
        assert not archives.is_file(path / "clips")
        assert archives.exists(path / "clips")
        assert archives.exists(path / "empty.txt")
        assert not archives.exists(path / "clips/3.mp4")

    def test_a_member_that_is_not_there(self, kind: str, tmp_path: Path) -> None:
        path = pack(kind, tmp_path, MEMBERS)
        with pytest.raises(MediaError, match=r"there is no member 'clips/3\.mp4'"):
            archives.opened(path / "clips/3.mp4")

    def test_a_changed_archive_is_read_anew(self, kind: str, tmp_path: Path) -> None:
        path = pack(kind, tmp_path, {"a.txt": b"old"})
        assert archives.read_bytes(path / "a.txt") == b"old"
        before = archives.state(path)
        pack(kind, tmp_path, {"a.txt": b"newer", "b.txt": b"1" * 3000})
        assert archives.state(path) != before
        assert archives.read_bytes(path / "a.txt") == b"newer"

    def test_names_that_lead_out_are_refused_by_name(self, kind: str, tmp_path: Path) -> None:
        path = pack(kind, tmp_path, {"../evil": b"x", "/etc/evil": b"x", "C:/evil": b"x", "good": b"1"})
        listing = archives.members(path)
        assert list(listing.names) == ["good"]
        assert len(listing.problems) == 3
        for name in ("'../evil'", "evil'", "'C:/evil'"):
            assert any(name in problem and str(path) in problem for problem in listing.problems)
        assert archives.read_bytes(path / "good") == b"1"
        assert not (tmp_path.parent / "evil").exists()

    def test_a_damaged_archive_is_one_error_that_names_it(self, kind: str, tmp_path: Path) -> None:
        path = pack(kind, tmp_path, MEMBERS, split=10**6)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(MediaError, match=r"damaged or cut short") as told:
            archives.read_bytes(path / "clips/2.mp4")
        assert str(path) in str(told.value)
        assert "Download it again" in str(told.value)

    def test_an_empty_file_is_no_archive(self, kind: str, tmp_path: Path) -> None:
        (tmp_path / kind).write_bytes(b"")
        with pytest.raises(MediaError, match=r"it is empty \(0 bytes\)"):
            archives.members(tmp_path / kind)


@pytest.mark.skipif("fork" not in get_all_start_methods(), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("kind", ["deflated.zip", "plain.tar"])
def test_forked_processes_share_no_open_file(kind: str, tmp_path: Path) -> None:
    path = pack(kind, tmp_path, MEMBERS)
    assert archives.read_bytes(path / "clips/1.mp4") == NOISE  # the archive is open now
    with get_context("fork").Pool(2) as pool:
        assert pool.map(archives.read_bytes, [path / "clips/2.mp4"] * 4) == [NOISE[::-1]] * 4


@pytest.mark.parametrize("kind", [k for k in EVERY_KIND if k not in READ_IN_PLACE])
def test_what_is_unpacked_is_unpacked_once(kind: str, tmp_path: Path, own_cache: Path) -> None:
    path = pack(kind, tmp_path, MEMBERS)
    assert archives.read_bytes(path / "clips/1.mp4") == NOISE
    files = sorted(p for p in own_cache.rglob("*") if p.is_file() and p.suffix != ".lock")
    assert [p.suffix for p in files] == [".bin", ".npz"]
    stamps = [p.stat().st_mtime_ns for p in files]
    archives._read.cache_clear()  # as in a new process
    assert archives.read_bytes(path / "clips/2.mp4") == NOISE[::-1]
    assert [p.stat().st_mtime_ns for p in files] == stamps
    files[0].write_bytes(b"short")  # someone damaged the cache
    archives._read.cache_clear()
    assert archives.read_bytes(path / "clips/1.mp4") == NOISE


def test_of_many_who_ask_at_once_one_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack("packed.tar.gz", tmp_path, MEMBERS)
    readings = []
    plain = tars.unpacked

    def counted(*arguments):
        readings.append(1)
        return plain(*arguments)

    monkeypatch.setattr(tars, "unpacked", counted)
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(archives.read_bytes, [path / "clips/1.mp4"] * 8))
    assert read == [NOISE] * 8
    assert len(readings) == 1


@pytest.mark.parametrize("kind", READ_IN_PLACE)
def test_what_is_read_in_place_is_not_copied(kind: str, tmp_path: Path, own_cache: Path) -> None:
    path = pack(kind, tmp_path, MEMBERS)
    assert archives.read_bytes(path / "clips/1.mp4") == NOISE
    assert sum(p.stat().st_size for p in own_cache.rglob("*") if p.is_file()) < 2500  # a table at most


def test_nothing_is_left_of_an_archive_that_broke_while_it_was_unpacked(
    tmp_path: Path, own_cache: Path
) -> None:
    path = pack("packed.tar.gz", tmp_path, MEMBERS)
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(MediaError, match="damaged"):
        archives.members(path)
    assert [p for p in own_cache.rglob("*") if p.is_file() and p.suffix != ".lock"] == []


def test_locate(tmp_path: Path) -> None:
    path = pack("stored.zip", tmp_path, MEMBERS)
    assert archives.locate(path / "clips" / "1.mp4") == (path, "clips/1.mp4")
    assert archives.locate(path) is None
    assert archives.locate(tmp_path / "absent.zip" / "1.mp4") is None
    unpacked = tmp_path / "other.zip"
    unpacked.mkdir()
    assert archives.locate(unpacked / "1.mp4") is None


def test_files_on_disk_are_read_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"plain")
    assert archives.read_bytes(path) == b"plain"
    assert archives.size(path) == 5
    with archives.opened(path) as file:
        assert file.read() == b"plain"
    with pytest.raises(MediaError, match=r"cannot read .*absent"):
        archives.read_bytes(tmp_path / "absent")
    with pytest.raises(MediaError, match="does not lead into an archive"):
        list(archives.entries(path))


def test_too_much_is_not_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "IN_MEMORY", 100)
    path = pack("stored.zip", tmp_path, MEMBERS)
    with pytest.raises(MediaError, match="20000 bytes are more than the 100"):
        archives.read_bytes(path / "clips/1.mp4")


@needs_libarchive
class TestRar:
    def wrote(self, folder: Path, *members: bytes | tuple[str, bytes]) -> Path:
        path = folder / "x.rar"
        path.write_bytes(rar(members))
        return path

    def test_encrypted_members_are_left_out_by_name(self, tmp_path: Path) -> None:
        path = self.wrote(tmp_path, encrypted("secret.json", b"x" * 32), ("open.json", b"{}"))
        listing = archives.members(path)
        assert list(listing.names) == ["open.json"]
        assert "'secret.json' left out: it is encrypted" in listing.problems[0]

    def test_a_wrong_checksum_names_the_member(self, tmp_path: Path) -> None:
        path = self.wrote(tmp_path, ("good", b"1"), stored("bad", b"abc", crc=1))
        # CRC-32 of b"abc" is 0x352441c2.
        with pytest.raises(MediaError, match="CRC-32 of the member 'bad' is 352441c2 instead of 00000001"):
            archives.members(path)

    def test_links_and_second_members_of_a_name_are_left_out(self, tmp_path: Path) -> None:
        path = self.wrote(tmp_path, symlink("l", "/etc/passwd"), ("a", b"first"), ("a", b"second"))
        listing = archives.members(path)
        assert list(listing.names) == ["a"]
        assert "'l' left out: it is a link to '/etc/passwd'" in listing.problems[0]
        assert "'a' left out: its name is there a second time" in listing.problems[1]
        assert archives.read_bytes(path / "a") == b"first"

    def test_several_volumes_and_encrypted_headers_are_told(self, tmp_path: Path) -> None:
        path = tmp_path / "x.part1.rar"
        path.write_bytes(rar([("a", b"1")], archive_flags=VOLUME))
        with pytest.raises(MediaError, match=r"x\.part1\.rar: a RAR archive of several volumes is not read"):
            archives.members(path)
        path = self.wrote(tmp_path, encryption_header(), ("a", b"1"))
        with pytest.raises(MediaError, match=r"x\.rar: the archive is encrypted"):
            archives.members(path)

    def test_a_download_cut_between_two_members(self, tmp_path: Path) -> None:
        path = self.wrote(tmp_path, ("a", b"1" * 100), ("b", b"2" * 100))
        path.write_bytes(path.read_bytes().partition(b"2" * 100)[0] + b"2" * 100)
        with pytest.raises(MediaError, match="without an end header, at or after the member 'b'"):
            archives.members(path)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (ImportError("no"), "pip install libarchive-c"),
        (TypeError("no library"), "apt install libarchive13"),
        (OSError("cannot load"), "apt install libarchive13"),
    ],
)
def test_without_libarchive_it_is_said_what_to_install(
    fault: Exception, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise fault

    monkeypatch.setattr("importlib.import_module", missing)
    path = pack("stored.rar", tmp_path, {"a": b"1"})
    with pytest.raises(MediaError, match=told) as error:
        archives.members(path)
    assert "unpack the archive by hand into a folder beside it" in str(error.value)
