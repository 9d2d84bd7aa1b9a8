from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from numbered_film import draw, read_number

from aqa_eval.errors import MediaError
from aqa_eval.media import FrameStore
from aqa_eval.vocabulary import (
    Box,
    FrameFolder,
    FrameSpan,
    Presentation,
    Sampling,
    Shown,
    Still,
    TimeSpan,
    VideoFile,
)

SILENT = Presentation(film="silent")
SOUND = Presentation(film="sound")
RATE = 44_100


@pytest.fixture
def store(tmp_path: Path) -> FrameStore:
    return FrameStore(tmp_path / "cache")


@pytest.fixture(scope="session")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds at 25 a second; the tone is 500 Hz in the first two seconds and 2000 Hz in the others."""
    path = tmp_path_factory.mktemp("loud") / "loud.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        audio = container.add_stream("aac", rate=RATE, layout="mono")
        for number in range(100):
            container.mux(video.encode(av.VideoFrame.from_ndarray(draw(number), format="rgb24")))
        container.mux(video.encode(None))
        time = np.arange(4 * RATE) / RATE
        tone = 0.4 * np.sin(2 * np.pi * np.where(time < 2, 500, 2000) * time)
        frame = av.AudioFrame.from_ndarray(tone[None].astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
    return path


def pictures(data: bytes) -> list[tuple[float, np.ndarray]]:
    with av.open(BytesIO(data)) as container:
        return [(float(f.time or 0), f.to_ndarray(format="rgb24")) for f in container.decode(video=0)]


def sound(data: bytes) -> np.ndarray:
    with av.open(BytesIO(data)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def pitch(samples: np.ndarray) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * 48_000 / len(samples))


def shown(store: FrameStore, clip: object, presentation: Presentation = SILENT) -> Shown:
    return store.shown(clip, [presentation])[presentation]


def test_a_film_is_the_clip_and_nothing_else(store: FrameStore, clip, lively: Path) -> None:
    made = shown(store, clip(VideoFile(lively, FrameSpan(20, 59))))
    assert made.frames == ()
    assert made.film is not None
    data = store.film(made.film.digest)
    assert made.film.bytes == len(data)
    assert (made.film.width, made.film.height, made.film.media_type) == (320, 240, "video/mp4")
    assert (made.film.seconds, made.film.fps, made.film.sound) == (
        pytest.approx(1.6),
        pytest.approx(25),
        False,
    )
    told = pictures(data)
    assert [read_number(rgb) for _, rgb in told] == list(range(20, 60))
    assert [time for time, _ in told] == pytest.approx([n / 25 for n in range(40)], abs=1e-4)
    with av.open(BytesIO(data)) as container:
        assert len(container.streams) == 1
        assert float(container.duration or 0) / av.time_base == pytest.approx(1.6, abs=0.001)


def test_uneven_times_are_kept(store: FrameStore, clip, film) -> None:
    ticks = [0, 40, 90, 100, 300, 333]
    path = film("jerky.mp4", 6, ticks=ticks)
    made = shown(store, clip(VideoFile(path)))
    assert made.film is not None
    assert [t for t, _ in pictures(store.film(made.film.digest))] == pytest.approx([t / 1000 for t in ticks])


def test_it_is_no_bigger_than_asked_upright_and_masked(store: FrameStore, clip, lively: Path) -> None:
    small = replace(SILENT, sampling=Sampling(size=120))
    turned = replace(clip(VideoFile(lively, FrameSpan(0, 9)), rotation=90), masks=(Box(0, 0, 0.5, 0.25),))
    made = shown(store, turned, small)
    assert made.film is not None
    assert (made.film.width, made.film.height) == (120, 160)
    (_, rgb), *_ = pictures(store.film(made.film.digest))
    assert rgb.shape == (160, 120, 3)
    assert rgb[:38, :58].max() < 24
    # Turned clockwise by 90 degrees, the row of blocks on top stands on the right; number 0 is all black.
    assert rgb[60:, 105:118].mean() < 24
    assert rgb[60:, 20:90].mean() > 60


def test_a_film_is_made_once_and_is_the_same_in_another_cache(
    store: FrameStore, clip, lively: Path, tmp_path: Path
) -> None:
    one = clip(VideoFile(lively, FrameSpan(0, 19)))
    made = shown(store, one)
    assert store.prepared(one, [SILENT]) == {SILENT: made}
    # What a rate means is the endpoint's business: the same film.
    slow = replace(SILENT, sampling=Sampling(count=None, fps=2))
    assert store.prepared(one, [slow]) == {slow: made}
    assert shown(FrameStore(tmp_path / "other"), one) == made
    assert made.film is not None
    assert store.base64(made.film.digest).startswith(b"AAAA")


def test_a_damaged_film_is_never_sent(store: FrameStore, clip, lively: Path) -> None:
    one = clip(VideoFile(lively, FrameSpan(0, 19)))
    made = shown(store, one)
    assert made.film is not None
    (path,) = (store.folder / "recordings").rglob("*.mp4")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(MediaError, match=r"the prepared film .* was damaged and has been deleted"):
        store.base64(made.film.digest)
    assert shown(store, one) == made
    assert store.film(made.film.digest)


@pytest.mark.parametrize(("start", "end", "expected"), [(0.0, 1.6, [500]), (1.2, 2.8, [500, 2000])])
def test_the_sound_is_that_of_the_span(
    store: FrameStore, clip, loud: Path, start: float, end: float, expected: list[int]
) -> None:
    made = shown(store, clip(VideoFile(loud, TimeSpan(start, end))), SOUND)
    assert made.film is not None
    assert made.film.sound
    heard = sound(store.film(made.film.digest))
    # Within two blocks of AAC, which are 1024 samples each.
    assert abs(len(heard) - 1.6 * 48_000) <= 2048
    halves = [heard[4800:33600], heard[43200:72000]]
    assert [pitch(half) for half in halves] == pytest.approx(expected * (2 // len(expected)), rel=0.01)


def test_sound_far_into_a_recording(store: FrameStore, clip, loud: Path, monkeypatch) -> None:
    monkeypatch.setattr("aqa_eval.media.film.SEEK_WORTH", 0.5)
    made = shown(store, clip(VideoFile(loud, TimeSpan(1.2, 2.8))), SOUND)
    monkeypatch.setattr("aqa_eval.media.film.SEEK_WORTH", 9.0)
    whole = shown(FrameStore(store.folder / "other"), clip(VideoFile(loud, TimeSpan(1.2, 2.8))), SOUND)
    assert made.film is not None
    assert whole.film is not None
    far = sound(store.film(made.film.digest))
    near = sound(FrameStore(store.folder / "other").film(whole.film.digest))
    assert np.abs(far[: len(near)] - near[: len(far)]).max() < 0.02


def test_silent_and_loud_are_two_films(store: FrameStore, clip, loud: Path) -> None:
    both = store.shown(clip(VideoFile(loud)), [SILENT, SOUND])
    assert both[SILENT].film != both[SOUND].film
    with av.open(BytesIO(store.film(both[SILENT].film.digest))) as container:
        assert not container.streams.audio


def test_a_recording_without_sound(store: FrameStore, clip, lively: Path) -> None:
    with pytest.raises(MediaError, match=r"lively\.mp4: the recording has no sound"):
        shown(store, clip(VideoFile(lively)), SOUND)


def test_a_folder_of_frames_becomes_a_film(store: FrameStore, clip, tmp_path: Path) -> None:
    for number in range(1, 13):
        with av.open(str(tmp_path / f"{number:03d}.png"), "w", format="image2") as container:
            stream = container.add_stream("png")
            stream.width, stream.height, stream.pix_fmt = 320, 240, "rgb24"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(draw(number), format="rgb24")))
            container.mux(stream.encode(None))
    folder = clip(FrameFolder(tmp_path, "%03d.png", 1, 12, 6.0))
    made = shown(store, folder)
    assert made.film is not None
    assert (made.film.seconds, made.film.fps) == (pytest.approx(2), pytest.approx(6))
    told = pictures(store.film(made.film.digest))
    assert [read_number(rgb) for _, rgb in told] == list(range(1, 13))
    assert told[-1][0] == pytest.approx(11 / 6, abs=1e-4)
    with pytest.raises(MediaError, match="images have no sound"):
        shown(store, folder, SOUND)


def test_a_still_is_no_film(store: FrameStore, clip, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="as a film: a single image is not a recording"):
        shown(store, clip(Still(tmp_path / "a.jpg")))
