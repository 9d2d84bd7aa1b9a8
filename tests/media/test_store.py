from __future__ import annotations

import base64
import hashlib
import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numbered_film import read_number

from aqa_eval import mannequin
from aqa_eval.errors import MediaError, NobodyFoundError
from aqa_eval.media import blazepose, jpeg, recording, video
from aqa_eval.media.pose import Pose
from aqa_eval.media.store import FrameStore
from aqa_eval.vocabulary import FrameSpan, Presentation, Rendered, Sampling, Shown, Still, VideoFile

FOUR, SIX_SMALL = Presentation("rgb", Sampling(count=4)), Presentation("rgb", Sampling(count=6, size=120))
SOME_BODY = Pose(np.column_stack([np.linspace(100, 140, 17), np.linspace(60, 180, 17)]), np.ones(17), 0.9)


class Finder:
    """Stands in for the network: finds the same body in every picture and counts them."""

    def __init__(self, found: Pose | None = SOME_BODY) -> None:
        self.found, self.asked = found, 0

    def __call__(self, rgb: np.ndarray) -> Pose | None:
        self.asked += 1
        return self.found


@pytest.fixture
def store(tmp_path: Path) -> FrameStore:
    return FrameStore(tmp_path / "cache")


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> Finder:
    finder = Finder()
    monkeypatch.setattr(blazepose, "loaded", lambda: finder)
    return finder


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The frame numbers of every decode pass."""
    passes: list[list[int]] = []
    plain = video.pictures

    def counted(path, timeline, wanted):
        passes.append(list(wanted))
        return plain(path, timeline, wanted)

    monkeypatch.setattr(recording.video, "pictures", counted)
    return passes


def test_the_manifest_tells_what_is_in_the_pictures(store: FrameStore, clip, lively: Path) -> None:
    frames = store.shown(clip(VideoFile(lively, FrameSpan(20, 79))), [FOUR])[FOUR].frames
    # linspace(0, 59, 4) = 0, 19.67, 39.33, 59
    assert [f.number for f in frames] == [20, 40, 59, 79]
    assert [f.time for f in frames] == pytest.approx([0, 0.8, 1.56, 2.36])
    for frame in frames:
        data = store.jpeg(frame.digest)
        assert hashlib.sha256(data).hexdigest() == frame.digest
        picture = jpeg.decode(data, "frame")
        assert picture.shape == (frame.height, frame.width, 3) == (240, 320, 3)
        assert read_number(picture) == frame.number
        assert base64.b64decode(store.base64(frame.digest)) == data


def test_one_decode_serves_all_wants_and_the_second_time_none_is_needed(
    store: FrameStore, clip, lively: Path, finder: Finder, decoded: list[list[int]]
) -> None:
    wants = [
        FOUR,
        SIX_SMALL,
        Presentation("crop", Sampling(count=4)),
        Presentation("none", Sampling()),
        Presentation("rgb", Sampling(None, 2.0)),
    ]
    first = store.shown(clip(VideoFile(lively)), wants)
    # linspace(0, 99, 4) and (0, 99, 6); two a second of 25 from 0 to 3.96: 12.5 -> 12, 25, 37.5 -> 37 ...
    rate = [0, 12, 25, 37, 50, 62, 75, 87]
    assert decoded == [sorted({0, 33, 66, 99} | {0, 20, 40, 59, 79, 99} | set(rate))]
    assert [[f.number for f in first[want].frames] for want in wants] == [
        [0, 33, 66, 99],
        [0, 20, 40, 59, 79, 99],
        [0, 33, 66, 99],
        [],
        rate,
    ]
    assert {(f.width, f.height) for f in first[SIX_SMALL].frames} == {(160, 120)}
    assert finder.asked == 4
    assert store.shown(clip(VideoFile(lively)), wants) == first
    assert len(decoded) == 1
    assert finder.asked == 4


def test_no_picture_needs_no_recording(store: FrameStore, clip) -> None:
    assert store.shown(clip(None), [Presentation("none", Sampling())]) == {
        Presentation("none", Sampling()): Shown()
    }


def test_frames_that_are_lost_or_emptied_are_made_again(
    store: FrameStore, clip, lively: Path, decoded: list[list[int]]
) -> None:
    first = store.shown(clip(VideoFile(lively)), [FOUR])
    paths = sorted((store.folder / "frames").rglob("*.jpg"))
    paths[0].unlink()
    assert store.shown(clip(VideoFile(lively)), [FOUR]) == first
    paths[1].write_bytes(b"")
    assert store.shown(clip(VideoFile(lively)), [FOUR]) == first
    assert len(decoded) == 3
    assert all(store.jpeg(frame.digest) for frame in first[FOUR].frames)


def test_a_damaged_frame_is_never_sent(store: FrameStore, clip, lively: Path) -> None:
    frame = store.shown(clip(VideoFile(lively)), [FOUR])[FOUR].frames[1]
    (path,) = (store.folder / "frames").rglob(f"{frame.digest}.jpg")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(MediaError, match=r"was damaged and has been deleted\. Run the same command again"):
        store.jpeg(frame.digest)
    with pytest.raises(MediaError, match="cannot be read: No such file"):
        store.base64(frame.digest)
    assert store.shown(clip(VideoFile(lively)), [FOUR])[FOUR].frames[1] == frame
    assert store.jpeg(frame.digest)


def test_a_damaged_list_is_made_anew(store: FrameStore, clip, lively: Path) -> None:
    first = store.shown(clip(VideoFile(lively)), [FOUR])
    (path,) = (store.folder / "shown").rglob("*.json")
    for damage in (b"", b"[", b"{}x", b"[1]", b'[{"number": 1}]'):
        path.write_bytes(damage)
        assert store.shown(clip(VideoFile(lively)), [FOUR]) == first


def test_what_cannot_be_had_spoils_nothing_else(
    store: FrameStore, clip, lively: Path, finder: Finder, decoded: list[list[int]]
) -> None:
    finder.found = None
    short = clip(VideoFile(lively, FrameSpan(0, 8)))
    crop, many = Presentation("crop", Sampling(count=4)), Presentation("rgb", Sampling(count=16))
    with pytest.raises(MediaError, match="16 frames were asked for, but the clip has 9"):
        store.shown(short, [FOUR, many])
    with pytest.raises(NobodyFoundError, match="no person was found in any of 4 frames"):
        store.shown(short, [FOUR, crop])
    passes = len(decoded)
    with pytest.raises(NobodyFoundError, match="no person was found in any of 4 frames"):
        store.shown(short, [FOUR, crop])  # not looked for again
    assert len(store.shown(short, [FOUR])[FOUR].frames) == 4
    assert len(decoded) == passes


def test_a_still_is_one_picture_however_many_are_asked_for(
    store: FrameStore, clip, lively: Path, tmp_path: Path
) -> None:
    frame = store.shown(clip(VideoFile(lively)), [FOUR])[FOUR].frames[0]
    path = tmp_path / "still.jpg"
    path.write_bytes(store.jpeg(frame.digest))
    (only,) = store.shown(clip(Still(path)), [FOUR])[FOUR].frames
    assert (only.number, only.time) == (0, 0.0)


def test_an_unknown_representation(store: FrameStore, clip) -> None:
    with pytest.raises(
        MediaError, match="unknown representation 'depth': expected one of rgb, crop, overlay"
    ):
        store.shown(clip(None), [Presentation("depth", Sampling())])


def test_missing_media_is_an_error_only_when_frames_are_asked_for(
    store: FrameStore, clip, tmp_path: Path
) -> None:
    gone = clip(VideoFile(tmp_path / "gone.mp4"))
    assert store.fingerprint(gone) == store.fingerprint(gone)
    with pytest.raises(MediaError, match=r"gone\.mp4: there is no such video file"):
        store.shown(gone, [FOUR])


def test_a_cache_that_cannot_be_written_is_one_clear_error(clip, lively: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MediaError, match="cannot write the cache file"):
        FrameStore(tmp_path / "file").shown(clip(VideoFile(lively)), [FOUR])


def test_a_pose_is_looked_for_once_a_picture(store: FrameStore, clip, lively: Path, finder: Finder) -> None:
    frames = store.shown(clip(VideoFile(lively)), [FOUR])[FOUR].frames
    keypoints, visibility = store.poses(frames)
    assert (keypoints.shape, visibility.shape) == ((4, 17, 2), (4, 17))
    assert (keypoints == SOME_BODY.keypoints).all()
    again, _ = store.poses(frames[::-1])
    assert (again == keypoints).all()
    assert finder.asked == 4
    next((store.folder / "poses").rglob("*.npy")).write_bytes(b"half")
    store.poses(frames)
    assert finder.asked == 5


def test_nobody_is_not_a_number(store: FrameStore, clip, lively: Path, finder: Finder) -> None:
    finder.found = None
    keypoints, visibility = store.poses(store.shown(clip(VideoFile(lively)), [FOUR])[FOUR].frames)
    assert np.isnan(keypoints).all()
    assert (visibility == 0).all()
    assert finder.asked == 4


def test_a_rendered_clip_from_recipe_to_poses(store: FrameStore, clip) -> None:
    recipe = Rendered("squat", (), "front", 1)
    frames = store.shown(clip(recipe), [FOUR])[FOUR].frames
    keypoints, visibility = store.poses(frames)
    truth = mannequin.keypoints(recipe)[[f.number for f in frames]] * frames[0].width / 512
    # A body is some 300 pixels tall here; joints of a network and of a regressor differ by their definition.
    assert np.median(np.linalg.norm(keypoints - truth, axis=-1)) < 6
    assert visibility.min() > 0.5


def test_several_processes_agree(store: FrameStore, clip, lively: Path) -> None:
    assert pickle.loads(pickle.dumps(store)) == store
    wants = [FOUR, SIX_SMALL]
    clips = [clip(VideoFile(lively, FrameSpan(first, first + 30))) for first in (0, 0, 10, 0, 10, 20)]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        made = list(pool.map(store.shown, clips, [wants] * len(clips)))
    assert made == [store.shown(one, wants) for one in clips]
    assert not list(store.folder.rglob(".part-*"))


PREPARE = """
import sys
from pathlib import Path
from aqa_eval.media.store import FrameStore
from aqa_eval.vocabulary import Clip, FrameSpan, Presentation, Sampling, VideoFile
store = FrameStore(Path(sys.argv[1]))
print("ready", flush=True)
for first in range(90):
    clip = Clip("one", "made", "squat", VideoFile(Path(sys.argv[2]), FrameSpan(first, first + 9)), "one")
    store.shown(clip, [Presentation("rgb", Sampling(count=10, size=64 + first))])
    print(first, flush=True)
"""


def test_a_killed_process_leaves_only_whole_files(store: FrameStore, clip, lively: Path) -> None:
    done = 0
    for clips in (1, 8):
        command = [sys.executable, "-c", PREPARE, str(store.folder), str(lively)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(done + clips + 1)]
            process.kill()
        done += clips
        assert lines[-1] == b"%d\n" % (done - 1)
        paths = list((store.folder / "frames").rglob("[!.]*.jpg"))
        assert len(paths) > done
        assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.stem for path in paths)
    for first in range(done + 2):
        want = Presentation("rgb", Sampling(count=10, size=64 + first))
        frames = store.shown(clip(VideoFile(lively, FrameSpan(first, first + 9))), [want])[want].frames
        assert [f.number for f in frames] == list(range(first, first + 10))
        assert all(store.jpeg(frame.digest) for frame in frames)
