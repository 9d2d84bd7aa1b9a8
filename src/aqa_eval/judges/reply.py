"""What an OpenAI-style endpoint sent back, read into an Answer, or into the reason why there is none."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import orjson

from aqa_eval.judges.respondent import AttemptError
from aqa_eval.vocabulary import Answer, Failure, Judge, Request, Usage

ADVICE = {
    401: "the endpoint wants a valid API key: {key}",
    403: "the endpoint refuses access: {key}",
    404: "the endpoint knows no such path or model: check base_url ('{url}') and model ('{model}')",
}
"""Statuses that are the user's to mend, with what to do about each."""
FATAL = frozenset({401})
"""Statuses that every other request would meet as well."""
REFUSALS = frozenset({403, 404})
"""Statuses that may be about one request (a filter) or about all of them: a judge that gives nothing else is
stopped."""

TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
"""Statuses after which asking again may help."""

Clean = Callable[[str], str]

QUOTE = 300
"""So many characters of an endpoint's own words are kept in a message."""


def read_reply(
    status: int, headers: Mapping[str, str], text: str, request: Request, judge: Judge, clean: Clean
) -> Answer:
    """The answer in a response's body, without its latency; `clean` takes secrets out of what is kept.

    Raises:
        AttemptError: the status is not 200, or the body is not a chat completion.
    """
    if status != 200:
        raise http_failure(status, headers, text, judge, clean)
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _malformed("the answer is not JSON", text, clean) from None
    if not isinstance(body, dict):
        raise _malformed("the answer is not a JSON object", text, clean)
    if isinstance(body.get("error"), dict):
        # Gateways answer 200 and put the real status inside.
        code = body["error"].get("code")
        known = isinstance(code, int) and 100 <= code <= 599
        raise http_failure(code if known else 500, headers, text, judge, clean)
    try:
        choice = body["choices"][0]
        message = choice["message"]
        content = message.get("content")
        reasoning = message.get("reasoning_content") or message.get("reasoning") or ""
    except (KeyError, IndexError, TypeError, AttributeError):
        raise _malformed("the answer has no choices[0].message", text, clean) from None
    return Answer(
        text=clean(_plain(content)),
        reasoning=clean(_plain(reasoning)),
        finish=clean(str(choice.get("finish_reason") or "")),
        usage=_usage(body.get("usage")),
        manifest=request.frames,
    )


def http_failure(
    status: int, headers: Mapping[str, str], text: str, judge: Judge, clean: Clean
) -> AttemptError:
    """An HTTP status other than success, in words, with the endpoint's own message quoted."""
    advice = ADVICE.get(status, "")
    if advice:
        key = (
            f"check the environment variable {judge.key_variable}"
            if judge.key_variable
            else "name the variable that holds it with api_key_env (or --api-key-env)"
        )
        advice = " (" + advice.format(key=key, url=judge.base_url, model=judge.model) + ")"
    said = _quote(text, clean)
    message = f"HTTP {status}{advice}" + (f": {said}" if said else "")
    return AttemptError(
        Failure("http", message, status),
        transient=status in TRANSIENT,
        retry_after=retry_after(headers.get("Retry-After", "")),
        fatal=status in FATAL,
    )


def transport_failure(error: Exception, judge: Judge, clean: Clean) -> AttemptError:
    """No HTTP answer at all: timed out, refused, reset, or not HTTP."""
    if isinstance(error, TimeoutError):
        return AttemptError(Failure("timeout", f"no answer within {judge.timeout:g} s"), transient=True)
    if isinstance(error, aiohttp.InvalidURL):
        return AttemptError(
            Failure("connection", f"not an address: {clean(str(error))}"), transient=False, fatal=True
        )
    why = one_line(clean(str(error))) or type(error).__name__
    if isinstance(error, aiohttp.ClientResponseError):
        return AttemptError(Failure("protocol", f"the answer is not HTTP: {why}"), transient=True)
    return AttemptError(Failure("connection", f"{judge.base_url}: {why}"), transient=True)


def retry_after(value: str, now: float | None = None) -> float | None:
    """Seconds in a Retry-After header: a number, or an HTTP date (RFC 9110, 10.2.3); None if neither."""
    value = value.strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(value).timestamp()
        except (ValueError, OverflowError, TypeError):
            return None
        seconds = moment - (time.time() if now is None else now)
    return max(seconds, 0.0) if seconds < float("inf") else None


def _malformed(what: str, text: str, clean: Clean) -> AttemptError:
    return AttemptError(Failure("protocol", f"{what}: {_quote(text, clean) or '(empty)'}"), transient=True)


def _quote(text: str, clean: Clean) -> str:
    """The endpoint's own error message if there is one, else the start of the body, on one line."""
    try:
        body: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return one_line(clean(text))
    error = body.get("error", body) if isinstance(body, dict) else body
    said = error.get("message") or error.get("detail") if isinstance(error, dict) else error
    # Written anew, a body has no escapes in which a key could hide.
    return one_line(clean(said if isinstance(said, str) else orjson.dumps(body).decode()))


def one_line(text: str) -> str:
    """The start of a text on one line, control characters (a terminal would obey them) taken out."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 10 * QUOTE]).split())
    return line if len(line) <= QUOTE else line[:QUOTE] + "..."


def _plain(content: object) -> str:
    """Text content as a string; some servers send a list of text parts, or null."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""


def _usage(usage: object) -> Usage:
    if not isinstance(usage, dict):
        return Usage()
    details = usage.get("completion_tokens_details")
    reasoning = details.get("reasoning_tokens") if isinstance(details, dict) else None
    return Usage(
        _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")), _count(reasoning)
    )


def _count(value: object) -> int | None:
    """A number of tokens; None for what cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    return None
