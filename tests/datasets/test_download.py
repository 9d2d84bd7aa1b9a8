from __future__ import annotations

import pickle
import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from aqa_eval.datasets import folders
from aqa_eval.datasets.download import Download
from aqa_eval.errors import DataError
from aqa_eval.media import archives


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AQA_EVAL_CACHE", str(tmp_path_factory.mktemp("cache")))


def touch(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


def zipped(path: Path, *names: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return path


def test_files_by_lower_case_path_archives_as_folders(tmp_path: Path) -> None:
    touch(tmp_path, "OHP/Labels/Error_Knees.JSON", "README.md")
    archive = zipped(tmp_path / "OHP/Videos.zip", "videos/1_1.mp4", "top.txt")
    download = Download.open(tmp_path)
    assert dict(download.files) == {
        "readme.md": tmp_path / "README.md",
        "ohp/labels/error_knees.json": tmp_path / "OHP/Labels/Error_Knees.JSON",
        "ohp/videos.zip/top.txt": archive / "top.txt",
        "ohp/videos.zip/videos/1_1.mp4": archive / "videos/1_1.mp4",
    }
    assert sorted(download.directories) == [
        "ohp",
        "ohp/labels",
        "ohp/videos.zip",
        "ohp/videos.zip/videos",
    ]
    assert list(download.problems) == []
    assert pickle.loads(pickle.dumps(download)) == download


def test_find_tries_patterns_in_order_on_the_end_of_the_path(tmp_path: Path) -> None:
    touch(tmp_path, "a/labels/x.json", "b/x.json", "c/Labels/Deep/x.json", "xx.json")
    download = Download.open(tmp_path)
    assert download.find("Labels/X.json", "x.json") == tmp_path / "a/labels/x.json"
    assert download.find("nowhere/x.json", "b/x.json") == tmp_path / "b/x.json"
    assert download.find("labels/*/x.json") == tmp_path / "c/Labels/Deep/x.json"
    assert download.find("nothing.json") is None
    assert download.all("x.json") == [
        tmp_path / "a/labels/x.json",
        tmp_path / "b/x.json",
        tmp_path / "c/Labels/Deep/x.json",
    ]
    # A star stays within a step; each file comes once, in the order of the patterns.
    assert download.all("b/*", "*x.json") == [
        tmp_path / "b/x.json",
        tmp_path / "a/labels/x.json",
        tmp_path / "c/Labels/Deep/x.json",
        tmp_path / "xx.json",
    ]
    assert download.all("a/*.json") == []
    assert download.find("/b/x.json") == tmp_path / "b/x.json"
    assert download.find("?/x.[j]son") == tmp_path / "b/x.json"


def test_extracted_files_come_before_those_in_archives(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "a.zip", "videos/1.mp4", "videos/2.mp4")
    touch(tmp_path, "z/videos/1.mp4")
    download = Download.open(tmp_path)
    assert download.all("1.mp4") == [tmp_path / "z/videos/1.mp4", archive / "videos/1.mp4"]
    assert download.all("*.mp4")[0] == tmp_path / "z/videos/1.mp4"
    assert download.find("videos/2.mp4") == archive / "videos/2.mp4"
    assert download.folder("videos") == tmp_path / "z/videos"
    assert download.folder("a.zip/videos") == archive / "videos"
    assert download.folder("1.mp4") is None


def test_an_archive_can_be_the_root(tmp_path: Path) -> None:
    archive = zipped(tmp_path / "all.zip", "data/Labels/x.json")
    download = Download.open(archive)
    assert list(download.files) == ["data/labels/x.json"]
    assert archives.read_bytes(download.files["data/labels/x.json"]) == b"data/Labels/x.json"
    assert list(Download.open(archive / "data").files) == ["labels/x.json"]


def test_folders_of_frames_are_seen_and_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [f"frames_open/REC/exo_m/frame_{n:010d}.jpg" for n in range(1, 100)]
    touch(tmp_path, *frames, "raw_annotations/meta_records.json")
    zipped(
        tmp_path / "frames.zip",
        *frames,
        "images/1_2_3.jpg",
        "images/1_3_4.jpg",
        *[f"n/{i}" for i in range(9)],
    )
    listed: list[Path] = []
    plain = folders.entries

    def counted(folder: Path) -> list[Path]:
        listed.append(folder)
        return plain(folder)

    monkeypatch.setattr(folders, "entries", counted)
    download = Download.open(tmp_path)
    assert download.all("frame_*.jpg") == []
    assert tmp_path / "frames_open/REC/exo_m" not in listed
    assert download.folder("REC/exo_m") == tmp_path / "frames_open/REC/exo_m"
    assert download.folder("frames.zip/frames_open/REC/exo_m") is not None
    assert len(download.all("images/*.jpg")) == 2
    everything = Download.open(tmp_path, skip=lambda folder: folder.name == "raw_annotations")
    assert len(everything.all("frame_*.jpg")) == 2 * 99
    assert everything.find("meta_records.json") is None


@pytest.mark.parametrize(
    ("names", "frames"),
    [
        ([f"{n:06d}.jpg" for n in range(8)], True),
        ([f"img_{n}.PNG" for n in range(1, 9)], True),
        ([f"{n:06d}.jpg" for n in range(7)], False),  # few
        ([f"{n}_{n}.jpg" for n in range(9)], False),  # keys of pictures, no numbers of frames
        ([f"{n}.json" for n in range(9)], False),
        ([*(f"{n}.jpg" for n in range(9)), "notes.txt"], False),
        ([], False),
    ],
)
def test_what_holds_frames(names: list[str], frames: bool, tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    touch(tmp_path / "f", *names)
    assert folders.holds_frames(tmp_path / "f") is frames
    archive = zipped(tmp_path / "x.zip", *(f"f/{name}" for name in names))
    assert folders.holds_frames(archive / "f") is frames
    assert folders.holds_frames(tmp_path / "absent") is False


def test_depth_hidden_files_and_what_archivers_of_apple_leave(tmp_path: Path) -> None:
    touch(tmp_path, "1/2/3/x", "1/2/y", ".git/x", "1/._y", "__MACOSX/1/x")
    assert sorted(Download.open(tmp_path, depth=2).files) == ["1/2/y"]
    assert sorted(Download.open(tmp_path).files) == ["1/2/3/x", "1/2/y"]


def test_links_that_lead_in_circles(tmp_path: Path) -> None:
    touch(tmp_path, "a/x")
    (tmp_path / "a/again").symlink_to(tmp_path, target_is_directory=True)
    assert sorted(Download.open(tmp_path).files) == ["a/x"]


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    touch(tmp_path, "good.json")
    (tmp_path / "broken.zip").write_bytes(b"PK no more")
    (tmp_path / "empty.tar").write_bytes(b"")
    touch(tmp_path, "s.tar.00", "s.tar.02", "o.tar.07")
    zipped(tmp_path / "outer.zip", "inner.zip", "../evil", "fine.txt")
    download = Download.open(tmp_path)
    assert sorted(download.files) == ["good.json", "o.tar.07", "outer.zip/fine.txt", "outer.zip/inner.zip"]
    for told in (
        "broken.zip: the archive is damaged",
        "empty.tar: the archive is damaged or cut short: it is empty",
        "the part s.tar.01 is missing, but s.tar.02 is there",
        "o.tar.07: a part of a split archive whose first part is not there",
        "outer.zip: member '../evil' left out",
        "inner.zip: an archive in an archive is not read",
    ):
        assert sum(told in problem for problem in download.problems) == 1
    assert len(download.problems) == 6


def test_names_that_differ_only_in_capitals(tmp_path: Path) -> None:
    touch(tmp_path, "Labels.json", "labels.json")
    download = Download.open(tmp_path)
    assert dict(download.files) == {"labels.json": tmp_path / "Labels.json"}
    assert "labels.json: differs only in capitals from" in download.problems[0]


def test_a_root_that_cannot_be_looked_through(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder and no archive"):
        Download.open(tmp_path / "absent")
    touch(tmp_path, "file.txt")
    with pytest.raises(DataError, match="is no folder and no archive"):
        Download.open(tmp_path / "file.txt")
    (tmp_path / "broken.zip").write_bytes(b"PK no more")
    with pytest.raises(DataError, match=r"broken\.zip: the archive is damaged"):
        Download.open(tmp_path / "broken.zip")
    with pytest.raises(DataError, match=r"broken\.zip: the archive is damaged"):
        Download.open(tmp_path / "broken.zip" / "data")


def test_ten_thousand_look_ups_take_no_time(tmp_path: Path) -> None:
    names = [f"videos/{n}_1.mp4" for n in range(10_000)]
    archive = zipped(tmp_path / "videos.zip", *names)
    started = time.process_time()
    download = Download.open(tmp_path)
    found = [download.find(f"videos/{n}_1.mp4") for n in range(10_000)]
    assert time.process_time() - started < 5  # about 0.2 s; a scan a look-up takes minutes
    assert found == [archive / name for name in names]
