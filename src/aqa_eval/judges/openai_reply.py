"""A chat completion, read into an Answer, or into the reason why there is none.

Reasoning is taken from every place where servers put it: `message.reasoning_content` (transformers, SGLang,
older vLLM), `message.reasoning` (vLLM from 0.32, OpenRouter), `message.reasoning_details` (OpenRouter), parts
of the content of type `thinking` or `reasoning`; `<think>` inside the text stays there.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from aqa_eval.judges.logprobs import last_tokens, likeliest
from aqa_eval.judges.reply import Clean, Reply, http_failure, malformed, succeeded, token_count
from aqa_eval.vocabulary import Answer, Judge, Request, Token, Usage

THINKING = frozenset({"thinking", "reasoning", "reasoning.text", "reasoning_text"})
SUMMARY = frozenset({"summary", "reasoning.summary", "summary_text"})
_INLINE = re.compile(r"</?think(?:ing)?>", re.IGNORECASE)


def read_reply(reply: Reply, request: Request, judge: Judge, clean: Clean) -> Answer:
    """The answer in a response; `clean` takes secrets out of what is kept.

    Raises:
        AttemptError: the status is not 200, or the body is not a chat completion.
    """
    body = succeeded(reply, clean, lambda failed: http_failure(failed, judge, clean))
    try:
        choice = body["choices"][0]
        message = choice["message"]
        content = message.get("content")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise malformed("the answer has no choices[0].message", reply.text, clean) from None
    text = clean(_plain(content))
    reasoning, kind = _reasoning(message, text)
    return Answer(
        text=text,
        reasoning=clean(reasoning),
        finish=clean(str(choice.get("finish_reason") or "")),
        usage=_usage(body.get("usage")),
        latency=reply.seconds,
        manifest=request.frames,
        trace_kind=kind,
        tokens=last_tokens(_tokens(choice.get("logprobs"), clean), text),
    )


def _reasoning(message: dict[str, Any], text: str) -> tuple[str, Literal["", "raw", "summary", "inline"]]:
    """(the reasoning that came apart from the text, what kind of trace it is)."""
    details = message.get("reasoning_details")
    parts = [p for p in _parts(message.get("content")) if _type(p) in THINKING | SUMMARY]
    parts += [p for p in _parts(details) if _type(p) in THINKING | SUMMARY]
    apart = _said(message.get("reasoning_content")) or _said(message.get("reasoning"))
    apart = apart or "".join(_thought(part) for part in parts)
    if apart:
        summarised = bool(parts) and all(_type(part) in SUMMARY for part in parts)
        return apart, "summary" if summarised else "raw"
    return "", "inline" if _INLINE.search(text) else ""


def _parts(content: object) -> list[dict[str, Any]]:
    return [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []


def _type(part: dict[str, Any]) -> str:
    return str(part.get("type", ""))


def _thought(part: dict[str, Any]) -> str:
    """What a part of reasoning says, under whichever name."""
    return next((said for name in ("thinking", "text", "summary") if (said := _said(part.get(name)))), "")


def _plain(content: object) -> str:
    """The content without its reasoning; some servers send a list of parts, or null."""
    if isinstance(content, list):
        return _said([part for part in _parts(content) if _type(part) not in THINKING | SUMMARY])
    return _said(content)


def _said(content: object) -> str:
    """A text, or the texts of a list of parts; empty for anything else."""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text") or "") for part in _parts(content))


def _tokens(logprobs: object, clean: Clean) -> list[Token]:
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    read = (_token(entry, clean) for entry in _parts(content))
    return [token for token in read if token is not None]


def _token(entry: dict[str, Any], clean: Clean) -> Token | None:
    itself = likeliest([entry], "logprob", clean)
    others = likeliest(_parts(entry.get("top_logprobs")), "logprob", clean)
    return Token(*itself[0], others) if itself else None


def _usage(usage: object) -> Usage:
    if not isinstance(usage, dict):
        return Usage()
    details = usage.get("completion_tokens_details")
    reasoning = details.get("reasoning_tokens") if isinstance(details, dict) else None
    return Usage(
        token_count(usage.get("prompt_tokens")),
        token_count(usage.get("completion_tokens")),
        token_count(reasoning),
    )
