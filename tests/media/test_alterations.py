from __future__ import annotations

import numpy as np

from aqa_eval.media import alterations
from aqa_eval.media.pose import COCO17, SWAPPED


def striped(width: int = 160, height: int = 120) -> np.ndarray:
    """Bright and dark columns, each four pixels wide."""
    row = np.where(np.arange(width) // 4 % 2, 220, 30).astype(np.uint8)
    return np.repeat(np.repeat(row[None, :, None], height, axis=0), 3, axis=2)


def test_blur_takes_detail_and_keeps_brightness() -> None:
    rgb = striped()
    soft = alterations.blurred(rgb)
    # Standard deviation 120 / 32 = 3.75 pixels, stripes repeat every 8: what is left of their swing of 95 is
    # about 95 * 4/pi * exp(-2 * (pi * 3.75 / 8)**2) = 1.6.
    assert np.ptp(soft[:, 20:-20].astype(int), axis=1).max() <= 5
    assert abs(soft.mean() - rgb.mean()) < 2


def test_blank_is_grey_and_of_the_same_size() -> None:
    assert (alterations.blank(striped()) == 128).all()
    assert alterations.blank(striped()).shape == (120, 160, 3)


def test_a_mirrored_picture_and_its_points_agree() -> None:
    rgb = np.zeros((20, 30, 3), np.uint8)
    rgb[5, 7] = 255
    points = np.tile([7.5, 5.5], (17, 1))
    points[COCO17.index("left_knee")] = (2.0, 3.0)
    mirrored, moved = alterations.mirrored(rgb), alterations.mirrored_points(points, 30)
    # The middle of column 7 is at 7.5; of column 22 at 22.5.
    assert mirrored[5, 22].tolist() == [255, 255, 255]
    assert moved[0].tolist() == [22.5, 5.5]
    assert moved[COCO17.index("right_knee")].tolist() == [28, 3]
    assert (alterations.mirrored(mirrored) == rgb).all()


def test_every_keypoint_has_its_counterpart() -> None:
    assert (SWAPPED[SWAPPED] == np.arange(17)).all()
    pairs = {COCO17[k]: COCO17[n] for k, n in enumerate(SWAPPED)}
    assert pairs.pop("nose") == "nose"
    assert all(name.replace("left", "right") == other or name > other for name, other in pairs.items())
    assert all(name[name.index("_") :] == other[other.index("_") :] for name, other in pairs.items())


def test_the_mask_covers_the_body_and_what_lies_around_it() -> None:
    outline = np.array([[60, 20], [100, 20], [100, 100], [60, 100]], float)
    assert alterations.length([outline, outline / 2]) == 80
    mask = alterations.body_mask([outline], 80, (120, 160))
    # 0.14 * 80 = 11 pixels around 60..100 x 20..100
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    assert np.abs(np.array([columns[0], columns[-1], rows[0], rows[-1]]) - [49, 110, 9, 110]).max() <= 1
    assert not alterations.body_mask([], 0, (120, 160)).any()


def test_a_removed_person_leaves_the_surroundings() -> None:
    rgb = np.full((120, 160, 3), (200, 150, 100), np.uint8)
    body = np.array([[70, 40], [90, 40], [90, 90], [70, 90]], float)
    rgb[40:90, 70:90] = (0, 0, 255)
    mask = alterations.body_mask([body], 50, (120, 160))
    without = alterations.without(rgb, mask)
    assert np.abs(without.astype(int) - (200, 150, 100)).max() <= 4


def test_nothing_outside_of_the_mask_changes() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    mask = np.zeros((120, 160), np.uint8)
    mask[40:80, 60:100] = 255
    without = alterations.without(rgb, mask)
    assert (without[:, :50] == rgb[:, :50]).all()
    assert (without[44:76, 64:96] != rgb[44:76, 64:96]).mean() > 0.9
    elsewhere = alterations.elsewhere(rgb, mask, np.random.default_rng(3))
    assert (elsewhere[42:78, 62:98] == rgb[42:78, 62:98]).all()
    assert (elsewhere[:, :50] != rgb[:, :50]).mean() > 0.9


def test_the_other_place_depends_on_the_seed() -> None:
    rgb, mask = striped(), np.zeros((120, 160), np.uint8)
    first, again, other = (
        alterations.elsewhere(rgb, mask, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert np.abs(first.astype(int) - other).mean() > 10
