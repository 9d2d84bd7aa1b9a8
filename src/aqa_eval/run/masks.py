"""Where pictures are masked: squares around what was cited, and squares of the same shape elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aqa_eval.prompts import Mask
from aqa_eval.vocabulary import Frame

Points = NDArray[np.float64]
SHOULDERS, HIPS = [5, 6], [11, 12]
"""In COCO-17."""
TRIES = 500
"""So many places of a picture are tried where no place on the body will do."""


class Square(NamedTuple):
    """A square in whole pixels; right and bottom are excluded."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: Square) -> bool:
        """Whether the two have a pixel in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def moved(self, x: int, y: int) -> Square:
        """The square so many pixels to the right and down."""
        return Square(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def inside(self, width: int, height: int) -> bool:
        """Whether all of it is in a picture of this size."""
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


def half_side(frames: Sequence[Frame], poses: Points | None, mask: Mask) -> int:
    """Half a side in pixels, the same in all frames: a part of the trunk's median length, or of the picture's
    shorter side where no trunk is found.

    `poses`: keypoints (T, 17, 2), NaN where not found.
    """
    shorter = min(min(frame.width, frame.height) for frame in frames)
    wanted = mask.of_picture * shorter
    if poses is not None:
        trunks = poses[:, SHOULDERS].mean(axis=1) - poses[:, HIPS].mean(axis=1)
        lengths = np.hypot(trunks[:, 0], trunks[:, 1])
        lengths = lengths[np.isfinite(lengths)]
        if len(lengths):
            wanted = mask.of_torso * float(np.median(lengths))
    return max(1, round(min(wanted, mask.largest * shorter)))


def square(point: tuple[float, float], half: int, frame: Frame) -> Square:
    """The square around a point (fractions of width and height), moved inwards as far as it would reach out
    of the picture: it always holds the point, and always has the same area.
    """
    x, y = point[0] * frame.width, point[1] * frame.height
    left = min(max(round(x) - half, 0), frame.width - 2 * half)
    top = min(max(round(y) - half, 0), frame.height - 2 * half)
    return Square(left, top, left + 2 * half, top + 2 * half)


def elsewhere(
    places: Mapping[int, Sequence[Square]], frames: Sequence[Frame], poses: Points | None, key: str
) -> dict[int, list[Square]] | None:
    """For the squares in each frame as many in other places of it; None where there is no room for them.

    Squares that overlap are moved together, so that the masks have the same area to the pixel. None of them
    meets any of the given ones. Each goes to the first place where it fits: to another keypoint of the body,
    in an order drawn by `key` that is the same for all frames; to where it is mirrored across the middle of
    the body, or of the picture; to a place drawn.
    """
    moved: dict[int, list[Square]] = {}
    for place, squares in places.items():
        frame, taken = frames[place], list(squares)
        body = None if poses is None else _known(poses[place])
        moved[place] = []
        for group in _groups(squares):
            middle = _middle(group)
            for target in _targets(middle, frame, body, key):
                x, y = round(target[0] - middle[0]), round(target[1] - middle[1])
                there = [one.moved(x, y) for one in group]
                if all(
                    one.inside(frame.width, frame.height) and not any(one.meets(other) for other in taken)
                    for one in there
                ):
                    moved[place] += there
                    taken += there
                    break
            else:
                return None
    return moved


def _groups(squares: Sequence[Square]) -> list[list[Square]]:
    """The squares, those together that hang together."""
    groups: list[list[Square]] = []
    for one in squares:
        touching = [group for group in groups if any(one.meets(other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([one, *(other for group in touching for other in group)])
    return groups


def _middle(group: Sequence[Square]) -> tuple[float, float]:
    left, right = min(one.left for one in group), max(one.right for one in group)
    top, bottom = min(one.top for one in group), max(one.bottom for one in group)
    return (left + right) / 2, (top + bottom) / 2


def _known(pose: Points) -> Points:
    """Keypoints (17, 2) in an order of their own, NaN where not found; None of them where nobody is found."""
    return pose if np.isfinite(pose).any() else np.empty((0, 2))


def _targets(
    middle: tuple[float, float], frame: Frame, body: Points | None, key: str
) -> Iterator[tuple[float, float]]:
    draw = np.random.default_rng(list(hashlib.sha256(key.encode()).digest()))
    centre = (frame.width / 2, frame.height / 2)
    if body is not None and len(body):
        for keypoint in body[draw.permutation(len(body))]:
            if np.isfinite(keypoint).all():
                yield float(keypoint[0]), float(keypoint[1])
        centre = (float(np.nanmean(body[:, 0])), float(np.nanmean(body[:, 1])))
    yield 2 * centre[0] - middle[0], middle[1]
    yield 2 * centre[0] - middle[0], 2 * centre[1] - middle[1]
    for x, y in draw.random((TRIES, 2)):
        yield float(x) * frame.width, float(y) * frame.height
