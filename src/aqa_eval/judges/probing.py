"""What an OpenAI-style endpoint can do, asked of the endpoint itself in a few tiny requests.

Nothing is inferred from a name. What the endpoint does not settle stays unknown (None), and its own words are
kept for every question, so that a capability is declared with reason. The commands that probe keep what was
found in the ledger, for every command after them; what a study writes under `capabilities` holds over it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import orjson
import simplejpeg

from aqa_eval.errors import JudgeError
from aqa_eval.judges.openai import OpenAIChat
from aqa_eval.judges.openai_reply import read_reply
from aqa_eval.judges.reply import json_object, one_line
from aqa_eval.judges.respondent import AttemptError
from aqa_eval.vocabulary import Answer, Capabilities, Condition, Criterion, Judge, Request, Task

SIDE = 64
"""Pixels of the test pictures' sides: more than the smallest that vision encoders take (56 or 28)."""
WORD = "violet-seventeen"
"""A word that no model says of itself: whoever says it was held to it."""
TOKENS = 64
"""An answer to a test may be so long. A model that is still thinking then has settled nothing."""

Structured = Literal["", "json_schema", "structured_outputs"]


@dataclass(frozen=True, slots=True)
class Probed:
    """The capabilities found, those that the study declares filled in where nothing was found, and what was
    said to each question: `models`, `logprobs`, `structured_outputs`, `json_schema`, `video`.
    """

    capabilities: Capabilities
    words: Mapping[str, str]


async def probe(judge: Judge, seconds: float = 60.0) -> Probed:
    """Ask an endpoint what it can do; each question may take so many `seconds`.

    Raises:
        JudgeError: the judge is not behind an OpenAI-style endpoint, or its key is not set.
    """
    if judge.protocol != "openai":
        raise JudgeError(f"judge '{judge.name}': only judges of protocol 'openai' can be probed")
    bounded = replace(judge, timeout=min(seconds, judge.timeout), logprobs=0)
    async with OpenAIChat(bounded) as endpoint:
        questions = _Questions(endpoint)
        context, models = await questions.models()
        logprobs, told = await questions.logprobs()
        structured, held = await questions.structured()
        video, seen = await questions.video()
    declared = judge.capabilities
    found = replace(
        declared,
        context=declared.context if context is None else context,
        logprobs=declared.logprobs if logprobs is None else logprobs,
        structured=structured or declared.structured,
        video=declared.video if video is None else video,
    )
    return Probed(found, {"models": models, "logprobs": told, **held, "video": seen})


class _Questions:
    """The questions, each with its answer and the endpoint's words."""

    def __init__(self, endpoint: OpenAIChat) -> None:
        self.endpoint = endpoint
        self.judge = endpoint.judge

    async def models(self) -> tuple[int | None, str]:
        """Tokens of context, as the list of models tells them (vLLM: `max_model_len`)."""
        try:
            reply = await self.endpoint.sent("GET", f"{self.judge.base_url}/models")
            listed = json_object(reply.text, self.endpoint.clean).get("data")
        except AttemptError as error:
            return None, error.failure.message
        entries = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
        for entry in entries:
            if entry.get("id") == self.judge.model:
                return _context(entry)
        names = ", ".join(str(entry.get("id")) for entry in entries[:5])
        said = f"it lists {names or 'nothing'}, not '{self.judge.model}'"
        return None, one_line(self.endpoint.clean(f"HTTP {reply.status}: {said}"))

    async def logprobs(self) -> tuple[bool | None, str]:
        """Whether tokens come with their log-probabilities."""
        answer = await self._asked("Say yes.", {"logprobs": True, "top_logprobs": 2})
        if answer.failure is not None:
            return _refused(answer), answer.failure.message
        if answer.tokens:
            return True, f"log-probabilities of {len(answer.tokens)} tokens"
        if not answer.text.strip():
            return None, _unsettled(answer)
        return False, "an answer without log-probabilities"

    async def structured(self) -> tuple[Structured, dict[str, str]]:
        """By which means a model is held to a word that it would not say by itself."""
        schema = {
            "type": "object",
            "properties": {"word": {"type": "string", "enum": [WORD]}},
            "required": ["word"],
            "additionalProperties": False,
        }
        means: dict[Structured, dict[str, object]] = {
            "structured_outputs": {"structured_outputs": {"choice": [WORD]}},
            "json_schema": {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "schema": schema, "strict": True},
                }
            },
        }
        words: dict[str, str] = {}
        for name, added in means.items():
            answer = await self._asked("Say hello, as JSON.", added)
            words[name] = answer.failure.message if answer.failure else one_line(answer.text)
            if WORD in answer.text:
                return name, words
            words[name] = words[name] or _unsettled(answer)
        return "", words

    async def video(self) -> tuple[bool | None, str]:
        """Whether two JPEG frames are taken as one video with their times."""
        pictures = ",".join(base64.b64encode(_picture(level)).decode() for level in (64, 192))
        part = {"type": "video_url", "video_url": {"url": f"data:video/jpeg;base64,{pictures}"}}
        times = {
            "num_frames": -1,
            "fps": 2,
            "frames_indices": [0, 1],
            "total_num_frames": 2,
            "duration": 1.0,
            "do_sample_frames": False,
        }
        answer = await self._asked("Say yes.", {"media_io_kwargs": {"video": times}}, part)
        if answer.failure is not None:
            return _refused(answer), answer.failure.message
        return True, f"taken, {answer.usage.prompt} tokens of prompt"

    async def _asked(self, text: str, added: Mapping[str, object], *parts: Mapping[str, Any]) -> Answer:
        """One exchange; what goes wrong is the answer's failure."""
        body = {
            "model": self.judge.model,
            "max_tokens": TOKENS,
            "messages": [{"role": "user", "content": [*parts, {"type": "text", "text": text}]}],
            **added,
        }
        nobody = Criterion("probe", "", "", "")
        request = Request("", "", (text,), Task.CONTROL, nobody, Condition(representation="none"))
        try:
            reply = await self.endpoint.sent(
                "POST", f"{self.judge.base_url}/chat/completions", orjson.dumps(body)
            )
            return read_reply(reply, request, self.judge, self.endpoint.clean)
        except AttemptError as error:
            return Answer(failure=error.failure)


def _context(entry: Mapping[str, Any]) -> tuple[int | None, str]:
    for name in ("max_model_len", "context_length"):
        value = entry.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value, f"{name} = {value}"
    return None, "the model is listed without its context"


def _refused(answer: Answer) -> bool | None:
    """False where the request itself was refused; None where it may have been something else."""
    refusals = {400, 404, 415, 422, 501}
    return False if answer.failure is not None and answer.failure.status in refusals else None


def _unsettled(answer: Answer) -> str:
    return f"no text within {TOKENS} tokens (finish '{answer.finish}')"


def _picture(level: int) -> bytes:
    return bytes(simplejpeg.encode_jpeg(np.full((SIDE, SIDE, 3), level, np.uint8), quality=90))
