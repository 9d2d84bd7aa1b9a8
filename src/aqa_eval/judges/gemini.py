"""The Gemini generateContent protocol: `POST {base_url}/v1beta/models/{model}:generateContent`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import orjson
from pydantic import Field

from aqa_eval.judges.endpoint import Endpoint, decoding_of
from aqa_eval.judges.endpoint_options import EndpointOptions
from aqa_eval.judges.gemini_body import FASTEST, contents, form, generation_config, refuse_oversized
from aqa_eval.judges.gemini_reply import read_reply
from aqa_eval.judges.respondent import Protocol, Sight, Training
from aqa_eval.vocabulary import Answer, Condition, Judge, Request, Task


class GeminiOptions(EndpointOptions):
    """A generateContent endpoint. `max_tokens` counts the thoughts too. `extra_body` is merged into the body,
    its `generationConfig` under what the other options say; `safetySettings` go there.
    """

    PROTOCOL_NAME: ClassVar[str] = "gemini"
    DECODING: ClassVar[tuple[str, ...]] = (
        *EndpointOptions.DECODING,
        "thinking_level",
        "include_thoughts",
        "media_resolution",
    )
    RESERVED: ClassVar[frozenset[str]] = frozenset({"contents", "systemInstruction", "model"})

    base_url: str = "https://generativelanguage.googleapis.com"
    model: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    api_key_env: Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")] | None = "GEMINI_API_KEY"
    thinking_level: Literal["minimal", "low", "medium", "high"] | None = None
    include_thoughts: bool | None = None
    media_resolution: Literal["low", "medium", "high"] | None = None


class GeminiGenerate(Endpoint):
    """A model behind generateContent."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self._url = f"{judge.base_url}/v1beta/models/{judge.model}:generateContent"
        plain, extra = decoding_of(judge)
        self._system = str(plain.get("system", ""))
        own = extra.pop("generationConfig", {})
        self._config = {**(own if isinstance(own, dict) else {}), **generation_config(plain, judge.logprobs)}
        self._extra = extra

    def key_header(self, key: str) -> Mapping[str, str]:
        """Google's own header; the key never stands in an address."""
        return {"x-goog-api-key": key}

    def no_transport(self, task: Task, condition: Condition) -> str:
        """Frames go as images; a recording as itself, sampled at most 24 times a second."""
        able = self.judge.capabilities
        match condition.transport:
            case "video":
                return "the Gemini API takes no frames as one video; use transport = 'images' or 'native'"
            case "native" if able.native is False:
                return "the endpoint takes no recordings (capabilities.native is false)"
            case "native" if condition.audio and able.audio is False:
                return "the endpoint hears no recordings (capabilities.audio is false)"
            case "native" if (fps := condition.sampling.fps) and fps > FASTEST:
                return f"{fps:g} frames a second of a recording, and Gemini takes at most {FASTEST:g}"
        return ""

    def no_form(self, task: Task, condition: Condition) -> str:
        """Everything but a list of answers where there is none."""
        if condition.answer_format == "choice" and task in {Task.SCORE, Task.LOCATE}:
            return f"the task '{task}' has no list of answers to be held to"
        return ""

    def held_to(self, condition: Condition) -> str:
        """The API's own means."""
        means = {"json": "responseJsonSchema", "choice": "text/x.enum"}
        return means.get(condition.answer_format, "")

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """One POST, one answer.

        Raises:
            AttemptError: the endpoint could not be reached, refused, or answered with something else, or the
                request is more than it takes.
        """
        body = b"".join((*self._head(request), *contents(request, sight), b"}"))
        refuse_oversized(body)
        reply = await self.sent("POST", self._url, body)
        return read_reply(reply, request, self.judge, self.clean)

    def _head(self, request: Request) -> tuple[bytes, ...]:
        """The body up to its contents."""
        head = dict(self._extra)
        system = "\n\n".join(text for text in (self._system, request.system) if text)
        if system:
            head["systemInstruction"] = {"parts": [{"text": system}]}
        if config := {**self._config, **form(request)}:
            head["generationConfig"] = config
        return (orjson.dumps(head)[:-1], b"," if head else b"")


def _build(judge: Judge, train: Training) -> GeminiGenerate:
    return GeminiGenerate(judge)


PROTOCOL = Protocol(
    name="gemini",
    title="a model behind the Gemini generateContent API",
    options=GeminiOptions,
    tasks=tuple(Task),
    build=_build,
    reference=False,
)
