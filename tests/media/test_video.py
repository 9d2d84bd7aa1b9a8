"""Exactly the wanted pictures: checked against a full decode and against numbers drawn into them."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numbered_film import HEIGHT, WIDTH, Film, draw, read_number

from aqa_eval.errors import MediaError
from aqa_eval.media import video
from aqa_eval.media.probe import probe

B_FRAMES = {"bf": "3", "g": "24", "sc_threshold": "0"}
COUNT = 60


def every_picture(path: Path) -> list[bytes]:
    """All pictures of a video by the plainest way there is."""
    with av.open(str(path)) as container:
        return [stored(frame) for frame in container.decode(video=0)]


def stored(frame: av.VideoFrame) -> bytes:
    return frame.to_ndarray(format="rgb24").tobytes()


def wanted_pictures(path: Path, wanted: list[int]) -> dict[int, bytes]:
    return {n: stored(p.frame) for n, p in video.pictures(path, probe(path), wanted)}


@pytest.mark.parametrize(
    ("name", "codec", "options", "pixels", "told"),
    [
        ("plain.mp4", "libx264", {"bf": "0", "g": "12"}, "yuv420p", True),
        ("b_frames.mp4", "libx264", B_FRAMES, "yuv420p", True),
        ("b_frames.mkv", "libx264", B_FRAMES, "yuv420p", True),
        ("b_frames.ts", "libx264", B_FRAMES, "yuv420p", True),
        ("open_gop.mp4", "libx264", B_FRAMES | {"x264-params": "open-gop=1"}, "yuv420p", True),
        ("refresh.mp4", "libx264", {"bf": "0", "g": "24", "x264-params": "intra-refresh=1"}, "yuv420p", True),
        (
            "pyramid.mp4",
            "libx264",
            {"x264-params": "b-pyramid=2:bframes=8:ref=6", "g": "250"},
            "yuv420p",
            True,
        ),
        ("mpeg4.mp4", "mpeg4", {"bf": "2", "g": "12"}, "yuv420p", True),
        ("mpeg2.mpg", "mpeg2video", {"bf": "2", "g": "12"}, "yuv420p", True),
        ("vp9.webm", "libvpx-vp9", {"g": "12", "deadline": "realtime", "cpu-used": "8"}, "yuv420p", True),
        ("motion_jpeg.avi", "mjpeg", {}, "yuvj420p", True),
        # AVI tells no presentation times and VP8 has packets without a picture: counted by decoding.
        ("b_frames.avi", "libx264", B_FRAMES, "yuv420p", False),
        ("vp8.webm", "libvpx", {"g": "12", "auto-alt-ref": "1", "lag-in-frames": "16"}, "yuv420p", False),
    ],
)
def test_seeking_and_skipping_give_the_pictures_of_a_full_decode(
    film: Film, name: str, codec: str, options: dict[str, str], pixels: str, told: bool
) -> None:
    path = film(name, COUNT, codec, options, pixels=pixels)
    timeline = probe(path)
    assert timeline.told == told
    assert len(timeline.pts) == COUNT
    assert timeline.times == pytest.approx(np.arange(COUNT) / 25, abs=1e-3)
    everything = every_picture(path)
    for wanted in (
        [0],
        [COUNT - 1],
        [30],
        [23, 24, 25],
        [1, 2, 50],
        list(range(0, COUNT, 7)),
        list(range(COUNT)),
    ):
        assert wanted_pictures(path, wanted) == {n: everything[n] for n in wanted}


@given(st.sets(st.integers(0, 99), min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_any_choice_of_frames_carries_its_numbers(lively: Path, wanted: set[int]) -> None:
    timeline = probe(lively)
    got = {n: read_number(p.rgb()) for n, p in video.pictures(lively, timeline, sorted(wanted))}
    assert got == {n: n for n in wanted}


def test_times_of_an_uneven_rate_come_from_the_stamps(film: Film) -> None:
    ticks = np.cumsum(np.random.default_rng(5).integers(15, 120, COUNT))
    for name in ("uneven.mp4", "uneven.mkv"):
        path = film(name, COUNT, options=B_FRAMES, ticks=[int(t) for t in ticks])
        # Milliseconds from the first picture.
        assert probe(path).times == pytest.approx((ticks - ticks[0]) / 1000, abs=1e-9)
        assert wanted_pictures(path, [7, 41]) == {n: every_picture(path)[n] for n in (7, 41)}


def test_pictures_nobody_wants_are_seldom_decoded(lively: Path) -> None:
    def decoded(wanted: list[int]) -> int:
        timeline = probe(lively)
        with av.open(str(lively)) as container:
            stream = container.streams.video[0]
            stamps = {int(timeline.pts[n]) for n in wanted}
            return sum(1 for _ in video._decode_until(container, stream, stamps))

    # Three in four pictures of this film are B-frames, two of which nothing leans on.
    assert decoded([99]) <= 60
    assert decoded(list(range(100))) == 100


def test_long_stretches_are_jumped_over(lively: Path) -> None:
    # Key pictures are 0, 24, 48, 72, 96: 50 and 52 hang on 48, and 80 on 72.
    timeline = probe(lively)
    assert timeline.keys[:, 0].tolist() == [0, 24, 48, 72, 96]
    assert list(video._runs(timeline, [2, 50, 52, 80])) == [(0, [2]), (2, [50, 52]), (3, [80])]
    assert list(video._runs(timeline, [0, 20, 26])) == [(0, [0, 20, 26])]


def test_the_display_matrix_lays_the_picture(film: Film, with_matrix) -> None:
    plain = film("upright.mp4", 3, options={"crf": "10"})
    shown = draw(0)
    for turn, expected in {
        (1, 0, 0, 1): shown,
        (0, 1, -1, 0): np.rot90(shown, -1),  # as phones held upright write it: clockwise
        (-1, 0, 0, -1): np.rot90(shown, 2),
        (0, -1, 1, 0): np.rot90(shown, 1),
        (-1, 0, 0, 1): shown[:, ::-1],  # a mirrored selfie
    }.items():
        path = with_matrix(plain, turn)
        ((_, picture),) = video.pictures(path, probe(path), [0])
        assert picture.rgb().shape == expected.shape
        assert np.abs(picture.rgb().astype(int) - expected).mean() < 6
        y, _, _ = picture.planes(120)
        assert y.shape == ((160, 120) if turn[0] == 0 else (120, 160))


def test_a_slanted_display_matrix_is_refused(film: Film, with_matrix) -> None:
    path = with_matrix(film("upright.mp4", 3, options={"crf": "10"}), (1, 1, -1, 1))
    with pytest.raises(MediaError, match="expected a multiple of 90"):
        list(video.pictures(path, probe(path), [0]))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="there is no such video file"):
        probe(tmp_path / "gone.mp4")


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "empty \\(0 bytes\\)"), (b"no video at all " * 99, "damaged or cut short")]
)
def test_a_file_that_is_no_video(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "odd.mp4"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=message):
        probe(path)


def test_a_file_without_a_video_stream(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        silence.sample_rate = 8000
        container.mux(stream.encode(silence))
    with pytest.raises(MediaError, match="no video stream"):
        probe(path)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
@pytest.mark.parametrize(
    ("name", "options"),
    [("late_index.mp4", {}), ("early_index.mp4", {"movflags": "faststart"}), ("cut.mkv", {})],
)
def test_a_video_cut_short(
    tmp_path: Path, film: Film, name: str, options: dict[str, str], part: float
) -> None:
    source = film("whole_" + name, 100, options=B_FRAMES)
    if options:
        source = remuxed(source, tmp_path / "faststart.mp4", options)
    path = tmp_path / name
    path.write_bytes(source.read_bytes()[: int(source.stat().st_size * part)])
    with pytest.raises(MediaError, match="damaged or cut short"):
        list(video.pictures(path, probe(path), [0, 99]))


def remuxed(source: Path, target: Path, options: dict[str, str]) -> Path:
    with av.open(str(source)) as old, av.open(str(target), "w", options=options) as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return target


def test_a_damaged_middle_is_never_shown(tmp_path: Path, lively: Path) -> None:
    data = bytearray(lively.read_bytes())
    middle = len(data) // 2
    noise = np.random.default_rng(3).integers(0, 256, 900, dtype=np.uint8).tobytes()
    data[middle : middle + len(noise)] = noise
    path = tmp_path / "noise.mp4"
    path.write_bytes(data)
    timeline = probe(path)
    everything = every_picture(lively)

    def shown(wanted: int) -> bytes | None:
        try:
            return next(stored(p.frame) for _, p in video.pictures(path, timeline, [wanted]))
        except MediaError:
            return None

    got = {wanted: shown(wanted) for wanted in range(0, 100, 9)}
    whole = {wanted for wanted, picture in got.items() if picture is not None}
    # The group of pictures that was hit is lost, nothing wrong is shown, and the others are as they were.
    assert {0, 9, 18, 99} <= whole < got.keys()
    assert {n: got[n] for n in whole} == {n: everything[n] for n in whole}


def test_the_picture_size_is_what_was_written(lively: Path) -> None:
    ((_, picture),) = video.pictures(lively, probe(lively), [5])
    assert picture.size == (WIDTH, HEIGHT)
