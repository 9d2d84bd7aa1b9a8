"""What a study with such a judge says and does, with Inspect AI installed or not."""

from __future__ import annotations

import sys

import pytest
from asked import ask, judge_of, request_of

from aqa_eval.errors import JudgeError
from aqa_eval.judges import PROTOCOLS
from aqa_eval.judges.inspect_ai import InspectModel
from aqa_eval.study import endpoint_host
from aqa_eval.vocabulary import Condition, Task


def test_without_inspect_the_judge_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inspect_ai", None)
    monkeypatch.delitem(sys.modules, "inspect_ai.model", raising=False)
    with pytest.raises(JudgeError, match=r"pip install 'aqa-eval\[inspect\]'"):
        ask(judge_of("mockllm/model"), request_of())


def test_a_judge_is_built_without_inspect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inspect_ai", None)
    built = PROTOCOLS["inspect"].build(judge_of("google/gemini-3.1-pro-preview", seed=3), lambda: ())
    assert built.identity == {
        "protocol": "inspect",
        "model": "google/gemini-3.1-pro-preview",
        "decoding": [["seed", 3]],
    }


def test_the_address_and_the_pace_are_no_part_of_the_identity() -> None:
    here = judge_of("openai-api/here/m", base_url="http://127.0.0.1:1/v1", concurrency=3, timeout=9)
    there = judge_of("openai-api/here/m", base_url="http://127.0.0.1:2/v1")
    assert InspectModel(here).identity == InspectModel(there).identity


@pytest.mark.parametrize(
    ("model", "options", "host"),
    [
        ("google/gemini-3.1-pro-preview", {}, "google"),
        ("vllm/some/model", {}, "vllm"),
        ("vllm/some/model", {"base_url": "http://127.0.0.1:8000/v1"}, ""),
        ("openai-api/mine/m", {"base_url": "http://gpu.example:8000/v1"}, "gpu.example"),
        ("hf/some/model", {}, ""),
        ("mockllm/model", {}, ""),
    ],
)
def test_frames_leave_the_machine_unless_it_is_known_that_they_do_not(
    model: str, options: dict[str, object], host: str
) -> None:
    assert endpoint_host(judge_of(model, **options)) == host


@pytest.mark.parametrize(
    "arguments",
    [{"api_key": "x"}, {"hf_token": "x"}, {"client": [{"aws_secret_access_key": "x"}]}, {"base_url": "x"}],
)
def test_a_study_file_is_no_place_for_a_secret(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"secret|set by the program"):
        judge_of("openai/gpt", model_args=arguments)


def test_what_inspect_cannot_do_is_refused_with_the_reason() -> None:
    plain, films = (
        InspectModel(judge_of("google/g")),
        InspectModel(judge_of("google/g", capabilities={"native": True})),
    )
    assert plain.cannot(Task.VERIFY, Condition()) == ""
    assert "not as one video" in films.cannot(Task.VERIFY, Condition(transport="video"))
    assert "native = true" in plain.cannot(Task.VERIFY, Condition(transport="native"))
    assert films.cannot(Task.VERIFY, Condition(transport="native")) == ""
    few = InspectModel(judge_of("google/g", capabilities={"images": 10}))
    assert "16 pictures" in few.cannot(Task.VERIFY, Condition())
    assert few.cannot(Task.VERIFY, Condition(representation="none")) == ""
    assert "given words" in plain.cannot(Task.VERIFY, Condition(answer_format="choice"))
