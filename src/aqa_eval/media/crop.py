"""The representation `crop`: one steady box around the person for all frames of a clip.

A box that moved with the person would hide the very travel that is judged (a knee past the toes, a
drifting bar), so it stands still and holds the person in every frame.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.errors import MediaError, NobodyFoundError
from aqa_eval.media.picture import RGB
from aqa_eval.media.pose import Pose

MARGIN = 0.2
"""Room on each side of the outermost keypoints, as a part of the person's longer side: ankles are
not soles, eyes are not the crown, and hands hold things."""

SLIMMEST = 0.6
"""Shorter side of the box over its longer side, at least: a standing body needs its surroundings."""

VISIBLE = 0.3
"""Keypoints less visible than this are guesses and do not widen the box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture in whole pixels; right and bottom are excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def corner(self) -> tuple[int, int]:
        """Its top left corner."""
        return self.left, self.top

    def cut(self, rgb: RGB) -> RGB:
        """This part of an (H, W, 3) picture."""
        return rgb[self.top : self.bottom, self.left : self.right]


def person_box(poses: Sequence[Pose], size: tuple[int, int]) -> Box | None:
    """The steady box around all `poses` in pictures of `size` (width, height); None without poses."""
    if not poses:
        return None
    seen = np.concatenate([_outline(pose) for pose in poses])
    low, high = seen.min(axis=0), seen.max(axis=0)
    longest = max(float(np.ptp(_outline(pose), axis=0).max()) for pose in poses)
    low, high = low - MARGIN * longest, high + MARGIN * longest
    lacking = np.clip(SLIMMEST * (high - low).max() - (high - low), 0, None)
    low, high = low - lacking / 2, high + lacking / 2
    left, top = np.clip(np.floor(low), 0, np.array(size) - 2).astype(int)
    right, bottom = np.clip(np.ceil(high), (left + 2, top + 2), size).astype(int)
    return Box(int(left), int(top), int(right), int(bottom))


def steady_box(poses: Sequence[Pose], sizes: Collection[tuple[int, int]], frames: int, name: str) -> Box:
    """The steady box around all `poses` that were found in so many `frames` with these `sizes`.

    `name` is how errors call the clip. Raises NobodyFoundError when nobody was found in any of them, and
    MediaError when the frames are not all of one size.
    """
    if len(set(sizes)) != 1:
        raise MediaError(f"{name}: frames of different sizes {sorted(set(sizes))} cannot be cropped alike.")
    box = person_box(poses, next(iter(sizes)))
    if box is None:
        raise NobodyFoundError(
            f"{name}: no person was found in any of {frames} frames, so there is nothing to crop to. "
            "Use the representation `rgb` for this clip, or check that it shows a person."
        )
    return box


def _outline(pose: Pose) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    known = np.isfinite(pose.keypoints).all(axis=1)
    visible = known & (pose.visibility >= VISIBLE)
    return pose.keypoints[visible if visible.any() else known]
