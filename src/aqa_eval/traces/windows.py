"""Which frames a claim is about: those at its time, in its phase, at the decisive moment, or all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aqa_eval.media.geometry.courses import HIPS, SHOULDERS, WRISTS, mid
from aqa_eval.media.pose import Floats
from aqa_eval.traces.claim import Claim
from aqa_eval.traces.courses import trunk_length
from aqa_eval.traces.posing import Posed

NEAR = 0.12
"""Seconds around a time that are always meant: so far apart frames may lie, and judges see fewer than there
are."""
SHARE = 0.15
"""Which part of the time is the start or the end."""
EXTREME = 0.03
"""Which part of the travel is the bottom or the top: an elbow near its end bends a lot for little height."""
FEWEST = 3
"""So many frames are the bottom or the top at least."""

TRAVEL = 0.25
"""How far hips or shoulders have to go, as a share of the trunk's length, to tell bottom from top."""
BRIEF = 0.15
"""Seconds either way up to which a time is a moment."""
EXTREMES = frozenset({"bottom", "top"})

Rows = NDArray[np.bool_]


def window(claim: Claim, posed: Posed, moment: float | None) -> tuple[Rows, str]:
    """(the frames (T,) meant, how they are known: moment, time, stretch, throughout, clip; empty where none
    is meant). A moment is short enough to have one value. `moment`: when what is asked about shows most
    clearly, in seconds, where known.
    """
    if claim.time is not None:
        rows = np.abs(posed.times - claim.time) <= max(claim.slack, NEAR) + 1e-9
        inside = posed.times[0] - claim.slack - 0.5 <= claim.time <= posed.times[-1] + claim.slack + 0.5
        if not rows.any() and inside:
            rows = np.arange(len(posed.times)) == np.argmin(np.abs(posed.times - claim.time))
        short = max(claim.slack, NEAR) <= BRIEF
        return rows, "" if not rows.any() else "moment" if short else "time"
    if claim.phase == "throughout":
        return np.ones(len(posed.times), bool), "throughout"
    # The line of a body that turns in the air is that of its entry.
    phase = claim.phase or ("entry" if claim.relation == "vertical" and moment is None else "")
    if phase:
        rows = _phase(phase, posed)
        return rows, "" if not rows.any() else "moment" if phase in EXTREMES else "stretch"
    if moment is not None:
        return np.abs(posed.times - moment) <= NEAR + 1e-9, "moment"
    return np.ones(len(posed.times), bool), "clip"


def _phase(name: str, posed: Posed) -> Rows:
    times = posed.times
    length = times[-1] - times[0]
    if name == "start":
        return np.asarray(times <= times[0] + SHARE * length)
    if name in {"end", "entry"}:
        return np.asarray(times >= times[-1] - SHARE * length)
    if name not in EXTREMES:
        return np.zeros(len(times), bool)
    height = _travelling(posed.keypoints)
    known = height[np.isfinite(height)]
    if not len(known):
        return np.zeros(len(times), bool)
    if name == "top":
        height, known = -height, -known
    nearest = float(np.sort(known)[min(FEWEST, len(known)) - 1])
    limit = max(float(known.min() + EXTREME * np.ptp(known)), nearest)
    with np.errstate(invalid="ignore"):
        return np.asarray(height <= limit)


def _travelling(keypoints: Floats) -> Floats:
    """The height (T,) of the hips, or of the shoulders, or else of the wrists: of the first that goes up and
    down by `TRAVEL`. Arms that swing up while the body goes down do not turn the bottom into the top.
    """
    heights = [-mid(keypoints, pair)[:, 1] for pair in (HIPS, SHOULDERS, WRISTS)]
    needed = TRAVEL * trunk_length(keypoints)
    for height in heights[:-1]:
        known = height[np.isfinite(height)]
        if len(known) and np.ptp(known) >= needed:
            return height
    return heights[-1]
