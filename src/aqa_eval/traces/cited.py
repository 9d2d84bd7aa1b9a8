"""What a cited answer says it saw, as claims; its points and times against the body and the fault."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aqa_eval.measures.grounding import checkable, on_target
from aqa_eval.media.pose import Floats
from aqa_eval.traces.checking import SEEN
from aqa_eval.traces.claim import Claim
from aqa_eval.traces.courses import trunk_length
from aqa_eval.traces.posing import Posed
from aqa_eval.traces.reading import named_part, of_step
from aqa_eval.traces.steps import Step
from aqa_eval.vocabulary import Evidence, TimeSpan

LATEST = 0.25
"""Seconds that a cited time may be from a frame in which the body was found."""
KEYPOINTS = {
    "head": ((0,), (0,)),
    "shoulder": ((5,), (6,)),
    "elbow": ((7,), (8,)),
    "wrist": ((9,), (10,)),
    "hip": ((11,), (12,)),
    "knee": ((13,), (14,)),
    "ankle": ((15,), (16,)),
}
"""Part -> the COCO-17 keypoints of its left and of its right side. Of other parts there is no keypoint."""


def cited_claims(evidence: Sequence[Evidence]) -> list[tuple[Claim, Evidence]]:
    """The claims of each piece of evidence, in order, with the piece: at least one a piece, an observation of
    the part that it names, whatever the lexicon makes of its words.
    """
    found: list[tuple[Claim, Evidence]] = []
    for place, piece in enumerate(evidence):
        time = "" if piece.time is None else repr(piece.time)
        claims = of_step(Step(piece.observation, "", piece.part, time), place) or [_bare(piece, place)]
        found += [(claim, piece) for claim in claims]
    return found


def _bare(piece: Evidence, place: int) -> Claim:
    part, side = named_part(piece.part)
    return Claim(
        *("observation", part or "body", side, "", False, None, "", piece.time, 0.0, ""),
        text=piece.observation,
        place=place,
        step="",
    )


def point_right(piece: Evidence, body: Posed | str) -> bool | None:
    """Whether the point lies at the keypoint of the part that is named, of either side where none is; None
    where there is no point, no such keypoint, or it is not seen then. PCK at 0.2 of the trunk's length.
    """
    part, side = named_part(piece.part)
    if piece.point is None or part not in KEYPOINTS or isinstance(body, str):
        return None
    row = _row(piece, body)
    if row is None:
        return None
    left, right = KEYPOINTS[part]
    wanted = {"left": left, "right": right}.get(side, left + right)
    places = body.keypoints[row, list(wanted)]
    scale = np.full(len(wanted), trunk_length(body.keypoints))
    some = checkable(places, body.visibility[row, list(wanted)] >= SEEN, scale)
    if not some.any():
        return None
    point = np.array(piece.point) * np.array(body.size)
    return bool(on_target(point, places[some], scale[some]).any())


def _row(piece: Evidence, body: Posed) -> int | None:
    """The frame of a piece of evidence; a clip of one frame needs no time."""
    found: Floats = body.times[np.isfinite(body.keypoints).any(axis=(1, 2))]
    if not len(found):
        return None
    if piece.time is None:
        return 0 if len(body.times) == 1 else None
    nearest = float(found[np.argmin(np.abs(found - piece.time))])
    return int(np.searchsorted(body.times, nearest)) if abs(nearest - piece.time) <= LATEST else None


def time_right(piece: Evidence, span: TimeSpan | None) -> bool | None:
    """Whether the time lies in the span in which the fault can be seen; None where either is not known."""
    if piece.time is None or span is None:
        return None
    return span.start - span.pad <= piece.time < span.end + span.pad
