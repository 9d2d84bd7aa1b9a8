"""Exactly the wanted pictures of a video, by seeking and skipping, or by decoding all where need be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from aqa_eval.errors import MediaError
from aqa_eval.media.container import damaged, opened
from aqa_eval.media.picture import Picture, Turn
from aqa_eval.media.timeline import Timeline

SKIPPABLE = frozenset({"h264", "mpeg2video", "mpeg4"})
"""Codecs whose unreferenced pictures nothing leans on. Not so HEVC, where a picture without
references in its own temporal layer may serve a higher one (H.265, 7.4.2.2)."""

SEEK_WORTH = 8
"""Pictures to pass over before a seek is cheaper than going on: a seek decodes the pictures that
were in flight again."""


def pictures(path: Path, timeline: Timeline, wanted: Sequence[int]) -> Iterator[tuple[int, Picture]]:
    """The pictures numbered `wanted` (ascending), each with its number.

    Seeks over stretches without a wanted picture and skips unwanted pictures nothing leans on. What
    that does not deliver whole is decoded again from the beginning. Raises MediaError for a picture
    that cannot be decoded.
    """
    with opened(path) as (container, stream):
        missing = {int(timeline.pts[n]) if timeline.told else n: n for n in wanted}
        if timeline.told:
            try:
                for frame in _by_runs(container, stream, timeline, wanted):
                    yield missing.pop(_stamp(frame)), _picture(frame, stream, path)
            except FFmpegError:
                pass  # the pictures still missing are decoded again below, where an error is told
    if missing:
        with opened(path) as (container, stream):
            for key, frame in _from_start(container, stream, timeline, set(missing)):
                yield missing.pop(key), _picture(frame, stream, path)
    if missing:
        numbers = ", ".join(map(str, sorted(missing.values())))
        raise damaged(path, f"of its {len(timeline.pts)} frames, {numbers} cannot be decoded whole")


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
