"""What an endpoint may do with a request. Each function here makes one behaviour."""

from __future__ import annotations

import asyncio
import email.utils
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Received:
    """One request as it arrived: `number` counts from 0; `body` is its JSON, or None if it is not."""

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    size: int

    @property
    def text(self) -> str:
        """All texts of the messages, pictures left out."""
        contents = [message["content"] for message in self.body["messages"]]
        parts = [[{"type": "text", "text": c}] if isinstance(c, str) else c for c in contents]
        return "\n".join(p["text"] for content in parts for p in content if p["type"] == "text")

    @property
    def images(self) -> list[str]:
        """The data addresses of the pictures, in order."""
        contents = [m["content"] for m in self.body["messages"] if not isinstance(m["content"], str)]
        return [p["image_url"]["url"] for content in contents for p in content if p["type"] == "image_url"]


@dataclass(frozen=True)
class Exchange:
    """A request being answered. `released` is set when the test lets held requests go, or ends."""

    request: web.Request
    received: Received
    released: asyncio.Event


Behaviour = Callable[[Exchange], Awaitable[web.StreamResponse]]


def ok(
    text: str | Callable[[Received], str] = "yes",
    *,
    reasoning: str | None = None,
    finish: str = "stop",
    usage: tuple[int, int] | None = (100, 5),
    reasoning_tokens: int | None = None,
) -> Behaviour:
    """Answer as a chat completion. `text` may depend on the request; `usage` is (prompt, completion)."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        said = text if isinstance(text, str) else text(exchange.received)
        message = {"role": "assistant", "content": said}
        if reasoning is not None:
            message["reasoning_content"] = reasoning
        return web.json_response(_completion(exchange, message, finish, usage, reasoning_tokens))

    return behave


def without_content(content: str | None = None, finish: str = "stop") -> Behaviour:
    """Answer as a chat completion whose content is null, or empty with `content=""`."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        return web.json_response(_completion(exchange, {"role": "assistant", "content": content}, finish))

    return behave


def said(
    message: Mapping[str, Any], finish: str = "stop", logprobs: list[dict[str, Any]] | None = None
) -> Behaviour:
    """Answer as a chat completion with this very message, and these tokens if there are any."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        body = _completion(exchange, {"role": "assistant", **message}, finish)
        if logprobs is not None:
            body["choices"][0]["logprobs"] = {"content": logprobs}
        return web.json_response(body)

    return behave


def document(body: Any, code: int = 200, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with this very JSON."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        return web.json_response(body, status=code, headers=headers)

    return behave


def _completion(
    exchange: Exchange,
    message: Mapping[str, Any],
    finish: str,
    usage: tuple[int, int] | None = (100, 5),
    reasoning_tokens: int | None = None,
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": f"chatcmpl-{exchange.received.number}",
        "object": "chat.completion",
        "created": 0,
        "model": (exchange.received.body or {}).get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    if usage is not None:
        prompt, completion = usage
        counted = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": sum(usage)}
        if reasoning_tokens is not None:
            counted["completion_tokens_details"] = {"reasoning_tokens": reasoning_tokens}
        body["usage"] = counted
    return body


def status(code: int, message: str = "", headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with an HTTP status and an OpenAI-style error object."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        return web.json_response(_error(message or f"status {code}", code), status=code, headers=headers)

    return behave


def too_many(retry_after: str | datetime | None = None) -> Behaviour:
    """429; `retry_after` goes out as it is, or as an HTTP date."""
    if isinstance(retry_after, datetime):
        retry_after = email.utils.format_datetime(retry_after, usegmt=True)
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return status(429, "rate limit reached", headers)


def error_in_200(code: int | None = 429, message: str = "upstream is overloaded") -> Behaviour:
    """Status 200 and an error object, as gateways send it."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        return web.json_response(_error(message, code))

    return behave


def echo_key(code: int = 401, header: str = "Authorization") -> Behaviour:
    """Repeat the key's header inside the error message, as careless proxies do."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        sent = exchange.received.headers.get(header, "nothing")
        return web.json_response(_error(f"refused, got {header}: {sent}", code), status=code)

    return behave


def _error(message: str, code: int | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "error", "code": code}}


def not_json(text: str = "<html>Bad gateway</html>", content_type: str = "text/html") -> Behaviour:
    """Status 200 and a body that is no chat completion: a page, broken JSON, a list, nothing."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        return web.Response(text=text, content_type=content_type)

    return behave


def redirect(location: str, code: int = 307) -> Behaviour:
    """Send the client elsewhere."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        return web.Response(status=code, headers={"Location": location})

    return behave


def truncated() -> Behaviour:
    """Promise a whole body, send half of it, and close in good order."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        response, transport = await _half(exchange)
        transport.close()
        return response

    return behave


def reset() -> Behaviour:
    """Send half a body, then reset the connection (TCP RST)."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        response, transport = await _half(exchange)
        # Lingering for zero seconds makes the kernel send RST instead of an orderly end.
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        transport.abort()
        return response

    return behave


async def _half(exchange: Exchange) -> tuple[web.StreamResponse, asyncio.Transport]:
    whole = json.dumps(_completion(exchange, {"role": "assistant", "content": "yes"}, "stop")).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(whole))}
    response = web.StreamResponse(headers=headers)
    await response.prepare(exchange.request)
    await response.write(whole[: len(whole) // 2])
    transport = exchange.request.transport
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionResetError("the client is gone already")
    return response, transport


def held(then: Behaviour) -> Behaviour:
    """Wait until the test calls `release`, then do `then`."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        await exchange.released.wait()
        return await then(exchange)

    return behave


def never() -> Behaviour:
    """Never answer: the connection stays open until the client leaves or the endpoint is shut down."""

    async def behave(exchange: Exchange) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("this event is never set")

    return behave
