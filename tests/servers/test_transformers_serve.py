"""What the real server does with pictures, options and faults: the ground the openai protocol stands on."""

from __future__ import annotations

import base64
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
import simplejpeg
from serving import Server

pytestmark = pytest.mark.servers

Reply = tuple[int, str]


def picture(width: int, height: int, seed: int = 0) -> bytes:
    """A JPEG of coloured noise."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return bytes(simplejpeg.encode_jpeg(noise, quality=90))


def body(server: Server, pictures: list[bytes], **options: object) -> dict[str, Any]:
    urls = [f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}" for jpeg in pictures]
    parts: list[dict[str, Any]] = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    parts.append({"type": "text", "text": "Do the knees move inward? Answer yes or no."})
    messages = [{"role": "user", "content": parts}]
    return {"model": server.model, "messages": messages, "max_tokens": 16, "temperature": 0.0, **options}


def connect(server: Server) -> http.client.HTTPConnection:
    address = urlsplit(server.base_url)
    assert address.hostname is not None
    return http.client.HTTPConnection(address.hostname, address.port, timeout=60)


def post(connection: http.client.HTTPConnection, content: dict[str, Any]) -> Reply:
    connection.request(
        "POST", "/v1/chat/completions", json.dumps(content), {"content-type": "application/json"}
    )
    reply = connection.getresponse()
    return reply.status, reply.read().decode()


def ask(server: Server, content: dict[str, Any]) -> Reply:
    connection = connect(server)
    try:
        return post(connection, content)
    finally:
        connection.close()


def answer(server: Server, pictures: list[bytes], **options: object) -> dict[str, Any]:
    status, text = ask(server, body(server, pictures, **options))
    assert status == 200, text
    reply: dict[str, Any] = json.loads(text)
    return reply


def prompt_tokens(server: Server, pictures: list[bytes]) -> int:
    return int(answer(server, pictures)["usage"]["prompt_tokens"])


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
    pictures = [picture(width, height, seed) for seed, (width, height) in enumerate(sizes)]
    assert prompt_tokens(transformers_serve, pictures) - without == tokens


def test_the_answer_depends_on_the_pixels(transformers_serve: Server) -> None:
    """Same number, same size, same words, no randomness: only the pixels differ."""
    said = [answer(transformers_serve, [picture(320, 320, seed)]) for seed in (1, 2, 3, 1)]
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
    status, text = ask(transformers_serve, body(transformers_serve, [], model="another"))
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
    status, text = ask(transformers_serve, body(transformers_serve, [], **option))
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
    status, text = ask(transformers_serve, body(transformers_serve, [jpeg]))
    assert (status, text) == (500, "Internal Server Error")


def test_a_connection_kept_open_over_a_500_is_reset_once(transformers_serve: Server) -> None:
    """The 500 announces no `Connection: close`, yet the next request on that connection fails."""
    good, bad = body(transformers_serve, []), body(transformers_serve, [b""])
    connection = connect(transformers_serve)
    try:
        assert post(connection, good)[0] == 200
        assert post(connection, bad)[0] == 500
        with pytest.raises(ConnectionError):
            post(connection, good)
    finally:
        connection.close()
    assert ask(transformers_serve, good)[0] == 200
