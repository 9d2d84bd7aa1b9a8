"""The recording itself as one MP4 file: what the clip shows, upright, masked, cut, no bigger than asked."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import OutputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from aqa_eval.errors import MediaError
from aqa_eval.media.container import damaged, opened
from aqa_eval.media.picture import Picture
from aqa_eval.media.recording import Recording
from aqa_eval.vocabulary import Film

CLOCK: Final = 90_000
"""Ticks a second of the film's pictures."""

X264: Final = {"crf": "18", "preset": "veryfast", "x264-params": "mbtree=0"}
"""Quality hardly to be told from the source. The macroblock tree is off: with it, x264 (core 165, AVX-512)
wrote other bytes of the same pictures in 5 runs of 14, without it in none.
"""

RATE: Final = 48_000
"""Samples a second of the sound, two channels."""

SEEK_WORTH: Final = 4.0
"""Seconds of sound to pass over before a seek is cheaper. It goes to half of that before the clip's start,
since the first block after a seek leans on the one before.
"""


def film(recording: Recording, size: int, sound: bool) -> tuple[bytes, Film]:
    """The bytes of an MP4 file (H.264, yuv420p, and AAC if `sound`), and its record without a digest.

    Every frame of the clip at its own time, upright, its masks painted, the shorter side at most `size`.
    Encoded on one thread, because x264 with more writes other bytes. Raises MediaError for a still, for sound
    that the recording does not have, and when it cannot be decoded.
    """
    if recording.still:
        raise MediaError(
            f"{recording.name}: a single image is not a recording that could be shown as a film."
        )
    buffer = BytesIO()
    with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        width, height = _write(container, recording, size, sound)
    data = buffer.getvalue()
    fps = len(recording.times) / recording.end
    made = Film("", len(data), "video/mp4", recording.end, fps, width, height, sound)
    return data, made


def _write(container: OutputContainer, recording: Recording, size: int, sound: bool) -> tuple[int, int]:
    rate = Fraction(len(recording.times) / recording.end).limit_denominator(1001)
    video = container.add_stream("libx264", rate=rate, options=X264)
    video.codec_context.thread_count = 1
    video.codec_context.time_base = Fraction(1, CLOCK)
    video.codec_context.flags |= av.codec.context.Flags.bitexact
    audio = container.add_stream("aac", rate=RATE, layout="stereo") if sound else None
    if audio is not None:
        audio.codec_context.flags |= av.codec.context.Flags.bitexact
    video.pix_fmt = "yuv420p"
    shape = (0, 0)
    ends = np.append(recording.times[1:], recording.end)
    for index, picture in recording.pictures(range(len(recording.times))):
        frame = _frame(picture, size)
        if shape == (0, 0):
            video.width, video.height = shape = (frame.width, frame.height)
        elif shape != (frame.width, frame.height):
            raise MediaError(f"{recording.name}: frames of different sizes cannot be shown as one film.")
        frame.pts, frame.time_base = round(float(recording.times[index]) * CLOCK), Fraction(1, CLOCK)
        frame.duration = round(float(ends[index]) * CLOCK) - frame.pts
        container.mux(video.encode(frame))
    container.mux(video.encode(None))
    if audio is not None:
        for sounding in _sound(recording):
            container.mux(audio.encode(sounding))
        container.mux(audio.encode(None))
    return shape


def _frame(picture: Picture, size: int) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(picture.small(size), format="rgb24")


def _sound(recording: Recording) -> Iterator[AudioFrame]:
    """The recording's sound from the clip's start to its end, two channels, time counted from the start."""
    if recording.source is None:
        raise MediaError(f"{recording.name}: images have no sound. Ask for a silent film.")
    path, start = recording.source
    samples, given = round(recording.end * RATE), 0
    for first, block in _blocks(path, start):
        # `first` is the place of the block's first sample in the film; parts outside of it are cut off.
        skip, place = max(0, given - first), max(first, given)
        part = block[:, skip : skip + max(0, samples - place)]
        if part.shape[1] == 0:
            continue
        if place > given:
            yield _audio(np.zeros((2, place - given), np.float32), given)  # a hole, or sound that begins late
        yield _audio(part, place)
        given = place + part.shape[1]
        if given >= samples:
            return


def _audio(samples: NDArray[np.float32], place: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, place, Fraction(1, RATE)
    return frame


def _blocks(path: Path, start: float) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Sound of a file in order: each block's place in the film in samples, and the block (2, n)."""
    with opened(path) as (container, video):
        if not container.streams.audio:
            raise MediaError(f"{path}: the recording has no sound. Ask for a silent film.")
        stream = container.streams.audio[0]
        zero = float((video.start_time or 0) * (video.time_base or 0)) + start
        resampler = AudioResampler(format="fltp", layout="stereo", rate=RATE)
        first: int | None = None
        if zero > SEEK_WORTH:
            container.seek(int((zero - SEEK_WORTH / 2) * av.time_base))
        try:
            for frame in container.decode(stream):
                if first is None:
                    first = round(((frame.time or 0.0) - zero) * RATE)
                for block in resampler.resample(frame):
                    yield first, np.asarray(block.to_ndarray(), np.float32)
                    first += block.samples
        except FFmpegError as error:
            raise damaged(path, f"its sound: {error.strerror or error}") from error
