"""What a probe does to a judge's own answer: reasoning cut or made wrong, cited places masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aqa_eval import verdicts
from aqa_eval.prompts import Interfered, corrupted, probe_texts, truncated
from aqa_eval.run.masks import Square, elsewhere, half_side, square
from aqa_eval.vocabulary import Answer, Box, Cover, Evidence, Frame, Trial

_WAYS: Mapping[str, tuple[Callable[[str], Interfered | None], str]] = {
    "truncated": (truncated, "the reasoning is no longer than one sentence, so that nothing is left to cut"),
    "corrupted": (corrupted, "the reasoning has no observation that could be turned into its opposite"),
}


def resumed(own: Answer, parent: Trial, probe: str) -> Interfered | str:
    """The judge's reasoning as the probe (of `RESUMED`) puts it before the judge, or why it cannot."""
    if "description" in own.sent:
        return "the description before the judge's own answer cannot be used"
    reasoning = verdicts.trace(own, parent.condition)
    if not reasoning:
        return "the judge's own answer has no reasoning before it"
    way, why_not = _WAYS[probe]
    return way(reasoning) or why_not


def covers(
    evidence: Sequence[Evidence],
    frames: Sequence[Frame],
    poses: NDArray[np.float64] | None,
    probe: str,
    key: str,
) -> tuple[Cover, ...] | str:
    """The masks of a probe (of `MASKED`) in the frames that were shown, or why there are none.

    A square around every cited point, in each frame at most `window` seconds from the time that was cited
    with it, in all frames where no time was; or (`masked-control`) squares moved to other places of the same
    frames, drawn by `key`. `poses`: keypoints (T, 17, 2) found in the frames, in their pixels. Where one of
    the two masks cannot be made neither is, since each says little without the other.
    """
    points = [one for one in evidence if one.point is not None]
    if not points:
        return "the judge's own answer cites no point in the picture that can be read"
    half = half_side(frames, poses, probe_texts().mask)
    places: dict[int, list[Square]] = {}
    for place, frame in enumerate(frames):
        near = [one for one in points if _near(one, frame)]
        squares = [square(one.point, half, frame) for one in near if one.point is not None]
        if squares:
            places[place] = list(dict.fromkeys(squares))
    if not places:
        return f"no picture that was shown is within {probe_texts().mask.window:g} s of a time that was cited"
    controls = elsewhere(places, frames, poses, key)
    if controls is None:
        return "the mask is so large that no other place of the picture has room for its like"
    chosen = places if probe == "masked-cited" else controls
    return tuple(Cover(place, _box(one, frames[place])) for place, own in chosen.items() for one in own)


def _near(one: Evidence, frame: Frame) -> bool:
    # A hair more, for times that were rounded to the second digit when they were told.
    return one.time is None or abs(frame.time - one.time) <= probe_texts().mask.window + 0.005


def _box(one: Square, frame: Frame) -> Box:
    return Box(
        one.left / frame.width, one.top / frame.height, one.right / frame.width, one.bottom / frame.height
    )
