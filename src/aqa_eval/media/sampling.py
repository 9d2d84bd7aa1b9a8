"""Which frames of a clip are shown: pure arithmetic on presentation times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aqa_eval.errors import MediaError
from aqa_eval.vocabulary import FrameSpan, Sampling, TimeSpan

Times = NDArray[np.float64]
"""(n,) presentation times in seconds, ascending."""

CLOCK = 5e-4
"""Some containers round times to milliseconds: a frame this much before a span's start or end is at it."""

RATE_TOLERANCE = 1.01
"""A clip of 29.97 frames a second may be asked for 30."""


def segment(times: Times, end: float, span: FrameSpan | TimeSpan | None, name: str) -> tuple[int, int]:
    """The part of a recording that a span cuts out, as (first, stop) frame numbers, stop excluded.

    `times` (n,) are the recording's frame times in seconds from its first frame, `end` is when its
    last frame ends. An annotated end may pass `end` by one frame, or by the span's own padding: datasets
    round. `name` is how errors call the recording. Raises MediaError when the span is empty or leaves the
    recording.
    """
    count = len(times)
    if span is None:
        return 0, count
    if isinstance(span, FrameSpan):
        if not 0 <= span.first <= span.last < count:
            raise MediaError(
                f"{name}: the clip is frames {span.first} to {span.last}, but the recording has frames 0 to "
                f"{count - 1}. Check the annotation's frame numbers and that the recording is the right one."
            )
        return span.first, span.last + 1
    slack = max(end - times[-1], span.pad)
    shown = [span.start - span.pad - CLOCK, span.end + span.pad - CLOCK]
    first, stop = (int(i) for i in np.searchsorted(times, shown))
    if span.start < 0 or span.end > end + slack or first >= stop:
        raise MediaError(
            f"{name}: the clip is seconds {span.start:g} to {span.end:g}, but the recording lasts {end:.3f} s"
            f" ({count} frames), of which {max(stop - first, 0)} lie in that span. Check the annotation's "
            "times and that the recording is the right one."
        )
    return first, stop


def sample(times: Times, sampling: Sampling, name: str) -> tuple[int, ...]:
    """The indices of the frames to show, ascending, none twice.

    `count`: spread evenly with both ends included (`linspace(0, n-1, count)`, rounded half to even);
    a single frame is the middle one. `fps`: the frame nearest to each k/fps from the first frame's
    time to the last's; where a recording of uneven rate has no new frame, none is repeated.
    `times` (n,) are seconds. Raises MediaError when there are fewer frames than asked for, and for a
    sampling that is not exactly one of the two.
    """
    match sampling.count, sampling.fps:
        case int(count), None:
            return _evenly(len(times), count, name)
        case None, float() | int() as fps:
            return _nearest(times - times[0], fps, name)
        case _:
            raise MediaError(f"{name}: a sampling needs either `count` or `fps`, found {sampling}.")


def _evenly(found: int, asked: int, name: str) -> tuple[int, ...]:
    if asked < 1:
        raise MediaError(f"{name}: {asked} frames were asked for; at least 1 is needed.")
    if found < asked:
        raise MediaError(
            f"{name}: {asked} frames were asked for, but the clip has {found}. Frames are never repeated: "
            f"ask for at most {found} frames, or leave this clip out."
        )
    if asked == 1:
        return (found // 2,)
    return tuple(int(i) for i in np.linspace(0, found - 1, asked).round())


def _nearest(times: Times, fps: float, name: str) -> tuple[int, ...]:
    if not fps > 0:
        raise MediaError(f"{name}: {fps:g} frames a second were asked for; the rate must be above 0.")
    if len(times) == 1:
        return (0,)
    rate = (len(times) - 1) / times[-1]
    if fps > rate * RATE_TOLERANCE:
        raise MediaError(
            f"{name}: {fps:g} frames a second were asked for, but the clip has {rate:.3f} ({len(times)} "
            f"frames in {times[-1]:.3f} s). Frames are never repeated: ask for at most {rate:.2f} fps."
        )
    # The last instant may miss the last frame's time by rounding of k/fps.
    instants = np.arange(int(times[-1] * fps + 1e-6) + 1) / fps
    after = np.searchsorted(times, instants).clip(1, len(times) - 1)
    nearer_before = instants - times[after - 1] <= times[after] - instants
    return tuple(int(i) for i in np.unique(after - nearer_before))
