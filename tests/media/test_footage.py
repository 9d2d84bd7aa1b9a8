"""The same on real videos of people: pose2sim (a man balancing) and sports2d (two small people outdoors)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from aqa_eval.media import video
from aqa_eval.media.blazepose import BlazePose
from aqa_eval.media.probe import probe
from aqa_eval.media.store import FrameStore
from aqa_eval.vocabulary import FrameSpan, Presentation, Sampling, VideoFile

Footage = Callable[[str], Path]


@pytest.fixture(scope="module")
def network() -> BlazePose:
    return BlazePose()


def every_picture(path: Path) -> Iterator[bytes]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="gray").tobytes()


@pytest.mark.parametrize(("name", "count"), [("cam01", 100), ("cam02", 100)])  # H.264 with B-frames, VP9
def test_frames_are_those_of_a_full_decode(footage: Footage, name: str, count: int) -> None:
    path = footage(name)
    timeline = probe(path)
    assert timeline.told
    assert timeline.times == pytest.approx(np.arange(count) / 60, abs=1e-3)
    wanted = [0, 7, 33, 34, 80, 99]
    everything = dict(enumerate(every_picture(path)))
    assert len(everything) == count
    got = {n: p.frame.to_ndarray(format="gray").tobytes() for n, p in video.pictures(path, timeline, wanted)}
    assert got == {n: everything[n] for n in wanted}


def test_the_man_is_found_in_every_frame(footage: Footage, clip, tmp_path: Path) -> None:
    store = FrameStore(tmp_path)
    want = Presentation("rgb", Sampling(count=12))
    frames = store.shown(clip(VideoFile(footage("cam01"))), [want])[want].frames
    keypoints, visibility = store.poses(frames)
    assert np.isfinite(keypoints).all()
    assert {(f.width, f.height) for f in frames} == {(448, 796)}
    # He stands on a beam, facing the camera: shoulders over hips over ankles, and all of him is seen.
    heights = keypoints[:, :, 1]
    shoulders, hips, ankles = (heights[:, pair].mean(axis=1) for pair in ([5, 6], [11, 12], [15, 16]))
    assert (shoulders < hips).all()
    assert (hips < ankles).all()
    assert visibility[:, [5, 6, 11, 12]].min() > 0.9


def test_a_turned_picture_gives_the_same_pose_turned(footage: Footage, network: BlazePose) -> None:
    path = footage("cam01")
    ((_, picture),) = video.pictures(path, probe(path), [50])
    upright = picture.rgb()
    height, width = upright.shape[:2]
    expected = network(upright)
    assert expected is not None
    body = float(np.ptp(expected.keypoints[:, 1]))
    for quarter_turns, back in (
        (1, lambda k: np.column_stack([width - k[:, 1], k[:, 0]])),
        (2, lambda k: np.column_stack([width - k[:, 0], height - k[:, 1]])),
    ):
        turned = network(np.ascontiguousarray(np.rot90(upright, quarter_turns)))
        assert turned is not None
        off = np.linalg.norm(back(turned.keypoints) - expected.keypoints, axis=1)
        assert np.median(off) < 0.03 * body


def test_small_people_are_found_and_a_crop_shows_them_larger(footage: Footage, clip, tmp_path: Path) -> None:
    store = FrameStore(tmp_path)
    # The man stands and waves on a roof, 175 of 448 pixels tall; the woman comes in later.
    waving = clip(VideoFile(footage("outdoors"), FrameSpan(0, 50)))
    rgb, crop = Presentation("rgb", Sampling(count=4)), Presentation("crop", Sampling(count=4))
    prepared = store.shown(waving, [rgb, crop])
    assert (
        [f.number for f in prepared[rgb].frames]
        == [f.number for f in prepared[crop].frames]
        == [0, 17, 33, 50]
    )
    (size,) = {(f.width, f.height) for f in prepared[crop].frames}  # one steady box
    small, large = (store.poses(prepared[want].frames)[0] for want in (rgb, crop))
    assert np.isfinite(small).all()
    assert np.isfinite(large).all()
    assert np.median(np.ptp(large[:, :, 1], axis=1)) > 2 * np.median(np.ptp(small[:, :, 1], axis=1)) * (
        min(size) / 448
    )


def test_nobody_is_found_where_both_have_left(footage: Footage, network: BlazePose) -> None:
    path = footage("outdoors")
    ((_, picture),) = video.pictures(path, probe(path), [229])
    assert network(picture.rgb()) is None
