"""Which frames a claim is about: those at its time, in its phase, at the decisive moment, or all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aqa_eval.media.geometry.courses import HIPS, SHOULDERS, WRISTS, mid
from aqa_eval.media.pose import Floats
from aqa_eval.traces.claim import Claim
from aqa_eval.traces.posing import Posed

NEAR = 0.12
"""Seconds around a time that are always meant: so far apart frames may lie, and judges see fewer than there
are."""
SHARE = 0.15
"""Which part of the travel, or of the time, is the bottom, the top, the start or the end."""

Rows = NDArray[np.bool_]


def window(claim: Claim, posed: Posed, moment: float | None) -> tuple[Rows, str]:
    """(the frames (T,) meant, in which way they are known: time, phase, moment, throughout, clip; or empty
    where none is meant). `moment`: when what is asked about shows most clearly, in seconds, where known.
    """
    if claim.time is not None:
        rows = np.abs(posed.times - claim.time) <= max(claim.slack, NEAR) + 1e-9
        inside = posed.times[0] - claim.slack - 0.5 <= claim.time <= posed.times[-1] + claim.slack + 0.5
        if not rows.any() and inside:
            rows = np.arange(len(posed.times)) == np.argmin(np.abs(posed.times - claim.time))
        return rows, "time" if rows.any() else ""
    if claim.phase == "throughout":
        return np.ones(len(posed.times), bool), "throughout"
    if claim.phase:
        rows = _phase(claim.phase, posed)
        return rows, "phase" if rows.any() else ""
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
    if name not in {"bottom", "top"}:
        return np.zeros(len(times), bool)
    height = _travelling(posed.keypoints)
    known = height[np.isfinite(height)]
    if not len(known):
        return np.zeros(len(times), bool)
    least, most = known.min(), known.max()
    with np.errstate(invalid="ignore"):
        if name == "bottom":
            return np.asarray(height <= least + SHARE * (most - least))
        return np.asarray(height >= most - SHARE * (most - least))


def _travelling(keypoints: Floats) -> Floats:
    """The height (T,) of the hips, the shoulders or the wrists, whichever goes furthest up and down."""
    heights = [-mid(keypoints, pair)[:, 1] for pair in (HIPS, SHOULDERS, WRISTS)]
    travel = [np.ptp(h[np.isfinite(h)]) if np.isfinite(h).any() else -1.0 for h in heights]
    return heights[int(np.argmax(travel))]
