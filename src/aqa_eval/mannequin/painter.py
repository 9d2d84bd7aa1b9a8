"""Drawing triangles without a graphics card: painter's algorithm on numpy, smooth shading, clean edges.

Arrays over many triangles or pixels keep that axis last: numpy is slow over short inner axes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from aqa_eval.mannequin.camera import SIZE

OVERSAMPLING = 2
Ints = NDArray[np.int32]
Floats32 = NDArray[np.float32]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Surface:
    """What is drawn: `faces` (F, 3), materials' `fields` (V, M) whose last positive one covers a point,
    `material` (F,) where all three corners agree or -1, `colours` (M, 3) in RGB from 0 to 255.
    """

    faces: Ints
    fields: Floats32
    material: Ints
    colours: Floats32


def surface(faces: NDArray[np.integer], fields: Floats32, colours: Floats32) -> Surface:
    """A surface with the material of every face worked out."""
    corner = covering(fields)[faces]
    agreed = (corner[:, 0] == corner[:, 1]) & (corner[:, 1] == corner[:, 2])
    material = np.where(agreed, corner[:, 0], -1).astype(np.int32)
    return Surface(faces.astype(np.int32), fields, material, colours)


def covering(fields: Floats32) -> Ints:
    """The last material with a positive field, for each row of (N, M)."""
    last: Ints = (fields.shape[1] - 1 - np.argmax(fields[:, ::-1] > 0, axis=1)).astype(np.int32)
    return last


def _runs(lengths: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """For every run of whole numbers of a length from a start: (which run, the number), run after run."""
    owner = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    offset = (starts - (np.cumsum(lengths) - lengths)).astype(np.int32)
    return owner, np.arange(len(owner), dtype=np.int32) + offset[owner]


def _first_pixel(value: Floats32, limit: int) -> Ints:
    """The first pixel (0 to `limit`) whose centre lies at or after a coordinate."""
    pixel: Ints = np.clip(np.ceil(value - np.float32(0.5)), 0, limit).astype(np.int32)
    return pixel


def scan(x: Floats32, y: Floats32, width: int, height: int) -> tuple[Ints, Ints]:
    """The pixels whose centres triangles cover, triangle by triangle: (triangle, row * width + column).

    `x` and `y` (3, T) are the corners in pixels. Each row of each triangle is one span from its long edge,
    which goes from the top corner to the bottom one, to one of the two short ones.
    """
    order = np.argsort(y, axis=0)
    (top_x, middle_x, bottom_x), (top_y, middle_y, bottom_y) = (
        np.take_along_axis(along, order, axis=0) for along in (x, y)
    )
    first, stop = _first_pixel(top_y, height), _first_pixel(bottom_y, height)
    triangle, row = _runs(stop - first, first)

    def slope(run: Floats32, rise: Floats32) -> Floats32:
        inclination = run / np.maximum(rise, np.float32(1e-6))
        return inclination[triangle].astype(np.float32, copy=False)

    centre = row + np.float32(0.5)
    down = centre - top_y[triangle]
    below = centre - middle_y[triangle]
    one = top_x[triangle] + slope(bottom_x - top_x, bottom_y - top_y) * down
    upper = top_x[triangle] + slope(middle_x - top_x, middle_y - top_y) * down
    lower = middle_x[triangle] + slope(bottom_x - middle_x, bottom_y - middle_y) * below
    other = np.where(below >= 0, lower, upper)
    begin = _first_pixel(np.minimum(one, other), width)
    span, pixel = _runs(_first_pixel(np.maximum(one, other), width) - begin, row * width + begin)
    return triangle[span], pixel


def _gradients(x: Floats32, y: Floats32, second: Floats32, third: Floats32) -> tuple[Floats32, ...]:
    """A quantity linear over triangles with corners `x`, `y` (3, T): its slopes along x and y (T,).

    `second` and `third` (T,) are how much more it is at those corners than at the first.
    """
    bx, by, cx, cy = x[1] - x[0], y[1] - y[0], x[2] - x[0], y[2] - y[0]
    area = bx * cy - by * cx
    scale = np.where(np.abs(area) > 1e-6, 1 / np.where(area == 0, 1, area), np.float32(0))
    return (second * cy - third * by) * scale, (third * bx - second * cx) * scale


def _shades(x: Floats32, y: Floats32, light: Floats32) -> Floats32:
    """The light at triangles' corners (3, T) as constant and slopes along x and y (3, T)."""
    across, down = _gradients(x, y, light[1] - light[0], light[2] - light[0])
    return np.stack([light[0] - across * x[0] - down * y[0], across, down])


def _materials(fields: Floats32, x: Floats32, y: Floats32, at: tuple[Floats32, Floats32]) -> Ints:
    """The material at points `at` (x and y, each (N,)) of triangles with corners `x`, `y` (3, N) and
    `fields` (N, 3, M) at the corners.
    """
    one, none = np.ones(len(fields), dtype=np.float32), np.zeros(len(fields), dtype=np.float32)
    weights = []
    for second, third in ((one, none), (none, one)):
        across, down = _gradients(x, y, second, third)
        weights.append((across * (at[0] - x[0]) + down * (at[1] - y[0]))[:, None])
    start = fields[:, 0]
    return covering(start + weights[0] * (fields[:, 1] - start) + weights[1] * (fields[:, 2] - start))


def _blend(picture: Picture, low: NDArray[np.int64], layer: Picture) -> None:
    """Lay an oversampled `layer` (H, W, 4), RGB already weighted by the fourth channel, over the picture."""
    height, width = layer.shape[0] // OVERSAMPLING, layer.shape[1] // OVERSAMPLING
    small = cv2.resize(layer, (width, height), interpolation=cv2.INTER_AREA)
    window = picture[low[1] : low[1] + height, low[0] : low[0] + width]
    inside = np.nonzero(small[:, :, 3])
    kept = 1 - small[:, :, 3][inside] / np.float32(255)
    for channel in range(3):
        over, under = small[:, :, channel][inside], window[:, :, channel][inside]
        window[:, :, channel][inside] = np.minimum(over + np.rint(under * kept), 255)


def paint(picture: Picture, drawn: Surface, pixels: Floats32, depths: Floats32, light: Floats32) -> None:
    """Draw a surface over `picture` (SIZE, SIZE, 3), in place.

    `pixels` (V, 2) and `depths` (V,) are where the vertices are seen, `light` (V,) how brightly lit.
    """
    low = np.clip(np.floor(pixels.min(axis=0) - 2), 0, SIZE).astype(np.int64)
    high = np.clip(np.ceil(pixels.max(axis=0) + 2), 0, SIZE).astype(np.int64)
    width, height = (int(side) for side in (high - low) * OVERSAMPLING)
    faces = drawn.faces.T
    x, y = ((pixels.T[axis] - np.float32(low[axis])) * np.float32(OVERSAMPLING) for axis in (0, 1))
    x, y = x[faces], y[faces]
    facing = np.flatnonzero((x[1] - x[0]) * (y[2] - y[0]) < (y[1] - y[0]) * (x[2] - x[0]))
    order = facing[np.argsort(-depths[faces[:, facing]].sum(axis=0), kind="stable")]
    x, y, faces = x[:, order], y[:, order], faces[:, order]
    triangle, pixel = scan(x, y, width, height)
    # The nearest triangle comes last, and numpy keeps the last of repeated assignments.
    top = np.full(width * height, -1, dtype=np.int32)
    top[pixel] = triangle
    covered = np.flatnonzero(top >= 0)
    shown = top[covered]
    row, column = np.divmod(covered.astype(np.int32), np.int32(width))
    at = column + np.float32(0.5), row + np.float32(0.5)
    constant, across, down = (shade[shown] for shade in _shades(x, y, light[faces]))
    brightness = np.clip(constant + across * at[0] + down * at[1], 0, 2)
    material = drawn.material[order][shown]
    mixed = np.flatnonzero(material < 0)
    which = shown[mixed]
    fields = drawn.fields[faces[:, which].T]
    material[mixed] = _materials(fields, x[:, which], y[:, which], (at[0][mixed], at[1][mixed]))
    colour = np.full((len(covered), 4), 255, dtype=np.uint8)
    for channel, palette in enumerate(drawn.colours.T):
        colour[:, channel] = np.minimum(palette[material] * brightness, 255)
    layer = np.zeros((height, width, 4), dtype=np.uint8)
    layer.view(np.uint32).reshape(-1)[covered] = colour.view(np.uint32)[:, 0]
    _blend(picture, low, layer)
