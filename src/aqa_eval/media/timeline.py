"""When each picture of a video is shown, found without decoding it, and how to get to it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Ticks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every picture of a video in the order it is shown.

    `pts` (n,): presentation times in ticks of `base` seconds, strictly ascending; empty `order` when
    the container does not tell them: then `pts` counts decoded pictures, which can only be reached
    by decoding all before them. `last`: how long the last picture is shown, in ticks. `order` (n,):
    positions in the file's (decoding) order. `keys` (k, 3): decoding order, pts and dts of the
    pictures that decoding can start from.
    """

    base: Fraction
    pts: Ticks
    last: int
    order: Ticks
    keys: Ticks

    @property
    def times(self) -> NDArray[np.float64]:
        """(n,) seconds from the first picture."""
        return np.asarray((self.pts - self.pts[0]) * float(self.base))

    @property
    def end(self) -> float:
        """Seconds from the first picture to the end of the last."""
        return float(self.pts[-1] - self.pts[0] + self.last) * float(self.base)

    @property
    def told(self) -> bool:
        """Whether the container tells when each picture is shown."""
        return len(self.order) > 0

    def entry(self, index: int) -> int:
        """The row of `keys` from which picture `index` can be decoded with nothing before it.

        A picture stored after a key picture but shown before it may lean on what is before the key
        picture (an open group of pictures), so its own key picture is an earlier one.
        """
        usable = (self.keys[:, 0] <= self.order[index]) & (self.keys[:, 1] <= self.pts[index])
        rows = np.flatnonzero(usable)
        return int(rows[-1]) if len(rows) else 0


def to_bytes(timeline: Timeline) -> bytes:
    """The timeline as a NumPy archive, for the cache."""
    buffer = BytesIO()
    base = np.array([timeline.base.numerator, timeline.base.denominator, timeline.last], np.int64)
    np.savez(buffer, base=base, pts=timeline.pts, order=timeline.order, keys=timeline.keys)
    return buffer.getvalue()


def from_bytes(data: bytes) -> Timeline | None:
    """The timeline that `to_bytes` wrote; None when the archive is damaged."""
    try:
        with np.load(BytesIO(data), allow_pickle=False) as archive:
            numerator, denominator, last = (int(n) for n in archive["base"])
            base = Fraction(numerator, denominator)
            return Timeline(base, archive["pts"], last, archive["order"], archive["keys"])
    except (BadZipFile, KeyError, ValueError, EOFError, OSError):
        return None
