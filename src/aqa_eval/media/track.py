"""The performer's keypoints over a clip, and what is done about frames in which nobody was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from aqa_eval.errors import MediaError
from aqa_eval.media.pose import SWAPPED, Floats, Pose

LONGEST_GAP: Final = 0.25
"""Seconds. A keypoint that is missing is put on the line between the frames before and after that have it,
where these are at most so far apart: a limb can swing and come back in more."""

LIMBS: Final = slice(5, 17)
"""Shoulders, elbows, wrists, hips, knees and ankles in COCO-17."""

FEWEST_JOINTS: Final = 6
"""A body counts as found in a frame where at least so many of the twelve joints of its limbs are known."""


SAME_SHAPE: Final = 0.02
"""By which part the shape of the picture that keypoints were measured in may differ from the clip's."""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The body in some frames: `keypoints` (m, 17, 2) in pixels of the whole picture, NaN where unknown,
    `visibility` (m, 17) in 0..1, `found` (m,) where it was really found, `known` (m,) where it was found or
    could be put between frames in which it was.
    """

    keypoints: Floats
    visibility: Floats
    found: np.ndarray[tuple[int], np.dtype[np.bool_]]
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def seen(self) -> list[Pose]:
        """The poses that were really found, in order."""
        return [Pose(self.keypoints[i], self.visibility[i], 1.0) for i in np.flatnonzero(self.found)]

    def chosen(self, rows: Sequence[int]) -> Bodies:
        """The body in some of these frames, in the order given."""
        rows = list(rows)
        return Bodies(self.keypoints[rows], self.visibility[rows], self.found[rows], self.known[rows])

    def scaled(self, factors: tuple[float, float]) -> Bodies:
        """The body in pictures that are `factors` times as wide and high."""
        return replace(self, keypoints=self.keypoints * np.array(factors))

    def mirrored(self) -> Bodies:
        """The body as it is found in mirrored pictures, x counted leftwards from the picture's left edge:
        there a left knee is a right one.
        """
        keypoints = self.keypoints[:, SWAPPED] * np.array([-1.0, 1.0])
        return replace(self, keypoints=keypoints, visibility=self.visibility[:, SWAPPED])


@dataclass(frozen=True, slots=True)
class Track:
    """What a source says of one person: `indices` (n,) of a clip's frames, ascending, none twice, and for
    each `keypoints` (n, 17, 2) in pixels of the whole picture, NaN where not found, and `visibility` (n, 17).
    `size`: width and height of the picture the pixels are of; None for the clip's own. `name` is how errors
    call the source.
    """

    name: str
    indices: tuple[int, ...]
    keypoints: Floats
    visibility: Floats
    size: tuple[int, int] | None = None

    def at(self, indices: Sequence[int], times: Floats) -> Bodies:
        """The body in the frames `indices` of a clip whose frames have `times` in seconds, short gaps filled.

        Raises MediaError for a frame of which the source says nothing, not even that nobody was found, unless
        it lies in a short gap.
        """
        keypoints, found = self.keypoints.copy(), bodies_found(self.keypoints)
        keypoints[~found] = np.nan
        own = np.asarray(self.indices, np.intp)
        wanted = np.asarray(indices, np.intp)
        rows = np.searchsorted(own, wanted).clip(max=max(len(own) - 1, 0))
        listed = own[rows] == wanted if len(own) else np.zeros(len(wanted), bool)
        points = np.full((len(wanted), 17, 2), np.nan)
        clear = np.zeros((len(wanted), 17))
        points[listed], clear[listed] = keypoints[rows[listed]], self.visibility[rows[listed]]
        really = bodies_found(points)
        for k in range(17):
            _bridge(
                points[:, k], clear[:, k], times[wanted], keypoints[:, k], self.visibility[:, k], times[own]
            )
        known = bodies_found(points)
        unheard = wanted[~listed & ~known]
        if len(unheard):
            raise MediaError(
                f"{self.name}: it says nothing of {len(unheard)} of the frames that are shown (the first is "
                f"frame {unheard[0]} of the clip, at {times[unheard[0]]:.3f} s). Give every frame, those in "
                "which nobody was found too (null, [] or NaN)."
            )
        points[~known], clear[~known] = np.nan, 0.0
        return Bodies(points, np.where(np.isnan(points[..., 0]), 0.0, clear), really, known)

    def to(self, whole: tuple[int, int]) -> tuple[float, float]:
        """By what to multiply x and y to have pixels of the clip's pictures, whose size is `whole`.

        Raises MediaError when the keypoints were measured in pictures of another shape.
        """
        if self.size is None:
            return 1.0, 1.0
        x, y = whole[0] / self.size[0], whole[1] / self.size[1]
        if abs(x / y - 1) > SAME_SHAPE:
            raise MediaError(
                f"{self.name}: its keypoints were measured in pictures of {self.size[0]}x{self.size[1]}, but "
                f"the clip has {whole[0]}x{whole[1]}. Are they of this clip, and of the upright picture?"
            )
        return x, y


def bodies_found(keypoints: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """In which frames (n,) of keypoints (n, 17, 2) enough joints are known to call it a body."""
    return np.asarray(np.isfinite(keypoints[:, LIMBS]).all(axis=2).sum(axis=1) >= FEWEST_JOINTS)


def _bridge(
    points: Floats, clear: Floats, at: Floats, known: Floats, visibility: Floats, times: Floats
) -> None:
    """Fill what is missing of one keypoint's `points` (m, 2) and `clear` (m,) at times `at`, in place."""
    has = np.isfinite(known).all(axis=1)
    known, visibility, times = known[has], visibility[has], times[has]
    for m in np.flatnonzero(np.isnan(points).any(axis=1)):
        after = int(np.searchsorted(times, at[m]))
        # A tolerance for times that are multiples of a frame's length.
        if 0 < after < len(times) and times[after] - times[after - 1] <= LONGEST_GAP + 1e-6:
            share = (at[m] - times[after - 1]) / (times[after] - times[after - 1])
            points[m] = (1 - share) * known[after - 1] + share * known[after]
            clear[m] = min(visibility[after - 1], visibility[after])
