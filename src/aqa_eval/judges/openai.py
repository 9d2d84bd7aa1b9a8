"""The OpenAI chat-completions protocol: vLLM, SGLang, LMDeploy, Ollama, llama.cpp, OpenRouter and others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import orjson
from pydantic import Field

from aqa_eval.judges.endpoint import Endpoint, clips_shown, decoding_of
from aqa_eval.judges.endpoint_options import EndpointOptions
from aqa_eval.judges.openai_body import form, messages, video_times
from aqa_eval.judges.openai_reply import read_reply
from aqa_eval.judges.respondent import Protocol, Sight, Training
from aqa_eval.vocabulary import Answer, Condition, Judge, Request, Task


class OpenAIOptions(EndpointOptions):
    """A chat-completions endpoint. What it has beyond any endpoint's options is sent under the same names."""

    PROTOCOL_NAME: ClassVar[str] = "openai"
    DECODING: ClassVar[tuple[str, ...]] = (
        *EndpointOptions.DECODING,
        "max_completion_tokens",
        "min_p",
        "repetition_penalty",
        "presence_penalty",
        "frequency_penalty",
        "reasoning_effort",
    )
    RESERVED: ClassVar[frozenset[str]] = frozenset({"messages", "model", "stream", "n"})

    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] | None = None
    repetition_penalty: Annotated[float, Field(gt=0)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    reasoning_effort: Annotated[str, Field(min_length=1)] | None = None


class OpenAIChat(Endpoint):
    """A model behind a chat-completions endpoint."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self._url = f"{judge.base_url}/chat/completions"
        plain, extra = decoding_of(judge)
        self._system = str(plain.pop("system", ""))
        self._body: dict[str, object] = {"model": judge.model, **extra, **plain}
        if judge.logprobs:
            self._body |= {"logprobs": True, "top_logprobs": judge.logprobs}
        self._head = _opened(self._body)

    def key_header(self, key: str) -> Mapping[str, str]:
        """A bearer token."""
        return {"Authorization": f"Bearer {key}"}

    def no_transport(self, task: Task, condition: Condition) -> str:
        """Frames as one video unless they are declared to be beyond it; a recording only if declared."""
        able = self.judge.capabilities
        match condition.transport:
            case "video" if able.video is False:
                return "the endpoint takes no frames as one video (capabilities.video is false)"
            case "video" if (clips := clips_shown(task, condition)) > 1:
                return (
                    f"a request shows {clips} clips, and frames as a video keep their times for one clip "
                    "only: an endpoint reads one set of times a request; use transport = 'images'"
                )
            case "native" if not able.native:
                return (
                    "the endpoint is not known to take recordings; where it does, say so with "
                    "capabilities = { native = true }"
                )
            case "native" if condition.audio and not able.audio:
                return (
                    "the endpoint is not known to hear recordings; where it does, say so with "
                    "capabilities = { audio = true }"
                )
        return ""

    def no_form(self, task: Task, condition: Condition) -> str:
        """Allowed answers are only held to by vLLM's `structured_outputs`; JSON can always be asked for."""
        if condition.answer_format != "choice":
            return ""
        if task in {Task.SCORE, Task.LOCATE}:
            return f"the task '{task}' has no list of answers to be held to"
        if self.judge.capabilities.structured != "structured_outputs":
            return (
                "the endpoint is not known to hold a model to a list of answers; where it does (vLLM), "
                "say so with capabilities = { structured = 'structured_outputs' }"
            )
        return ""

    def held_to(self, condition: Condition) -> str:
        """The endpoint's means, where the condition asks for JSON or for one of the allowed answers."""
        asks = condition.answer_format in {"json", "choice"}
        return self.judge.capabilities.structured if asks else ""

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """One POST, one answer.

        Raises:
            AttemptError: the endpoint could not be reached, refused, or answered with something else.
        """
        added = form(request, self.judge.capabilities.structured)
        if request.condition.transport == "video" and (times := video_times(request)):
            added["media_io_kwargs"] = times
        head = _opened({**self._body, **added}) if added else self._head
        body = b"".join((head, *messages(request, sight, self._system), b"]}"))
        reply = await self.sent("POST", self._url, body)
        return read_reply(reply, request, self.judge, self.clean)


def _opened(body: Mapping[str, object]) -> bytes:
    """The body up to the opening bracket of the messages."""
    return orjson.dumps(body)[:-1] + b',"messages":['


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
