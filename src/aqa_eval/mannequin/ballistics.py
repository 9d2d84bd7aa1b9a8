"""The body as a set of masses: where its centre of mass lies and how it spins freely in the air.

Masses, centres and radii of gyration of the segments are the men's of de Leva 1996 ("Adjustments to
Zatsiorsky-Seluyanov's segment inertia parameters", J. Biomechanics 29, 1223-1230, table 4; about the
transverse axis), the trunk cut in two at the middle of the spine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.mannequin.body import Floats

GRAVITY = 9.81
"""Metres a second squared, along -z."""

SIDES = ("L", "R")


@dataclass(frozen=True, slots=True)
class _Segment:
    """From joint to joint: its share of the body's mass, where its centre lies between them (0 to 1) and
    its radius of gyration in its own length.
    """

    start: str
    end: str
    mass: float
    centre: float
    gyration: float


SEGMENTS = (
    _Segment("root", "spine02", 0.275, 0.50, 0.36),
    _Segment("spine02", "neck01", 0.1596, 0.50, 0.36),
    _Segment("neck01", "head", 0.0694, 1.2, 1.0),
    *(
        segment
        for side in SIDES
        for segment in (
            _Segment(f"upperarm01.{side}", f"lowerarm01.{side}", 0.0271, 0.5772, 0.269),
            _Segment(f"lowerarm01.{side}", f"wrist.{side}", 0.0162, 0.4574, 0.265),
            _Segment(f"wrist.{side}", f"finger3-1.{side}", 0.0061, 0.79, 0.5),
            _Segment(f"upperleg01.{side}", f"lowerleg01.{side}", 0.1416, 0.4095, 0.329),
            _Segment(f"lowerleg01.{side}", f"foot.{side}", 0.0433, 0.4459, 0.249),
            _Segment(f"foot.{side}", f"toe2-1.{side}", 0.0137, 0.5, 0.4),
        )
    ),
)
_MASSES = np.array([segment.mass for segment in SEGMENTS])
_MASSES = _MASSES / _MASSES.sum()
_CENTRES = np.array([segment.centre for segment in SEGMENTS])
_GYRATION = np.array([segment.gyration for segment in SEGMENTS])


def _ends(placed: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """The two ends (S, 3) of every segment."""
    return (
        np.array([placed[segment.start] for segment in SEGMENTS]),
        np.array([placed[segment.end] for segment in SEGMENTS]),
    )


def centre_of_mass(placed: Mapping[str, Floats]) -> Floats:
    """The centre of mass (3,) of a body whose joint centres are `placed`, in metres."""
    start, end = _ends(placed)
    centre: Floats = _MASSES @ (start + _CENTRES[:, None] * (end - start))
    return centre


@dataclass(frozen=True, slots=True)
class Spin:
    """How a body that changes its shape spins about the x axis, at times dt apart.

    `inertia` (T,) is its moment about its centre of mass for one kilogramme of body, in square metres;
    `shifting` (T,) the angular momentum it would have if its pelvis did not turn, in square metres a second.
    """

    inertia: Floats
    shifting: Floats

    def rates(self, momentum: float) -> Floats:
        """How fast the pelvis turns (T,), in radians a second, when the angular momentum is `momentum`."""
        rates: Floats = (momentum - self.shifting) / self.inertia
        return rates


def spin(shapes: Sequence[Mapping[str, Floats]], dt: float) -> Spin:
    """The spin of a body from its joint centres in its pelvis's own frame at times `dt` seconds apart."""
    ends = [_ends(placed) for placed in shapes]
    start, end = np.array([s for s, _ in ends])[..., 1:], np.array([e for _, e in ends])[..., 1:]
    centres = start + _CENTRES[:, None] * (end - start)
    centres = centres - np.einsum("s,tsi->ti", _MASSES, centres)[:, None]
    along = end - start
    direction = np.unwrap(np.arctan2(along[..., 1], along[..., 0]), axis=0)
    own = (_GYRATION**2) * (along**2).sum(axis=-1)
    moving, turning = np.gradient(centres, dt, axis=0), np.gradient(direction, dt, axis=0)
    across = centres[..., 0] * moving[..., 1] - centres[..., 1] * moving[..., 0]
    return Spin(
        inertia=((centres**2).sum(axis=-1) + own) @ _MASSES,
        shifting=(across + own * turning) @ _MASSES,
    )
