"""The OpenAI chat-completions protocol: vLLM, SGLang, LMDeploy, Ollama, llama.cpp, OpenRouter and others.

The body is put together from bytes that are ready to go: a frame's base64 text is made once and
joined in as it is, so that no picture is ever decoded, encoded or serialised again for a request.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

import aiohttp
import orjson
from pydantic import Field, field_validator

from aqa_eval.errors import JudgeError
from aqa_eval.judges.reply import read_reply, transport_failure
from aqa_eval.judges.respondent import AttemptError, JudgeOptions, Protocol, Respondent, Sight, Training
from aqa_eval.vocabulary import Answer, Failure, Frame, Judge, Price, Request, Task

LARGEST_BODY = 16 * 2**20
SHORTEST_SECRET = 8
RESERVED = frozenset({"messages", "model", "stream", "n"})
"""What a request's body holds already, or what would change how its answer has to be read."""

Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class PriceOptions(JudgeOptions):
    """US dollars for a million tokens."""

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]


class OpenAIOptions(JudgeOptions):
    """An endpoint and how it is asked. What is not set is not sent: the server's own default holds.

    `extra_body` is merged into every request's body; `revision` is free text that tells two
    deployments of the same model apart.
    """

    base_url: str
    model: Annotated[str, Field(min_length=1)]
    revision: str | None = None
    temperature: Annotated[float, Field(ge=0)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: Whole | None = None
    extra_body: dict[str, Any] | None = None
    api_key_env: Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")] | None = None
    concurrency: Annotated[int, Field(ge=1, le=4096)] = 8
    requests_per_minute: Annotated[float, Field(gt=0)] | None = None
    timeout: Annotated[float, Field(gt=0)] = 600.0
    retries: Annotated[int, Field(ge=0, le=100)] = 5
    price: PriceOptions | None = None

    @field_validator("base_url")
    @classmethod
    def _plain_address(cls, url: str) -> str:
        scheme, _, rest = url.partition("://")
        if scheme not in {"http", "https"} or not rest.strip("/"):
            raise ValueError("expected an address such as http://127.0.0.1:8000/v1")
        try:
            named = urlsplit(url).hostname and urlsplit(url).port != 0
        except ValueError as error:
            raise ValueError(f"not an address: {error}") from error
        if not named:
            raise ValueError("expected an address such as http://127.0.0.1:8000/v1")
        if "@" in rest.split("/", 1)[0] or "?" in rest:
            raise ValueError(
                "expected an address without user, password or query; name a variable in api_key_env"
            )
        return url.rstrip("/")

    @field_validator("extra_body")
    @classmethod
    def _plain_body(cls, body: dict[str, Any] | None) -> dict[str, Any] | None:
        reserved = RESERVED & set(body or {})
        if reserved:
            raise ValueError(f"'{min(reserved)}' is set by the program itself")
        try:
            orjson.dumps(body)
        except TypeError as error:
            raise ValueError(f"cannot be written as JSON: {error}") from error
        return body

    def asking(self) -> Mapping[str, object]:
        """Address, pace, patience and price; none of them changes an answer."""
        price = Price(self.price.input, self.price.output) if self.price else None
        return {
            "base_url": self.base_url,
            "model": self.model,
            "key_variable": self.api_key_env or "",
            "api_key_env": None,
            "concurrency": self.concurrency,
            "requests_per_minute": self.requests_per_minute,
            "timeout": self.timeout,
            "retries": self.retries,
            "price": price,
        }

    def decoding(self) -> tuple[tuple[str, str | float | int | bool], ...]:
        """What changes an answer; `extra_body` as canonical JSON."""
        plain = {
            "revision": self.revision,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
        }
        pairs: list[tuple[str, str | float | int | bool]] = [
            (k, v) for k, v in plain.items() if v is not None
        ]
        if self.extra_body:
            pairs.append(("extra_body", orjson.dumps(self.extra_body, option=orjson.OPT_SORT_KEYS).decode()))
        return tuple(sorted(pairs))


class OpenAIChat(Respondent):
    """A model behind a chat-completions endpoint."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self._session: aiohttp.ClientSession | None = None
        self._secret = ""
        self._url = f"{judge.base_url}/chat/completions"
        self._head = _body_head(judge)

    async def __aenter__(self) -> Self:
        self._secret = secret(self.judge)
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["Authorization"] = f"Bearer {self._secret}"
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.judge.concurrency),
            timeout=aiohttp.ClientTimeout(total=self.judge.timeout),
            headers=headers,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """One POST, one answer.

        Raises:
            AttemptError: the endpoint could not be reached, refused, or answered with something else.
        """
        if self._session is None:
            raise RuntimeError("ask() outside of 'async with'")
        body = b"".join((*self._head, *_messages(request, sight), b"]}"))
        started = time.monotonic()
        try:
            # A redirect would carry the key and the frames to an address that nobody named.
            async with self._session.post(self._url, data=body, allow_redirects=False) as response:
                text = (await self._body(response)).decode("utf-8", "replace")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise transport_failure(error, self.judge, self._clean) from error
        answer = read_reply(response.status, response.headers, text, request, self.judge, self._clean)
        return replace(answer, latency=time.monotonic() - started)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The response's body, unpacked, up to a size that no answer has."""
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > LARGEST_BODY:
                why = f"the answer is larger than {LARGEST_BODY / 2**20:.0f} MiB"
                raise AttemptError(Failure("protocol", why), transient=False)
        return bytes(body)

    def _clean(self, text: str) -> str:
        """A text without the API key, should the endpoint repeat it. What is shorter is no secret, and
        would be found in words.
        """
        return text.replace(self._secret, "[key]") if len(self._secret) >= SHORTEST_SECRET else text


def secret(judge: Judge) -> str:
    """The judge's API key, read from the environment now and kept nowhere else.

    Raises:
        JudgeError: the study names a variable that is not set.
    """
    if not judge.key_variable:
        return ""
    value = os.environ.get(judge.key_variable, "").strip()
    if not (value.isascii() and value.isprintable()):
        raise JudgeError(
            f"judge '{judge.name}': the environment variable {judge.key_variable} holds characters that no "
            "API key has (a line break, or letters beyond ASCII); set it again"
        )
    if not value:
        raise JudgeError(
            f"judge '{judge.name}': the environment variable {judge.key_variable} is not set; "
            f"set it to the endpoint's API key (export {judge.key_variable}=...) and run again"
        )
    return value


def _body_head(judge: Judge) -> tuple[bytes, ...]:
    """The body up to the opening bracket of the messages."""
    body: dict[str, object] = {"model": judge.model}
    for name, value in judge.decoding:
        if name == "extra_body":
            body.update(orjson.loads(str(value)))
        elif name != "revision":
            body[name] = value
    return (orjson.dumps(body)[:-1], b',"messages":[')


def _messages(request: Request, sight: Sight) -> list[bytes]:
    """The messages as fragments of JSON; each frame's base64 text goes in untouched."""
    out: list[bytes] = []
    if request.system:
        out += [orjson.dumps({"role": "system", "content": request.system}), b","]
    out.append(b'{"role":"user","content":[')
    for index, part in enumerate(request.parts):
        if index:
            out.append(b",")
        if isinstance(part, Frame):
            out += [
                b'{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,',
                sight.wire(part),
                b'"}}',
            ]
        else:
            out.append(orjson.dumps({"type": "text", "text": part}))
    out.append(b"]}")
    return out


def _build(judge: Judge, train: Training) -> OpenAIChat:
    return OpenAIChat(judge)


PROTOCOL = Protocol(
    name="openai",
    title="a model behind an OpenAI chat-completions endpoint",
    options=OpenAIOptions,
    tasks=tuple(Task),
    build=_build,
    reference=False,
)
