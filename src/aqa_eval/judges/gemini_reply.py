"""A generateContent response, read into an Answer, or into the reason why there is none.

A blocked prompt and a blocked candidate are answers: the model declined. Their `finish` is the API's own name
for why (`SAFETY`, `PROHIBITED_CONTENT`, ...), the text is what there is of it, often nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from aqa_eval.judges.logprobs import last_tokens, likeliest
from aqa_eval.judges.reply import Clean, Reply, http_failure, malformed, succeeded, token_count
from aqa_eval.judges.respondent import AttemptError
from aqa_eval.vocabulary import Answer, Judge, Request, Token, Usage

FINISHES = {"STOP": "stop", "MAX_TOKENS": "length"}
"""Finish reasons that other protocols know as well; all others keep their own name."""

BLOCKED = frozenset(
    {
        "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR", "JAILBREAK",
    }
)  # fmt: skip
"""Finish and block reasons that mean: the model was kept from answering (`FinishReason`, `BlockedReason`)."""

HOPELESS = frozenset({401, 403, 404})
"""What every other request would meet as well: no key, no right to use the model, no such model."""

_DELAY = re.compile(r"(\d+(?:\.\d+)?)s")


def read_reply(reply: Reply, request: Request, judge: Judge, clean: Clean) -> Answer:
    """The answer in a response; `clean` takes secrets out of what is kept.

    `Answer.sent` gets what only this API tells: `model_version`, `prompt_tokens` by modality, and
    `mean_logprob` of the answer's tokens.

    Raises:
        AttemptError: the status is not 200, or the body is no response of this API.
    """
    body = succeeded(reply, clean, lambda failed: _http_failure(failed, judge, clean))
    candidate = next(iter(_objects(body.get("candidates"))), None)
    blocked = _object(body.get("promptFeedback")).get("blockReason")
    if candidate is None and not isinstance(blocked, str):
        raise malformed("the answer has no candidates", reply.text, clean)
    candidate = candidate or {"finishReason": blocked}
    parts = _objects(_object(candidate.get("content")).get("parts"))
    text, thoughts = clean(_said(parts, thought=False)), clean(_said(parts, thought=True))
    finish = str(candidate.get("finishReason") or "")
    return Answer(
        text=text,
        reasoning=thoughts,
        finish=clean(FINISHES.get(finish, finish)),
        usage=_usage(_object(body.get("usageMetadata"))),
        latency=reply.seconds,
        manifest=request.frames,
        trace_kind="summary" if thoughts else "",
        tokens=last_tokens(_tokens(_object(candidate.get("logprobsResult")), clean), text),
        sent=dict(_told(body, candidate, clean)),
    )


def _told(body: dict[str, Any], candidate: dict[str, Any], clean: Clean) -> Iterator[tuple[str, object]]:
    version, mean = body.get("modelVersion"), candidate.get("avgLogprobs")
    if isinstance(version, str):
        yield "model_version", clean(version)
    details = _objects(_object(body.get("usageMetadata")).get("promptTokensDetails"))
    counted = {clean(str(d.get("modality"))): token_count(d.get("tokenCount")) for d in details}
    if counted:
        yield "prompt_tokens", counted
    if isinstance(mean, int | float):
        yield "mean_logprob", float(mean)


def _said(parts: list[dict[str, Any]], thought: bool) -> str:
    texts = (p.get("text") for p in parts if (p.get("thought") is True) is thought)
    return "".join(text for text in texts if isinstance(text, str))


def _usage(counted: dict[str, Any]) -> Usage:
    """As other protocols count: thoughts are part of what was written, and are paid for as such."""
    thoughts = token_count(counted.get("thoughtsTokenCount"))
    written = [n for n in (token_count(counted.get("candidatesTokenCount")), thoughts) if n is not None]
    return Usage(token_count(counted.get("promptTokenCount")), sum(written) if written else None, thoughts)


def _tokens(result: dict[str, Any], clean: Clean) -> list[Token]:
    chosen = [likeliest([e], "logProbability", clean) for e in _objects(result.get("chosenCandidates"))]
    likely = [
        likeliest(_objects(entry.get("candidates")), "logProbability", clean)
        for entry in _objects(result.get("topCandidates"))
    ]
    likely += [()] * (len(chosen) - len(likely))
    return [Token(*itself[0], others) for itself, others in zip(chosen, likely, strict=False) if itself]


def _http_failure(reply: Reply, judge: Judge, clean: Clean) -> AttemptError:
    """A status other than success; the API says a wrong key with 400, and how long to wait in `details`."""
    details = _details(reply.text)
    wrong_key = any(detail.get("reason") == "API_KEY_INVALID" for detail in details)
    meaning = 401 if wrong_key else reply.status
    failed = http_failure(reply, judge, clean, meaning)
    waits = [wait for detail in details if (wait := _seconds(detail.get("retryDelay"))) is not None]
    return AttemptError(
        failed.failure,
        transient=failed.transient,
        retry_after=max(waits, default=failed.retry_after),
        fatal=meaning in HOPELESS,
    )


def _details(text: str) -> list[dict[str, Any]]:
    try:
        body: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    return _objects(_object(_object(body).get("error")).get("details"))


def _seconds(delay: object) -> float | None:
    """A protobuf Duration as JSON ("37s", "1.5s") in seconds."""
    found = _DELAY.fullmatch(delay) if isinstance(delay, str) else None
    return float(found.group(1)) if found else None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
