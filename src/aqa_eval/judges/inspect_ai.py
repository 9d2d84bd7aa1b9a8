"""Any model that Inspect AI can open, as a judge (the optional extra `aqa-eval[inspect]`).

Inspect brings the providers (Google, Anthropic, OpenAI, Bedrock, ...); the asking stays ours: one attempt
a call, its retries, its cache, its adaptive connections and its logs off. Nothing of it is imported before
the judge is asked, so that planning and reporting need no Inspect.
"""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import Field, field_validator

from aqa_eval.errors import JudgeError
from aqa_eval.judges.endpoint import pictures_needed
from aqa_eval.judges.endpoint_options import AskingOptions, Whole
from aqa_eval.judges.inspect_reply import cleaner, failed, read_output
from aqa_eval.judges.reply import one_line
from aqa_eval.judges.respondent import AttemptError, Protocol, Respondent, Sight, Training
from aqa_eval.vocabulary import (
    PICTURELESS,
    Answer,
    Condition,
    Failure,
    Film,
    Frame,
    Judge,
    Request,
    Task,
)

LOCAL = frozenset({"mockllm", "none", "hf", "llama-cpp-python", "transformer_lens", "nnterp"})
"""Providers that run on this machine whatever the environment says."""
OWN_ARGUMENTS = frozenset({"model", "role", "required", "default", "config", "base_url", "memoize"})
"""What `inspect_ai.model.get_model` is told by the program itself."""
FORMATS = {"video/mp4": "mp4", "video/mpeg": "mpeg", "video/quicktime": "mov"}
"""Media types of recordings that Inspect knows, as it calls them."""
_SECRET = re.compile(
    r"(?:^|_)(?:api_?key|access_?key|key|secret|password|token|credentials?)$", re.IGNORECASE
)
_MARKUP = re.compile(r"\[/?(?:bold|blue|red|bright_black|/)*\]")


class InspectOptions(AskingOptions):
    """A model by its Inspect name (`provider/model`) and how it is asked. What is not set is not sent.

    `model_args` go to Inspect's provider as they are (`-M` on its command line). `base_url`: where the
    provider sends its requests; keys come from the environment variables that Inspect's provider reads.
    `capabilities`: what is known of the model behind the provider (`native`, it takes recordings;
    `structured = "json_schema"`, it is held to a schema).
    """

    model: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+/\S+$")]
    revision: str | None = None
    temperature: Annotated[float, Field(ge=0)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: Whole | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    model_args: dict[str, Any] | None = None
    base_url: Annotated[str, Field(pattern=r"^https?://[^\s/@?]+[^\s@?]*$")] | None = None

    @field_validator("model_args")
    @classmethod
    def _plain_arguments(cls, given: dict[str, Any] | None) -> dict[str, Any] | None:
        reserved = OWN_ARGUMENTS & set(given or {})
        if reserved:
            raise ValueError(f"'{min(reserved)}' is set by the program itself")
        for name in _names(given):
            if _SECRET.search(name):
                raise ValueError(
                    f"'{name}' looks like a secret, and a study file is no place for one: set the "
                    "environment variable that Inspect's provider reads (such as GOOGLE_API_KEY)"
                )
        try:
            orjson.dumps(given)
        except TypeError as error:
            raise ValueError(f"cannot be written as JSON: {error}") from error
        return given

    def asking(self) -> Mapping[str, object]:
        """Address, pace, patience, price and abilities; none of them changes an answer to what is asked.

        Without a `base_url`, the address of a provider beyond this machine is written `inspect://provider`.
        """
        provider = self.model.split("/", 1)[0]
        address = self.base_url or ("" if provider in LOCAL else f"inspect://{provider}")
        return {"base_url": address, "model": self.model, **super().asking()}

    def decoding(self) -> tuple[tuple[str, str | float | int | bool], ...]:
        """What changes an answer; `model_args` as canonical JSON."""
        names = ("revision", "temperature", "top_p", "max_tokens", "seed", "reasoning_effort")
        pairs = [(name, getattr(self, name)) for name in names if getattr(self, name) is not None]
        if self.model_args:
            pairs.append(("model_args", orjson.dumps(self.model_args, option=orjson.OPT_SORT_KEYS).decode()))
        return tuple(sorted(pairs))


class InspectModel(Respondent):
    """A model opened by Inspect AI."""

    def __init__(self, judge: Judge) -> None:
        super().__init__(judge)
        self._inspect: Any = None
        self._model: Any = None
        self._clean = cleaner(())

    async def __aenter__(self) -> Self:
        self._inspect = imported(self.judge)
        self._model = self._opened()
        api = self._model.api
        self._clean = cleaner((api.api_key, getattr(api, "initial_api_key", None)), api.api_key_vars)
        client: Any = getattr(api, "client", None)
        if isinstance(getattr(client, "max_retries", None), int):
            # The OpenAI and Anthropic libraries ask again by themselves, unseen by anybody.
            client.max_retries = 0
        await self._model.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._model is not None:
            await self._model.__aexit__(kind, error, trace)

    def cannot(self, task: Task, condition: Condition) -> str:
        """Why nothing can be asked of this judge under `condition`; empty when it can."""
        if condition.transport == "video":
            return "Inspect AI sends frames as images, not as one video (use transport = images)"
        known = self.judge.capabilities
        if condition.transport == "native" and not known.native:
            return (
                "the model is not said to take recordings; where its Inspect provider sends them, "
                "say so with capabilities = { native = true }"
            )
        if condition.audio and condition.transport != "native":
            return "sound is sent with the recording itself only (transport = 'native')"
        needed = pictures_needed(task, condition) if condition.representation not in PICTURELESS else None
        if needed is not None and known.images is not None and needed > known.images:
            return (
                f"a request holds {needed} pictures, and the model takes {known.images} (capabilities.images)"
            )
        if condition.answer_format == "choice":
            return "Inspect AI cannot hold an answer to given words (use answer_format = words or json)"
        return ""

    def held_to(self, condition: Condition) -> str:
        """A JSON schema, where the condition asks for JSON and the provider is said to hold a model to it."""
        able = self.judge.capabilities.structured == "json_schema"
        return "json_schema" if able and condition.answer_format == "json" else ""

    async def ask(self, request: Request, sight: Sight) -> Answer:
        """One attempt at one answer.

        Raises:
            AttemptError: the provider could not be reached, refused, or gave nothing.
        """
        if self._model is None:
            raise RuntimeError("ask() outside of 'async with'")
        messages = self._messages(request, sight)
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.judge.timeout):
                output = await self._generated(messages, request)
        except Exception as error:
            raise failed(error, self._model.api, self.judge, self._clean) from error
        answer = read_output(output, self.judge, self._clean)
        return replace(answer, manifest=request.frames, latency=time.monotonic() - started)

    async def _generated(self, messages: list[Any], request: Request) -> Any:
        """Inspect's own output. It keeps what it was sent in a transcript that lives as long as the context,
        so every request has a context of its own.
        """
        config = self._inspect.GenerateConfig()
        if request.schema is not None and self.held_to(request.condition):
            config.response_schema = self._inspect.ResponseSchema(
                name="answer", json_schema=dict(request.schema), strict=True
            )
        asked = self._model.generate(messages, config=config, cache=False)
        return await asyncio.get_running_loop().create_task(asked, context=contextvars.copy_context())

    def _messages(self, request: Request, sight: Sight) -> list[Any]:
        user = self._inspect.ChatMessageUser(content=[self._content(part, sight) for part in request.parts])
        system = [self._inspect.ChatMessageSystem(content=request.system)] if request.system else []
        return [*system, user]

    def _content(self, part: str | Frame | Film, sight: Sight) -> Any:
        if isinstance(part, str):
            return self._inspect.ContentText(text=part)
        if isinstance(part, Frame):
            return self._inspect.ContentImage(image=f"data:image/jpeg;base64,{sight.wire(part).decode()}")
        if part.media_type not in FORMATS:
            why = f"Inspect AI takes no recording of the type {part.media_type}, only {', '.join(FORMATS)}"
            raise AttemptError(Failure("media", why), transient=False)
        data = f"data:{part.media_type};base64,{sight.wire(part).decode()}"
        return self._inspect.ContentVideo(video=data, format=FORMATS[part.media_type])

    def _opened(self) -> Any:
        """The model, asked once a call and with nothing kept.

        Raises:
            JudgeError: Inspect knows no such provider, or it lacks a key or a package.
        """
        decoding: dict[str, Any] = dict(self.judge.decoding)
        decoding.pop("revision", None)
        arguments = orjson.loads(str(decoding.pop("model_args", "{}")))
        if self.judge.logprobs:
            decoding |= {"logprobs": True, "top_logprobs": self.judge.logprobs}
        address = self.judge.base_url if self.judge.base_url.startswith("http") else None
        try:
            config = self._inspect.GenerateConfig(
                **decoding,
                max_retries=0,
                max_connections=self.judge.concurrency,
                adaptive_connections=False,
                cache=False,
            )
            return self._inspect.get_model(
                self.judge.model, config=config, base_url=address, memoize=False, **arguments
            )
        except Exception as error:
            why = one_line(_MARKUP.sub("", cleaner(())(str(error)))).removeprefix("ERROR: ")
            raise JudgeError(
                f"judge '{self.judge.name}': Inspect AI cannot open the model '{self.judge.model}': {why}"
            ) from error


def _names(value: object) -> list[str]:
    """Every key in a value of TOML, at any depth."""
    if isinstance(value, list):
        return [name for one in value for name in _names(one)]
    if isinstance(value, dict):
        return [*value, *(name for one in value.values() for name in _names(one))]
    return []


def imported(judge: Judge) -> Any:
    """The module `inspect_ai.model`. Raises JudgeError where it is not installed."""
    try:
        return importlib.import_module("inspect_ai.model")
    except ImportError as error:
        raise JudgeError(
            f"judge '{judge.name}': the protocol 'inspect' needs Inspect AI, which cannot be imported "
            f"({one_line(str(error))}): pip install 'aqa-eval[inspect]'"
        ) from error


def _build(judge: Judge, train: Training) -> InspectModel:
    return InspectModel(judge)


PROTOCOL = Protocol(
    name="inspect",
    title="a model that Inspect AI opens (pip install 'aqa-eval[inspect]')",
    options=InspectOptions,
    tasks=tuple(Task),
    build=_build,
    reference=False,
)
