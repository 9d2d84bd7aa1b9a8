"""Chat requests as a test writes them down by hand, posted with nothing of the project's between."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import simplejpeg
from serving import Server

QUESTION = "Do the knees move inward? Answer yes or no."

Reply = tuple[int, str]
"""Status and body."""


def picture(width: int, height: int, seed: int = 0) -> bytes:
    """A JPEG of coloured noise."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return bytes(simplejpeg.encode_jpeg(noise, quality=90))


def text_part(text: str) -> dict[str, Any]:
    """Words, as a part of a message."""
    return {"type": "text", "text": text}


def image_part(jpeg: bytes) -> dict[str, Any]:
    """A picture, as a part of a message."""
    url = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def video_part(jpegs: Sequence[bytes]) -> dict[str, Any]:
    """Pictures as one video, as a part of a message."""
    frames = ",".join(base64.b64encode(jpeg).decode() for jpeg in jpegs)
    return {"type": "video_url", "video_url": {"url": f"data:video/jpeg;base64,{frames}"}}


def chat(server: Server, parts: Sequence[dict[str, Any]], **options: object) -> dict[str, Any]:
    """A request that shows `parts` and asks the question: 16 tokens, nothing left to chance."""
    messages = [{"role": "user", "content": [*parts, text_part(QUESTION)]}]
    return {"model": server.model, "messages": messages, "max_tokens": 16, "temperature": 0.0, **options}


def connect(server: Server) -> http.client.HTTPConnection:
    """A connection that stays open; close it."""
    address = urlsplit(server.base_url)
    assert address.hostname is not None
    return http.client.HTTPConnection(address.hostname, address.port, timeout=120)


def post(
    connection: http.client.HTTPConnection, content: dict[str, Any], path: str = "/v1/chat/completions"
) -> Reply:
    """Send one request over an open connection."""
    connection.request("POST", path, json.dumps(content), {"content-type": "application/json"})
    reply = connection.getresponse()
    return reply.status, reply.read().decode()


def ask(server: Server, content: dict[str, Any], path: str = "/v1/chat/completions") -> Reply:
    """Send one request over a connection of its own."""
    connection = connect(server)
    try:
        return post(connection, content, path)
    finally:
        connection.close()


def answer(server: Server, parts: Sequence[dict[str, Any]], **options: object) -> dict[str, Any]:
    """The chat completion that the server gives."""
    status, text = ask(server, chat(server, parts, **options))
    assert status == 200, text
    reply: dict[str, Any] = json.loads(text)
    return reply


def prompt_tokens(server: Server, parts: Sequence[dict[str, Any]], **options: object) -> int:
    """How many tokens the server counts in the whole prompt."""
    return int(answer(server, parts, **options)["usage"]["prompt_tokens"])
