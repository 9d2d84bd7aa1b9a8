"""Tokens of each family, worked out by hand from how it cuts pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aqa_eval.judges.families import (
    FAMILIES,
    FilmShape,
    Gemini3,
    RequestShape,
    TextLength,
    Tokens,
    VideoShape,
    estimate,
    family_of,
    text_length,
)
from aqa_eval.vocabulary import Judge

QWEN, INTERNVL, GEMINI, UNKNOWN = (FAMILIES[n] for n in ("qwen3-vl", "internvl3.5", "gemini", ""))


def test_every_family_is_found_by_its_name() -> None:
    assert {name: family.name for name, family in FAMILIES.items()} == {name: name for name in FAMILIES}
    assert set(FAMILIES) == {"qwen3-vl", "internvl3.5", "gemini", ""}


def test_gemini_names_points_the_other_way_round() -> None:
    assert {name: f.coordinates for name, f in FAMILIES.items()} == {
        "qwen3-vl": "xy-1000",
        "internvl3.5": "xy-1000",
        "gemini": "yx-1000",
        "": "xy-1000",
    }


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ((796, 448), 25 * 14),  # 796 / 32 = 24.9
        ((448, 448), 14 * 14),
        ((320, 240), 10 * 8),  # 240 / 32 = 7.5, and a half goes to the even number; 81,920 px are enough
        ((128, 128), 8 * 8),  # enlarged to 256 x 256, which is 65,536 px
    ],
)
def test_qwen_has_a_token_for_32_by_32_px(size: tuple[int, int], tokens: int) -> None:
    assert QWEN.image_tokens(*size) == tokens


@pytest.mark.parametrize(
    ("frames", "tokens"), [(1, None), (2, 350), (3, 2 * 350), (16, 8 * 350), (32, 16 * 350)]
)
def test_qwen_merges_the_frames_of_a_video_in_pairs(frames: int, tokens: int | None) -> None:
    """The last of an odd number is doubled; a single frame is no video."""
    assert QWEN.video_tokens(frames, 796, 448) == tokens


def test_qwen_puts_a_time_before_each_pair() -> None:
    """`<0.9 seconds>` is six tokens (<, 0, ., 9, seconds, >); each pair has two markers, the whole two."""
    assert QWEN.video_markers(VideoShape(8, 796, 448, 8.0)) == 2 + 4 * (6 + 2)
    # Half of the pairs of 20 seconds come after the tenth and have a digit more.
    assert QWEN.video_markers(VideoShape(8, 796, 448, 20.0)) == 2 + 4 * (6 + 2) + 2


@pytest.mark.parametrize(
    ("size", "tiles"),
    [
        ((448, 448), 1),
        ((796, 448), 2 + 1),  # 1.78 is nearer to 2:1 than to 3:2; the thumbnail is a tile too
        ((1280, 720), 8 + 1),  # 2:1 as well, and 921,600 px are more than half of 4 x 2 tiles
        ((320, 240), 12 + 1),  # 4:3 exists only with 12 tiles
        ((448, 796), 2 + 1),  # 0.563 is nearer to 1:2 than to 3:5, which has too many tiles
    ],
)
def test_internvl_cuts_a_picture_into_tiles(size: tuple[int, int], tiles: int) -> None:
    assert INTERNVL.image_tokens(*size) == 256 * tiles
    assert INTERNVL.video_tokens(5, *size) == 256 * 5


@pytest.mark.parametrize(
    ("resolution", "image", "frame"),
    [("", 1120, 70), ("low", 280, 70), ("medium", 560, 70), ("high", 1120, 280), ("ultra_high", 2240, 280)],
)
def test_gemini_goes_by_the_resolution_asked_for(resolution: str, image: int, frame: int) -> None:
    judge = Judge(
        name="g",
        protocol="gemini",
        family="gemini",
        decoding=(("media_resolution", f"MEDIA_RESOLUTION_{resolution.upper()}"),) if resolution else (),
    )
    family = family_of(judge)
    assert family.image_tokens(796, 448) == image
    assert family.video_tokens(3, 796, 448) == 3 * frame


def test_gemini_looks_at_a_film_once_a_second_and_hears_it() -> None:
    film = FilmShape(1280, 720, 7.7)
    assert GEMINI.film_tokens(film) == Tokens(8 * 70, 0, 0)
    assert GEMINI.film_tokens(replace(film, fps=10.0, sound=True)) == Tokens(77 * 70 + 247, 0, 0)
    assert isinstance(GEMINI, Gemini3)
    assert replace(GEMINI, resolution="high").film_tokens(film) == Tokens(8 * 280, 0, 0)


def test_qwen_takes_two_frames_a_second_of_a_film_and_at_least_four() -> None:
    assert QWEN.film_tokens(FilmShape(448, 448, 1.0)) == Tokens(2 * 196, 0, 2 + 2 * 8)
    assert QWEN.film_tokens(FilmShape(448, 448, 8.0)) == Tokens(8 * 196, 0, 2 + 8 * 8)


def test_words_share_tokens_and_signs_have_their_own() -> None:
    """In "Frame 12, 1.42 s:" the words are `Frame`, ` s`; the signs two spaces, five digits, `,` `.` `:`."""
    assert text_length("Frame 12, 1.42 s:") == TextLength(words=7, signs=2 + 5 + 3)
    assert text_length("one\n", "two") == TextLength(words=6, signs=1)
    assert TextLength(53, 2) + TextLength(47, 1) * 2 == TextLength(147, 4)
    assert QWEN.text_tokens(TextLength(503, 20)) == 120


def test_a_request_adds_up() -> None:
    """16 pictures of 350 tokens with two markers each; two messages of 5 and the answer's 3; 120 of text."""
    shape = RequestShape(TextLength(503, 20), messages=2, pictures=((796, 448),) * 16)
    assert estimate(QWEN, shape) == Tokens(visual=5600, text=120, markers=2 * 5 + 3 + 16 * 2)


def test_nothing_is_estimated_of_an_unknown_family() -> None:
    assert estimate(UNKNOWN, RequestShape(TextLength(100))) is None
    assert estimate(UNKNOWN, RequestShape(TextLength(100), pictures=((448, 448),))) is None


def test_internvl_takes_no_film() -> None:
    assert estimate(INTERNVL, RequestShape(TextLength(1), films=(FilmShape(1, 1, 1.0),))) is None
