"""The timeline of a video file: from its packets where they tell it, else by decoding."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from aqa_eval.media.container import damaged, opened
from aqa_eval.media.timeline import Ticks, Timeline

EVERY_PICTURE_ALONE = frozenset({"mjpeg", "png", "prores", "dnxhd"})

TELLING = frozenset({"h264", "hevc", "vp9", "av1", "mpeg4", "mpeg1video", "mpeg2video"})
"""Codecs that store one shown picture a packet. VP8, for one, has packets that show nothing."""

NOWHERE = np.empty((0, 3), np.int64)
"""No picture is known to be reachable but by decoding from the first on."""

SHORTFALL = Fraction(1, 5)
"""Seconds by which a video may end before its container says it does."""


def probe(path: Path) -> Timeline:
    """The timeline of a video file, read from its packets.

    Decodes only where the container does not tell presentation times. Raises MediaError for a file
    that is missing, empty, not a video, without a video stream, damaged or cut short.
    """
    with opened(path) as (container, stream):
        timeline = _by_packets(path, container, stream)
        if timeline is not None:
            return timeline
    with opened(path) as (container, stream):
        return _by_decoding(path, container, stream)


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
            raise damaged(path, f"picture {len(rows)} is cut short")
        dts = packet.pts if packet.dts is None else packet.dts
        if packet.is_keyframe:
            keys.append((len(rows), packet.pts, dts))
        rows.append((packet.pts, packet.duration or 0, dts))
    if not rows:
        raise damaged(path, "it has no pictures")
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
        raise damaged(path, "it has no pictures that can be decoded")
    stamps = [pts for pts in shown if pts is not None]
    if len(stamps) == len(shown) and all(a < b for a, b in pairwise(stamps)):
        pts, base = np.array(stamps, np.int64), _base(stream)
        last = _typical(pts, stream, base)
        _check_length(path, stream, (stamps[-1] + last) * base)
        return Timeline(base, pts, last, NOWHERE[:, 0], NOWHERE)
    # No usable stamps: pictures follow each other at the rate the file states.
    rate = stream.average_rate or stream.guessed_rate
    if not rate:
        raise damaged(path, "it tells neither when its pictures are shown nor their rate")
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
        raise damaged(path, f"it holds {float(end):.2f} s of the {float(stated):.2f} s its header states")


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
