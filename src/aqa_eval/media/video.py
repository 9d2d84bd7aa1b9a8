"""Videos through PyAV: the timeline by demuxing, then exactly the wanted pictures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from aqa_eval.errors import MediaError
from aqa_eval.media.picture import Picture, Turn
from aqa_eval.media.timeline import Ticks, Timeline

SKIPPABLE = frozenset({"h264", "mpeg2video", "mpeg4"})
"""Codecs whose unreferenced pictures nothing leans on. Not so HEVC, where a picture without
references in its own temporal layer may serve a higher one (H.265, 7.4.2.2)."""

EVERY_PICTURE_ALONE = frozenset({"mjpeg", "png", "prores", "dnxhd"})

TELLING = SKIPPABLE | {"hevc", "vp9", "av1", "mpeg1video"}
"""Codecs that store one shown picture a packet. VP8, for one, has packets that show nothing."""

SEEK_WORTH = 8
"""Pictures to pass over before a seek is cheaper than going on: a seek decodes the pictures that
were in flight again."""

DECODER_THREADS = 2
"""Clips are prepared by several processes at once, so that more threads would stand in each other's way."""

NOWHERE = np.empty((0, 3), np.int64)
"""No picture is known to be reachable but by decoding from the first on."""

SHORTFALL = Fraction(1, 5)
"""Seconds by which a video may end before its container says it does."""


def probe(path: Path) -> Timeline:
    """The timeline of a video file, read from its packets.

    Decodes only where the container does not tell presentation times. Raises MediaError for a file
    that is missing, empty, not a video, without a video stream, damaged or cut short.
    """
    with _opened(path) as (container, stream):
        timeline = _by_packets(path, container, stream)
        if timeline is not None:
            return timeline
    with _opened(path) as (container, stream):
        return _by_decoding(path, container, stream)


def pictures(path: Path, timeline: Timeline, wanted: Sequence[int]) -> Iterator[tuple[int, Picture]]:
    """The pictures numbered `wanted` (ascending), each with its number.

    Seeks over stretches without a wanted picture and skips unwanted pictures nothing leans on. What
    that does not deliver whole is decoded again from the beginning. Raises MediaError for a picture
    that cannot be decoded.
    """
    with _opened(path) as (container, stream):
        missing = {int(timeline.pts[n]) if timeline.told else n: n for n in wanted}
        if timeline.told:
            try:
                for frame in _by_runs(container, stream, timeline, wanted):
                    yield missing.pop(_stamp(frame)), _picture(frame, stream, path)
            except FFmpegError:
                pass  # the pictures still missing are decoded again below, where an error is told
    if missing:
        with _opened(path) as (container, stream):
            for key, frame in _from_start(container, stream, timeline, set(missing)):
                yield missing.pop(key), _picture(frame, stream, path)
    if missing:
        numbers = ", ".join(map(str, sorted(missing.values())))
        raise _damaged(path, f"of its {len(timeline.pts)} frames, {numbers} cannot be decoded whole")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    if not path.is_file():
        raise MediaError(f"{path}: there is no such video file. Check the dataset's root folder.")
    if path.stat().st_size == 0:
        raise MediaError(f"{path}: the video file is empty (0 bytes). Copy or download it again.")
    try:
        with closing(av.open(str(path))) as container:
            stream = container.streams.best("video")
            if not isinstance(stream, VideoStream):
                raise MediaError(f"{path}: the file has no video stream. Is it the right file?")
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = DECODER_THREADS
            yield container, stream
    except FFmpegError as error:
        raise _damaged(path, error.strerror or type(error).__name__) from error


def _by_packets(path: Path, container: InputContainer, stream: VideoStream) -> Timeline | None:
    """The timeline from packets alone, or None where they do not tell it."""
    rows: list[tuple[int, int, int]] = []  # pts, duration, dts
    keys: list[tuple[int, int, int]] = []
    for packet in container.demux(stream):
        if packet.size == 0 or packet.is_discard:
            continue
        if packet.pts is None:
            return None
        # Recordings of a broadcast are cut anywhere and say so at their ends.
        if packet.is_corrupt and "mpegts" not in container.format.name:
            raise _damaged(path, f"picture {len(rows)} is cut short")
        dts = packet.pts if packet.dts is None else packet.dts
        if packet.is_keyframe:
            keys.append((len(rows), packet.pts, dts))
        rows.append((packet.pts, packet.duration or 0, dts))
    if not rows:
        raise _damaged(path, "it has no pictures")
    table = np.array(rows, np.int64)
    order = np.argsort(table[:, 0], kind="stable")
    pts = table[order, 0]
    if not keys or bool(np.any(np.diff(pts) <= 0)) or not _believable(container, stream, order):
        return None
    base = _base(stream)
    last = int(table[order[-1], 1]) or _typical(pts, stream, base)
    _check_length(path, stream, (int(pts[-1]) + last) * base)
    return Timeline(base, pts, last, order.astype(np.int64), np.array(keys, np.int64))


def _believable(container: InputContainer, stream: VideoStream, order: Ticks) -> bool:
    """Whether packets and shown pictures are one to one, and the packets' times those of the pictures."""
    codec = stream.codec_context.codec.canonical_name
    if codec in EVERY_PICTURE_ALONE:
        return True
    # AVI stores no presentation times: those of pictures stored out of order are made up.
    reordered = bool(np.any(np.diff(order) < 0))
    made_up = container.format.name == "avi" or (stream.codec_context.has_b_frames and not reordered)
    return codec in TELLING and not made_up


def _by_decoding(path: Path, container: InputContainer, stream: VideoStream) -> Timeline:
    """The timeline from the decoded pictures, where packets do not tell it."""
    shown = [frame.pts for frame in container.decode(stream)]
    if not shown:
        raise _damaged(path, "it has no pictures that can be decoded")
    stamps = [pts for pts in shown if pts is not None]
    if len(stamps) == len(shown) and all(a < b for a, b in pairwise(stamps)):
        pts, base = np.array(stamps, np.int64), _base(stream)
        last = _typical(pts, stream, base)
        _check_length(path, stream, (stamps[-1] + last) * base)
        return Timeline(base, pts, last, NOWHERE[:, 0], NOWHERE)
    # No usable stamps: pictures follow each other at the rate the file states.
    rate = stream.average_rate or stream.guessed_rate
    if not rate:
        raise _damaged(path, "it tells neither when its pictures are shown nor their rate")
    return Timeline(1 / Fraction(rate), np.arange(len(shown)), 1, NOWHERE[:, 0], NOWHERE)


def _base(stream: VideoStream) -> Fraction:
    return stream.time_base or Fraction(1, 1)


def _typical(pts: Ticks, stream: VideoStream, base: Fraction) -> int:
    """How long a picture is usually shown, in ticks."""
    if len(pts) > 1:
        return int(np.median(np.diff(pts)))
    rate = stream.average_rate
    return max(1, round(1 / (rate * base))) if rate else 1


def _check_length(path: Path, stream: VideoStream, end: Fraction) -> None:
    """Raises MediaError when the pictures end (in seconds) well before the container says they do."""
    stated = _stated_end(stream)
    if stated is not None and stated - end > SHORTFALL:
        raise _damaged(path, f"it holds {float(end):.2f} s of the {float(stated):.2f} s its header states")


def _stated_end(stream: VideoStream) -> Fraction | None:
    """When the stream ends, in seconds, by the container's word."""
    if stream.duration is not None and stream.time_base is not None:
        return (stream.duration + (stream.start_time or 0)) * stream.time_base
    # Matroska tells a stream's length in a tag, as 00:00:07.700000000.
    clock = re.fullmatch(r"(\d+):(\d+):(\d+\.?\d*)", stream.metadata.get("DURATION", ""))
    if clock is None:
        return None
    hours, minutes, seconds = clock.groups()
    return int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)


def _runs(timeline: Timeline, wanted: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Stretches decoded without a seek: the row of `keys` they start from, and their wanted pictures."""
    entry, run, reached = 0, list[int](), 0
    for number in wanted:
        candidate = timeline.entry(number)
        if timeline.keys[candidate, 0] > reached + SEEK_WORTH:
            if run:
                yield entry, run
            entry, run = candidate, []
        run.append(number)
        reached = max(reached, int(timeline.order[number]))
    if run:
        yield entry, run


def _by_runs(
    container: InputContainer, stream: VideoStream, timeline: Timeline, wanted: Sequence[int]
) -> Iterator[av.VideoFrame]:
    """The wanted pictures that seeking and skipping deliver whole."""
    for entry, numbers in _runs(timeline, wanted):
        if entry > 0:
            container.seek(int(timeline.keys[entry, 2]), stream=stream)
        stamps = {int(timeline.pts[n]) for n in numbers}
        decoded = _decode_until(container, stream, stamps)
        yield from (frame for _, frame in _whole(((_stamp(frame), frame) for frame in decoded), stamps))


def _decode_until(
    container: InputContainer, stream: VideoStream, stamps: Collection[int]
) -> Iterator[av.VideoFrame]:
    """Decoded pictures from here until the decoder was given every wanted one; it is then emptied."""
    pending = set(stamps)
    skips = stream.codec_context.codec.canonical_name in SKIPPABLE
    for packet in container.demux(stream):
        if skips:
            wanted = packet.pts is None or packet.pts in stamps
            stream.codec_context.skip_frame = "DEFAULT" if wanted else "NONREF"
        yield from packet.decode()
        if packet.pts is not None:
            pending.discard(packet.pts)
        if not pending:
            break
    yield from stream.codec_context.decode(None)
    stream.codec_context.flush_buffers()


def _from_start(
    container: InputContainer, stream: VideoStream, timeline: Timeline, wanted: set[int]
) -> Iterator[tuple[int, av.VideoFrame]]:
    """The wanted pictures out of all, decoded from the first on: needs nothing of the container.

    `wanted` are time stamps, or positions where the container tells no time stamps.
    """
    decoded = enumerate(container.decode(stream))
    yield from _whole(((_stamp(f) if timeline.told else n, f) for n, f in decoded), wanted)


def _whole(
    decoded: Iterable[tuple[int, av.VideoFrame]], wanted: Collection[int]
) -> Iterator[tuple[int, av.VideoFrame]]:
    """Each wanted picture once, with its key, unless it leans on damage.

    A decoder conceals damage and marks the picture it hit, but not those that lean on it: everything
    between two key pictures falls with one of them.
    """
    group: dict[int, av.VideoFrame] = {}
    sound, given = True, set[int]()
    for key, frame in decoded:
        if frame.key_frame:
            # Pictures shown just before a key picture may lean on it.
            if sound and not frame.is_corrupt:
                yield from group.items()
            given |= group.keys()
            group, sound = {}, True
        sound = sound and not frame.is_corrupt
        if key in wanted and key not in given:
            group[key] = frame
        if len(given) + len(group) == len(wanted) and not group:
            return
    if sound:
        yield from group.items()


def _stamp(frame: av.VideoFrame) -> int:
    return -(2**62) if frame.pts is None else frame.pts


def _picture(frame: av.VideoFrame, stream: VideoStream, path: Path) -> Picture:
    ratio = stream.sample_aspect_ratio
    return Picture(frame, _turn(frame, path), float(ratio) if ratio else 1.0)


def _turn(frame: av.VideoFrame, path: Path) -> Turn:
    """The frame's display matrix, nine 32-bit numbers, as a turn (ISO/IEC 14496-12, 8.3.2)."""
    side_data: Any = frame.side_data  # PyAV's stubs know of motion vectors only
    if "DISPLAYMATRIX" not in side_data:
        return Turn()
    matrix = np.frombuffer(side_data["DISPLAYMATRIX"], np.int32).reshape(3, 3)
    a, b, c, d = (int(n) for n in np.sign(matrix[:2, :2]).ravel())
    if abs(a * d - b * c) != 1 or 0 not in (a, b):
        raise MediaError(
            f"{path}: the display matrix turns the video by {frame.rotation} degrees: expected a multiple of "
            "90. Encode it upright."
        )
    return Turn(a, b, c, d)


def _damaged(path: Path, what: str) -> MediaError:
    return MediaError(f"{path}: the video is damaged or cut short: {what}. Copy or download it again.")
