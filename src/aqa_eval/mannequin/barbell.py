"""A barbell as a mesh: a steel bar along x with a plate at each end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aqa_eval.mannequin.body import Floats, vertex_normals

MATERIALS = ("steel", "plate")
COLOURS = np.array([(176, 180, 186), (44, 46, 52)], dtype=np.float32)
SEGMENTS = 24
PLATE = (
    (-0.025, 0.0), (-0.025, 0.05), (-0.025, 0.10), (-0.015, 0.112),
    (0.015, 0.112), (0.025, 0.10), (0.025, 0.05), (0.025, 0.0),
)  # fmt: skip
PROFILES = (
    # (material, [(x, radius), ...]): surfaces of revolution about the x axis, in metres
    (0, [(x, 0.0135) for x in np.linspace(-0.72, 0.72, 37)]),
    (1, [(0.625 + x, radius) for x, radius in PLATE]),
    (1, [(-0.625 + x, radius) for x, radius in PLATE]),
    (0, [(0.72, 0.0135), (0.72, 0.0)]),
    (0, [(-0.72, 0.0), (-0.72, 0.0135)]),
)  # fmt: skip


def _revolve(profile: list[tuple[float, float]]) -> tuple[Floats, NDArray[np.int64]]:
    """Vertices and outward-facing triangles of a profile turned about the x axis (x must not decrease
    on the outside).
    """
    angles = np.linspace(0.0, 2 * np.pi, SEGMENTS, endpoint=False)
    vertices = np.array([[x, r * np.cos(a), r * np.sin(a)] for x, r in profile for a in angles])
    faces = []
    for ring in range(len(profile) - 1):
        for i in range(SEGMENTS):
            a, b = ring * SEGMENTS + i, ring * SEGMENTS + (i + 1) % SEGMENTS
            faces += [(a, a + SEGMENTS, b), (b, a + SEGMENTS, b + SEGMENTS)]
    return vertices, np.array(faces)


def barbell() -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Vertices and normals (V, 3) about the bar's centre, faces (F, 3), and each vertex's material (V,)."""
    vertices, normals, faces, materials, count = [], [], [], [], 0
    for material, profile in PROFILES:
        points, triangles = _revolve(profile)
        vertices.append(points)
        normals.append(vertex_normals(points, triangles))
        faces.append(triangles + count)
        materials.append(np.full(len(points), material))
        count += len(points)
    return np.vstack(vertices), np.vstack(normals), np.vstack(faces), np.concatenate(materials)
