"""The judge on a real wire: Inspect's own `openai-api` provider in front of an endpoint on 127.0.0.1."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip(
    "inspect_ai", reason="no Inspect AI: tests/inspect/install, then .inspect/bin/python -m pytest"
)
from asked import ask, judge_of, request_of

from aqa_eval.judges import AttemptError
from aqa_eval.ledger import Ledger
from aqa_eval.vocabulary import Condition, Judge, Usage
from endpoints import Endpoint
from endpoints.behaviours import Behaviour, echo_key, never, not_json, ok, reset, status, too_many

pytestmark = pytest.mark.inspect

KEY = "sk-inspect-0123456789"
IMAGES = ["data:image/jpeg;base64,/9hmaXJzdP/Z", "data:image/jpeg;base64,/9hzZWNvbmT/2Q=="]


@pytest.fixture
def judge(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Judge:
    monkeypatch.setenv("MINE_API_KEY", KEY)
    return judge_of("openai-api/mine/tiny", base_url=endpoint.base_url, max_tokens=64, timeout=20)


def failure(judge: Judge, endpoint: Endpoint, behaviour: Behaviour) -> AttemptError:
    endpoint.always(behaviour)
    with pytest.raises(AttemptError) as caught:
        ask(judge, request_of())
    assert KEY not in str(caught.value)
    assert IMAGES[0] not in str(caught.value)
    return caught.value


def test_an_answer_on_the_wire(judge: Judge, endpoint: Endpoint) -> None:
    endpoint.always(ok("False", reasoning="Knees cave in.", usage=(321, 12), reasoning_tokens=9))
    (answer,) = ask(judge, request_of())
    assert (answer.text, answer.reasoning, answer.trace_kind) == ("False", "Knees cave in.", "raw")
    assert (answer.finish, answer.usage) == ("stop", Usage(321, 12, 9))
    (received,) = endpoint.requests
    assert received.images == IMAGES
    assert (received.body["model"], received.body["max_tokens"]) == ("tiny", 64)
    assert received.headers["Authorization"] == f"Bearer {KEY}"


def test_a_schema_is_sent_where_the_provider_is_said_to_hold_to_it(judge: Judge, endpoint: Endpoint) -> None:
    schema = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    asked = replace(request_of(condition=Condition(answer_format="json")), schema=schema)
    structured = judge_of(
        "openai-api/mine/tiny", base_url=endpoint.base_url, capabilities={"structured": "json_schema"}
    )
    endpoint.always(ok('{"answer": "True"}'))
    ask(structured, asked)
    ask(judge, asked)
    held, free = (received.body for received in endpoint.requests)
    assert held["response_format"]["type"] == "json_schema"
    sent = held["response_format"]["json_schema"]["schema"]
    assert {name: sent[name] for name in schema} == schema
    assert "response_format" not in free


def test_an_answer_that_is_cut_off_or_filtered(judge: Judge, endpoint: Endpoint) -> None:
    endpoint.script(ok("Tr", finish="length"), then=ok("", finish="content_filter"))
    assert [a.finish for a in ask(judge, request_of(), request_of())] == ["length", "content_filter"]


@pytest.mark.parametrize("code", [500, 503, 529])
def test_a_server_in_trouble_is_asked_once_and_may_be_asked_again(
    judge: Judge, endpoint: Endpoint, code: int
) -> None:
    error = failure(judge, endpoint, status(code, "no room"))
    assert len(endpoint.requests) == 1
    assert (error.transient, error.fatal, error.failure.status) == (True, False, code)
    assert error.failure.message.startswith(f"HTTP {code}")
    assert "no room" in error.failure.message


def test_a_rate_limit_says_how_long_to_wait(judge: Judge, endpoint: Endpoint) -> None:
    error = failure(judge, endpoint, too_many("7"))
    assert (error.transient, error.retry_after, error.failure.status) == (True, 7.0, 429)
    assert len(endpoint.requests) == 1
    dated = failure(judge, endpoint, too_many(datetime.now(UTC) + timedelta(seconds=60)))
    assert dated.retry_after is not None
    assert 50 < dated.retry_after <= 60


def test_a_wrong_key_stops_the_judge_and_is_never_told(judge: Judge, endpoint: Endpoint) -> None:
    error = failure(judge, endpoint, echo_key())
    assert (error.fatal, error.transient, error.failure.status) == (True, False, 401)
    assert "MINE_API_KEY" in error.failure.message
    assert "Bearer [key]" in error.failure.message


def test_a_request_that_is_refused_is_not_sent_again(judge: Judge, endpoint: Endpoint) -> None:
    error = failure(judge, endpoint, status(400, "at most 8 images"))
    assert (error.transient, error.fatal, error.failure.status) == (False, False, 400)
    assert "at most 8 images" in error.failure.message


def test_a_request_that_does_not_fit_the_context_is_no_answer(judge: Judge, endpoint: Endpoint) -> None:
    error = failure(judge, endpoint, status(400, "the input length 9000 exceeds the maximum context length"))
    assert (error.transient, error.failure.kind, error.failure.status) == (False, "http", 400)


def test_what_is_no_chat_completion(judge: Judge, endpoint: Endpoint) -> None:
    assert failure(judge, endpoint, not_json()).failure.kind == "protocol"


def test_a_connection_that_breaks(judge: Judge, endpoint: Endpoint) -> None:
    error = failure(judge, endpoint, reset())
    assert (error.transient, error.failure.kind, len(endpoint.requests)) == (True, "connection", 1)


def test_an_endpoint_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_API_KEY", KEY)
    with pytest.raises(AttemptError) as caught:
        ask(judge_of("openai-api/mine/tiny", base_url="http://127.0.0.1:9/v1"), request_of())
    assert (caught.value.failure.kind, caught.value.transient) == ("connection", True)


def test_an_endpoint_that_never_answers(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE_API_KEY", KEY)
    judge = judge_of("openai-api/mine/tiny", base_url=endpoint.base_url, timeout=0.5)
    error = failure(judge, endpoint, never())
    assert (error.transient, error.failure.kind) == (True, "timeout")
    assert error.failure.message == "no answer within 0.5 s"


def test_a_whole_run(endpoint: Endpoint, study: Path, tmp_path: Path) -> None:
    endpoint.script(status(503), too_many("0"), then=ok("True", reasoning="Deep enough."))
    with study.open("a") as file:
        file.write(
            f'[[judge]]\nprotocol = "inspect"\nname = "mine"\nmodel = "openai-api/mine/tiny"\n'
            f'base_url = "{endpoint.base_url}"\ntemperature = 0.0\nconcurrency = 1\n'
        )
    command = [sys.executable, "-m", "aqa_eval", "run", str(study), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        command,
        env={**os.environ, "MINE_API_KEY": KEY},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "4 ok" in done.stderr  # two clips in two polarities
    assert len(endpoint.requests) == 4 + 2  # and each of the two failures once
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert KEY.encode() not in written
    assert KEY not in done.stdout + done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {study.name, "out"}  # Inspect wrote no log
    with Ledger.reading(tmp_path / "out"):
        pass
