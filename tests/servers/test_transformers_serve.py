"""What the real server does with pictures, options and faults: the ground the openai protocol stands on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import answer, ask, chat, connect, image_part, picture, post, prompt_tokens
from serving import Server

pytestmark = pytest.mark.servers


@pytest.mark.parametrize(
    ("sizes", "tokens"),
    [
        # One token for 32 x 32 px, sides rounded to whole multiples of 32, and two markers a picture.
        ([(448, 448)], 14 * 14 + 2),
        ([(796, 448)], 25 * 14 + 2),  # 796 / 32 = 24.9
        ([(320, 256)], 10 * 8 + 2),
        # 65,536 px is the least the processor shows: 128 x 128 is enlarged to 256 x 256.
        ([(128, 128)], 8 * 8 + 2),
        ([(448, 448)] * 2, 2 * (14 * 14 + 2)),
        ([(448, 448), (796, 448), (320, 256)], 198 + 352 + 82),
    ],
)
def test_prompt_tokens_follow_number_and_size_of_pictures(
    transformers_serve: Server, sizes: list[tuple[int, int]], tokens: int
) -> None:
    without = prompt_tokens(transformers_serve, [])
    pictures = [image_part(picture(*size, seed)) for seed, size in enumerate(sizes)]
    assert prompt_tokens(transformers_serve, pictures) - without == tokens


def test_the_answer_depends_on_the_pixels(transformers_serve: Server) -> None:
    """Same number, same size, same words, no randomness: only the pixels differ."""
    said = [answer(transformers_serve, [image_part(picture(320, 320, seed))]) for seed in (1, 2, 3, 1)]
    texts = [reply["choices"][0]["message"]["content"] for reply in said]
    assert texts[0] == texts[3]
    assert len(set(texts)) == 3


def test_answers_end_by_themselves_or_are_cut_at_max_tokens(transformers_serve: Server) -> None:
    whole = answer(transformers_serve, [], max_tokens=64)
    cut = answer(transformers_serve, [], max_tokens=2)
    assert whole["choices"][0]["finish_reason"] == "stop"
    assert cut["choices"][0]["finish_reason"] == "length"
    assert cut["usage"]["completion_tokens"] == 2 < whole["usage"]["completion_tokens"] < 64


def test_another_model_is_refused_with_400_and_both_names(transformers_serve: Server) -> None:
    status, text = ask(transformers_serve, chat(transformers_serve, [], model="another"))
    assert status == 400
    detail = json.loads(text)["detail"]
    assert "another" in detail
    assert transformers_serve.model in detail


@pytest.mark.parametrize(
    "option", [{"top_k": 20}, {"repetition_penalty": 1.0}, {"min_p": 0.1}, {"mm_processor_kwargs": {}}]
)
def test_an_unknown_option_is_refused_with_422_and_its_name(
    transformers_serve: Server, option: dict[str, Any]
) -> None:
    status, text = ask(transformers_serve, chat(transformers_serve, [], **option))
    assert status == 422
    assert next(iter(option)) in json.loads(text)["detail"]


@pytest.mark.parametrize(
    "option",
    [
        {"top_p": 0.8},
        {"seed": 7},
        {"presence_penalty": 1.5},
        {"max_completion_tokens": 3},
        {"logprobs": True},
    ],
)
def test_the_options_it_takes(transformers_serve: Server, option: dict[str, Any]) -> None:
    assert answer(transformers_serve, [], **option)["object"] == "chat.completion"


@pytest.mark.parametrize(
    "jpeg", [b"", b"not a picture", picture(320, 320)[:5000]], ids=["empty", "text", "half"]
)
def test_a_corrupt_picture_is_a_500_without_json(transformers_serve: Server, jpeg: bytes) -> None:
    status, text = ask(transformers_serve, chat(transformers_serve, [image_part(jpeg)]))
    assert (status, text) == (500, "Internal Server Error")


def test_a_connection_kept_open_over_a_500_is_reset_once(transformers_serve: Server) -> None:
    """The 500 announces no `Connection: close`, yet the next request on that connection fails."""
    good, bad = chat(transformers_serve, []), chat(transformers_serve, [image_part(b"")])
    connection = connect(transformers_serve)
    try:
        assert post(connection, good)[0] == 200
        assert post(connection, bad)[0] == 500
        with pytest.raises(ConnectionError):
            post(connection, good)
    finally:
        connection.close()
    assert ask(transformers_serve, good)[0] == 200
