"""Linear-blend skinning: from a pose to where every vertex of a dressed body is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aqa_eval.mannequin.body import Body, Floats, Pose, Skeleton, bone_transforms

Floats32 = NDArray[np.float32]


BLOCK = 512
"""Vertices a matrix product: small enough that BLAS stays on one thread. More threads cost twice the
processor time here, and one gives the same bits wherever it runs."""


@dataclass(frozen=True, slots=True)
class Skin:
    """`vertices` and `normals` at rest (3, V), and their `weights` on the bones `led` that move freely.

    The weights are cut into blocks of vertices (V / BLOCK rounded up, len(led), BLOCK).
    """

    skeleton: Skeleton
    led: NDArray[np.int64]
    weights: Floats32
    vertices: Floats32
    normals: Floats32

    def posed(self, pose: Pose) -> tuple[Floats32, Floats32]:
        """Vertices and unit normals (V, 3) of a pose that names no bone beside the free ones."""
        rotation, translation = bone_transforms(self.skeleton, pose)
        bones = np.concatenate([rotation.reshape(-1, 9), translation], axis=1)[self.led].astype(np.float32)
        blocks = np.matmul(np.ascontiguousarray(bones.T), self.weights)
        blend = np.moveaxis(blocks, 0, 1).reshape(12, -1)[:, : self.vertices.shape[1]]

        def turned(points: Floats32, row: int) -> Floats32:
            turns: Floats32 = blend[row] * points[0] + blend[row + 1] * points[1] + blend[row + 2] * points[2]
            return turns

        vertices = [turned(self.vertices, 3 * axis) + blend[9 + axis] for axis in range(3)]
        normals = [turned(self.normals, 3 * axis) for axis in range(3)]
        # A blend of rotations shrinks what it turns.
        length = np.sqrt(normals[0] ** 2 + normals[1] ** 2 + normals[2] ** 2)
        return np.stack(vertices, axis=1), np.stack([n / np.maximum(length, 1e-6) for n in normals], axis=1)


def skin(body: Body, vertices: Floats, normals: Floats, free: Collection[str]) -> Skin:
    """The skin of a body, dressed or not, for poses that name only the bones of `free`.

    A bone that is not free moves with its parent, so their weights are added up once.
    """
    skeleton = body.skeleton
    leader = np.zeros(len(skeleton.names), dtype=np.int64)
    for bone, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
        leader[bone] = bone if parent < 0 or name in free else leader[parent]
    led = np.unique(leader)
    count = -(-len(vertices) // BLOCK)
    weights = np.zeros((len(led), count * BLOCK), dtype=np.float32)
    for bone, owner in enumerate(np.searchsorted(led, leader)):
        weights[owner, : len(vertices)] += body.weights[:, bone]
    blocks = np.ascontiguousarray(np.moveaxis(weights.reshape(len(led), count, BLOCK), 0, 1))
    return Skin(
        skeleton,
        led,
        blocks,
        np.ascontiguousarray(vertices.T, dtype=np.float32),
        np.ascontiguousarray(normals.T, dtype=np.float32),
    )
