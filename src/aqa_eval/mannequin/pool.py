"""The swimming hall as one camera sees it: still water, the pool's far edge, and the wall behind it.

The water is the plane z = 0. `backdrop` (3,) is always the horizontal unit vector towards the back wall.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aqa_eval.mannequin.body import Floats
from aqa_eval.mannequin.camera import SIZE, Camera
from aqa_eval.mannequin.kinematics import unit
from aqa_eval.mannequin.painter import Floats32, Picture
from aqa_eval.mannequin.room import Light, look_up, speckle

Palette = tuple[tuple[int, int, int], ...]
WATERS: Palette = ((64, 140, 166), (72, 152, 170), (56, 126, 160), (78, 158, 180))
TILES: Palette = ((216, 222, 224), (224, 220, 210), (200, 214, 220))
WALLS: Palette = ((206, 212, 214), (214, 206, 192), (190, 204, 212), (198, 208, 200))
BANDS: Palette = ((54, 96, 140), (60, 128, 124), (150, 74, 62), (90, 98, 112))
SKY, HALL = (np.array(c, dtype=np.float32) for c in ((214, 226, 234), (176, 202, 212)))
"""What is seen through the windows, and what the water mirrors far away."""
DECK = 0.28
"""Height of the pool's edge over the water in metres."""
FARTHEST = 60.0
"""Metres beyond which nothing is told apart; keeps the horizon finite."""


@dataclass(frozen=True, slots=True)
class Pool:
    """One hall: the empty `picture` (SIZE, SIZE, 3), the share of `water` in each of its pixels (SIZE, SIZE),
    and the ripples: how far they move what is seen in a pixel, `swing` in pixels, and when, `phase` in
    radians.
    """

    light: Light
    picture: Picture
    water: Floats32
    swing: Floats32
    phase: Floats32


@dataclass(frozen=True, slots=True)
class _Rays:
    """What the rays of a picture of twice the size meet: `spots` (2 SIZE, 2 SIZE, 3) in metres on each plane,
    `along` (2 SIZE, 2 SIZE) the metres along the wall, and `wet`, `rim`, `deck` where each is seen.
    """

    spots: dict[str, Floats32]
    along: Floats32
    far: Floats32
    wet: NDArray[np.bool_]
    rim: NDArray[np.bool_]
    deck: NDArray[np.bool_]


def _colour(rng: Generator, palette: Palette) -> Floats32:
    return np.array(palette[int(rng.integers(len(palette)))], dtype=np.float32)


def _rays(camera: Camera, backdrop: Floats, edge: float, wall: float) -> _Rays:
    """The rays of a camera in a hall whose pool ends `edge` and whose wall stands `wall` metres away."""
    grid = (np.arange(2 * SIZE, dtype=np.float32) + np.float32(0.5)) / 2 - SIZE / 2
    right, down = np.meshgrid(grid / np.float32(camera.focal), grid / np.float32(camera.focal))
    eye, axes, back = (v.astype(np.float32) for v in (camera.eye, camera.axes, backdrop))
    rays = right[..., None] * axes[0] + down[..., None] * axes[1] + axes[2]
    sinking, forth = np.minimum(rays[..., 2], np.float32(-1e-6)), rays @ back
    reach = {
        "water": -eye[2] / sinking,
        "deck": (np.float32(DECK) - eye[2]) / sinking,
        "edge": (np.float32(edge) - eye @ back) / forth,
        "wall": (np.float32(wall) - eye @ back) / forth,
    }
    far = np.minimum(reach["water"], np.float32(FARTHEST))
    spots = {"water": eye + rays * far[..., None]}
    spots |= {name: eye + rays * reach[name][..., None] for name in ("edge", "wall")}
    wet = reach["water"] < reach["edge"]
    rim = ~wet & (spots["edge"][..., 2] < DECK)
    along = spots["wall"][..., 1] * back[0] - spots["wall"][..., 0] * back[1]
    return _Rays(spots, along, far, wet, rim, ~wet & ~rim & (reach["deck"] < reach["wall"]))


def _wall(u: Floats32, z: Floats32, rng: Generator) -> Floats32:
    """RGB (..., 3) of the wall at metres (u along, z over the water): tiles, a band, paint, windows."""
    paint, tile, band = _colour(rng, WALLS), _colour(rng, TILES), _colour(rng, BANDS)
    sill, pane = rng.uniform(2.9, 3.4), rng.uniform(2.2, 3.0)
    shift, tiled = rng.uniform(0.0, 3.0), rng.uniform(1.4, 2.0)
    seams = (np.abs((u / 0.3) % 1.0 - 0.5) > 0.46) | (np.abs((z / 0.3) % 1.0 - 0.5) > 0.46)
    colour = np.where((z < tiled)[..., None], tile * np.where(seams, 0.95, 1.0)[..., None], paint)
    colour = np.where((np.abs(z - tiled) < 0.12)[..., None], band, colour)
    inside = (0.5 - np.abs(((u + shift) / pane) % 1.0 - 0.5)) * pane
    glass = (z > sill) & (inside > 0.18)
    frame = (z > sill - 0.06) & (inside > 0.12) & ~glass
    colour = np.where(glass[..., None], SKY * (0.96 + 0.012 * (z - sill))[..., None], colour)
    colour = np.where(frame[..., None], np.float32(168), colour)
    painted: Floats32 = (colour * np.minimum(0.9 + 0.03 * z, 1.04)[..., None]).astype(np.float32)
    return painted


def _surface(spot: Floats32, far: Floats32, rng: Generator) -> Floats32:
    """RGB (..., 3) of the water at places `spot` (..., 3) that are `far` metres away: its colour close by,
    the hall where it is seen at a grazing angle, and the glitter of small waves.
    """
    deep, texture = _colour(rng, WATERS), speckle(rng)
    x, y = spot[..., 0], spot[..., 1]
    mirrors = np.clip((far - 6.0) / 16.0, 0.0, 1.0)[..., None] * np.float32(0.75)
    calm = 1.0 / (1.0 + np.maximum(far - 6.0, 0.0) / 8.0)
    waves = look_up(texture, x, y, 52.0, 52.0) + 0.8 * look_up(texture, x + 4.0, y, 18.0, 18.0)
    lane = np.abs(((x / 2.5) % 1.0) - 0.5) * 2.5 < 0.1
    floor = deep * np.where(lane, np.float32(0.93), np.float32(1.0))[..., None]
    colour = (floor * (1 - mirrors) + HALL * mirrors) * (1.0 + 0.10 * calm * waves)[..., None]
    glitter = np.clip(waves - 1.7, 0.0, 1.0) * calm
    lit: Floats32 = (colour + 70.0 * glitter[..., None]).astype(np.float32)
    return lit


def _light(rng: Generator, backdrop: Floats) -> Light:
    """Daylight and lamps from above, more from the camera's side than from the wall."""
    strength, turned = rng.uniform(0.5, 0.62), rng.uniform(-0.7, 0.7)
    across = np.array([-backdrop[1], backdrop[0], 0.0])
    towards = unit(-0.9 * backdrop + turned * across + np.array([0.0, 0.0, rng.uniform(1.2, 1.8)]))
    return Light(towards, strength, 1.06 - strength, 0.86 - 0.6 * strength)


def _halved(fine: Floats32) -> Floats32:
    small: Floats32 = cv2.resize(fine, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.float32)
    return small


def open_pool(camera: Camera, backdrop: Floats, rng: Generator) -> Pool:
    """The hall seen by a camera, its colours, light and measures drawn from the generator."""
    light, edge = _light(rng, backdrop), rng.uniform(6.0, 8.0)
    rays = _rays(camera, backdrop, edge, edge + rng.uniform(2.0, 3.2))
    shown = _wall(rays.along, rays.spots["wall"][..., 2], rng)
    deck = _colour(rng, TILES) * np.float32(0.86)
    shown[rays.deck] = deck
    foot = rays.spots["edge"][..., 2][rays.rim] < 0.12
    shown[rays.rim] = np.where(foot, np.float32(0.55), np.float32(0.97))[:, None] * deck
    shown = np.where(rays.wet[..., None], _surface(rays.spots["water"], rays.far, rng), shown)
    water = _halved(rays.wet.astype(np.float32))
    swing = np.where(water > 0.99, np.clip(20.0 / _halved(rays.far), 0.0, 3.0), 0.0).astype(np.float32)
    x, y = (_halved(rays.spots["water"][..., axis]) for axis in (0, 1))
    phase = np.float32(2.2) * look_up(speckle(rng), x, y, 10.0, 10.0)
    return Pool(light, np.rint(np.clip(_halved(shown), 0, 255)).astype(np.uint8), water, swing, phase)
