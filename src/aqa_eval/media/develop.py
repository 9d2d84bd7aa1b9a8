"""One frame as it is shown: what decides its pixels, and the pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.media import alterations, lettering, skeleton
from aqa_eval.media.crop import Box
from aqa_eval.media.jpeg import Planes
from aqa_eval.media.picture import RGB, Picture, of_pixels
from aqa_eval.media.pose import SWAPPED, Floats
from aqa_eval.vocabulary import Box as Part


@dataclass(frozen=True, slots=True)
class Look:
    """How a frame is shown. Two frames of the same index and look are the same picture.

    `alteration`: the perturbation, if it changes pictures, else "none". `over`: the indices of the frames
    that decide the person's box and where the person was (steady over the clip); empty where no pose is
    needed, as is `keypoints`. `seed` is 0 unless the alteration draws. `covered`: what is masked in the end,
    in fractions of the picture that is shown.
    """

    representation: str
    alteration: str
    size: int
    keypoints: str
    over: tuple[int, ...]
    seed: int
    caption: str
    covered: tuple[Part, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether the picture is shown as it was decoded, at most cut: no pixel is drawn."""
        return self.alteration == "none" and not self.caption and self.representation in ("rgb", "crop")


@dataclass(frozen=True, slots=True)
class Figure:
    """Where the person is: `keypoints` (17, 2) and `visibility` (17,) in this frame, None where unknown;
    `others`: keypoints (k, 2) of every frame in which it is known, this one included. All in pixels of the
    whole picture.
    """

    keypoints: Floats | None
    visibility: Floats | None
    others: Sequence[Floats] = ()


NOBODY = Figure(None, None)


def cut_out(picture: Picture, box: Box | None) -> Picture:
    """The picture, or the part of it in the box."""
    return picture if box is None else of_pixels(box.cut(picture.rgb()))


def develop(
    shown: RGB, look: Look, figure: Figure, to_shown: Callable[[Floats], Floats], draw: np.random.Generator
) -> Planes:
    """The planes for JPEG of a frame that is not plain, from its pixels at the size at which it is shown.

    `to_shown` maps keypoints of the figure to pixels of `shown`; `draw`: random numbers.

    First the picture is altered where the perturbation changes the place or the person (mirrored,
    person-removed, background-replaced), then the skeleton is drawn, then all that is seen is blurred or
    blanked, then the caption is written. Raises MediaError for a caption that cannot be drawn.
    """
    rgb = shown.copy()
    points = None if figure.keypoints is None else to_shown(figure.keypoints)
    match look.alteration:
        case "mirrored":
            rgb = alterations.mirrored(rgb)
            points = None if points is None else alterations.mirrored_points(points, rgb.shape[1])
        case "person-removed" | "background-replaced" as change:
            others = [to_shown(one) for one in figure.others]
            here = [] if points is None else [points[np.isfinite(points).all(axis=1)]]
            bodies = others if change == "person-removed" else here
            mask = alterations.body_mask(bodies, alterations.length(others), rgb.shape[:2])
            rgb = (
                alterations.without(rgb, mask) if bodies is others else alterations.elsewhere(rgb, mask, draw)
            )
    if look.representation in ("overlay", "skeleton"):
        rgb = _drawn(rgb, look, figure, points)
    match look.alteration:
        case "blurred":
            rgb = alterations.blurred(rgb)
        case "blank":
            rgb = alterations.blank(rgb)
    if look.caption:
        rgb = lettering.caption(rgb, look.caption)
    return of_pixels(rgb).planes(min(rgb.shape[:2]))


def _drawn(rgb: RGB, look: Look, figure: Figure, points: Floats | None) -> RGB:
    canvas = np.zeros_like(rgb) if look.representation == "skeleton" else rgb
    if points is None or figure.visibility is None:
        lettering.mark_without_pose(canvas)
    else:
        mirrored = look.alteration == "mirrored"
        visibility = figure.visibility[SWAPPED] if mirrored else figure.visibility
        skeleton.draw(canvas, points, visibility)
    return canvas


@dataclass(frozen=True, slots=True)
class ToShown:
    """From pixels of the whole picture to pixels of what is shown."""

    whole: tuple[int, int]
    box: Box | None
    shown: tuple[int, int]

    def __call__(self, keypoints: Floats) -> Floats:
        """Points (k, 2) of the whole picture as points of what is shown."""
        if self.box is None:
            return np.asarray(keypoints * np.array(self.shown) / np.array(self.whole))
        part = np.array([self.box.right - self.box.left, self.box.bottom - self.box.top])
        return np.asarray((keypoints - np.array(self.box.corner)) * np.array(self.shown) / part)
