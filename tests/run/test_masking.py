"""Where masks go: around what was cited, and elsewhere as much, to the pixel, on the body if it is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.media import FrameStore
from aqa_eval.prompts import probe_texts
from aqa_eval.run.interfering import covers
from aqa_eval.run.masks import Square, elsewhere, half_side, square
from aqa_eval.vocabulary import Clip, Cover, Evidence, Frame, Presentation, Rendered, Sampling

MASK = probe_texts().mask
POINT = Evidence(0.5, "knee", (0.25, 0.5), "bent")


def frames(count: int = 3, width: int = 200, height: int = 100) -> list[Frame]:
    return [Frame(n, n * 0.5, f"d{n}", width, height) for n in range(count)]


def pose(**points: tuple[float, float]) -> np.ndarray:
    """A body with its trunk from (100, 20) to (100, 50): 30 pixels long."""
    found = np.full((17, 2), np.nan)
    found[[5, 6]], found[[11, 12]] = (100, 20), (100, 50)
    for index, point in points.items():
        found[int(index[1:])] = point
    return found


def area(squares: list[Square], width: int, height: int) -> int:
    """Pixels that are covered, each once."""
    covered = np.zeros((height, width), bool)
    for one in squares:
        assert one.inside(width, height)
        covered[one.top : one.bottom, one.left : one.right] = True
    return int(covered.sum())


def test_half_a_side_is_a_part_of_the_trunk_and_without_one_of_the_picture() -> None:
    assert half_side(frames(), None, MASK) == round(0.08 * 100)
    poses = np.stack([pose(), np.full((17, 2), np.nan), pose()])
    assert half_side(frames(), poses, MASK) == round(0.4 * 30)
    assert half_side(frames(), np.full((3, 17, 2), np.nan), MASK) == 8
    assert half_side(frames(), poses * 10, MASK) == round(0.15 * 100)  # never more than that
    assert half_side(frames(1, 4, 4), None, MASK) == 1


@pytest.mark.parametrize(
    ("point", "found"),
    [
        ((0.25, 0.5), (42, 42, 58, 58)),
        ((0.0, 0.0), (0, 0, 16, 16)),  # moved inwards: as large as any other
        ((1.0, 1.0), (184, 84, 200, 100)),
        ((0.01, 0.5), (0, 42, 16, 58)),
    ],
)
def test_a_square_lies_around_its_point_and_in_the_picture(
    point: tuple[float, float], found: tuple[int, int, int, int]
) -> None:
    assert square(point, 8, frames()[0]) == found


def test_elsewhere_is_another_keypoint_the_same_in_all_frames() -> None:
    shown, given_squares = frames(), {0: [Square(42, 42, 58, 58)], 2: [Square(40, 42, 56, 58)]}
    poses = np.stack([pose(k13=(50, 50), k16=(150, 80))] * 3)
    found = elsewhere(given_squares, shown, poses, "key")
    assert found is not None
    assert found.keys() == given_squares.keys()
    # Of the shoulders, the hips, a knee (which was cited) and an ankle, whole squares of 16 around them.
    places = {(100, 20), (100, 50), (150, 80)}
    middles = [(one.left + 8, one.top + 8) for own in found.values() for one in own]
    assert set(middles) <= places
    assert len(set(middles)) == 1
    drawn = {tuple(elsewhere(given_squares, shown, poses, str(n))[0]) for n in range(40)}  # type: ignore[index]
    assert len(drawn) == 3


def test_without_a_body_it_is_mirrored_across_the_picture() -> None:
    found = elsewhere({1: [Square(42, 42, 58, 58)]}, frames(), None, "key")
    assert found == {1: [Square(142, 42, 158, 58)]}  # 50 becomes 150 of 200


def test_in_the_middle_of_the_picture_a_place_is_drawn() -> None:
    given_squares = {0: [Square(92, 42, 108, 58)]}
    found = elsewhere(given_squares, frames(), None, "key")
    assert found is not None
    assert found == elsewhere(given_squares, frames(), None, "key")
    assert not found[0][0].meets(given_squares[0][0])


def test_where_there_is_no_room_there_is_no_control() -> None:
    assert elsewhere({0: [Square(4, 4, 16, 16)]}, frames(1, 20, 20), None, "key") is None


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6),
    st.booleans(),
    st.text("abc", max_size=3),
)
def test_the_control_has_the_same_area_and_no_pixel_in_common(
    points: list[tuple[float, float]], body: bool, key: str
) -> None:
    shown = frames(1, 120, 90)
    squares = list(dict.fromkeys(square(point, 7, shown[0]) for point in points))
    poses = np.stack([pose(k13=(30, 70), k14=(110, 85), k0=(2, 2))]) if body else None
    found = elsewhere({0: squares}, shown, poses, key)
    if found is None:
        assert len(squares) > 1  # one square always finds room
        return
    assert len(found[0]) == len(squares)
    apart, together = area(squares, 120, 90), area(found[0], 120, 90)
    assert apart == together
    assert area([*squares, *found[0]], 120, 90) == apart + together


def boxes(found: tuple[Cover, ...] | str) -> set[tuple[int, ...]]:
    assert not isinstance(found, str)
    return {
        (c.place, round(c.box.left * 200), round(c.box.top * 100), round(c.box.right * 200)) for c in found
    }


def test_what_was_cited_is_masked_where_and_when_it_was_seen() -> None:
    """Frames lie at 0, 0.25, ..., 1.75 s; the window is 0.25 s to either side."""
    shown = [Frame(n, n * 0.25, f"d{n}", 200, 100) for n in range(8)]
    found = covers([POINT], shown, None, "masked-cited", "key")
    assert boxes(found) == {(1, 42, 42, 58), (2, 42, 42, 58), (3, 42, 42, 58)}
    control = covers([POINT], shown, None, "masked-control", "key")
    assert boxes(control) == {(1, 142, 42, 158), (2, 142, 42, 158), (3, 142, 42, 158)}
    timeless = Evidence(None, "knee", (0.25, 0.5), "bent")
    assert len(covers([timeless], shown, None, "masked-cited", "key")) == 8
    twice = covers([POINT, POINT, timeless], shown, None, "masked-cited", "key")
    assert len(twice) == 8  # the same square once a frame


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        ([], "cites no point in the picture that can be read"),
        ([Evidence(0.5, "knee", None, "bent")], "cites no point in the picture that can be read"),
        ([Evidence(9.0, "knee", (0.5, 0.5), "bent")], "no picture that was shown is within 0.25 s"),
    ],
)
def test_an_answer_that_cites_nothing_usable_is_not_masked(evidence: list[Evidence], why: str) -> None:
    for probe in ("masked-cited", "masked-control"):
        said = covers(evidence, frames(), None, probe, "key")
        assert isinstance(said, str)
        assert why in said


def test_what_has_no_control_is_not_masked_either() -> None:
    many = [Evidence(None, "", (x / 20, y / 10), "") for x in range(21) for y in range(11)]
    for probe in ("masked-cited", "masked-control"):
        assert covers(many, frames(), None, probe, "key") == (
            "the mask is so large that no other place of the picture has room for its like"
        )


def test_on_a_body_that_is_found_the_control_lies_on_it(tmp_path: Path) -> None:
    """A rendered squat: half a side is 0.4 of the trunk, and every control is around a keypoint."""
    clip = Clip("c", "mannequin", "squat", Rendered("squat", (), "side", 1), "one")
    store, plain = FrameStore(tmp_path / "cache"), Presentation(sampling=Sampling(3, None, 224))
    shown = store.shown(clip, [plain])[plain].frames
    poses, _ = store.poses(shown)
    knee = Evidence(None, "knee", (0.5, 0.6), "bent")
    half = half_side(shown, poses, MASK)
    shoulders, hips = poses[:, [5, 6]].mean(axis=1), poses[:, [11, 12]].mean(axis=1)
    assert half == round(0.4 * float(np.median(np.hypot(*(shoulders - hips).T))))
    cited, control = (
        covers([knee], shown, poses, probe, "key") for probe in ("masked-cited", "masked-control")
    )
    assert not isinstance(cited, str)
    assert not isinstance(control, str)
    assert [c.place for c in cited] == [c.place for c in control] == [0, 1, 2]
    for cover in control:
        frame = shown[cover.place]
        x = (cover.box.left + cover.box.right) / 2 * frame.width
        y = (cover.box.top + cover.box.bottom) / 2 * frame.height
        assert np.nanmin(np.abs(poses[cover.place] - (x, y)).max(axis=1)) <= 1
        assert round((cover.box.right - cover.box.left) * frame.width) == 2 * half
