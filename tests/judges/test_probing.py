"""An endpoint is asked what it can do, and its own words are kept for every question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from aqa_eval.errors import JudgeError
from aqa_eval.judges.probing import TOKENS, WORD, Probed, probe
from aqa_eval.vocabulary import Capabilities, Judge
from endpoints import Behaviour, Endpoint, Received, document, ok, running, said, status, without_content

VLLM_MODELS = document({"object": "list", "data": [{"id": "tiny", "max_model_len": 8192}]})
TOLD = [{"token": "yes", "logprob": -0.1, "top_logprobs": []}]


@pytest.fixture
def anything() -> Iterator[Endpoint]:
    """An endpoint that is asked more than chat completions."""
    with running(lambda received: True) as endpoint:
        yield endpoint


def judge(endpoint: Endpoint, **capabilities: object) -> Judge:
    declared = Capabilities(**capabilities)  # type: ignore[arg-type]
    return Judge("judge", "openai", "tiny", base_url=endpoint.base_url, capabilities=declared)


def has(received: Received, kind: str) -> bool:
    content = received.body["messages"][0]["content"]
    return any(part["type"] == kind for part in content)


def vllm(received: Received) -> Behaviour:
    """As vLLM, started with --trust-request-mm-kwargs."""
    if received.method == "GET":
        return VLLM_MODELS if received.path == "/v1/models" else status(404)
    if "structured_outputs" in received.body:
        return ok(received.body["structured_outputs"]["choice"][0])
    return said({"content": "yes"}, logprobs=TOLD if received.body.get("logprobs") else None)


async def test_an_endpoint_that_can_do_it_all(anything: Endpoint) -> None:
    anything.rule(vllm)
    found = await probe(judge(anything, images=32))
    assert found.capabilities == Capabilities(
        images=32, context=8192, logprobs=True, structured="structured_outputs", video=True
    )
    assert found.words == {
        "models": "max_model_len = 8192",
        "logprobs": "log-probabilities of 1 tokens",
        "structured_outputs": WORD,
        "video": "taken, 100 tokens of prompt",
    }
    assert len(anything.requests) == 4
    video = anything.requests[-1].body
    url = video["messages"][0]["content"][0]["video_url"]["url"]
    assert url.startswith("data:video/jpeg;base64,/9j/")
    assert url.count(",") == 2  # two pictures
    assert video["media_io_kwargs"]["video"]["frames_indices"] == [0, 1]
    assert all(r.body["max_tokens"] == TOKENS for r in anything.requests[1:])


async def test_an_endpoint_that_refuses_says_so_in_its_own_words(anything: Endpoint) -> None:
    def rule(received: Received) -> Behaviour:
        if received.method == "GET":
            return document({"data": [{"id": "other"}]})
        if received.body.get("logprobs"):
            return status(422, "unexpected field top_logprobs")
        return status(400, "media_io_kwargs are disabled") if has(received, "video_url") else ok("Hello!")

    anything.rule(rule)
    found = await probe(judge(anything, context=4096, structured=""))
    assert found.capabilities == Capabilities(context=4096, logprobs=False, video=False)
    assert found.words == {
        "models": "HTTP 200: it lists other, not 'tiny'",
        "logprobs": "HTTP 422: unexpected field top_logprobs",
        "structured_outputs": "Hello!",
        "json_schema": "Hello!",
        "video": "HTTP 400: media_io_kwargs are disabled",
    }


async def test_an_endpoint_that_holds_by_a_schema_only(anything: Endpoint) -> None:
    def rule(received: Received) -> Behaviour:
        held = received.method == "POST" and "response_format" in received.body
        return ok(f'{{"word": "{WORD}"}}') if held else ok("Hello!")

    anything.rule(rule)
    assert (await probe(judge(anything))).capabilities.structured == "json_schema"


async def test_what_is_not_settled_stays_unknown(anything: Endpoint) -> None:
    """A model that is still thinking at the limit, and a server in trouble, have said nothing."""
    anything.rule(lambda received: without_content(finish="length"))
    found: Probed = await probe(judge(anything))
    assert replace(found.capabilities, video=None) == Capabilities()
    assert found.words["structured_outputs"] == f"no text within {TOKENS} tokens (finish 'length')"
    anything.always(status(503, "loading"))
    found = await probe(judge(anything, logprobs=True))
    assert found.capabilities == Capabilities(logprobs=True)
    assert found.words["video"] == "HTTP 503: loading"


async def test_nobody_there_is_no_error_and_no_knowledge() -> None:
    found = await probe(Judge("judge", "openai", "tiny", base_url="http://127.0.0.1:9/v1"))
    assert found.capabilities == Capabilities()
    assert all("127.0.0.1:9" in words for words in found.words.values())


async def test_only_endpoints_of_the_protocol_are_probed() -> None:
    with pytest.raises(JudgeError, match="only judges of protocol 'openai'"):
        await probe(Judge("judge", "constant"))
