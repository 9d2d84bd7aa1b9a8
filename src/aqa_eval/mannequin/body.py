"""The human body: a baked mesh with a skeleton, mixed into a new person and posed by linear-blend skinning.

Axes: x to the body's left, y backwards, z up, in metres; the floor is z = 0.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BAKED = ("body", "body_f", "body_m")
"""The bodies that ship with the package; see `bodies/README.md`."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Bones by name: `heads` (B, 3) are joint centres at rest, `parents` (B,) their indices, -1 the root."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    heads: Floats

    def head(self, bone: str) -> Floats:
        """The joint centre (3,) at rest where `bone` begins."""
        position: Floats = self.heads[self.names.index(bone)]
        return position

    def length(self, bone: str, end: str) -> float:
        """The distance between two joint centres at rest, in metres."""
        return float(np.linalg.norm(self.head(end) - self.head(bone)))


@dataclass(frozen=True, slots=True)
class Pose:
    """Where every bone is: world `rotations` from rest, by bone (a bone not named goes with its parent).

    `root` is the world position (3,) of the root joint. `bar` is the centre (3,) of the barbell, if held.
    """

    rotations: Mapping[str, Floats]
    root: Floats
    bar: Floats | None = None


def bone_transforms(skeleton: Skeleton, pose: Pose) -> tuple[Floats, Floats]:
    """Rotation (B, 3, 3) and translation (B, 3) of every bone: a point p of bone b goes to R[b] p + t[b]."""
    count = len(skeleton.names)
    rotation, translation = np.empty((count, 3, 3)), np.empty((count, 3))
    for bone, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
        own = pose.rotations.get(name)
        rest = skeleton.heads[bone]
        if parent < 0:
            rotation[bone] = np.eye(3) if own is None else own
            translation[bone] = pose.root - rotation[bone] @ rest
        elif own is None:
            rotation[bone], translation[bone] = rotation[parent], translation[parent]
        else:
            rotation[bone] = own
            translation[bone] = rotation[parent] @ rest + translation[parent] - own @ rest
    return rotation, translation


def joints(skeleton: Skeleton, pose: Pose) -> dict[str, Floats]:
    """The world position (3,) of every joint centre, by bone name."""
    rotation, translation = bone_transforms(skeleton, pose)
    heads = np.einsum("bij,bj->bi", rotation, skeleton.heads) + translation
    return dict(zip(skeleton.names, heads, strict=True))


@dataclass(frozen=True, slots=True)
class Body:
    """A person at rest.

    `vertices` and `normals` (V, 3), `faces` (F, 3), `weights` (V, B) of the skinning. `keypoint_moments`
    (17, B, 3) and `keypoint_shares` (17, B) are the COCO-17 regressor folded with the skinning weights:
    keypoint k lies at the sum over bones of R[b] moments[k, b] + t[b] shares[k, b].
    """

    skeleton: Skeleton
    vertices: Floats
    normals: Floats
    faces: NDArray[np.int64]
    weights: Floats
    keypoint_moments: Floats
    keypoint_shares: Floats

    def keypoints(self, pose: Pose) -> Floats:
        """The COCO-17 keypoints (17, 3) of a pose, in metres."""
        rotation, translation = bone_transforms(self.skeleton, pose)
        points: Floats = (
            np.einsum("bij,kbj->ki", rotation, self.keypoint_moments) + self.keypoint_shares @ translation
        )
        return points


@cache
def _baked(name: str) -> tuple[str, dict[str, NDArray[np.generic]]]:
    """SHA-256 and arrays of a baked body."""
    stored = (resources.files(__package__) / "bodies" / f"{name}.npz").read_bytes()
    with np.load(io.BytesIO(stored)) as arrays:
        return hashlib.sha256(stored).hexdigest(), {key: arrays[key] for key in arrays.files}


def digests() -> tuple[str, ...]:
    """The SHA-256 of each baked body, in the order of `BAKED`."""
    return tuple(_baked(name)[0] for name in BAKED)


@cache
def _skinning() -> tuple[Floats, Floats, Floats]:
    """What all baked bodies share: skinning weights (V, B), COCO-17 regressor (17, V), and their product."""
    arrays = _baked(BAKED[0])[1]
    indices, shares = arrays["wi"].astype(np.int64), arrays["ww"].astype(np.float64)
    weights = np.zeros((len(indices), len(arrays["labels"])))
    np.add.at(weights, (np.arange(len(indices))[:, None], indices), shares)
    weights /= weights.sum(axis=1, keepdims=True)
    regressor = arrays["kpR"][:17].astype(np.float64)
    regressor /= regressor.sum(axis=1, keepdims=True)
    return weights, regressor, regressor @ weights


def vertex_normals(vertices: Floats, faces: NDArray[np.int64]) -> Floats:
    """Unit normals (V, 3): the area-weighted mean of the faces around each vertex."""
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    facing = np.cross(b - a, c - a)
    shared = np.repeat(facing, 3, axis=0)
    total = np.stack([np.bincount(faces.ravel(), axis, len(vertices)) for axis in shared.T], axis=1)
    unit: Floats = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
    return unit


def mix(shares: Floats, size: float = 1.0) -> Body:
    """A new person: the baked bodies mixed by `shares` (convex, one each), enlarged by `size`.

    The baked bodies have one topology and one set of skinning weights, so that a convex mix of their
    vertices and joints poses as well as they do.
    """
    weights, regressor, shares_of_bones = _skinning()
    vertices, skeleton = _at_rest(shares, size)
    faces = _baked(BAKED[0])[1]["f"].astype(np.int64)
    moments = np.stack([(regressor * axis) @ weights for axis in vertices.T], axis=2)
    return Body(
        skeleton=skeleton,
        vertices=vertices,
        normals=vertex_normals(vertices, faces),
        faces=faces,
        weights=weights,
        keypoint_moments=moments,
        keypoint_shares=shares_of_bones,
    )


def mix_skeleton(shares: Floats, size: float = 1.0) -> Skeleton:
    """The skeleton alone of the person that `mix` makes."""
    return _at_rest(shares, size)[1]


def _at_rest(shares: Floats, size: float) -> tuple[Floats, Skeleton]:
    """Vertices (V, 3) and skeleton of a mix, standing on the floor."""
    bodies = [_baked(name)[1] for name in BAKED]
    first = bodies[0]

    def blended(key: str) -> Floats:
        mixed: Floats = np.tensordot(shares, np.stack([b[key].astype(np.float64) for b in bodies]), axes=1)
        return mixed * size

    vertices, heads = blended("v"), blended("heads")
    floor = np.array([0.0, 0.0, vertices[:, 2].min()])
    names = tuple(str(label) for label in first["labels"])
    parents = tuple(int(parent) for parent in first["parents"].astype(np.int64))
    return vertices - floor, Skeleton(names, parents, heads - floor)
