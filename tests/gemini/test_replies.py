"""What the API sends back: thoughts, blocks, parts that are missing, errors with their details."""

from __future__ import annotations

import pytest

from aqa_eval.judges import AttemptError
from aqa_eval.judges.gemini_reply import BLOCKED
from aqa_eval.vocabulary import Answer, Token, Usage
from endpoints import Behaviour, Endpoint, document, echo_key, error_in_200, not_json, reset, truncated
from endpoints.asked import SIGHT, frame, judge, request
from gemini.server import USAGE, answered, exhausted, prompt_blocked, refused, replied, wrong_key

SEEN = (frame(0, 0.0),)


async def answer(api: Endpoint, behaviour: Behaviour, **options: object) -> Answer:
    """What a judge makes of a behaviour."""
    api.always(behaviour)
    async with judge("gemini", api.address, **options) as model:
        return await model.ask(request((*SEEN, "Well?")), SIGHT)


async def failure(api: Endpoint, behaviour: Behaviour, **options: object) -> AttemptError:
    """The way in which a behaviour fails."""
    with pytest.raises(AttemptError) as caught:
        await answer(api, behaviour, **options)
    return caught.value


async def test_thoughts_are_a_summary_apart_from_the_answer(api: Endpoint) -> None:
    said = [("First I look. ", True), ("Tr", False), ("Then I judge.", True), "ue"]
    got = await answer(api, answered(*said))
    assert (got.text, got.reasoning, got.trace_kind) == (
        "True",
        "First I look. Then I judge.",
        "summary",
    )
    assert (got.finish, got.manifest) == ("stop", SEEN)
    # 4 tokens of answer and 50 of thoughts are 54 written; 310 were read, 52 of text and 258 of a picture.
    assert got.usage == Usage(310, 54, 50)
    assert got.sent == {
        "model_version": "gemini-3.1-pro-preview",
        "prompt_tokens": {"TEXT": 52, "IMAGE": 258},
    }
    assert got.latency > 0


@pytest.mark.parametrize("reason", ["SAFETY", "PROHIBITED_CONTENT", "RECITATION", "SPII"])
async def test_a_blocked_candidate_is_an_answer_by_its_own_name(api: Endpoint, reason: str) -> None:
    got = await answer(api, replied([{"finishReason": reason, "index": 0, "safetyRatings": []}]))
    assert (got.text, got.finish, got.failure) == ("", reason, None)
    assert reason in BLOCKED


@pytest.mark.parametrize("reason", ["SAFETY", "BLOCKLIST", "OTHER"])
async def test_a_blocked_prompt_is_an_answer_by_its_own_name(api: Endpoint, reason: str) -> None:
    got = await answer(api, prompt_blocked(reason))
    assert (got.text, got.finish, got.failure, got.usage) == ("", reason, None, Usage(310, None, None))


@pytest.mark.parametrize(
    "candidate",
    [
        {"finishReason": "MAX_TOKENS"},
        {"content": {"role": "model"}, "finishReason": "MAX_TOKENS"},
        {"content": {"parts": []}, "finishReason": "MAX_TOKENS"},
        {"content": {"parts": [{"inlineData": {}}, "text", {"text": 3}]}, "finishReason": "MAX_TOKENS"},
        {"content": None, "finishReason": "MAX_TOKENS"},
    ],
)
async def test_a_candidate_of_which_parts_are_missing(api: Endpoint, candidate: dict[str, object]) -> None:
    got = await answer(api, replied([candidate]))
    assert (got.text, got.reasoning, got.finish, got.trace_kind) == ("", "", "length", "")


async def test_the_limit_reached_inside_of_the_thoughts(api: Endpoint) -> None:
    got = await answer(api, answered(("First I lo", True), finish="MAX_TOKENS"))
    assert (got.text, got.reasoning, got.finish, got.trace_kind) == ("", "First I lo", "length", "summary")


async def test_a_candidate_without_a_reason_to_end(api: Endpoint) -> None:
    got = await answer(api, replied([{"content": {"parts": [{"text": "True"}]}}], usageMetadata=None))
    assert (got.text, got.finish, got.usage) == ("True", "", Usage())


async def test_log_probabilities_are_read_where_there_are_any(api: Endpoint) -> None:
    result = {
        "chosenCandidates": [{"token": "True", "tokenId": 1, "logProbability": -0.25}],
        "topCandidates": [
            {
                "candidates": [
                    {"token": "True", "logProbability": -0.25},
                    {"token": "False", "logProbability": -1.5},
                ]
            }
        ],
    }
    got = await answer(api, answered("True", avgLogprobs=-0.25, logprobsResult=result), logprobs=2)
    assert got.tokens == (Token("True", -0.25, (("True", -0.25), ("False", -1.5))),)
    assert got.sent["mean_logprob"] == -0.25


@pytest.mark.parametrize(
    ("delay", "seconds"), [("37s", 37.0), ("1.5s", 1.5), ("0s", 0.0), ("soon", None), ("", None)]
)
async def test_a_quota_says_when_to_come_back(api: Endpoint, delay: str, seconds: float | None) -> None:
    failed = await failure(api, exhausted(delay))
    assert (failed.transient, failed.fatal, failed.retry_after) == (True, False, seconds)
    assert failed.failure.message == "HTTP 429: You exceeded your current quota."


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (wrong_key(), r"HTTP 400 \(the endpoint wants a valid API key: .*\): API key not valid"),
        (refused(401, "UNAUTHENTICATED", "no"), r"HTTP 401 \(the endpoint wants a valid API key"),
        (refused(403, "PERMISSION_DENIED", "no"), r"HTTP 403 \(the endpoint refuses access"),
        (refused(404, "NOT_FOUND", "no"), r"HTTP 404 \(the endpoint knows no such path or model: .*'tiny'"),
    ],
)
async def test_what_every_request_would_meet_is_fatal(
    api: Endpoint, behaviour: Behaviour, words: str
) -> None:
    failed = await failure(api, behaviour)
    assert (failed.transient, failed.fatal) == (False, True)
    with pytest.raises(AttemptError, match=words):
        raise failed


async def test_what_is_about_one_request_is_not_fatal(api: Endpoint) -> None:
    failed = await failure(api, refused(400, "INVALID_ARGUMENT", "Unable to process input image."))
    assert (failed.transient, failed.fatal) == (False, False)
    too_long = (
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "HTTP 400 (the prompt does not fit the context window): ",
    )
    failed = await failure(api, refused(400, "INVALID_ARGUMENT", too_long[0]))
    assert failed.failure.message == too_long[1] + too_long[0]


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        (refused(503, "UNAVAILABLE", "The model is overloaded."), "http", "overloaded"),
        (error_in_200(503), "http", "upstream"),
        (not_json(), "protocol", "not JSON"),
        (not_json('{"candidates": [', "application/json"), "protocol", "not JSON"),
        (not_json("[]", "application/json"), "protocol", "not a JSON object"),
        (document({"candidates": []}), "protocol", "no candidates"),
        (document({"usageMetadata": USAGE}), "protocol", "no candidates"),
        (document({"candidates": {"0": 1}, "promptFeedback": []}), "protocol", "no candidates"),
        (reset(), "connection", ""),
        (truncated(), "connection", ""),
    ],
)
async def test_passing_trouble_may_be_asked_again(
    api: Endpoint, behaviour: Behaviour, kind: str, words: str
) -> None:
    failed = await failure(api, behaviour)
    assert (failed.failure.kind, failed.transient, failed.fatal) == (kind, True, False)
    assert words in failed.failure.message


@pytest.mark.parametrize("code", [400, 401, 403, 500])
async def test_a_key_that_comes_back_is_in_no_message(
    api: Endpoint, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setenv("SOME_KEY", "sesame-open-1234")
    failed = await failure(api, echo_key(code, "x-goog-api-key"), api_key_env="SOME_KEY")
    assert "sesame" not in failed.failure.message
    assert "[key]" in failed.failure.message


async def test_a_key_that_comes_back_is_in_no_answer(api: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sesame-open-1234")
    echoed = answered("sesame-open-1234", ("sesame-open-1234", True), finish="sesame-open-1234")
    got = await answer(api, echoed, api_key_env="SOME_KEY")
    assert (got.text, got.reasoning, got.finish) == ("[key]", "[key]", "[key]")
