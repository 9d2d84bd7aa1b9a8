"""A proxy on 127.0.0.1 that passes everything on unchanged and keeps what was asked and answered."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web

LARGEST_BODY = 64 * 2**20
_DATA_URL = "data:image/jpeg;base64,"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as it went over the wire, and the server's answer to it."""

    sent: bytes
    status: int
    received: bytes

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The chat as it was sent."""
        messages: list[dict[str, Any]] = orjson.loads(self.sent)["messages"]
        return messages

    @property
    def picture_digests(self) -> tuple[str, ...]:
        """The SHA-256 of every JPEG, in the order sent, taken from the bytes on the wire."""
        parts = [part for message in self.messages for part in message["content"] if isinstance(part, dict)]
        urls = [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]
        assert all(url.startswith(_DATA_URL) for url in urls), "a picture was sent as something else"
        jpegs = [base64.b64decode(url.removeprefix(_DATA_URL), validate=True) for url in urls]
        return tuple(hashlib.sha256(jpeg).hexdigest() for jpeg in jpegs)

    @property
    def reply(self) -> dict[str, Any]:
        """The chat completion the server answered with."""
        reply: dict[str, Any] = orjson.loads(self.received)
        return reply


@dataclass(frozen=True, slots=True)
class RecordingProxy:
    """Where to ask, and what has been asked so far."""

    base_url: str
    recorded: list[Recorded] = field(default_factory=list)


@asynccontextmanager
async def recording_proxy(upstream: str) -> AsyncIterator[RecordingProxy]:
    """A proxy before the endpoint `upstream` (its base URL) for as long as the context lasts."""
    recorded: list[Recorded] = []

    async def forward(request: web.Request) -> web.Response:
        sent = await request.read()
        headers = {"Content-Type": request.headers["Content-Type"]}
        url = f"{upstream}/{request.match_info['path']}"
        async with session.post(url, data=io.BytesIO(sent), headers=headers) as reply:
            received = await reply.read()
        recorded.append(Recorded(sent, reply.status, received))
        return web.Response(status=reply.status, body=received, content_type=reply.content_type)

    application = web.Application(client_max_size=LARGEST_BODY)
    application.router.add_post("/v1/{path:.*}", forward)
    runner = web.AppRunner(application)
    async with aiohttp.ClientSession() as session:
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            yield RecordingProxy(f"http://{host}:{port}/v1", recorded)
        finally:
            await runner.cleanup()
