"""What is shown of a clip in every representation and perturbation, and what it costs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numbered_film import read_number

from aqa_eval import mannequin
from aqa_eval.errors import MediaError, NobodyFoundError
from aqa_eval.media import PERTURBATIONS, REPRESENTATIONS, FrameStore, blazepose, combinable, jpeg, video
from aqa_eval.media.pose import Pose
from aqa_eval.vocabulary import Clip, FrameSpan, Presentation, Rendered, Sampling, Shown, Still, VideoFile

FOUR = Sampling(count=4)
SQUAT = Clip("squat", "mannequin", "squat", Rendered("squat", (), "side", 1), "one")
BODY = Pose(np.column_stack([np.linspace(100, 140, 17), np.linspace(60, 180, 17)]), np.ones(17), 0.9)


class Finder:
    """Stands in for the network: the same body but in the calls named, and a count of its calls."""

    def __init__(self) -> None:
        self.asked, self.nobody_at = 0, set[int]()

    def __call__(self, rgb: np.ndarray) -> Pose | None:
        self.asked += 1
        return None if self.asked - 1 in self.nobody_at else BODY


@pytest.fixture
def finder(monkeypatch: pytest.MonkeyPatch) -> Finder:
    finder = Finder()
    monkeypatch.setattr(blazepose, "loaded", lambda: finder)
    return finder


@pytest.fixture
def store(tmp_path: Path) -> FrameStore:
    return FrameStore(tmp_path / "cache")


def every(sampling: Sampling, **more: object) -> list[Presentation]:
    pairs = [(r, p) for r in REPRESENTATIONS for p in PERTURBATIONS if not combinable(r, p)]
    return [Presentation(r, sampling, p, seed=5, moment=1.0, **more) for r, p in pairs]


def one(store: FrameStore, clip: Clip, presentation: Presentation) -> Shown:
    return store.shown(clip, [presentation])[presentation]


def numbers(shown: Shown) -> list[int]:
    return [frame.number for frame in shown.frames]


def pixels(store: FrameStore, shown: Shown) -> np.ndarray:
    return np.stack([jpeg.decode(store.jpeg(f.digest), "frame") for f in shown.frames]).astype(int)


def test_a_frame_is_decoded_once_and_a_pose_looked_for_once_whatever_is_shown(
    store: FrameStore, finder: Finder, clip, film, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten seconds at 16 frames: 16 calls of the network, for all that can be shown, one after the other."""
    decoded: list[list[int]] = []
    plain = video.pictures
    monkeypatch.setattr(video, "pictures", lambda *given: decoded.append(list(given[2])) or plain(*given))
    ten_seconds = clip(VideoFile(film("ten.mp4", 250)))
    wanted = [p for p in every(Sampling()) if p.perturbation != "keyframe"]
    assert len(wanted) > 35
    together = store.shown(ten_seconds, wanted)
    assert finder.asked == 16
    assert [len(numbers) for numbers in decoded] == [16]
    assert store.shown(ten_seconds, wanted) == together
    # A second cache, one presentation after the other; another size, captions, and fewer frames of the same.
    apart = FrameStore(store.folder / "other")
    assert {p: one(apart, ten_seconds, p) for p in wanted} == together
    one(apart, ten_seconds, Presentation("overlay", Sampling(size=200), captions=("42",)))
    one(apart, ten_seconds, Presentation("crop", Sampling(count=2)))
    assert finder.asked == 32
    one(apart, ten_seconds, Presentation("crop", perturbation="keyframe", moment=5.0))
    assert finder.asked == 33


def test_poses_in_words_decode_nothing_when_the_poses_are_known(
    store: FrameStore, finder: Finder, clip, lively: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = clip(VideoFile(lively))
    one(store, lives, Presentation("overlay", FOUR))
    monkeypatch.setattr(video, "pictures", lambda *given: pytest.fail("decoded again"))
    for perturbation in ("none", "reversed", "shuffled", "mirrored"):
        assert one(store, lives, Presentation("pose-text", FOUR, perturbation)).text
    assert finder.asked == 4


def test_numbers_are_true_and_times_are_those_of_the_places(store: FrameStore, clip, lively: Path) -> None:
    part = clip(VideoFile(lively, FrameSpan(20, 79)))
    plain = one(store, part, Presentation("rgb", FOUR))
    assert numbers(plain) == [20, 40, 59, 79]
    for perturbation, order in (("reversed", [79, 59, 40, 20]), ("frozen", [59] * 4)):
        shown = one(store, part, Presentation("rgb", FOUR, perturbation))
        assert numbers(shown) == order
        assert [f.time for f in shown.frames] == [f.time for f in plain.frames]
        assert [read_number(rgb) for rgb in pixels(store, shown)] == order
        assert {f.digest for f in shown.frames} <= {f.digest for f in plain.frames}
    shuffled = one(store, part, Presentation("rgb", FOUR, "shuffled", seed=2))
    assert sorted(numbers(shuffled)) == numbers(plain) != numbers(shuffled)
    alone = one(store, part, Presentation("rgb", FOUR, "random-frame", seed=2))
    (frame,) = alone.frames
    assert frame in plain.frames
    (key,) = one(store, part, Presentation("rgb", FOUR, "keyframe", moment=1.0)).frames
    assert (key.number, key.time) == (45, 1.0)


def test_what_does_not_matter_makes_no_second_picture(store: FrameStore, clip, lively: Path) -> None:
    part = clip(VideoFile(lively))
    plain = Presentation("rgb", FOUR)
    same = [replace(plain, seed=9), replace(plain, moment=1.0), replace(plain, perturbation="swapped")]
    same.append(replace(plain, keypoints="oracle"))
    one(store, part, plain)
    assert store.prepared(part, same) is not None
    assert store.prepared(part, [replace(plain, perturbation="mirrored")]) is None
    assert store.prepared(part, [replace(plain, captions=("1",))]) is None


def test_mirrored_blank_and_captions(store: FrameStore, clip, lively: Path) -> None:
    part = clip(VideoFile(lively))
    plain = pixels(store, one(store, part, Presentation("rgb", FOUR)))
    mirrored = pixels(store, one(store, part, Presentation("rgb", FOUR, "mirrored")))
    assert np.abs(plain[:, :, ::-1] - mirrored).mean() < 3
    blank = pixels(store, one(store, part, Presentation("rgb", FOUR, "blank")))
    assert blank.shape == plain.shape
    assert np.abs(blank - 128).max() <= 1
    told = one(store, part, Presentation("rgb", FOUR, captions=("1", "2", "3", "4")))
    written = pixels(store, told)
    assert len({frame.digest for frame in told.frames}) == 4
    band = written.shape[1] - plain.shape[1]
    assert band > 0
    assert np.abs(written[:, band:] - plain).mean() < 3
    assert (written[:, 2:20, 2:4] < 60).all()
    # Captions belong to the places, not to the frames.
    frozen = one(store, part, Presentation("rgb", FOUR, "frozen", captions=("1", "2", "3", "4")))
    assert len({frame.digest for frame in frozen.frames}) == 4


def test_captions_of_another_number(store: FrameStore, clip, lively: Path) -> None:
    with pytest.raises(MediaError, match="3 captions for 4 frames: expected one for all, or one a frame"):
        one(store, clip(VideoFile(lively)), Presentation("rgb", FOUR, captions=("1", "2", "3")))


def test_coverage_counts_what_was_really_found(store: FrameStore, finder: Finder, clip, lively: Path) -> None:
    finder.nobody_at = {1, 5}
    # 9 frames from 0 to 0.64 s: 0.08 s apart, so that single frames are filled.
    part = clip(VideoFile(lively, FrameSpan(0, 16)))
    overlay, skeleton = (Presentation(r, Sampling(count=9)) for r in ("overlay", "skeleton"))
    shown = store.shown(part, [overlay, skeleton, Presentation("rgb", Sampling(count=9))])
    assert shown[overlay].coverage == shown[skeleton].coverage == pytest.approx(7 / 9)
    assert shown[Presentation("rgb", Sampling(count=9))].coverage is None
    lines = pixels(store, shown[skeleton]).max(axis=3)
    assert (lines > 150).any(axis=(1, 2)).all()
    assert one(store, part, replace(skeleton, perturbation="frozen")).coverage == 1
    assert "not found" not in one(store, part, replace(skeleton, representation="pose-text")).text


def test_long_gaps_are_marked(store: FrameStore, finder: Finder, clip, lively: Path) -> None:
    finder.nobody_at = {1}
    part = clip(VideoFile(lively))  # four frames in 3.96 s
    shown = one(store, part, Presentation("skeleton", FOUR))
    assert shown.coverage == 0.75
    found, missing = pixels(store, shown)[[0, 1]]
    assert (found[:200] > 150).any()
    assert (missing[:200] < 40).all()
    assert (missing[200:, :90] > 150).any()  # "no pose"
    text = one(store, part, Presentation("pose-text", FOUR)).text.splitlines()
    assert text[2] == "1.32 s: body not found"
    assert len(text) == 5


def test_nobody_to_remove(store: FrameStore, finder: Finder, clip, lively: Path) -> None:
    finder.nobody_at = {0, 1, 2, 3}
    part = clip(VideoFile(lively))
    for perturbation in ("person-removed", "background-replaced"):
        with pytest.raises(
            NobodyFoundError, match=f"no person was found in any of 4 frames, so {perturbation}"
        ):
            one(store, part, Presentation("rgb", FOUR, perturbation))
    assert one(store, part, Presentation("overlay", FOUR)).coverage == 0


def test_the_true_keypoints_of_a_rendering(store: FrameStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blazepose, "loaded", lambda: pytest.fail("no network is needed"))
    skeleton = Presentation("skeleton", FOUR, keypoints="oracle")
    shown = one(store, SQUAT, skeleton)
    assert shown.coverage == 1
    assert store.keypoints_digest(SQUAT, "oracle") == "oracle"
    truth = mannequin.keypoints(SQUAT.media)[numbers(shown)] * 448 / 512
    for rgb, points in zip(pixels(store, shown), truth, strict=True):
        for x, y in points[5:]:  # every joint of the limbs lies on what is drawn
            assert rgb[int(y), int(x)].max() > 150
    crop = one(store, SQUAT, replace(skeleton, representation="crop"))
    assert crop.coverage == 1
    estimated = store.keypoints_digest(SQUAT, "blazepose")
    assert estimated == blazepose.weights_digest()


def test_the_truth_is_known_of_renderings_only(store: FrameStore, clip, lively: Path) -> None:
    for ask in (
        lambda: store.keypoints_digest(clip(VideoFile(lively)), "oracle"),
        lambda: one(store, clip(VideoFile(lively)), Presentation("overlay", FOUR, keypoints="oracle")),
    ):
        with pytest.raises(MediaError, match="clip one of made: its true keypoints are not known"):
            ask()
    with pytest.raises(MediaError, match="unknown keypoints 'openpose': expected one of blazepose, oracle"):
        store.keypoints_digest(SQUAT, "openpose")


def test_keypoints_from_files(tmp_path: Path, clip, lively: Path) -> None:
    store = FrameStore(tmp_path / "cache", {"made": tmp_path / "poses"})
    part = clip(VideoFile(lively, FrameSpan(20, 79)))
    overlay = Presentation("skeleton", FOUR, keypoints="files")
    with pytest.raises(MediaError, match=r"clip one has no file of keypoints: expected .*one\.json"):
        store.keypoints_digest(part, "files")
    points = [[20.0 + 3 * k, 30.0 + 5 * k] for k in range(17)]
    frames = [{"frame": n, "keypoints": points} for n in (20, 40, 59, 79)]
    (tmp_path / "poses").mkdir()
    path = tmp_path / "poses" / "one.json"
    path.write_text(json.dumps({"size": [160, 120], "frames": frames}))
    digest = store.keypoints_digest(part, "files")
    first = one(store, part, overlay)
    # The picture is 320 wide: twice the copy's coordinates. Keypoint 11 is the left hip.
    rgb = pixels(store, first)[0]
    assert rgb[2 * (30 + 55), 2 * (20 + 33)].max() > 150
    frames[0]["keypoints"] = [[20.0 + 6 * k, 30.0 + 5 * k] for k in range(17)]
    path.write_text(json.dumps({"size": [160, 120], "frames": frames}))
    assert store.keypoints_digest(part, "files") != digest
    assert one(store, part, overlay).frames[0] != first.frames[0]
    path.write_text(json.dumps({"size": [120, 160], "frames": frames}))
    with pytest.raises(MediaError, match="measured in pictures of 120x160, but the clip has 320x240"):
        one(store, part, overlay)
    path.write_text(json.dumps({"frames": frames[:3]}))
    with pytest.raises(MediaError, match=r"one\.json: it says nothing of 1 of the frames"):
        one(store, part, overlay)
    with pytest.raises(MediaError, match="no folder of keypoint files is given for the dataset made"):
        FrameStore(tmp_path / "cache").keypoints_digest(part, "files")


def test_what_makes_no_sense_spoils_nothing_else(
    store: FrameStore, clip, lively: Path, tmp_path: Path, finder: Finder
) -> None:
    part, plain = clip(VideoFile(lively)), Presentation("rgb", FOUR)
    with pytest.raises(
        MediaError, match=r"clip one cannot be shown as skeleton .* person-removed: the skeleton"
    ):
        store.shown(part, [Presentation("skeleton", FOUR, "person-removed"), plain])
    assert store.prepared(part, [plain]) is not None
    still = clip(Still(tmp_path / "a.jpg"))
    with pytest.raises(MediaError, match="shuffled: a single image has no order"):
        one(store, still, Presentation("rgb", FOUR, "shuffled"))


def test_where_nobody_can_be_looked_for_all_else_is_shown(
    store: FrameStore, clip, lively: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable() -> Finder:
        raise MediaError("poses need the package ai-edge-litert")

    monkeypatch.setattr(blazepose, "loaded", unavailable)
    part, plain = clip(VideoFile(lively)), Presentation("rgb", FOUR)
    for other in (Presentation("overlay", FOUR), Presentation("rgb", FOUR, captions=("déjà vu",))):
        with pytest.raises(MediaError, match=r"poses need the package|cannot be drawn into a picture: à é"):
            store.shown(part, [other, plain])
        assert store.prepared(part, [plain]) is not None
        (store.folder / "shown").rename(store.folder / f"shown {other.representation}")


def test_a_still_in_every_way(store: FrameStore, clip, finder: Finder, tmp_path: Path) -> None:
    path = tmp_path / "squat.jpg"
    plain = one(store, SQUAT, Presentation("rgb", FOUR))
    path.write_bytes(store.jpeg(plain.frames[1].digest))
    still = clip(Still(path))
    wanted = [
        Presentation(r, FOUR, p)
        for r in REPRESENTATIONS
        for p in PERTURBATIONS
        if not combinable(r, p, still=True)
    ]
    shown = store.shown(still, wanted)
    assert all(len(shown[p].frames) == (p.representation not in ("none", "pose-text")) for p in wanted)
    assert shown[Presentation("pose-text", FOUR)].text.splitlines()[1].startswith("trunk:")
    assert finder.asked == 1
