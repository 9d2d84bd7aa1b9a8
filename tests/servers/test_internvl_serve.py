"""What InternVL's own tiling makes of pictures behind a real server, and that it sees them."""

from __future__ import annotations

import pytest
from asking import answer, image_part, picture, prompt_tokens
from serving import Server

pytestmark = pytest.mark.servers

TILE = 256
"""Tokens of a tile of 448 px: 14 px patches, merged two by two, (448 / 14 / 2) squared."""
MARKS = 3
"""Start and end marker of a picture, and the template's line break after it."""


@pytest.mark.parametrize(
    ("size", "tiles"),
    [
        # One tile stands alone; of several, a thumbnail of the whole picture comes with them.
        ((448, 448), 1),
        ((796, 448), 2 + 1),  # 1.78 wide: nearest is 2 x 1
        ((448, 796), 2 + 1),
        ((1280, 720), 8 + 1),  # 1.78 too; half of 8 tiles is less than the picture: 4 x 2
        ((320, 240), 12 + 1),  # 1.33 is 4 x 3 exactly, however small the picture
    ],
)
def test_prompt_tokens_follow_the_tiles(internvl_serve: Server, size: tuple[int, int], tiles: int) -> None:
    without = prompt_tokens(internvl_serve, [])
    assert prompt_tokens(internvl_serve, [image_part(picture(*size))]) - without == tiles * TILE + MARKS


def test_pictures_of_one_request_are_tiled_each_for_itself(internvl_serve: Server) -> None:
    parts = [image_part(picture(*size)) for size in ((448, 448), (796, 448), (796, 448))]
    added = prompt_tokens(internvl_serve, parts) - prompt_tokens(internvl_serve, [])
    assert added == (1 + 3 + 3) * TILE + 3 * MARKS


def test_the_answer_depends_on_the_pixels(internvl_serve: Server) -> None:
    """Same size, same words, no randomness: a dark and a bright picture, and the dark one again."""
    said = [
        answer(internvl_serve, [image_part(picture(448, 448, seed))])["choices"][0]["message"]["content"]
        for seed in (1, 2, 3, 1)
    ]
    assert said[0] == said[3]
    assert len(set(said)) > 1


def test_answers_end_by_themselves(internvl_serve: Server) -> None:
    whole = answer(internvl_serve, [image_part(picture(448, 448))], max_tokens=64)
    assert whole["choices"][0]["finish_reason"] == "stop"
    assert whole["usage"]["completion_tokens"] < 64
