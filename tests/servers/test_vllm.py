"""What vLLM does with options, thinking and faults: the ground the openai protocol stands on.

Videos are in test_vllm_video.py.
"""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from asking import answer, ask, chat, image_part, picture, prompt_tokens, text_part
from serving import VLLM_CONTEXT, VLLM_IMAGES, Server

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

WORDS = ("True", "False")
THINKING = {"chat_template_kwargs": {"enable_thinking": True}}
VERDICT = {
    "type": "object",
    "properties": {
        "verdict": {"enum": list(WORDS)},
        "seconds": {"type": "number", "minimum": 0, "maximum": 10},
    },
    "required": ["verdict", "seconds"],
    "additionalProperties": False,
}


def first(reply: dict[str, Any]) -> dict[str, Any]:
    choice: dict[str, Any] = reply["choices"][0]
    return choice


def token_id(server: Server, token: str) -> int:
    tokenizer = json.loads((server.folder / "tokenizer.json").read_text("utf-8"))
    return next(int(added["id"]) for added in tokenizer["added_tokens"] if added["content"] == token)


def refusal(server: Server, content: dict[str, Any], status: int = 400) -> tuple[str, str | None]:
    """Message and parameter of an error; its body says the status once more."""
    got, text = ask(server, content)
    assert got == status, text
    error = json.loads(text)["error"]
    assert error["code"] == status
    return error["message"], error["param"]


# ------------------------------------------------------------------ what an answer holds


def test_an_answer_has_content_reasoning_and_usage(vllm_qwen: Server) -> None:
    reply = answer(vllm_qwen, [])
    message, usage = first(reply)["message"], reply["usage"]
    assert message["content"]
    assert message["reasoning"] is None
    assert "reasoning_content" not in message
    assert first(reply)["finish_reason"] == "length"
    assert usage["completion_tokens"] == 16
    assert usage["total_tokens"] == usage["prompt_tokens"] + 16
    assert usage["completion_tokens_details"] == {"reasoning_tokens": 0}
    assert reply["system_fingerprint"].startswith("vllm-0.32.0-")


@pytest.mark.parametrize(
    ("size", "tokens"),
    [((448, 448), 14 * 14 + 2), ((796, 448), 25 * 14 + 2), ((128, 128), 8 * 8 + 2)],
)
def test_pictures_take_the_tokens_they_take_in_transformers(
    vllm_qwen: Server, size: tuple[int, int], tokens: int
) -> None:
    part = image_part(picture(*size))
    assert prompt_tokens(vllm_qwen, [part]) - prompt_tokens(vllm_qwen, []) == tokens


def test_a_seed_makes_chance_repeatable(vllm_qwen: Server) -> None:
    said = [
        first(answer(vllm_qwen, [], temperature=1.0, seed=seed))["message"]["content"] for seed in (7, 7, 8)
    ]
    assert said[0] == said[1] != said[2]


def test_the_presets_options_are_taken_and_unknown_ones_ignored(vllm_qwen: Server) -> None:
    preset = {
        "temperature": 0.7,
        "top_p": 0.8,
        "top_k": 20,
        "repetition_penalty": 1.0,
        "presence_penalty": 1.5,
    }
    assert first(answer(vllm_qwen, [], seed=1, **preset))["message"]["content"]
    plain = first(answer(vllm_qwen, []))["message"]
    assert first(answer(vllm_qwen, [], no_such_option=1))["message"] == plain
    # The name it had before: the answer is free, and nothing says so.
    assert first(answer(vllm_qwen, [], guided_choice=list(WORDS)))["message"] == plain


# ------------------------------------------------------------------ log-probabilities


def test_every_token_comes_with_its_log_probability_and_its_rivals(vllm_qwen: Server) -> None:
    tokens = first(answer(vllm_qwen, [], logprobs=True, top_logprobs=3, max_tokens=2))["logprobs"]["content"]
    assert len(tokens) == 2
    for token in tokens:
        assert bytes(token["bytes"]).decode() == token["token"]
        rivals = token["top_logprobs"]
        assert len(rivals) == 3
        assert rivals == sorted(rivals, key=lambda rival: -float(rival["logprob"]))
        assert {key: token[key] for key in ("token", "logprob", "bytes")} == rivals[0]  # temperature 0


def test_more_than_twenty_rivals_are_refused(vllm_qwen: Server) -> None:
    assert refusal(vllm_qwen, chat(vllm_qwen, [], logprobs=True, top_logprobs=21)) == (
        "Requested sample logprobs of 21, which is greater than max allowed: 20"
        " (parameter=logprobs, value=21)",
        "logprobs",
    )


def test_a_choice_leaves_probability_to_its_words_alone(vllm_qwen: Server) -> None:
    """The words begin with several tokens each ("T", "True"), and what is forbidden has -9999."""
    options = {"structured_outputs": {"choice": list(WORDS)}, "logprobs": True, "top_logprobs": 20}
    rivals = first(answer(vllm_qwen, [], **options))["logprobs"]["content"][0]["top_logprobs"]
    allowed = {rival["token"]: math.exp(rival["logprob"]) for rival in rivals if rival["logprob"] > -9999.0}
    assert set(allowed) == {"T", "True", "F", "False"}
    assert sum(allowed.values()) == pytest.approx(1.0, abs=1e-4)


# ------------------------------------------------------------------ structured outputs


@pytest.mark.parametrize("seed", range(4))
def test_a_choice_makes_random_weights_answer(vllm_qwen: Server, seed: int) -> None:
    options = {"structured_outputs": {"choice": list(WORDS)}, "temperature": 1.0, "seed": seed}
    chosen = first(answer(vllm_qwen, [image_part(picture(448, 448))], **options))
    assert chosen["message"]["content"] in WORDS
    assert chosen["finish_reason"] == "stop"


@pytest.mark.parametrize(
    "options",
    [
        {"structured_outputs": {"json": VERDICT}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "verdict", "schema": VERDICT}}},
    ],
    ids=["structured_outputs", "response_format"],
)
def test_a_schema_is_kept_to(vllm_qwen: Server, options: dict[str, Any]) -> None:
    chosen = first(answer(vllm_qwen, [], max_tokens=200, **options))
    said = json.loads(chosen["message"]["content"])
    assert set(said) == {"verdict", "seconds"}
    assert said["verdict"] in WORDS
    assert 0 <= said["seconds"] <= 10
    assert chosen["finish_reason"] == "stop"


def test_two_kinds_of_structure_are_refused(vllm_qwen: Server) -> None:
    both = {"structured_outputs": {"json": VERDICT, "choice": list(WORDS)}}
    assert refusal(vllm_qwen, chat(vllm_qwen, [], **both)) == (
        "You can only use one kind of constraints for structured outputs ('json', 'regex' or 'choice').",
        None,
    )


# ------------------------------------------------------------------ thinking


def test_an_unfinished_trace_is_reasoning_without_content(vllm_qwen: Server) -> None:
    reply = answer(vllm_qwen, [], structured_outputs={"choice": list(WORDS)}, **THINKING)
    message = first(reply)["message"]
    assert message["content"] is None
    assert message["reasoning"]
    assert first(reply)["finish_reason"] == "length"
    assert reply["usage"]["completion_tokens_details"] == {"reasoning_tokens": 16}


def test_a_stop_within_the_trace_is_no_answer_either(vllm_qwen: Server) -> None:
    """As when a model that does not think is served with a parser for thinking: all it says is reasoning."""
    bias = {"logit_bias": {str(token_id(vllm_qwen, "<|im_end|>")): 5.5}}
    options = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "seed": 1, "max_tokens": 256}
    stopped = first(
        answer(vllm_qwen, [], structured_outputs={"choice": list(WORDS)}, **options, **bias, **THINKING)
    )
    assert stopped["finish_reason"] == "stop"
    assert stopped["message"]["content"] is None
    assert stopped["message"]["reasoning"]


def test_a_finished_trace_stands_apart_and_the_choice_comes_after_it(vllm_qwen: Server) -> None:
    """A bias of 5.5 says the closing tag about every ninth token: e^5.5 / (2000 + e^5.5) = 0.11."""
    options = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "seed": 1, "max_tokens": 256}
    bias = {"logit_bias": {str(token_id(vllm_qwen, "</think>")): 5.5}}
    reply = answer(vllm_qwen, [], structured_outputs={"choice": list(WORDS)}, **options, **bias, **THINKING)
    message = first(reply)["message"]
    assert message["content"] in WORDS
    assert message["reasoning"]
    assert "think>" not in message["reasoning"]
    assert first(reply)["finish_reason"] == "stop"
    assert reply["usage"]["completion_tokens_details"]["reasoning_tokens"] > 0


# ------------------------------------------------------------------ what is refused, and how


def test_text_beyond_the_context_is_refused_as_input_tokens(vllm_qwen: Server) -> None:
    message, parameter = refusal(vllm_qwen, chat(vllm_qwen, [text_part("knee " * VLLM_CONTEXT)]))
    over = VLLM_CONTEXT + 1
    assert message == (
        f"This model's maximum context length is {VLLM_CONTEXT} tokens. However, your prompt contains at"
        f" least {over} input tokens, which exceeds this limit even without any output tokens. Please reduce"
        f" the length of the input prompt. (parameter=input_tokens, value={over})"
    )
    assert parameter == "input_tokens"


def test_pictures_beyond_the_context_are_refused_in_other_words(vllm_qwen: Server) -> None:
    """1280 x 720: 40 x 22 tokens (720 / 32 = 22.5, rounded to even) and two markers; twelve of them."""
    parts = [image_part(picture(1280, 720, seed)) for seed in range(12)]
    length = prompt_tokens(vllm_qwen, []) + 12 * (40 * 22 + 2)
    message, parameter = refusal(vllm_qwen, chat(vllm_qwen, parts))
    assert message == f"Input length ({length}) exceeds model's maximum context length ({VLLM_CONTEXT})."
    assert parameter is None


def test_an_answer_longer_than_the_context_is_refused(vllm_qwen: Server) -> None:
    assert refusal(vllm_qwen, chat(vllm_qwen, [], max_tokens=9000)) == (
        "max_tokens=9000 cannot be greater than max_model_len=8192. Please request fewer output tokens."
        " (parameter=max_tokens, value=9000)",
        "max_tokens",
    )


def test_too_many_pictures_are_refused(vllm_qwen: Server) -> None:
    parts = [image_part(picture(64, 64))] * (VLLM_IMAGES + 1)
    assert refusal(vllm_qwen, chat(vllm_qwen, parts)) == (
        "At most 64 image(s) may be provided in one prompt. (parameter=image)",
        "image",
    )


def test_another_model_is_a_404_with_its_name(vllm_qwen: Server) -> None:
    message, parameter = refusal(vllm_qwen, chat(vllm_qwen, [], model="another"), status=404)
    assert message == f"The model `another` does not exist. Valid aliases: {vllm_qwen.model}."
    assert parameter == "model"


@pytest.mark.parametrize(
    ("jpeg", "reason"),
    [
        (b"", "cannot identify image file <_io.BytesIO object>"),
        (b"not a picture", "cannot identify image file <_io.BytesIO object>"),
        (picture(320, 320)[:5000], "image file is truncated (72 bytes not processed)"),
    ],
    ids=["empty", "text", "half"],
)
def test_a_corrupt_picture_is_a_400(vllm_qwen: Server, jpeg: bytes, reason: str) -> None:
    message = f"Failed to load image: {reason}"
    assert refusal(vllm_qwen, chat(vllm_qwen, [image_part(jpeg)])) == (message, None)


@pytest.mark.parametrize("option", ["media_io_kwargs", "mm_processor_kwargs"])
def test_changes_to_preprocessing_are_refused_unless_the_server_trusts_its_clients(
    vllm_front: Server, option: str
) -> None:
    content = chat(vllm_front, [], **{option: {"video": {"num_frames": -1}}})
    status, text = ask(vllm_front, content, "/v1/chat/completions/render")
    assert status == 400
    error = json.loads(text)["error"]
    assert error["param"] == option
    assert error["message"].startswith(
        f"Per-request {option} are disabled by default because they can change"
    )
    assert (
        "Start the server with --trust-request-mm-kwargs only when clients are trusted." in error["message"]
    )
