"""What Inspect AI's model gave, read into an Answer, or into the reason why there is none.

Everything of Inspect is looked at by its attributes here, so that reading needs no import of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any, Literal

from aqa_eval.judges.logprobs import last_tokens
from aqa_eval.judges.reply import FATAL, TRANSIENT, Clean, one_line, transport_failure
from aqa_eval.judges.respondent import AttemptError
from aqa_eval.vocabulary import Answer, Failure, Judge, Token, Usage

FINISH = {"max_tokens": "length", "model_length": "length"}
"""Inspect's stop reasons where they are not the words of the OpenAI protocol."""
SUMMARISING = frozenset({"google", "vertex", "openai", "anthropic"})
"""Providers whose reasoning is a summary that the model's owner makes, never the trace itself."""
LEAST_LOGPROB = -9999.0
"""What servers write for "never"; JSON has no minus infinity."""
SHORTEST_SECRET = 8
_SECRET_VARIABLE = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)(?:_ID)?$")
_WRAPPERS = frozenset({"RetryError", "ModelGenerateError"})
"""Inspect's and its retry library's errors around the provider's own. Their text quotes the whole request."""


def cleaner(keys: Iterable[str | None], variables: Iterable[str] = ()) -> Clean:
    """A function that takes secrets out of a text: these keys, and the values of every environment variable
    in which a key may be (those of the provider, and whatever is named ..._KEY, ..._TOKEN, ..._SECRET).
    """
    named = [os.environ.get(name) for name in variables]
    suspects = [value for name, value in os.environ.items() if _SECRET_VARIABLE.search(name.upper())]
    values = {value.strip() for value in (*keys, *named, *suspects) if value}
    secrets = sorted((v for v in values if len(v) >= SHORTEST_SECRET), key=len, reverse=True)

    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "[key]")
        return text

    return clean


def read_output(output: Any, judge: Judge, clean: Clean) -> Answer:
    """The answer in Inspect's ModelOutput, without its manifest and latency.

    Raises:
        AttemptError: the output holds no choice, or is a provider's complaint about the request.
    """
    if not output.choices:
        why = clean(output.error or "") or "the model's output holds no choice"
        raise AttemptError(Failure("protocol", one_line(why)), transient=True)
    choice = output.choices[0]
    if choice.stop_reason == "model_length" and output.usage is None:
        # Inspect passes a request that does not fit the context off as an answer: the complaint is its text.
        raise AttemptError(
            Failure("http", f"HTTP 400: {one_line(clean(output.completion))}", 400), transient=False
        )
    content = choice.message.content
    parts = [] if isinstance(content, str) else content
    texts = [part for part in parts if part.type == "text"]
    text = content if isinstance(content, str) else "".join(part.text for part in texts)
    refused = any(part.refusal for part in texts)
    thoughts, summary = _reasoning(parts)
    kind: Literal["", "raw", "summary"] = ""
    if thoughts:
        kind = "summary" if summary or judge.model.split("/", 1)[0] in SUMMARISING else "raw"
    return Answer(
        text=clean(text),
        reasoning=clean(thoughts),
        finish="content_filter" if refused else FINISH.get(choice.stop_reason, choice.stop_reason),
        usage=_usage(output.usage),
        trace_kind=kind,
        tokens=last_tokens(_tokens(choice.logprobs, clean), clean(text)),
    )


def failed(error: Exception, api: Any, judge: Judge, clean: Clean) -> AttemptError:
    """An error that Inspect or a provider's own library raised, in words; `api` is Inspect's ModelAPI."""
    if isinstance(error, AttemptError):
        return error
    while type(error).__name__ in _WRAPPERS and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, TimeoutError):
        return transport_failure(error, judge, clean)
    status = _status(error)
    decision = api.should_retry(error)
    said = one_line(clean(_said(error))) or type(error).__name__
    if status is not None:
        advice = (
            f" (check {' or '.join(api.api_key_vars)})" if status in {401, 403} and api.api_key_vars else ""
        )
        return AttemptError(
            Failure("http", f"HTTP {status}{advice}: {said}", status),
            transient=bool(decision) or status in TRANSIENT,
            retry_after=getattr(decision, "retry_after", None),
            fatal=status in FATAL or bool(api.is_auth_failure(error)),
        )
    name = type(error).__name__
    kind: Literal["timeout", "connection", "protocol"] = "protocol"
    if "Timeout" in name:
        kind = "timeout"
    elif isinstance(error, OSError) or "Connect" in name:
        kind = "connection"
    return AttemptError(
        Failure(kind, f"{name}: {said}"),
        transient=bool(decision) or kind != "protocol",
        retry_after=getattr(decision, "retry_after", None),
        fatal=bool(api.is_auth_failure(error)),
    )


def _said(error: Exception) -> str:
    """The provider's words. A wrapper without a cause still names them apart from the request it quotes."""
    if type(error).__name__ in _WRAPPERS:
        return str(getattr(error, "provider_message", None) or type(error).__name__)
    return str(getattr(error, "message", None) or error)


def _status(error: Exception) -> int | None:
    """The HTTP status of a provider's error: each library has its own name for it."""
    owners = (error, getattr(error, "response", None))
    values = [getattr(owner, name, None) for owner in owners for name in ("status_code", "code", "status")]
    return next((v for v in values if isinstance(v, int) and 400 <= v <= 599), None)


def _reasoning(parts: Iterable[Any]) -> tuple[str, bool]:
    """(what was thought, whether any of it is a summary). What is encrypted is not what was thought."""
    blocks = [part for part in parts if part.type == "reasoning"]
    told = [(block.summary or "") if block.redacted else block.reasoning for block in blocks]
    return "\n".join(filter(None, told)), any(block.redacted for block in blocks)


def _usage(usage: Any) -> Usage:
    if usage is None:
        return Usage()
    cached = (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
    return Usage(usage.input_tokens + cached, usage.output_tokens, usage.reasoning_tokens)


def _tokens(logprobs: Any, clean: Clean) -> tuple[Token, ...]:
    return tuple(
        Token(
            clean(one.token),
            max(one.logprob, LEAST_LOGPROB),
            tuple((clean(o.token), max(o.logprob, LEAST_LOGPROB)) for o in one.top_logprobs or ()),
        )
        for one in (() if logprobs is None else logprobs.content)
    )
