"""One decoded picture: how it stands upright, at which size it is shown, and its planes for JPEG."""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np
from av.video.reformatter import Colorspace, Interpolation
from numpy.typing import NDArray

from aqa_eval.errors import MediaError
from aqa_eval.media.jpeg import Planes

RGB = NDArray[np.uint8]
"""(H, W, 3) uint8, red first."""

BT709 = 1  # AVCOL_SPC_BT709, ISO/IEC 23091-2


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the eight ways to lay a picture: a stored point (x, y) is shown at (a x + c y, b x + d y).

    x to the right, y down, as in the matrix of ISO/IEC 14496-12 (8.3.2) up to the shift.
    """

    a: int = 1
    b: int = 0
    c: int = 0
    d: int = 1

    @property
    def swaps_sides(self) -> bool:
        """Whether width and height change places."""
        return self.a == 0

    def then(self, next_turn: Turn) -> Turn:
        """This turn followed by another one."""
        n = next_turn
        return Turn(
            n.a * self.a + n.c * self.b,
            n.b * self.a + n.d * self.b,
            n.a * self.c + n.c * self.d,
            n.b * self.c + n.d * self.d,
        )

    def lay(self, plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """An (H, W, ...) array as it is shown."""
        across, down = (self.c, self.b) if self.swaps_sides else (self.a, self.d)
        if self.swaps_sides:
            plane = plane.swapaxes(0, 1)
        return plane[::down, ::across]


def clockwise(degrees: int, name: str) -> Turn:
    """A turn by a multiple of 90 degrees. Raises MediaError, calling the recording `name`, for others."""
    turns = {0: Turn(), 90: Turn(0, 1, -1, 0), 180: Turn(-1, 0, 0, -1), 270: Turn(0, -1, 1, 0)}
    try:
        return turns[degrees % 360]
    except KeyError:
        raise MediaError(f"{name}: rotation {degrees}: expected a multiple of 90 degrees.") from None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as stored, with the turn that stands it upright and the width of its pixels.

    `aspect` is the width of one pixel over its height (1 for square ones).
    """

    frame: av.VideoFrame
    turn: Turn
    aspect: float = 1.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height upright with square pixels, none enlarged."""
        width, height = self._square()
        return (height, width) if self.turn.swaps_sides else (width, height)

    def planes(self, size: int) -> Planes:
        """Y, U and V for JPEG, upright, with the shorter side `size` pixels."""
        width, height = fit(self._square(), size)
        # JFIF is BT.601; swscale keeps the matrix of the source unless told otherwise.
        matrix = Colorspace.ITU601 if self.frame.colorspace == BT709 else None
        small = self.frame.reformat(
            width=width,
            height=height,
            format="yuvj420p",
            dst_colorspace=matrix,
            interpolation=Interpolation.AREA,
        )
        y, u, v = (self.turn.lay(_array(plane)) for plane in small.planes)
        return y, u, v

    def small(self, size: int) -> RGB:
        """The pixels of what `planes` gives: upright, with the shorter side `size` pixels."""
        width, height = fit(self._square(), size)
        stored = self.frame.reformat(
            width=width, height=height, format="rgb24", interpolation=Interpolation.AREA
        ).to_ndarray()
        return np.ascontiguousarray(self.turn.lay(stored.astype(np.uint8, copy=False)))

    def rgb(self) -> RGB:
        """All its pixels, upright and square."""
        width, height = self._square()
        stored = self.frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
        return np.ascontiguousarray(self.turn.lay(stored.astype(np.uint8, copy=False)))

    def _square(self) -> tuple[int, int]:
        width, height = self.frame.width, self.frame.height
        if self.aspect > 1:
            return width, max(1, round(height / self.aspect))
        return max(1, round(width * self.aspect)), height


def of_pixels(rgb: RGB) -> Picture:
    """A picture from upright square pixels."""
    return Picture(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24"), Turn())


def fit(size: tuple[int, int], shorter: int) -> tuple[int, int]:
    """Width and height with the shorter side at most `shorter`, never enlarged, both even."""
    scale = min(1.0, shorter / min(size))
    width, height = (max(2, min(2 * round(side * scale / 2), side - side % 2)) for side in size)
    return width, height


def _array(plane: av.video.plane.VideoPlane) -> NDArray[np.uint8]:
    # Rows of a plane are padded to `line_size`.
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    return np.asarray(rows[:, : plane.width])
