"""The swimming hall, and what of a diver is seen in it."""

from __future__ import annotations

import numpy as np
import pytest

from aqa_eval.mannequin.body import BAKED, Pose, mix
from aqa_eval.mannequin.camera import SIZE, aim
from aqa_eval.mannequin.execution import stream
from aqa_eval.mannequin.immersion import BENDING, Scene, _board, immersed, splashing
from aqa_eval.mannequin.kinematics import Y, Z, turn
from aqa_eval.mannequin.movements.movement import Plunge
from aqa_eval.mannequin.painter import surface
from aqa_eval.mannequin.pool import DECK, open_pool
from aqa_eval.mannequin.skinning import skin
from aqa_eval.mannequin.wardrobe import MATERIALS, dress

TOUCH = 1.0


def plunge(bend=0.0):
    return Plunge(np.array([0.0, 0.7, 1.0]), lambda time: bend, TOUCH, np.array([0.0, -0.6, 0.0]))


@pytest.fixture(scope="module", params=(0, 1), ids=("one side", "other side"))
def scene(request) -> Scene:
    """A hall seen from either side: the seeds give cameras to the body's left and right."""
    rng = stream(request.param, "camera side")
    camera = aim("side", -0.2, 3.5, rng)
    sign = 1.0 if camera.eye[0] >= 0 else -1.0
    pool = open_pool(camera, turn(Z, sign * 90.0) @ Y, stream(request.param, "room"))
    return Scene(camera, pool, plunge(), splashing(stream(request.param, "splash")))


@pytest.fixture(scope="module")
def figure():
    """A body at rest as a surface of one colour, its vertices and normals."""
    body = mix(np.full(len(BAKED), 1 / len(BAKED)))
    ones = np.ones((len(body.vertices), 1), dtype=np.float32)
    moving = skin(body, body.vertices, body.normals, ())

    def at(height, aside=-0.6):
        return moving.posed(Pose({}, body.skeleton.head("root") + np.array([0.0, aside, height])))

    return surface(body.faces, ones, np.array([(250, 20, 20)], dtype=np.float32)), at


def drawn(scene, figure, height, time=0.0):
    form, at = figure
    return immersed(scene, form, *at(height), time)


def red(picture):
    return (picture[..., 0].astype(int) - picture[..., 1] > 60).sum()


def test_the_camera_sees_water_where_water_is(scene):
    """Places on the water, and on the wall behind it above the pool's edge."""
    back = turn(Z, 90.0 if scene.camera.eye[0] >= 0 else -90.0) @ Y
    for metres, wet in ((0.0, 1.0), (4.0, 1.0), (13.0, 0.0)):
        height = 0.0 if wet else 2.0
        pixel = scene.camera.project((metres * back + height * Z)[None])[0][0]
        column, row = np.rint(pixel).astype(int)
        assert scene.pool.water[row, column] == wet
    assert 0.15 < scene.pool.water.mean() < 0.6
    assert DECK > 0
    assert (scene.pool.swing[scene.pool.water == 0] == 0).all()


def test_the_hall_has_contrast_but_no_glare(scene):
    picture = scene.pool.picture
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.mean(axis=2).std() > 12
    assert (picture == 255).all(axis=2).mean() < 0.02


def test_what_is_under_water_is_not_drawn(scene, figure):
    nobody = drawn(scene, figure, -30.0)
    np.testing.assert_array_equal(drawn(scene, figure, -2.5), nobody)
    over, half = drawn(scene, figure, 1.0), drawn(scene, figure, -0.85)
    assert red(nobody) == 0
    assert 0.3 * red(over) < red(half) < 0.9 * red(over)


def test_a_body_high_over_the_water_has_no_mirror_image_in_the_picture(scene, figure):
    form, at = figure
    vertices, normals = at(1.2)
    picture = immersed(scene, form, vertices, normals, 0.0)
    pixels = scene.camera.project(vertices.astype(float))[0]
    lowest = int(np.ceil(pixels[:, 1].max())) + 2
    np.testing.assert_array_equal(picture[lowest:], drawn(scene, figure, -30.0)[lowest:])


def test_the_splash_depends_on_time_place_and_seed_alone(scene, figure):
    calm, first, later = (drawn(scene, figure, -30.0, t) for t in (TOUCH, TOUCH + 0.1, TOUCH + 0.6))
    hole = scene.camera.project(scene.plunge.hole[None])[0][0]
    changed = np.abs(later.astype(int) - calm).max(axis=2) > 60
    rows, columns = np.nonzero(changed)
    assert changed.sum() > 100
    assert np.median(columns) == pytest.approx(hole[0], abs=15)
    assert rows.min() < hole[1] - 20
    assert (np.abs(first.astype(int) - calm) > 60).sum() < (np.abs(later.astype(int) - calm) > 60).sum()
    np.testing.assert_array_equal(later, drawn(scene, figure, -40.0, TOUCH + 0.6))


def test_water_moves_and_the_wall_does_not(scene, figure):
    one, other = (drawn(scene, figure, -30.0, t) for t in (0.0, 0.5))
    differs = (one != other).any(axis=2)
    assert differs[scene.pool.water == 1].mean() > 0.3
    assert not differs[scene.pool.water == 0].any()


@pytest.mark.parametrize("bend", [0.0, 0.4])
def test_the_board_bends_down_at_its_tip_and_rests_on_its_fulcrum(bend):
    triangles = _board(plunge(), bend)
    points = triangles.reshape(-1, 3)
    tip, behind = points[:, 1] < 0.7 + 1e-9, points[:, 1] > 0.7 + BENDING
    assert points[tip, 2].max() == pytest.approx(1.0 - bend)
    assert points[behind, 2].max() == pytest.approx(1.0)
    # A closed surface that faces outwards holds the board's volume: its section times its length.
    a, b, c = np.moveaxis(triangles - np.array([0.0, 5.3, 1.0]), 1, 0)
    volume = np.einsum("ti,ti->t", a, np.cross(b, c)).sum() / 6
    # The far end, 4.6 m behind the tip at y = 5.3, lies open: seen from a point in its plane it adds nothing.
    assert volume == pytest.approx(0.5 * 0.045 * 4.6, rel=0.01)


def test_a_swimmer_wears_a_suit_and_is_the_same_person():
    body = mix(np.full(len(BAKED), 1 / len(BAKED)))
    gym, sole = dress(body, stream(5, "clothes"))
    swim, barefoot = dress(body, stream(5, "clothes"), "swim")
    np.testing.assert_array_equal(gym.colours, swim.colours)
    assert barefoot == pytest.approx(0.0, abs=1e-9)
    assert sole > 0.005
    worn = {name for name, field in zip(MATERIALS, swim.fields.T, strict=True) if (field > 0).any()}
    assert worn == {"skin", "lips", "eye", "pupil", "brow", "shirt", "hair"}
