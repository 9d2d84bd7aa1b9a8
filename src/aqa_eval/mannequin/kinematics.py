"""Rotations and two-bone limbs: from where a hand or a foot must be to how the bones turn."""

from __future__ import annotations

import numpy as np

from aqa_eval.mannequin.body import Floats, Skeleton


def unit(vector: Floats) -> Floats:
    """The vector (3,) at length 1."""
    return vector / np.linalg.norm(vector)


def cross(a: Floats, b: Floats) -> Floats:
    """The cross product (3,) of two vectors; numpy's own is ten times slower on single vectors."""
    (x, y, z), (u, v, w) = a.tolist(), b.tolist()
    return np.array([y * w - z * v, z * u - x * w, x * v - y * u])


def turn(axis: Floats, degrees: float) -> Floats:
    """The rotation (3, 3) by `degrees` about `axis` (3,), right-handed (Rodrigues' formula)."""
    x, y, z = unit(axis)
    tilt = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.radians(degrees)
    rotation: Floats = np.eye(3) + np.sin(angle) * tilt + (1 - np.cos(angle)) * (tilt @ tilt)
    return rotation


X, Y, Z = np.eye(3)


def frame(along: Floats, hinge: Floats) -> Floats:
    """The orthonormal axes (3, 3), in columns: `along`, and `hinge` made perpendicular to it."""
    first = unit(along)
    second = unit(hinge - (hinge @ first) * first)
    return np.stack([first, second, cross(first, second)], axis=1)


def ease(x: float) -> float:
    """The minimum-jerk course from 0 to 1 as x goes from 0 to 1 (Flash and Hogan 1985)."""
    x = min(max(x, 0.0), 1.0)
    return x * x * x * (10.0 - 15.0 * x + 6.0 * x * x)


def reach(upper: float, lower: float, flexion: float) -> float:
    """The distance between the ends of a two-bone limb bent by `flexion` degrees (0 is straight).

    Law of cosines with the inner angle 180 - flexion.
    """
    return float(np.sqrt(upper**2 + lower**2 + 2 * upper * lower * np.cos(np.radians(flexion))))


def flexion(start: Floats, middle: Floats, end: Floats) -> float:
    """How far a two-bone limb is bent, in degrees; 0 is straight."""
    u, v = unit(middle - start), unit(end - middle)
    return float(np.degrees(np.arccos(np.clip(u @ v, -1.0, 1.0))))


def middle_joint(start: Floats, end: Floats, upper: float, lower: float, pole: Floats) -> Floats:
    """Where knee or elbow lies (3,) for a limb from `start` to `end`, on the side `pole` points to.

    `pole` (3,) need not be perpendicular to the line from start to end. The ends must be within reach.
    """
    line = end - start
    distance = float(np.linalg.norm(line))
    along = line / distance
    ahead = (upper**2 - lower**2 + distance**2) / (2 * distance)
    aside = np.sqrt(max(upper**2 - ahead**2, 0.0))
    joint: Floats = start + ahead * along + aside * unit(pole - (pole @ along) * along)
    return joint


def limb_rotations(
    skeleton: Skeleton, bones: tuple[str, str, str], upper: Floats, lower: Floats, hinge: Floats
) -> dict[str, Floats]:
    """World rotations of a limb's two bones, that point along `upper` and `lower` (3,).

    `bones` are the upper one, the lower one and the one that follows. `hinge` (3,) is the axis about
    which the limb bends, along `upper` x `lower`; given apart, because a straight limb does not tell it. The
    hinge at rest is carried onto it, so that no bone twists.
    """
    rest = [skeleton.head(bone) for bone in bones]
    upper_rest, lower_rest = rest[1] - rest[0], rest[2] - rest[1]
    hinge_rest = cross(upper_rest, lower_rest)
    return {
        bones[0]: frame(upper, hinge) @ frame(upper_rest, hinge_rest).T,
        bones[1]: frame(lower, hinge) @ frame(lower_rest, hinge_rest).T,
    }


def reaching(
    skeleton: Skeleton, bones: tuple[str, str, str], start: Floats, end: Floats, pole: Floats
) -> dict[str, Floats]:
    """World rotations of a limb's two bones from `start` to `end`, bent to the side `pole` points to."""
    upper, lower = skeleton.length(bones[0], bones[1]), skeleton.length(bones[1], bones[2])
    middle = middle_joint(start, end, upper, lower, pole)
    return limb_rotations(skeleton, bones, middle - start, end - middle, cross(pole, end - start))


def fist(skeleton: Skeleton, side: str, hand: Floats, curl: float = 1.0) -> dict[str, Floats]:
    """World rotations of the fingers of one hand closed by `curl` (0 as at rest, 1 a fist).

    `hand` (3, 3) is the world rotation of the hand.
    """
    rotations: dict[str, Floats] = {}
    for finger in range(2, 6):
        points = [skeleton.head(f"finger{finger}-{part}.{side}") for part in (1, 2, 3)]
        axis = cross(points[1] - points[0], points[2] - points[1])
        for part, degrees in zip((1, 2, 3), (55.0, 125.0, 170.0), strict=True):
            rotations[f"finger{finger}-{part}.{side}"] = hand @ turn(axis, curl * degrees)
    return rotations


def pronated(skeleton: Skeleton, side: str, forearm: Floats, hand: Floats) -> Floats:
    """The world rotation (3, 3) of the forearm's lower bone, twisted half the way from `forearm` to `hand`.

    It twists about the line to the wrist, so that the wrist stays where it is.
    """
    wrist = skeleton.head(f"wrist.{side}")
    across = skeleton.head(f"metacarpal1.{side}") - skeleton.head(f"metacarpal4.{side}")
    along = unit(forearm @ (wrist - skeleton.head(f"lowerarm02.{side}")))
    untwisted, twisted = (frame(along, rotation @ across)[:, 1] for rotation in (forearm, hand))
    angle = np.degrees(np.arctan2(cross(untwisted, twisted) @ along, untwisted @ twisted))
    return turn(along, 0.5 * float(angle)) @ forearm
