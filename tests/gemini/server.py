"""What the Gemini API may do with a request, in the shapes of its reference (v1beta): behaviours for the same
server that stands in for OpenAI-style endpoints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from endpoints import Behaviour, Endpoint, Received, document, running

USAGE = {
    "promptTokenCount": 310,
    "candidatesTokenCount": 4,
    "thoughtsTokenCount": 50,
    "totalTokenCount": 364,
    "promptTokensDetails": [
        {"modality": "TEXT", "tokenCount": 52},
        {"modality": "IMAGE", "tokenCount": 258},
    ],
}


@contextmanager
def gemini_running() -> Iterator[Endpoint]:
    """Run an endpoint that answers generateContent only; its `address` is a study's `base_url`."""
    with running(_is_generate, answered("True")) as endpoint:
        yield endpoint


def _is_generate(received: Received) -> bool:
    path = received.path
    return received.method == "POST" and path.startswith("/v1beta/models/") and path.endswith("Content")


def answered(*said: str | tuple[str, bool], finish: str = "STOP", **candidate: Any) -> Behaviour:
    """One candidate whose parts are texts; (text, True) is a thought."""
    parts = [{"text": s} if isinstance(s, str) else {"text": s[0], "thought": s[1]} for s in said]
    content = {"role": "model", "parts": parts}
    return replied([{"content": content, "finishReason": finish, "index": 0, **candidate}])


def replied(candidates: Sequence[Mapping[str, Any]], **more: Any) -> Behaviour:
    """A whole response with these candidates."""
    body = {"candidates": list(candidates), "usageMetadata": USAGE, "modelVersion": "gemini-3.1-pro-preview"}
    return document({**body, "responseId": "r1", **more})


def prompt_blocked(reason: str) -> Behaviour:
    """No candidates: the prompt itself was stopped."""
    return document(
        {
            "promptFeedback": {"blockReason": reason},
            "usageMetadata": {"promptTokenCount": 310, "totalTokenCount": 310},
            "modelVersion": "gemini-3.1-pro-preview",
        }
    )


def refused(code: int, name: str, message: str, *details: Mapping[str, Any]) -> Behaviour:
    """An error as google.rpc.Status."""
    error = {"code": code, "message": message, "status": name, "details": list(details)}
    return document({"error": error}, code)


def exhausted(delay: str) -> Behaviour:
    """429 that says in its details when to come back."""
    quota = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaValue": "25"}]}
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    return refused(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", quota, retry)


def wrong_key() -> Behaviour:
    """400, as the API says that a key is none."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
    }
    return refused(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", info)
