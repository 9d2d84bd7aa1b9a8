"""An OpenAI-style endpoint on 127.0.0.1 that does what a test tells it to, good or bad.

def test_a_retry(endpoint):
    endpoint.script(too_many("1"), then=ok("yes"))
    ...  # ask at endpoint.base_url, from this process or another
    assert endpoint.requests[1].body["model"] == "m"
"""

from endpoints.behaviours import (
    Behaviour,
    Received,
    document,
    echo_key,
    error_in_200,
    held,
    never,
    not_json,
    ok,
    redirect,
    reset,
    said,
    status,
    too_many,
    truncated,
    without_content,
)
from endpoints.server import Endpoint, is_chat, running

__all__ = [
    "Behaviour",
    "Endpoint",
    "Received",
    "document",
    "echo_key",
    "error_in_200",
    "held",
    "is_chat",
    "never",
    "not_json",
    "ok",
    "redirect",
    "reset",
    "running",
    "said",
    "status",
    "too_many",
    "truncated",
    "without_content",
]
