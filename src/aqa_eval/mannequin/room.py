"""The room: floor, wall and light, and the shadow a body throws on the floor."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from aqa_eval.mannequin.body import Floats
from aqa_eval.mannequin.camera import SIZE, Camera
from aqa_eval.mannequin.kinematics import unit

Floats32 = NDArray[np.float32]
Picture = NDArray[np.uint8]
WALLS = ((206, 210, 214), (214, 206, 194), (188, 200, 208), (202, 210, 198), (176, 182, 192), (222, 218, 210))
FLOORS = ((150, 120, 92), (172, 146, 116), (104, 106, 112), (132, 134, 138), (120, 96, 76))
MATS = ((58, 74, 104), (70, 72, 78), (48, 92, 88), (104, 62, 66))
SKIRTING = np.array((238, 236, 232), dtype=np.float32)
GRID, CELL = 160, 0.02
"""The shadow map: cells along a side, and a cell's side in metres."""


@dataclass(frozen=True, slots=True)
class Light:
    """A lamp: `towards` (3,) points to it, `key` is its strength, `sky` and `ground` the room's."""

    towards: Floats
    key: float
    sky: float
    ground: float

    def on(self, normals: Floats32) -> Floats32:
        """How brightly surfaces with these `normals` (V, 3) are lit (V,): about 1 where fully lit."""
        x, y, z = normals.T
        lambert = x * float(self.towards[0]) + y * float(self.towards[1]) + z * float(self.towards[2])
        # Wrapped: a large lamp reaches a little beyond the terminator.
        direct = np.maximum((lambert + np.float32(0.25)) / np.float32(1.25), 0)
        up = np.float32(0.5) + np.float32(0.5) * z
        lit: Floats32 = direct * self.key + up * (self.sky - self.ground) + self.ground
        return lit


@dataclass(frozen=True, slots=True)
class Room:
    """One room as one camera sees it: the empty `picture` (SIZE, SIZE, 3) and, below the row `horizon`,
    the share of `floor` in each pixel (SIZE - horizon, SIZE), on which shadows fall. `to_floor` (3, 3)
    leads from the shadow map's cells to that part of the picture.
    """

    picture: Picture
    horizon: int
    floor: Floats32
    light: Light
    to_floor: Floats


def speckle(rng: Generator, size: int = 512) -> Floats32:
    """Grain (size, size) about 0, from blots down to specks, standard deviation about 1."""
    grain = np.zeros((size, size), dtype=np.float32)
    for cells, share in ((8, 0.6), (32, 0.5), (128, 0.5), (size, 0.6)):
        blots = rng.standard_normal((cells, cells)).astype(np.float32)
        grain += share * cv2.resize(blots, (size, size), interpolation=cv2.INTER_CUBIC)
    return grain


def look_up(texture: Floats32, u: Floats32, v: Floats32, across: float, along: float) -> Floats32:
    """The texture at metres (u, v), `across` and `along` cells of it to the metre, mirrored at its edges."""
    middle = np.float32(len(texture) / 2)
    columns, rows = u * np.float32(across) + middle, v * np.float32(along) + middle
    grain = cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return grain.astype(np.float32, copy=False)


def _light(rng: Generator) -> Light:
    strength, azimuth = rng.uniform(0.58, 0.72), rng.uniform(-0.8, 0.8)
    towards = unit(np.array([np.sin(azimuth), -np.cos(azimuth), rng.uniform(1.4, 2.2)]))
    return Light(towards, strength, 1.02 - strength, 0.78 - 0.6 * strength)


def _boards(x: Floats32, y: Floats32, tone: Floats32) -> Floats32:
    """How much brighter or darker floor boards, 14 cm wide and 1.8 m long, are than their mean."""
    board = np.floor(x / 0.14)
    own = tone[board.astype(np.int32) % len(tone)]
    seam = np.abs(x / 0.14 - board - 0.5) > 0.47
    joint = np.abs((y + own * 1.8) % 1.8) < 0.012
    tones: Floats32 = np.where(seam | joint, np.float32(-0.16), np.float32(0.05) * (own - np.float32(0.5)))
    return tones


def _floor(x: Floats32, y: Floats32, rng: Generator) -> Floats32:
    """RGB (..., 3) of the floor at metres (x, y): boards or rubber, and a mat under the feet."""
    base = np.array(FLOORS[int(rng.integers(len(FLOORS)))], dtype=np.float32)
    wooden, tone = rng.random() < 0.5, rng.random(64, dtype=np.float32)
    texture, mat = speckle(rng), np.array(MATS[int(rng.integers(len(MATS)))], dtype=np.float32)
    half = rng.uniform(0.5, 0.62), rng.uniform(0.5, 0.75)
    stretch = (330.0, 55.0) if wooden else (110.0, 110.0)
    grain = np.float32(0.035) * look_up(texture, x, y, *stretch)
    inside = np.minimum(half[0] - np.abs(x), half[1] - np.abs(y - 0.02))
    value = 1 + grain + (_boards(x, y, tone) if wooden else np.float32(0))
    rim = np.float32(0.12) * ((inside > 0.03) & (inside < 0.04))
    covered: Floats32 = np.where((inside > 0)[..., None], mat, base) * np.where(
        inside > 0, 1 + grain - rim, value
    )[..., None].astype(np.float32)
    return covered


def _wall(u: Floats32, z: Floats32, rng: Generator) -> Floats32:
    """RGB (..., 3) of the wall at metres (u along, z up): paint, a skirting board, perhaps a darker band."""
    base = np.array(WALLS[int(rng.integers(len(WALLS)))], dtype=np.float32)
    band = rng.uniform(0.9, 1.25) if rng.random() < 0.5 else 0.0
    bright = 0.93 + 0.05 * z - 0.012 * (u - rng.uniform(-1, 1)) ** 2
    bright += np.float32(0.012) * look_up(speckle(rng), u, z, 60.0, 60.0)
    bright *= np.where(z < band, np.float32(0.86), np.float32(1))
    bright = np.where(z < 0.1, np.where(z < 0.088, np.float32(0.92), np.float32(0.7)), bright)
    painted: Floats32 = np.where((z < 0.1)[..., None], SKIRTING, base) * bright[..., None]
    return painted


def furnish(camera: Camera, backdrop: Floats, rng: Generator) -> Room:
    """The empty room seen by a camera; `backdrop` (3,) is the horizontal unit vector towards the wall."""
    light, distance = _light(rng), rng.uniform(1.5, 2.3)
    grid = (np.arange(2 * SIZE, dtype=np.float32) + np.float32(0.5)) / 2 - SIZE / 2
    right, down = np.meshgrid(grid / np.float32(camera.focal), grid / np.float32(camera.focal))
    eye, axes, back = (v.astype(np.float32) for v in (camera.eye, camera.axes, backdrop))
    rays = right[..., None] * axes[0] + down[..., None] * axes[1] + axes[2]
    to_wall = (np.float32(distance) - eye @ back) / (rays @ back)
    to_floor = -eye[2] / np.minimum(rays[..., 2], np.float32(-1e-6))
    on_floor = to_floor < to_wall
    # Whole rows first: the line where floor and wall meet is nearly level.
    floor_rows = slice(int(np.argmax(on_floor.any(axis=1))), None)
    wall_rows = slice(0, len(grid) - int(np.argmax(~on_floor[::-1].all(axis=1))))
    picture = np.empty((*on_floor.shape, 3), dtype=np.float32)
    x, y, z = np.moveaxis(eye + rays[wall_rows] * to_wall[wall_rows][..., None], 2, 0)
    picture[wall_rows] = _wall(back[0] * y - back[1] * x, z, rng)
    spot = eye + rays[floor_rows] * to_floor[floor_rows][..., None]
    # The lamp's light falls off from the middle of the room, and the foot of the wall is dim.
    fall = 1.03 - 0.03 * (spot[..., 0] ** 2 + spot[..., 1] ** 2)
    fall -= 0.12 * np.exp(-np.maximum(np.float32(distance) - spot @ back, 0) / 0.12)
    floor = _floor(spot[..., 0], spot[..., 1], rng) * fall[..., None]
    picture[floor_rows] = np.where(on_floor[floor_rows][..., None], floor, picture[floor_rows])
    smooth = cv2.resize(np.clip(picture, 0, 255), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    share = cv2.resize(on_floor.astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    horizon, half = floor_rows.start // 2, GRID * CELL / 2
    cells = np.array([[CELL, 0, CELL / 2 - half], [0, CELL, CELL / 2 - half], [0, 0, 1]])
    lifted = np.array([[1.0, 0, 0], [0, 1, -horizon], [0, 0, 1]])
    to_picture = lifted @ camera.floor_homography() @ cells
    return Room(np.rint(smooth).astype(np.uint8), horizon, share[horizon:], light, to_picture)


def _footprint(points: Floats32, blur: float) -> Floats32:
    """How much each cell of the shadow map is darkened (GRID, GRID), 0 to 1, by `points` (N, 2) in metres."""
    cell = np.floor(points / np.float32(CELL) + np.float32(GRID / 2)).astype(np.int32)
    cell = cell[((cell >= 0) & (cell < GRID)).all(axis=1)]
    hit = np.zeros((GRID, GRID), dtype=np.float32)
    hit[cell[:, 1], cell[:, 0]] = 1.0
    closed = cv2.morphologyEx(hit, cv2.MORPH_CLOSE, np.ones((5, 5), dtype=np.uint8))
    return cv2.GaussianBlur(closed, (0, 0), blur).astype(np.float32, copy=False)


def shadow(room: Room, vertices: Floats32) -> Picture:
    """The room's picture (SIZE, SIZE, 3) with the shadow of a body's `vertices` (V, 3) on its floor.

    Two shadows: the lamp's, soft because it is large, and a dark one where the body is close to the floor.
    """
    slope = (room.light.towards[:2] / room.light.towards[2]).astype(np.float32)
    cast = _footprint(vertices[:, :2] - vertices[:, 2:] * slope, 2.5)
    contact = _footprint(vertices[vertices[:, 2] < 0.07][:, :2], 1.3)
    dark = 1 - (1 - np.float32(0.42) * cast) * (1 - np.float32(0.55) * contact)
    seen = cv2.warpPerspective(dark, room.to_floor, (SIZE, SIZE - room.horizon), flags=cv2.INTER_LINEAR)
    kept = cv2.cvtColor(1 - seen * room.floor, cv2.COLOR_GRAY2BGR)
    shaded = room.picture.copy()
    shaded[room.horizon :] = cv2.multiply(shaded[room.horizon :], kept, dtype=cv2.CV_8U)
    return shaded
