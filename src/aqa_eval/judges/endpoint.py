"""A model behind an HTTP endpoint: one session, one key, one way to send and to fail for every protocol.

A request's body is put together from bytes that are ready to go: a picture's base64 text is made once and
joined in as it is, so that none is ever decoded, encoded or serialised again for a request.
"""

from __future__ import annotations

import os
import time
from abc import abstractmethod
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp
import orjson

from aqa_eval.errors import JudgeError
from aqa_eval.judges.reply import Reply, transport_failure
from aqa_eval.judges.respondent import AttemptError, Respondent
from aqa_eval.vocabulary import ONE_FRAME, PICTURELESS, Condition, Failure, Judge, Task

LARGEST_BODY = 16 * 2**20
SHORTEST_SECRET = 8


class Endpoint(Respondent):
    """The part of a wire protocol that is not the protocol: session, key, sending, and general refusals."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self._session: aiohttp.ClientSession | None = None
        self._secret = ""

    async def __aenter__(self) -> Self:
        self._secret = secret(self.judge)
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers |= self.key_header(self._secret)
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

    @abstractmethod
    def key_header(self, key: str) -> Mapping[str, str]:
        """The header in which the key travels."""

    @abstractmethod
    def no_transport(self, task: Task, condition: Condition) -> str:
        """Why pictures cannot be sent as `condition.transport` says; empty when they can."""

    @abstractmethod
    def no_form(self, task: Task, condition: Condition) -> str:
        """Why answers cannot be held to the form of `condition.answer_format`; empty when they can."""

    def cannot(self, task: Task, condition: Condition) -> str:
        """Transport, sound, number of pictures, form of the answer: the first that is beyond the endpoint."""
        pictures = "" if condition.representation in PICTURELESS else self._no_pictures(task, condition)
        if condition.audio and condition.transport != "native":
            return "sound is sent with the recording itself only (transport = 'native')"
        return pictures or self.no_form(task, condition)

    def _no_pictures(self, task: Task, condition: Condition) -> str:
        reason = self.no_transport(task, condition)
        most = self.judge.capabilities.images
        needed = pictures_needed(task, condition)
        if reason or most is None or needed is None or needed <= most:
            return reason
        return (
            f"a request holds {needed} pictures, and the endpoint takes {most} (capabilities.images); "
            "ask for fewer frames (of still pictures, frames = 1)"
        )

    async def sent(self, method: str, url: str, body: bytes | None = None) -> Reply:
        """One request, and the whole response to it, whatever its status.

        Raises:
            AttemptError: nothing came back, or more than any answer is.
        """
        if self._session is None:
            raise RuntimeError("an endpoint is asked inside of 'async with' only")
        started = time.monotonic()
        try:
            # A redirect would carry the key and the frames to an address that nobody named.
            async with self._session.request(method, url, data=body, allow_redirects=False) as response:
                text = (await _whole(response)).decode("utf-8", "replace")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise transport_failure(error, self.judge, self.clean) from error
        return Reply(response.status, response.headers, text, time.monotonic() - started)

    def clean(self, text: str) -> str:
        """A text without the API key, should the endpoint repeat it. What is shorter is no secret, and
        would be found in words.
        """
        return text.replace(self._secret, "[key]") if len(self._secret) >= SHORTEST_SECRET else text


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """The response's body, unpacked, up to a size that no answer has."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            why = f"the answer is larger than {LARGEST_BODY / 2**20:.0f} MiB"
            raise AttemptError(Failure("protocol", why), transient=False)
    return bytes(body)


def pictures_needed(task: Task, condition: Condition) -> int | None:
    """How many pictures a request holds if they go as images; None where the clips' lengths decide that."""
    if condition.transport != "images":
        return None
    count = 1 if condition.perturbation in ONE_FRAME else condition.sampling.count
    return None if count is None else count * clips_shown(task, condition)


def clips_shown(task: Task, condition: Condition) -> int:
    """How many clips a request shows, those of examples included."""
    return (2 if task is Task.COMPARE else 1) * (condition.shots + 1)


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


def decoding_of(judge: Judge) -> tuple[dict[str, str | float | int | bool], dict[str, object]]:
    """(what the study sets of the decoding, by the names of its options; what it adds to every body)."""
    plain = {name: value for name, value in judge.decoding if name not in {"extra_body", "revision"}}
    extra = dict(judge.decoding).get("extra_body")
    return plain, orjson.loads(extra) if isinstance(extra, str) else {}
