"""A diver, a springboard and a splash, drawn into a swimming hall.

Whatever of the diver is below the water, z = 0, is not drawn: at the grazing angle from which it is seen
the surface mirrors the hall. The splash is thrown alike by every dive of one person: its size and shape
tell nothing of how the dive was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aqa_eval.mannequin.ballistics import GRAVITY
from aqa_eval.mannequin.body import Floats, vertex_normals
from aqa_eval.mannequin.camera import SIZE, Camera
from aqa_eval.mannequin.movements.movement import Plunge
from aqa_eval.mannequin.painter import Floats32, Picture, Surface, paint, surface
from aqa_eval.mannequin.pool import Pool

BOARD_LENGTH, BOARD_WIDTH, BOARD_THICKNESS, BENDING = 4.6, 0.5, 0.045, 2.6
"""The springboard in metres; so far behind its tip it rests on its fulcrum."""
BOARD_PIECES = 24
ALUMINIUM = np.array([(196, 204, 208)], dtype=np.float32)
WHITE = np.array((244, 249, 251))
MIRRORED = 0.45
"""How much of the light of a thing near the water the water throws back."""
NEAR = 0.8
"""Height over the water, in metres, from which on a mirror image could be seen in the picture."""
FIRST_DROPS, DROPS, FOAM = 70, 260, 120


@dataclass(frozen=True, slots=True)
class Splash:
    """Droplets: `places` (N, 3) in metres from the hole, `speeds` (N, 3) in metres a second, `sizes` (N,) in
    metres, and how many seconds after the touch each starts, `late` (N,).
    """

    places: Floats
    speeds: Floats
    sizes: Floats
    late: Floats


@dataclass(frozen=True, slots=True)
class Scene:
    """One dive in one hall before one camera."""

    camera: Camera
    pool: Pool
    plunge: Plunge
    splash: Splash


def splashing(rng: Generator) -> Splash:
    """A ring of droplets when the hands break the surface, and more when the hole behind the feet closes."""
    second = np.arange(DROPS) >= FIRST_DROPS
    around = rng.uniform(0.0, 2 * np.pi, DROPS)
    ring = np.stack([np.cos(around), np.sin(around), np.zeros(DROPS)], axis=1)
    radius = np.where(second, rng.uniform(0.0, 0.22, DROPS), rng.uniform(0.05, 0.14, DROPS))
    out = np.where(second, rng.gamma(2.0, 0.28, DROPS), rng.uniform(0.4, 1.3, DROPS))
    up = np.where(second, rng.gamma(4.0, 0.62, DROPS), rng.uniform(0.5, 1.6, DROPS))
    return Splash(
        places=ring * radius[:, None],
        speeds=ring * out[:, None] + np.outer(up, (0.0, 0.0, 1.0)),
        sizes=rng.gamma(2.2, 0.006, DROPS) + 0.004,
        late=np.where(second, rng.uniform(0.30, 0.44, DROPS), rng.uniform(0.0, 0.12, DROPS)),
    )


def _board(plunge: Plunge, bend: float) -> Floats:
    """The springboard bent down by `bend` metres: the corners (T, 3, 3) of its triangles."""
    cuts = np.linspace(0.0, BOARD_LENGTH, BOARD_PIECES + 1)
    free = np.clip(1.0 - cuts / BENDING, 0.0, 1.0)
    sunk = bend * free * free * (3.0 - free) / 2.0  # a cantilever bent by a load at its end
    half = BOARD_WIDTH / 2
    section = np.array([(-half, 0.0), (half, 0.0), (half, -BOARD_THICKNESS), (-half, -BOARD_THICKNESS)])
    points = np.empty((len(cuts), 4, 3))
    points[..., 0] = section[:, 0]
    points[..., 1] = cuts[:, None]
    points[..., 2] = section[:, 1] - sunk[:, None]
    triangles = [points[0, [0, 2, 1]], points[0, [0, 3, 2]]]
    for side, following in ((0, 1), (1, 2), (2, 3), (3, 0)):
        near, beyond = points[:-1], points[1:]
        for corners in (
            (near[:, side], beyond[:, side], near[:, following]),
            (beyond[:, side], beyond[:, following], near[:, following]),
        ):
            triangles += list(np.stack(corners, axis=1)[:, ::-1])
    return np.array(triangles) + plunge.tip


def _show(
    scene: Scene, picture: Picture, figure: Surface, vertices: NDArray[np.floating], normals: Floats32
) -> None:
    """Paint a surface where the camera sees it, if it does."""
    pixels, depths = scene.camera.project(vertices.astype(np.float64))
    if (pixels.min(axis=0) < SIZE).all() and (pixels.max(axis=0) > 0).all():
        light = scene.pool.light.on(normals)
        paint(picture, figure, pixels.astype(np.float32), depths.astype(np.float32), light)


def _show_board(scene: Scene, picture: Picture, time: float) -> None:
    points = _board(scene.plunge, scene.plunge.bend(time)).reshape(-1, 3)
    faces = np.arange(len(points)).reshape(-1, 3)
    normals = vertex_normals(points, faces).astype(np.float32)
    drawn = surface(faces, np.ones((len(points), 1), dtype=np.float32), ALUMINIUM)
    _show(scene, picture, drawn, points, normals)


def _above(figure: Surface, heights: Floats32) -> Surface:
    """The part of a surface that is over the water."""
    kept = heights[figure.faces].max(axis=1) > 0
    return replace(figure, faces=figure.faces[kept], material=figure.material[kept])


def _mirrored(
    scene: Scene, picture: Picture, figure: Surface, vertices: Floats32, normals: Floats32
) -> Picture:
    """The picture with the diver's mirror image in the water."""
    flip = np.array([1, 1, -1], dtype=np.float32)
    mirrored = picture.copy()
    _show(scene, mirrored, replace(figure, faces=figure.faces[:, ::-1]), vertices * flip, normals * flip)
    share = (np.float32(MIRRORED) * scene.pool.water)[..., None]
    change = cv2.GaussianBlur(mirrored.astype(np.float32) - picture, (3, 7), 0)
    blended: Picture = np.rint(picture + share * change).astype(np.uint8)
    return blended


def _rippled(pool: Pool, picture: Picture, time: float) -> Picture:
    """The picture with the water's part of it moved about by small waves."""
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    rows += pool.swing * np.sin(pool.phase + np.float32(3.0 * time))
    columns += np.float32(0.6) * pool.swing * np.cos(np.float32(1.7) * pool.phase - np.float32(2.3 * time))
    moved: Picture = cv2.remap(
        picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    ).astype(np.uint8, copy=False)
    return moved


def _blot(picture: Picture, at: Floats, across: float, down: float, share: float) -> None:
    """A soft white ellipse on the picture, in place: its radii in pixels, and how much it covers."""
    reach = 2 * np.array([across, down])
    low = np.clip(np.floor(at - reach), 0, SIZE).astype(int)
    high = np.clip(np.ceil(at + reach) + 1, 0, SIZE).astype(int)
    if (high <= low).any():
        return
    rows, columns = np.arange(low[1], high[1])[:, None], np.arange(low[0], high[0])
    away = ((columns - at[0]) / across) ** 2 + ((rows - at[1]) / down) ** 2
    weight = (share * np.exp(-1.2 * away))[..., None]
    window = picture[low[1] : high[1], low[0] : high[0]]
    window[:] = np.rint(window * (1 - weight) + WHITE * weight).astype(np.uint8)


def _foam(scene: Scene, picture: Picture, since: float) -> None:
    """A white patch on the water that spreads from the hole for half a second."""
    splash, grown = scene.splash, min(since / 0.5, 1.0)
    apart = (0.36 + 3.0 * grown * (np.arange(FOAM) % 17 / 17) ** 0.6)[:, None]
    spots = scene.plunge.hole + splash.places[:FOAM] * apart
    pixels, depths = scene.camera.project(spots)
    radii = scene.camera.focal * (0.025 + 1.5 * splash.sizes[:FOAM]) / depths
    for at, radius in zip(pixels, radii, strict=True):
        _blot(picture, at, radius, max(0.28 * radius, 0.6), 0.12 + 0.18 * grown)


def _droplets(scene: Scene, picture: Picture, since: float) -> None:
    """The droplets in the air, each thrown up and falling back."""
    splash = scene.splash
    age = np.maximum(since - splash.late, 0.0)[:, None]
    fallen = np.array([0.0, 0.0, GRAVITY / 2]) * age**2
    places = scene.plunge.hole + splash.places + splash.speeds * age - fallen
    flying = (places[:, 2] > 0) & (age[:, 0] > 0)
    if not flying.any():
        return
    pixels, depths = scene.camera.project(places[flying])
    radii = np.maximum(scene.camera.focal * splash.sizes[flying] / depths, 0.7)
    for at, radius in zip(pixels, radii, strict=True):
        _blot(picture, at, radius, 1.3 * radius, 0.75)


def immersed(scene: Scene, figure: Surface, vertices: Floats32, normals: Floats32, time: float) -> Picture:
    """The picture (SIZE, SIZE, 3) of a body, its `vertices` and `normals` (V, 3), at a time in seconds."""
    picture, since = scene.pool.picture, time - scene.plunge.touch
    shown = _above(figure, vertices[:, 2])
    if vertices[:, 2].min() < NEAR:
        picture = _mirrored(scene, picture, shown, vertices, normals)
    picture = _rippled(scene.pool, picture, time)
    _show_board(scene, picture, time)
    if since > 0:
        _foam(scene, picture, since)
    _show(scene, picture, shown, vertices, normals)
    if since > 0:
        _droplets(scene, picture, since)
    return picture
