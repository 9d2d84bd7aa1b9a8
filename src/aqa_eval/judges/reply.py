"""What comes back instead of an answer, in words: an HTTP status, no connection, a body that cannot be read.

Both wire protocols say it here, so that the same trouble reads the same whoever was asked.
"""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from aqa_eval.judges.respondent import AttemptError
from aqa_eval.vocabulary import Failure, Judge

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

OVERFLOW = re.compile(
    r"maximum context length|context_length_exceeded|maximum model length|max_model_len"
    r"|model's context length|exceed_context_size|available context size|context size has been exceeded"
    r"|exceeds? (?:the )?(?:maximum )?context (?:length|limit|window)|session_len|session length"
    r"|input token count[^.]{0,60}exceeds the maximum number of tokens",
    re.IGNORECASE,
)
"""How servers say that a prompt is too long: vLLM, SGLang, OpenAI and OpenRouter; llama.cpp; Ollama;
LMDeploy; Gemini. llama.cpp says it with status 500 as well as with 400."""
OUTPUT = re.compile(r"max_(?:completion_)?tokens|in the (?:output|completion)", re.IGNORECASE)

Clean = Callable[[str], str]

QUOTE = 300
"""So many characters of an endpoint's own words are kept in a message."""
SEARCHED = 4000
"""So many characters of a body are searched for a known complaint."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP response, with the seconds it took."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float = 0.0


def succeeded(reply: Reply, clean: Clean, failed: Callable[[Reply], AttemptError]) -> dict[str, Any]:
    """The JSON object of a response that succeeded; `failed` words one that did not.

    Raises:
        AttemptError: the status is not 200, outside or inside of the body, or the body is no JSON object.
    """
    if reply.status != 200:
        raise failed(reply)
    body = json_object(reply.text, clean)
    if isinstance(body.get("error"), dict):
        # Gateways answer 200 and put the real status inside.
        code = body["error"].get("code")
        known = isinstance(code, int) and 100 <= code <= 599
        raise failed(Reply(code if known else 500, reply.headers, reply.text))
    return body


def json_object(text: str, clean: Clean) -> dict[str, Any]:
    """The JSON object in a body.

    Raises:
        AttemptError: it is none.
    """
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise malformed("the answer is not JSON", text, clean) from None
    if not isinstance(body, dict):
        raise malformed("the answer is not a JSON object", text, clean)
    return body


def http_failure(reply: Reply, judge: Judge, clean: Clean, meaning: int | None = None) -> AttemptError:
    """An HTTP status other than success, in words, with the endpoint's own message quoted.

    `meaning`: the status that would have fitted better, where a server says it with another one.
    """
    meaning = meaning or reply.status
    advice, hopeless = _advice(reply, meaning, judge)
    said = quote(reply.text, clean)
    message = f"HTTP {reply.status}" + (f" ({advice})" if advice else "") + (f": {said}" if said else "")
    return AttemptError(
        Failure("http", message, reply.status),
        transient=meaning in TRANSIENT and not hopeless,
        retry_after=retry_after(reply.headers.get("Retry-After", "")),
        fatal=meaning in FATAL,
    )


def _advice(reply: Reply, meaning: int, judge: Judge) -> tuple[str, bool]:
    """(what the status means and what to do, whether the same request can never succeed)."""
    start = reply.text[:SEARCHED]
    if meaning in {400, 413, 422, 500} and OVERFLOW.search(start):
        asked = "the prompt with the max_tokens asked for" if OUTPUT.search(start) else "the prompt"
        return f"{asked} does not fit the context window", True
    if judge.logprobs and meaning in {400, 422} and "logprob" in start.lower():
        return "the endpoint refuses to tell log-probabilities: leave out 'logprobs'", True
    key = (
        f"check the environment variable {judge.key_variable}"
        if judge.key_variable
        else "name the variable that holds it with api_key_env (or --api-key-env)"
    )
    advice = ADVICE.get(meaning, "").format(key=key, url=judge.base_url, model=judge.model)
    return advice, False


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


def malformed(what: str, text: str, clean: Clean) -> AttemptError:
    """A body that is no answer; such a body may be a proxy's, so asking again may help."""
    return AttemptError(Failure("protocol", f"{what}: {quote(text, clean) or '(empty)'}"), transient=True)


def quote(text: str, clean: Clean) -> str:
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


def token_count(value: object) -> int | None:
    """A number of tokens; None for what cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    return None
