from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from aqa_eval.errors import MediaError
from aqa_eval.media import fingerprint as module
from aqa_eval.media.fingerprint import ContentHashes, fingerprint
from aqa_eval.vocabulary import FrameFolder, FrameSpan, Rendered, Still, TimeSpan, VideoFile

RECIPE = Rendered("squat", (), "side", 3)


@pytest.fixture
def hashes(tmp_path: Path) -> ContentHashes:
    return ContentHashes(tmp_path / "cache")


def test_everything_that_changes_the_pictures_changes_it(tmp_path: Path, clip, hashes: ContentHashes) -> None:
    one, two = tmp_path / "a.mp4", tmp_path / "b.mp4"
    one.write_bytes(b"one")
    two.write_bytes(b"two")
    clips = [
        clip(None),
        clip(VideoFile(one)),
        clip(VideoFile(two)),
        clip(VideoFile(one), rotation=90),
        clip(VideoFile(one, FrameSpan(0, 5))),
        clip(VideoFile(one, FrameSpan(0, 6))),
        clip(VideoFile(one, TimeSpan(0, 5))),
        clip(Still(one)),
        clip(VideoFile(tmp_path / "gone.mp4")),
        clip(FrameFolder(tmp_path, "%d.jpg", 0, 2, 25.0)),
        clip(FrameFolder(tmp_path, "%d.jpg", 0, 3, 25.0)),
        clip(FrameFolder(tmp_path, "%d.jpg", 0, 3, 30.0)),
        clip(RECIPE),
        clip(replace(RECIPE, seed=4)),
    ]
    assert len({fingerprint(c, hashes) for c in clips}) == len(clips)


def test_paths_and_times_do_not_count_and_names_of_clips_neither(
    tmp_path: Path, clip, hashes: ContentHashes
) -> None:
    one, copy = tmp_path / "a.mp4", tmp_path / "moved.mp4"
    one.write_bytes(b"same")
    copy.write_bytes(b"same")
    os.utime(copy, (1, 1))
    other = replace(clip(VideoFile(copy)), id="two", cluster="x")
    assert fingerprint(clip(VideoFile(one)), hashes) == fingerprint(other, hashes)


def test_a_changed_file_is_noticed_and_an_unchanged_one_is_not_read(
    tmp_path: Path, clip, hashes: ContentHashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"one")
    before = fingerprint(clip(VideoFile(path)), hashes)
    path.write_bytes(b"longer")
    after = fingerprint(clip(VideoFile(path)), hashes)
    assert after != before

    def unread(path: Path) -> str:
        raise AssertionError("read again")

    monkeypatch.setattr(module, "_content", unread)
    assert fingerprint(clip(VideoFile(path)), hashes) == after


def test_of_many_frames_some_are_read_and_all_are_measured(
    tmp_path: Path, clip, hashes: ContentHashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "frames").mkdir()
    files = [tmp_path / "frames" / f"{n:03d}.jpg" for n in range(100)]
    for n, file in enumerate(files):
        file.write_bytes(b"%03d" % n)
    read: list[str] = []
    content = module._content
    monkeypatch.setattr(module, "_content", lambda path: read.append(path.name) or content(path))
    media = FrameFolder(tmp_path / "frames", "%03d.jpg", 0, 99, 25.0)
    first = fingerprint(clip(media), hashes)
    assert len(read) == 16
    assert {"000.jpg", "099.jpg"} < set(read)
    assert fingerprint(clip(media), hashes) == first
    assert len(read) == 16  # remembered
    files[1].write_bytes(b"longer")
    second = fingerprint(clip(media), hashes)
    files[99].write_bytes(b"xyz")
    assert len({first, second, fingerprint(clip(media), hashes)}) == 3


def test_a_frame_folder_is_its_names_and_contents(tmp_path: Path, clip, hashes: ContentHashes) -> None:
    folder = FrameFolder(tmp_path / "frames", "%03d.jpg", 1, 3, 25.0)
    folder.folder.mkdir()
    absent = fingerprint(clip(folder), hashes)
    for n in (1, 2, 3):
        (folder.folder / f"{n:03d}.jpg").write_bytes(bytes([n]))
    whole = fingerprint(clip(folder), hashes)
    (folder.folder / "002.jpg").unlink()
    assert len({absent, whole, fingerprint(clip(folder), hashes)}) == 3
    moved = replace(folder, folder=folder.folder.rename(tmp_path / "moved"))
    (moved.folder / "002.jpg").write_bytes(bytes([2]))
    assert fingerprint(clip(moved), hashes) == whole


def test_a_file_that_appears_is_not_taken_for_absent(tmp_path: Path, clip, hashes: ContentHashes) -> None:
    path = tmp_path / "late.mp4"
    absent = fingerprint(clip(VideoFile(path)), hashes)
    path.write_bytes(b"here")
    assert fingerprint(clip(VideoFile(path)), hashes) != absent


def test_a_damaged_entry_is_written_anew(tmp_path: Path, clip, hashes: ContentHashes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"one")
    before = fingerprint(clip(VideoFile(path)), hashes)
    (entry,) = hashes.folder.rglob("*.json")
    for damage in (b"", b"[1", b"[]", b"{}"):
        entry.write_bytes(damage)
        assert fingerprint(clip(VideoFile(path)), hashes) == before


def test_what_cannot_be_read_is_an_error(tmp_path: Path, clip, hashes: ContentHashes) -> None:
    with pytest.raises(MediaError, match="cannot read"):
        fingerprint(clip(VideoFile(tmp_path)), hashes)
    with pytest.raises(MediaError, match=r"pattern 'frame\.jpg' does not name one numbered file"):
        fingerprint(clip(FrameFolder(tmp_path, "frame.jpg", 0, 2, 25.0)), hashes)
