"""What endpoints send back, in the shapes in which they really do."""

from __future__ import annotations

import math

import pytest

from aqa_eval.judges import AttemptError
from aqa_eval.judges.logprobs import KEPT
from aqa_eval.vocabulary import Answer, Token
from endpoints import Behaviour, Endpoint, document, said, status
from endpoints.asked import SIGHT, judge, request


async def answer(endpoint: Endpoint, behaviour: Behaviour, **options: object) -> Answer:
    """What a judge makes of a behaviour."""
    endpoint.always(behaviour)
    async with judge("openai", endpoint.base_url, **options) as model:
        return await model.ask(request(("Well?",)), SIGHT)


@pytest.mark.parametrize(
    ("message", "text", "reasoning", "kind"),
    [
        ({"content": "True"}, "True", "", ""),
        # transformers serve, SGLang, older vLLM; vLLM from 0.32; OpenRouter, which sends its reasoning twice
        ({"content": "True", "reasoning_content": "I see."}, "True", "I see.", "raw"),
        ({"content": "True", "reasoning": "I see."}, "True", "I see.", "raw"),
        ({"content": None, "reasoning": "I s"}, "", "I s", "raw"),
        (
            {
                "content": "True",
                "reasoning": "I see.",
                "reasoning_details": [{"type": "reasoning.text", "text": "I see."}],
            },
            "True",
            "I see.",
            "raw",
        ),
        (
            {
                "content": "True",
                "reasoning": "In short.",
                "reasoning_details": [
                    {"type": "reasoning.summary", "summary": "In short."},
                    {"type": "reasoning.encrypted", "data": "b64"},
                ],
            },
            "True",
            "In short.",
            "summary",
        ),
        (
            {"content": "True", "reasoning_details": [{"type": "reasoning.text", "text": "I see."}]},
            "True",
            "I see.",
            "raw",
        ),
        # parts of the content, as Mistral and others send them
        (
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "I see."}]},
                    {"type": "text", "text": "True"},
                ]
            },
            "True",
            "I see.",
            "raw",
        ),
        (
            {"content": [{"type": "reasoning", "text": "I see."}, {"type": "text", "text": "True"}]},
            "True",
            "I see.",
            "raw",
        ),
        # no reasoning parser: it stays where it stands
        ({"content": "<think>I see.</think>True"}, "<think>I see.</think>True", "", "inline"),
        ({"content": "I see.</think>True"}, "I see.</think>True", "", "inline"),
        ({"content": 3}, "", "", ""),
    ],
)
async def test_reasoning_is_found_wherever_it_is_put(
    endpoint: Endpoint, message: dict[str, object], text: str, reasoning: str, kind: str
) -> None:
    got = await answer(endpoint, said(message))
    assert (got.text, got.reasoning, got.trace_kind) == (text, reasoning, kind)


def tokens(*texts: str) -> list[dict[str, object]]:
    """Log-probabilities as vLLM sends them; the likeliest alternative is always "no"."""
    return [
        {
            "token": text,
            "logprob": math.log(0.75),
            "bytes": list(text.encode()),
            "top_logprobs": [
                {"token": text, "logprob": math.log(0.75), "bytes": None},
                {"token": "no", "logprob": math.log(0.25), "bytes": None},
            ],
        }
        for text in texts
    ]


async def test_a_token_comes_with_the_likeliest_in_its_place(endpoint: Endpoint) -> None:
    got = await answer(endpoint, said({"content": "True"}, logprobs=tokens("True")), logprobs=2)
    high, low = math.log(0.75), math.log(0.25)
    assert got.tokens == (Token("True", high, (("True", high), ("no", low))),)


@pytest.mark.parametrize(
    ("message", "told", "kept"),
    [
        ({"content": "It is True"}, ["It", " is", " True", "<|im_end|>"], 4),
        # thinking in the text, its end one token or several
        ({"content": "<think>a</think>True"}, ["<think>", "a", "</think>", "True"], 1),
        ({"content": "<think>a</think>True"}, ["<think>", "a", "</", "think", ">", "True"], 1),
        # thinking apart from the text, its tokens in front of the answer's all the same
        ({"content": "True", "reasoning": "a b"}, ["a", " b", "</think>", "\n\n", "True"], 1),
        ({"content": "True", "reasoning": "a b"}, ["a", " b", "True", "<|im_end|>"], 2),
        # nothing was said
        ({"content": None, "reasoning": "a b"}, ["a", " b"], 0),
        ({"content": "<think>a"}, ["<think>", "a"], 0),
        ({"content": "a</think>b<think>c"}, ["a", "</think>", "b", "<think>", "c"], 0),
    ],
)
async def test_tokens_of_the_answer_only(
    endpoint: Endpoint, message: dict[str, object], told: list[str], kept: int
) -> None:
    got = await answer(endpoint, said(message, logprobs=tokens(*told)), logprobs=True)
    assert [token.text for token in got.tokens] == told[len(told) - kept :]


async def test_a_long_answer_keeps_its_last_tokens(endpoint: Endpoint) -> None:
    words = [f"w{n} " for n in range(100)]
    got = await answer(endpoint, said({"content": "".join(words)}, logprobs=tokens(*words)), logprobs=True)
    assert [token.text for token in got.tokens] == words[-KEPT:]
    assert KEPT == 24


async def test_tokens_that_cannot_be_read_are_left_out(endpoint: Endpoint) -> None:
    odd = [{"token": "True"}, {"logprob": -1.0}, {"token": "a", "logprob": None}, "b", {}]
    got = await answer(endpoint, said({"content": "True"}, logprobs=odd), logprobs=True)  # type: ignore[arg-type]
    assert (got.text, got.tokens) == ("True", ())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        # vLLM 0.32, renderers/params.py
        (
            400,
            "This model's maximum context length is 8192 tokens. However, your prompt contains 9001 input "
            "tokens, which exceeds this limit even without any output tokens.",
        ),
        # older vLLM
        (400, "The decoder prompt (length 9001) is longer than the maximum model length of 8192."),
        # SGLang
        (400, "The input (9001 tokens) is longer than the model's context length (8192 tokens)."),
        # llama.cpp, in both of its ways
        (400, "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it"),
        (500, "Context size has been exceeded."),
        # LMDeploy
        (400, "the input_ids length is greater than session_len"),
        # Ollama
        (400, "the input length exceeds the context length"),
    ],
)
async def test_a_prompt_that_is_too_long_is_said_to_be_and_not_asked_again(
    endpoint: Endpoint, code: int, words: str
) -> None:
    with pytest.raises(AttemptError) as caught:
        await answer(endpoint, status(code, words))
    message = f"HTTP {code} (the prompt does not fit the context window): {words}"
    assert (caught.value.failure.kind, caught.value.failure.message) == ("http", message)
    assert not caught.value.transient


@pytest.mark.parametrize(
    "words",
    [
        # OpenRouter
        "this endpoint's maximum context length is 131072 tokens. however, you requested about 138956 tokens "
        "(7884 of text input, 131072 in the output).",
        # vLLM 0.32
        "max_tokens=9000 cannot be greater than max_model_len=8192. Please request fewer output tokens.",
    ],
)
async def test_a_prompt_that_would_fit_without_so_long_an_answer(endpoint: Endpoint, words: str) -> None:
    with pytest.raises(AttemptError, match="with the max_tokens asked for does not fit") as caught:
        await answer(endpoint, document({"error": {"message": words, "code": 400}}))  # in a 200
    assert not caught.value.transient


@pytest.mark.parametrize("code", [400, 422])
async def test_an_endpoint_that_refuses_log_probabilities(endpoint: Endpoint, code: int) -> None:
    refusal = status(code, "top_logprobs is not supported")
    with pytest.raises(AttemptError, match="refuses to tell log-probabilities: leave out 'logprobs'"):
        await answer(endpoint, refusal, logprobs=True)
    with pytest.raises(AttemptError, match=rf"^HTTP {code}: top_logprobs is not supported$"):
        await answer(endpoint, refusal)


async def test_an_ordinary_server_error_is_still_transient(endpoint: Endpoint) -> None:
    with pytest.raises(AttemptError) as caught:
        await answer(endpoint, status(500, "CUDA out of memory"))
    assert caught.value.transient
