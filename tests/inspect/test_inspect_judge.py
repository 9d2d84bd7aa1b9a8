"""A judge that Inspect AI opens: what reaches the model, and how its output is read."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytest.importorskip(
    "inspect_ai", reason="no Inspect AI: tests/inspect/install, then .inspect/bin/python -m pytest"
)
from asked import JPEGS, MOVIE, ask, frame, judge_of, request_of
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    Logprob,
    Logprobs,
    ModelOutput,
    ModelUsage,
    TopLogprob,
    modelapi,
)
from inspect_ai.model._providers.mockllm import MockLLM

from aqa_eval.errors import JudgeError
from aqa_eval.judges import AttemptError
from aqa_eval.vocabulary import Answer, Film, Token, Usage

pytestmark = pytest.mark.inspect

USAGE = ModelUsage(input_tokens=7, output_tokens=3, total_tokens=10)
Says = Callable[..., ModelOutput]
script: list[Says] = []
"""What the model `scripted` says; the last one is the one that counts."""


def _said(*given: object) -> ModelOutput:
    return script[-1](*given)


class Scripted(MockLLM):
    """Inspect's mock with outputs that a test gives, each with the usage that it has."""

    def __init__(self, model_name: str, **arguments: Any) -> None:
        super().__init__(model_name, custom_outputs=_said, **arguments)

    async def _ensure_default_usage(self, *_: object) -> None:
        return None


@modelapi(name="scripted")
def scripted() -> type[Scripted]:
    return Scripted


@contextmanager
def saying(says: Says) -> Iterator[None]:
    script.append(says)
    yield
    script.pop()


def output(content: str | list[Any] = "True", stop: str = "stop", **more: Any) -> ModelOutput:
    choice = ChatCompletionChoice(
        message=ChatMessageAssistant(content=content), stop_reason=stop, logprobs=more.pop("logprobs", None)
    )
    return ModelOutput(model="m", choices=[choice], usage=more.pop("usage", USAGE), **more)


def answer(given: ModelOutput, model: str = "scripted/m") -> Answer:
    with saying(lambda *_: given):
        return ask(judge_of(model), request_of())[0]


def test_the_very_bytes_of_the_frames_reach_the_model_in_their_places() -> None:
    seen: list[Any] = []

    def look(messages: list[Any], tools: object, choice: object, config: GenerateConfig) -> ModelOutput:
        seen.extend([messages, config])
        return output()

    with saying(look):
        (given,) = ask(
            judge_of("scripted/m", temperature=0.5, top_p=0.9, max_tokens=20, seed=4, reasoning_effort="low"),
            request_of(),
        )
    messages, config = seen
    assert [message.role for message in messages] == ["system", "user"]
    assert messages[0].text == "You judge."
    kinds = [part.type for part in messages[1].content]
    assert kinds == ["text", "image", "text", "image", "text"]
    # base64 of ff d8 "first" ff d9
    assert messages[1].content[1].image == "data:image/jpeg;base64,/9hmaXJzdP/Z"
    assert (config.temperature, config.top_p, config.max_tokens, config.seed) == (0.5, 0.9, 20, 4)
    assert (config.reasoning_effort, config.max_retries, config.cache) == ("low", 0, False)
    assert [f.digest for f in given.manifest] == [hashlib.sha256(data).hexdigest() for data in JPEGS]


def test_a_recording_is_sent_as_it_is() -> None:
    seen: list[Any] = []
    film = Film(hashlib.sha256(MOVIE).hexdigest(), len(MOVIE), "video/mp4", 2.0, 30.0, 64, 64)

    def look(messages: list[Any], *_: object) -> ModelOutput:
        seen.extend(messages)
        return output()

    with saying(look):
        ask(judge_of("scripted/m", capabilities={"native": True}), request_of("Look.", film, system=""))
    (user,) = seen
    assert user.content[1].video == "data:video/mp4;base64,AAAAGGZ0eXBtcDQy"
    assert user.content[1].format == "mp4"


def test_a_recording_of_a_type_that_inspect_does_not_know_is_a_failure_of_its_own_trial() -> None:
    film = Film(hashlib.sha256(MOVIE).hexdigest(), len(MOVIE), "video/webm", 2.0, 30.0, 64, 64)
    with saying(lambda *_: output()), pytest.raises(AttemptError, match="video/webm") as caught:
        ask(judge_of("scripted/m"), request_of(film))
    assert (caught.value.failure.kind, caught.value.transient) == ("media", False)


@pytest.mark.parametrize(
    ("stop", "finish"),
    [
        ("stop", "stop"),
        ("max_tokens", "length"),
        ("model_length", "length"),
        ("content_filter", "content_filter"),
        ("unknown", "unknown"),
    ],
)
def test_the_reason_to_stop_in_the_words_of_the_openai_protocol(stop: str, finish: str) -> None:
    assert answer(output(stop=stop)).finish == finish


def test_a_refusal_is_one_whatever_the_reason_to_stop() -> None:
    assert answer(output([ContentText(text="I will not.", refusal=True)])).finish == "content_filter"


def test_a_complaint_about_the_length_of_the_request_is_no_answer() -> None:
    complaint = output("maximum context length is 8192 tokens", stop="model_length", usage=None)
    with pytest.raises(AttemptError, match="maximum context length") as caught:
        answer(complaint)
    assert (caught.value.failure.status, caught.value.transient) == (400, False)


def test_reasoning_as_it_is_and_as_a_summary() -> None:
    raw = answer(output([ContentReasoning(reasoning="Hips low."), ContentText(text="True")]))
    assert (raw.text, raw.reasoning, raw.trace_kind) == ("True", "Hips low.", "raw")
    sealed = ContentReasoning(reasoning="kX0s", summary="Looked at hips.", redacted=True)
    summed = answer(output([sealed, ContentText(text="Tr"), ContentText(text="ue")]))
    assert (summed.text, summed.reasoning, summed.trace_kind) == ("True", "Looked at hips.", "summary")
    closed = answer(output([ContentReasoning(reasoning="kX0s", redacted=True), ContentText(text="True")]))
    assert (closed.reasoning, closed.trace_kind) == ("", "")


def test_tokens_read_from_the_cache_were_sent_too() -> None:
    usage = ModelUsage(
        input_tokens=10,
        input_tokens_cache_read=300,
        input_tokens_cache_write=40,
        output_tokens=25,
        reasoning_tokens=20,
        total_tokens=375,
    )
    assert answer(output(usage=usage)).usage == Usage(350, 25, 20)


def test_the_log_probabilities_of_what_comes_after_the_thinking() -> None:
    seen: list[GenerateConfig] = []
    tokens = [
        Logprob(token="low</think>", logprob=-0.1),
        Logprob(
            token="True",
            logprob=-0.25,
            top_logprobs=[
                TopLogprob(token="True", logprob=-0.25),
                TopLogprob(token="False", logprob=float("-inf")),
            ],
        ),
    ]

    def say(messages: object, tools: object, choice: object, config: GenerateConfig) -> ModelOutput:
        seen.append(config)
        return output(logprobs=Logprobs(content=tokens))

    with saying(say):
        (given,) = ask(judge_of("scripted/m", logprobs=2), request_of())
    assert given.tokens == (Token("True", -0.25, (("True", -0.25), ("False", -9999.0))),)
    assert (seen[0].logprobs, seen[0].top_logprobs) == (True, 2)


def test_an_output_without_a_choice_may_be_asked_for_again() -> None:
    with pytest.raises(AttemptError, match="no choice") as caught:
        answer(ModelOutput(model="m", choices=[], usage=USAGE))
    assert (caught.value.failure.kind, caught.value.transient) == ("protocol", True)


def test_an_error_is_told_without_what_was_sent_and_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PROVIDER_API_KEY", "sk-very-secret-0123")

    def fail(*_: object) -> ModelOutput:
        raise RuntimeError("the key sk-very-secret-0123 is not known")

    with saying(fail), pytest.raises(AttemptError) as caught:
        ask(judge_of("scripted/m"), request_of())
    assert caught.value.failure.message == "RuntimeError: the key [key] is not known"


def test_nothing_that_was_sent_is_kept_in_memory() -> None:
    def events() -> int:
        gc.collect()
        return sum(type(thing).__name__ == "ModelEvent" for thing in gc.get_objects())

    before = events()
    with saying(lambda *_: output()):
        ask(judge_of("scripted/m"), *[request_of("Look.", frame(JPEGS[0])) for _ in range(20)])
        assert events() <= before + 1


@pytest.mark.parametrize(("model", "why"), [("nobody/m", "nobody"), ("openai-api/mine/m", "MINE_API_KEY")])
def test_a_model_that_cannot_be_opened_stops_the_judge(
    model: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINE_API_KEY", raising=False)
    with pytest.raises(JudgeError, match=why) as caught:
        ask(judge_of(model), request_of())
    assert "[bold]" not in str(caught.value)
