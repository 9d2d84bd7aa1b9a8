"""The representation `crop`: one steady box around the person for all frames of a clip.

A box that moved with the person would hide the very travel that is judged (a knee past the toes, a
drifting bar), so it stands still and holds the person in every frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.errors import MediaError
from aqa_eval.media.picture import RGB, Picture, of_pixels
from aqa_eval.media.pose import Pose

MARGIN = 0.2
"""Room on each side of the outermost keypoints, as a part of the person's longer side: ankles are
not soles, eyes are not the crown, and hands hold things."""

SLIMMEST = 0.6
"""Shorter side of the box over its longer side, at least: a standing body needs its surroundings."""

VISIBLE = 0.3
"""Keypoints less visible than this are guesses and do not widen the box."""


FindPerson = Callable[[RGB], Pose | None]
"""Finds the person in a picture, as BlazePose does."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture in whole pixels; right and bottom are excluded."""

    left: int
    top: int
    right: int
    bottom: int

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


def crop(pictures: Mapping[int, Picture], find: FindPerson, name: str) -> Iterator[tuple[int, Picture]]:
    """The pictures cut to the person, each with its key. `name` is how errors call the clip.

    The person is looked for in every picture at full resolution. Raises MediaError when nobody is
    found in any of them.
    """
    sizes = {picture.size for picture in pictures.values()}
    if len(sizes) != 1:
        raise MediaError(f"{name}: frames of different sizes {sorted(sizes)} cannot be cropped alike.")
    found = (find(picture.rgb()) for picture in pictures.values())
    box = person_box([pose for pose in found if pose is not None], sizes.pop())
    if box is None:
        raise MediaError(
            f"{name}: no person was found in any of {len(pictures)} frames, so there is nothing to crop to. "
            "Use the representation `rgb` for this clip, or check that it shows a person."
        )
    for key, picture in pictures.items():
        yield key, of_pixels(box.cut(picture.rgb()))


def _outline(pose: Pose) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    visible = pose.visibility >= VISIBLE
    return pose.keypoints[visible] if visible.any() else pose.keypoints
