from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from aqa_eval.datasets.mtl_aqa import annotation_files, recordings, restricted_pickle
from aqa_eval.datasets.mtl_aqa.recordings import Annotated
from aqa_eval.vocabulary import FrameFolder, FrameSpan, TimeSpan, VideoFile

WANTED = [Annotated((1, 1), 11, 30), Annotated((1, 2), 41, 60), Annotated((2, 1), 5, 14)]


def touch(folder: Path, names: list[str]) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(b"x")
    return folder


def write_video(path: Path, frames: int, rate: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(rate))
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for number in range(frames):
            picture = np.full((32, 32, 3), number % 256, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def assign(root: Path):
    return recordings.assign(recordings.look(root), WANTED)


@pytest.mark.parametrize("place", ["frames/01", "Data/Frames/1", "whole_videos_frames/01"])
@pytest.mark.parametrize("pattern", ["%06d.jpg", "%08d.jpg"])
def test_frames_of_an_event(tmp_path, place, pattern) -> None:
    folder = touch(tmp_path / place, [pattern % number for number in range(1, 61)])
    media, problems = assign(tmp_path)
    assert media == {
        (1, 1): FrameFolder(folder, pattern, 11, 30, 25.0),
        (1, 2): FrameFolder(folder, pattern, 41, 60, 25.0),
    }
    assert problems == []


def test_frames_that_end_too_early_are_said(tmp_path) -> None:
    touch(tmp_path / "frames" / "01", [f"{number:06d}.jpg" for number in range(1, 60)])
    media, problems = assign(tmp_path)
    assert set(media) == {(1, 1)}
    assert len(problems) == 1
    assert "dive (1, 2) needs frames 41-60" in problems[0]


def test_folders_of_single_dives(tmp_path) -> None:
    full = touch(tmp_path / "dives" / "01_01", [f"img_{number:05d}.jpg" for number in range(1, 21)])
    half = touch(tmp_path / "dives" / "02_01", [f"{number:08d}.PNG" for number in range(5)])
    touch(tmp_path / "dives" / "01_02", ["000001.jpg", "000003.jpg"])
    media, problems = assign(tmp_path)
    assert media == {
        (1, 1): FrameFolder(full, "img_%05d.jpg", 1, 20, 25.0),
        (2, 1): FrameFolder(half, "%08d.PNG", 0, 4, 12.5),  # 5 pictures over 10 annotated frames
    }
    assert len(problems) == 1
    assert "01_02: 2 pictures numbered 1-3" in problems[0]


def test_an_empty_dive_folder_is_said(tmp_path) -> None:
    touch(tmp_path / "01_01", ["notes.txt"])
    media, problems = assign(tmp_path)
    assert media == {}
    assert "01_01: no numbered jpg or png pictures" in problems[0]


def test_a_video_is_cut_by_zero_based_frames(tmp_path) -> None:
    path = write_video(tmp_path / "Videos" / "01.MP4", 60, 25)
    media, problems = assign(tmp_path)
    assert media == {
        (1, 1): VideoFile(path, FrameSpan(10, 29)),
        (1, 2): VideoFile(path, FrameSpan(40, 59)),
    }
    assert problems == []


def test_a_video_of_another_rate_is_cut_by_time_and_said(tmp_path) -> None:
    path = write_video(tmp_path / "1.mp4", 120, 50)
    media, problems = assign(tmp_path)
    # annotated frames 11-30 at 25 a second fill the time from 10/25 to 30/25 seconds
    assert media[1, 1] == VideoFile(path, TimeSpan(0.4, 1.2))
    assert len(problems) == 1
    assert "1.mp4: 50 frames a second where the annotations count 25" in problems[0]


@pytest.mark.parametrize(("frames", "rate"), [(59, 25), (118, 50)])
def test_a_video_that_is_too_short_is_not_used(tmp_path, frames, rate) -> None:
    write_video(tmp_path / "01.mp4", frames, rate)
    media, problems = assign(tmp_path)
    assert media == {}
    assert (
        f"01.mp4: {frames} frames at {rate} a second, but its event's last dive ends at frame 60"
        in problems[0]
    )


def test_a_file_that_is_no_video_is_said(tmp_path) -> None:
    (tmp_path / "02.mp4").write_bytes(b"not a video")
    media, problems = assign(tmp_path)
    assert media == {}
    assert "02.mp4: the video is damaged" in problems[0]


def test_frames_come_before_videos(tmp_path) -> None:
    write_video(tmp_path / "01.mp4", 60, 25)
    touch(tmp_path / "frames" / "01", [f"{number:06d}.jpg" for number in range(1, 61)])
    media, _ = assign(tmp_path)
    assert isinstance(media[1, 1], FrameFolder)


def test_nothing_there_is_no_problem_here(tmp_path) -> None:
    assert assign(tmp_path) == ({}, [])


def subtitles(path: Path) -> list[tuple[float, float, set[str]]]:
    """(start, end, long words) of each subtitle of an `.sbv` file."""
    found = []
    for block in path.read_text(errors="replace").split("\n\n"):
        if m := re.match(r"(\d+):(\d+):([\d.]+),(\d+):(\d+):([\d.]+)\n(.*)", block.strip(), re.DOTALL):
            h0, m0, s0, h1, m1, s1 = map(float, m.groups()[:6])
            words = {word for word in re.findall(r"[a-z']+", m[7].lower()) if len(word) > 4}
            found.append((h0 * 3600 + m0 * 60 + s0, h1 * 3600 + m1 * 60 + s1, words))
    return found


@pytest.mark.parametrize("event", [1, 9, 13, 26])
def test_the_annotations_count_frames_at_25_a_second(real_release, event) -> None:
    """The words of a dive's caption were spoken in its commentary's frames: only one rate puts them there."""
    calamine = pytest.importorskip("python_calamine")
    files = annotation_files.find(real_release)
    captions = restricted_pickle.read(files.annotations.with_name("final_captions_dict.pkl"))
    assert files.sheets is not None
    assert isinstance(captions, dict)
    spoken = subtitles(files.sheets / f"{event:02d}.sbv")
    book = calamine.CalamineWorkbook.from_path(str(files.sheets / f"{event:02d}.xlsx"))
    spans, number = [], 0
    for row in book.get_sheet_by_index(0).to_python()[1:]:
        number = int(row[0]) if isinstance(row[0], float) else number
        if (
            str(row[1]).lower().startswith("comm")
            and (event, number) in captions
            and isinstance(row[3], float)
        ):
            wanted = {word for word in captions[event, number] if isinstance(word, str) and len(word) > 4}
            spans.append((row[2], row[3], wanted))
    assert len(spans) >= 25

    def overlap(fps: float) -> float:
        shares = []
        for first, last, wanted in spans:
            heard = set().union(*(w for start, end, w in spoken if start < last / fps and end > first / fps))
            shares.append(len(wanted & heard) / max(1, len(wanted | heard)))
        return float(np.mean(shares))

    at = {fps: overlap(fps) for fps in (24.0, recordings.FPS, 29.97, 30.0, 50.0, 60.0)}
    assert at.pop(25.0) > 0.55
    assert max(at.values()) < 0.15
