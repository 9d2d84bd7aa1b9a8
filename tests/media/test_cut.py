"""A recording is cut at the given frames and seconds to the exact frame, however it is made and kept.

Every picture of the made recordings carries its number; the real ones are compared, pixel by pixel, with
a plain decode from the first one on.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import struct
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numbered_film import Film, draw, read_number
from packing import EVERY_KIND, needs_libarchive, pack, without_libarchive

from aqa_eval.errors import MediaError
from aqa_eval.media import archives
from aqa_eval.media.probe import probe
from aqa_eval.media.recording import Projector, Recording
from aqa_eval.media.store import FrameStore
from aqa_eval.vocabulary import FrameFolder, FrameSpan, Presentation, Sampling, Still, TimeSpan, VideoFile

COUNT = 60
B_FRAMES = {"bf": "3", "g": "24", "sc_threshold": "0", "crf": "20"}
UNEVEN = np.cumsum(np.random.default_rng(11).integers(15, 120, COUNT))
"""Milliseconds at which the pictures of a recording of uneven rate are shown."""

CUT_OFF = 10
"""Pictures that an edit list leaves out at the start."""

PLACES = ["folder", *EVERY_KIND]
Place = Callable[[Path, str], Path]
Footage = Callable[[str], Path]


@pytest.fixture
def projector(tmp_path: Path) -> Projector:
    return Projector(tmp_path / "cache")


@pytest.fixture
def placed(tmp_path: Path) -> Place:
    """Puts a file into a folder or an archive, split ones in parts of 7,000 bytes; its path there."""

    def put(path: Path, place: str) -> Path:
        if place == "folder":
            return path
        return pack(place, tmp_path / "packed", {f"videos/{path.name}": path.read_bytes()}, 7000) / (
            f"videos/{path.name}"
        )

    return put


@dataclass(frozen=True)
class Made:
    """A made recording: the numbers drawn into its pictures, when each is shown, and how it lies."""

    path: Path
    numbers: list[int]
    seconds: np.ndarray
    quarter_turns: int = 0


@pytest.fixture(params=["b_frames", "uneven", "turned", "edit_list", "late_start", "open_groups", "vp9"])
def made(request: pytest.FixtureRequest, film: Film, with_matrix) -> Made:
    even = np.arange(COUNT) / 25
    every = list(range(COUNT))
    match request.param:
        case "b_frames":
            return Made(film("cut.mp4", COUNT, options=B_FRAMES), every, even)
        case "uneven":
            path = film("cut_uneven.mp4", COUNT, options=B_FRAMES, ticks=[int(t) for t in UNEVEN])
            return Made(path, every, (UNEVEN - UNEVEN[0]) / 1000)
        case "turned":
            path = with_matrix(film("cut.mp4", COUNT, options=B_FRAMES), (0, 1, -1, 0))
            return Made(path, every, even, quarter_turns=1)
        case "edit_list":
            path = edited(film("cut.mp4", COUNT, options=B_FRAMES))
            return Made(path, every[CUT_OFF:], even[: COUNT - CUT_OFF])
        case "late_start":  # MPEG-TS of FFmpeg starts 1.4 s late, and its clock counts 90,000 a second
            return Made(film("cut.ts", COUNT, options=B_FRAMES), every, even)
        case "open_groups":
            options = B_FRAMES | {"x264-params": "open-gop=1"}
            return Made(film("cut_open.mkv", COUNT, options=options), every, even)
        case _:
            options = {"g": "12", "deadline": "realtime", "cpu-used": "8"}
            return Made(film("cut.webm", COUNT, "libvpx-vp9", options), every, even)


def edited(path: Path) -> Path:
    """A copy whose edit list begins `CUT_OFF` pictures later (ISO/IEC 14496-12, 8.6.6)."""
    data = bytearray(path.read_bytes())
    place = data.index(b"elst") + 4
    version, entries, duration, start, rate = struct.unpack_from(">IIIiI", data, place)
    assert (version, entries, duration) == (0, 1, COUNT * 40)  # in milliseconds, 40 a picture
    # The track's clock ticks 12,800 times a second: 512 a picture.
    struct.pack_into(">IIIiI", data, place, 0, 1, duration - CUT_OFF * 40, start + CUT_OFF * 512, rate)
    target = path.with_name("edit_list.mp4")
    target.write_bytes(data)
    return target


def shown(recording: Recording, quarter_turns: int = 0) -> list[int]:
    """The numbers in all pictures of a clip."""
    pictures = recording.pictures(range(len(recording.numbers)))
    return [read_number(np.rot90(picture.rgb(), quarter_turns)) for _, picture in pictures]


def test_cut_by_frames(made: Made, projector: Projector, clip) -> None:
    count = len(made.numbers)
    for first, last in ((0, 0), (0, 3), (11, 29), (22, 26), (count - 2, count - 1), (0, count - 1)):
        recording = projector.open(clip(VideoFile(made.path, FrameSpan(first, last))))
        assert shown(recording, made.quarter_turns) == made.numbers[first : last + 1]
        assert list(recording.numbers) == list(range(first, last + 1))
        expected = made.seconds[first : last + 1] - made.seconds[first]
        assert recording.times == pytest.approx(expected, abs=1e-3)


def test_cut_by_seconds(made: Made, projector: Projector, clip) -> None:
    for start, end in ((0.0, 0.04), (0.03, 0.5), (0.52, 1.4), (1.0, 1.96)):
        inside = [n for n, t in zip(made.numbers, made.seconds, strict=True) if start <= t < end]
        assert inside
        recording = projector.open(clip(VideoFile(made.path, TimeSpan(start, end))))
        assert shown(recording, made.quarter_turns) == inside


def test_the_clip_s_own_rotation_cuts_the_same_frames(film: Film, projector: Projector, clip) -> None:
    path = film("cut.mp4", COUNT, options=B_FRAMES)
    recording = projector.open(clip(VideoFile(path, FrameSpan(20, 30)), rotation=90))
    assert shown(recording, 1) == list(range(20, 31))


@pytest.mark.parametrize("place", PLACES)
def test_cut_wherever_it_lies(place: str, film: Film, placed: Place, projector: Projector, clip) -> None:
    plain = film("cut.mp4", COUNT, options=B_FRAMES)
    path = placed(plain, place)
    by_frames = projector.open(clip(VideoFile(path, FrameSpan(23, 41))))
    assert shown(by_frames) == list(range(23, 42))
    # 0.92 s is picture 23, and 1.68 s picture 42, which is excluded.
    by_seconds = projector.open(clip(VideoFile(path, TimeSpan(0.92, 1.68))))
    assert shown(by_seconds) == list(range(23, 42))


@pytest.mark.parametrize(
    "place", ["deflated.zip", "split.tar.00", pytest.param("stored.rar", marks=needs_libarchive)]
)
def test_every_make_in_archives(made: Made, place: str, placed: Place, projector: Projector, clip) -> None:
    path = placed(made.path, place)
    recording = projector.open(clip(VideoFile(path, FrameSpan(11, 29))))
    assert shown(recording, made.quarter_turns) == made.numbers[11:30]
    assert projector.timeline(path).times == pytest.approx(made.seconds, abs=1e-3)


@pytest.fixture
def numbered_frames() -> dict[str, bytes]:
    """Frames 1 to 20 as a dataset numbers them, ten figures wide."""
    return {
        f"frames_open/REC/exo_m/frame_{n:010d}.jpg": cv2.imencode(".jpg", draw(n)[:, :, ::-1])[1].tobytes()
        for n in range(1, 21)
    }


@pytest.mark.parametrize("place", PLACES)
def test_frame_folders_and_stills_wherever_they_lie(
    place: str, numbered_frames: dict[str, bytes], projector: Projector, clip, tmp_path: Path
) -> None:
    root = tmp_path / "frames"
    if place == "folder":
        for name, content in numbered_frames.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
    else:
        root = pack(place, root, numbered_frames, 7000)
    folder = FrameFolder(root / "frames_open/REC/exo_m", "frame_%010d.jpg", 7, 15, 30.0)
    recording = projector.open(clip(folder))
    assert shown(recording) == list(recording.numbers) == list(range(7, 16))
    assert recording.times == pytest.approx(np.arange(9) / 30)
    turned = projector.open(clip(folder, rotation=270))
    assert shown(turned, -1) == list(range(7, 16))
    still = projector.open(clip(Still(root / "frames_open/REC/exo_m/frame_0000000011.jpg")))
    assert shown(still) == [11]


def test_keys_are_the_same_wherever_it_lies(
    numbered_frames: dict[str, bytes], film: Film, clip, tmp_path: Path
) -> None:
    """The same clip has the same fingerprint and the same frames, extracted or in any archive."""
    kinds = [k if isinstance(k, str) else str(k.values[0]) for k in EVERY_KIND]
    video = film("cut.mp4", COUNT, options=B_FRAMES).read_bytes()
    members = {"videos/cut.mp4": video, **numbered_frames}
    for name, content in members.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    roots = [tmp_path] + [
        pack(kind, tmp_path / "packed", members, 7000)
        for kind in kinds
        if not (kind.endswith(".rar") and without_libarchive())
    ]
    store, want = FrameStore(tmp_path / "cache"), Presentation("rgb", Sampling(count=4, size=64))
    for media in (
        lambda root: VideoFile(root / "videos/cut.mp4", FrameSpan(5, 20)),
        lambda root: FrameFolder(root / "frames_open/REC/exo_m", "frame_%010d.jpg", 1, 20, 30.0),
        lambda root: Still(root / "frames_open/REC/exo_m/frame_0000000003.jpg"),
    ):
        clips = [clip(media(root)) for root in roots]
        assert len({store.fingerprint(one) for one in clips}) == 1
        assert len({store.shown(one, [want])[want].frames for one in clips}) == 1


def test_a_changed_archive_changes_the_key_and_an_unchanged_one_is_not_read(
    film: Film, clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FrameStore(tmp_path / "cache")
    path = pack("stored.zip", tmp_path, {"a.mp4": b"one"})
    one = clip(VideoFile(path / "a.mp4"))
    before = store.fingerprint(one)
    with monkeypatch.context() as patched:
        patched.setattr(archives, "streamed", lambda path: pytest.fail("read again"))
        assert store.fingerprint(one) == before
    pack("stored.zip", tmp_path, {"a.mp4": b"other"})
    assert store.fingerprint(one) != before
    absent = clip(VideoFile(path / "b.mp4"))
    assert store.fingerprint(absent) == store.fingerprint(clip(VideoFile(tmp_path / "b.mp4")))


def test_an_archive_that_is_cut_while_it_is_read(film: Film, tmp_path: Path, monkeypatch) -> None:
    path = pack("plain.tar", tmp_path, {"cut.mp4": film("cut.mp4", COUNT, options=B_FRAMES).read_bytes()})
    before = archives.state(path)
    assert archives.size(path / "cut.mp4") > 2000
    path.write_bytes(path.read_bytes()[:1500])
    monkeypatch.setattr(archives, "state", lambda archive: before)
    with pytest.raises(MediaError, match=r"plain\.tar/cut\.mp4: the video is damaged or cut short"):
        probe(path / "cut.mp4")


def test_worker_processes_read_archives(film: Film, placed: Place, clip, tmp_path: Path) -> None:
    store, want = FrameStore(tmp_path / "cache"), Presentation("rgb", Sampling(count=4, size=64))
    path = placed(film("cut.mp4", COUNT, options=B_FRAMES), "deflated.zip")
    clips = [clip(VideoFile(path, FrameSpan(first, first + 9))) for first in (0, 20, 40)]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        made = list(pool.map(store.shown, clips, [[want]] * 3))
    # linspace(0, 9, 4) = 0, 3, 6, 9
    assert [[f.number for f in shown[want].frames] for shown in made] == [
        [first, first + 3, first + 6, first + 9] for first in (0, 20, 40)
    ]


def luma(frame: av.VideoFrame) -> str:
    """A digest of a picture's stored brightness."""
    return hashlib.sha256(memoryview(frame.planes[0])).hexdigest()


def first_pictures(path: Path, count: int) -> list[str]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        return [luma(frame) for frame in islice(container.decode(stream), count)]


@pytest.mark.parametrize(
    ("name", "rate", "first"),
    [("cam01", 60, 37), ("cam02", 60, 21), ("outdoors", 30, 26)],  # H.264 with B-frames, VP9, VP9
)
def test_real_recordings_are_cut_to_the_exact_frame_in_archives_too(
    name: str, rate: int, first: int, footage: Footage, projector: Projector, clip, tmp_path: Path
) -> None:
    path = footage(name)
    content = {path.name: path.read_bytes()}
    plain = first_pictures(path, first + 10)
    assert len(set(plain)) == first + 10  # so that a picture tells its number
    frames, seconds = FrameSpan(first, first + 7), TimeSpan(first / rate, (first + 8) / rate)
    cuts = [(path.parent, frames), (path.parent, seconds)]
    cuts.append((pack("stored.zip", tmp_path, content), frames))
    cuts.append((pack("split.tar.00", tmp_path, content, 10**6), seconds))
    if not without_libarchive():
        cuts.append((pack("stored.rar", tmp_path, content), frames))
    for root, cut in cuts:
        recording = projector.open(clip(VideoFile(root / path.name, cut)))
        assert list(recording.numbers) == list(range(first, first + 8))
        pictures = [luma(picture.frame) for _, picture in recording.pictures([0, 7])]
        assert pictures == [plain[first], plain[first + 7]]
