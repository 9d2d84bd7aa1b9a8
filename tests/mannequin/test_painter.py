"""The painter: coverage of pixels, order by depth, materials."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqa_eval.mannequin.camera import SIZE
from aqa_eval.mannequin.painter import covering, paint, scan, surface

SIDE = 24


def covered(corners: np.ndarray) -> list[tuple[int, int]]:
    """(column, row) of every pixel that triangles (T, 3, 2) cover, as often as they do."""
    x, y = (corners[:, :, axis].T.astype(np.float32) for axis in (0, 1))
    _, pixel = scan(x, y, SIDE, SIDE)
    return sorted((int(p) % SIDE, int(p) // SIDE) for p in pixel)


def test_a_triangle_covers_the_pixels_whose_centres_it_holds():
    # Corners (0,0), (4,0), (0,4): centres (c + 1/2, r + 1/2) with (c + 1/2) + (r + 1/2) < 4, so c + r < 3.
    assert covered(np.array([[(0, 0), (4, 0), (0, 4)]])) == sorted(
        (c, r) for c in range(4) for r in range(4) if c + r < 3
    )


@settings(max_examples=60)
@given(st.lists(st.floats(1.0, SIDE - 1.0), min_size=2, max_size=2))
def test_four_triangles_around_a_point_cover_a_square_once(middle):
    square = [(0.0, 0.0), (SIDE, 0.0), (SIDE, SIDE), (0.0, SIDE)]
    fan = np.array([(middle, square[i], square[(i + 1) % 4]) for i in range(4)])
    found = covered(fan)
    assert len(set(found)) == SIDE * SIDE
    # A shared edge that runs exactly through a centre, within rounding, may be covered twice.
    assert len(found) <= SIDE * SIDE + SIDE


def test_what_lies_outside_is_cut_off():
    found = covered(np.array([[(-50.0, -50.0), (200.0, 10.0), (-50.0, 90.0)]]))
    assert found
    assert all(0 <= c < SIDE and 0 <= r < SIDE for c, r in found)


def test_the_last_positive_field_covers():
    assert covering(np.array([[1, -1, -1], [1, 0.5, -1], [1, 0.5, 2]], dtype=np.float32)).tolist() == [
        0,
        1,
        2,
    ]


def quad(x0: float, y0: float, x1: float, y1: float) -> list[tuple[float, float]]:
    return [(x0, y0), (x0, y1), (x1, y1), (x1, y0)]


@pytest.mark.parametrize("near_first", [True, False])
def test_the_nearer_surface_hides_the_farther(near_first):
    pixels = np.array(quad(100, 100, 300, 300) + quad(200, 200, 400, 400), dtype=np.float32)
    depths = np.array([1.0] * 4 + [2.0] * 4 if near_first else [2.0] * 4 + [1.0] * 4, dtype=np.float32)
    faces = np.array([(0, 1, 2), (0, 2, 3), (4, 5, 6), (4, 6, 7)])
    fields = np.array([[1, -1]] * 4 + [[1, 1]] * 4, dtype=np.float32)
    drawn = surface(faces, fields, np.array([(200, 0, 0), (0, 200, 0)], dtype=np.float32))
    picture = np.full((SIZE, SIZE, 3), 50, dtype=np.uint8)
    paint(picture, drawn, pixels, depths, np.ones(8, dtype=np.float32))
    first, second = (200, 0, 0), (0, 200, 0)
    assert tuple(picture[150, 150]) == first
    assert tuple(picture[350, 350]) == second
    assert tuple(picture[250, 250]) == (first if near_first else second)
    assert tuple(picture[50, 50]) == (50, 50, 50)


def test_a_hem_runs_through_the_middle_of_a_triangle():
    """A field from -1 at the left to +1 at the right is zero halfway."""
    pixels = np.array(quad(100, 100, 300, 300), dtype=np.float32)
    fields = np.array([[1, -1], [1, -1], [1, 1], [1, 1]], dtype=np.float32)
    drawn = surface(np.array([(0, 1, 2), (0, 2, 3)]), fields, np.eye(3, dtype=np.float32)[:2] * 200)
    picture = np.zeros((SIZE, SIZE, 3), dtype=np.uint8)
    paint(picture, drawn, pixels, np.ones(4, dtype=np.float32), np.ones(4, dtype=np.float32))
    assert (picture[110:290, 110:198, 0] == 200).all()
    assert (picture[110:290, 202:290, 1] == 200).all()


def test_light_is_interpolated():
    pixels = np.array(quad(100, 100, 300, 300), dtype=np.float32)
    drawn = surface(
        np.array([(0, 1, 2), (0, 2, 3)]),
        np.ones((4, 1), dtype=np.float32),
        np.full((1, 3), 200, dtype=np.float32),
    )
    picture = np.zeros((SIZE, SIZE, 3), dtype=np.uint8)
    paint(picture, drawn, pixels, np.ones(4, dtype=np.float32), np.array([0, 0, 1, 1], dtype=np.float32))
    # From 0 at x = 100 to 200 at x = 300.
    np.testing.assert_allclose(picture[200, 110:290, 0], np.arange(110.5, 290) - 100, atol=1.5)
