"""The asking loop against a real socket that misbehaves in every way an endpoint can."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aqa_eval.errors import LedgerError
from aqa_eval.judges.reply import retry_after
from aqa_eval.ledger import FILE_NAME, Ledger
from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan
from aqa_eval.run import Outcome, Patience, Studio, ask_all
from aqa_eval.vocabulary import Answer, Failure, Judge, Status
from conftest import MakePlan, endpoint_judge
from endpoints import (
    Endpoint,
    echo_key,
    error_in_200,
    held,
    never,
    not_json,
    ok,
    redirect,
    reset,
    status,
    too_many,
    truncated,
    without_content,
)

HASTY = Patience(base=0.001, cap=0.002, limit=30.0)


class Silent:
    """A watcher that keeps what it is told."""

    def __init__(self) -> None:
        self.waits: list[tuple[str, float]] = []
        self.plans: dict[str, tuple[int, int]] = {}
        self.odd: list[str] = []
        self.descriptions: list[str] = []

    def planned(self, judge: Judge, total: int, answered: int) -> None:
        self.plans[judge.name] = (total, answered)

    def answered(self, judge: Judge, answer: Answer, status: Status) -> None:
        pass

    def described(self, judge: Judge, answer: Answer) -> None:
        self.descriptions.append(answer.text)

    def noticed(self, judge: Judge, what: str) -> None:
        self.odd.append(what)

    def waiting(self, judge: Judge, failure: Failure, seconds: float) -> None:
        self.waits.append((failure.kind, seconds))

    def stopped(self, judge: Judge, why: str) -> None:
        pass


async def ask(plan: Plan, folder: Path, store: FrameStore, watcher: Silent | None = None) -> Outcome:
    with Ledger.writing(folder) as ledger:
        async with Studio(store, workers=1) as studio:
            return await ask_all(plan, ledger, studio, watcher or Silent(), HASTY)


def statuses(outcome: Outcome) -> Mapping[str, int]:
    return {str(name): count for name, count in outcome.statuses.items() if count}


async def test_every_trial_is_asked_once_and_a_second_run_asks_nothing(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("True"))
    plan = make_plan([endpoint_judge(endpoint.base_url)], items=5)
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 10}
    assert len(endpoint.requests) == 10  # five items in two polarities
    watcher = Silent()
    again = await ask(plan, tmp_path, store, watcher)
    assert (statuses(again), again.missing, len(endpoint.requests)) == ({}, 0, 10)
    assert watcher.plans == {"model": (10, 10)}


async def test_the_very_bytes_of_the_manifest_are_sent_in_order(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("True", usage=(321, 2)))
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1)], items=1, representation="rgb")
    await ask(plan, tmp_path, store)
    with Ledger.reading(tmp_path) as ledger:
        for trial, received in zip(plan.trials(), endpoint.requests, strict=True):
            answer = ledger.answer(trial.key)
            assert answer is not None
            assert answer.usage.prompt == 321
            # Four of files 1 to 6, evenly: 1 + linspace(0, 5, 4) = 1, 2.67, 4.33, 6, rounded.
            assert [frame.number for frame in answer.manifest] == [1, 3, 4, 6]  # as the files are numbered
            sent = [base64.b64decode(url.removeprefix("data:image/jpeg;base64,")) for url in received.images]
            assert sent == [store.jpeg(frame.digest) for frame in answer.manifest]
            assert received.body["model"] == "tiny"
            said = "The squat is shallow." if trial.condition.framing == "negative" else "The squat is deep."
            assert said in received.text
            assert "Frame 4, 0.50 s:" in received.text


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (status(500), "http"),
        (status(503), "http"),
        (error_in_200(429), "http"),
        (reset(), "connection"),
        (truncated(), "connection"),
        (not_json(), "protocol"),
        (not_json("[]", "application/json"), "protocol"),
        (not_json('{"choices": []}', "application/json"), "protocol"),
        (not_json("", "text/plain"), "protocol"),
    ],
)
async def test_passing_trouble_is_retried_and_kept_on_record(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, trouble: object, kind: str
) -> None:
    endpoint.script(trouble, trouble, then=ok("True"))
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1)], items=1)
    watcher = Silent()
    assert statuses(await ask(plan, tmp_path, store, watcher)) == {"ok": 2}
    assert [k for k, _ in watcher.waits] == [kind, kind]
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        assert db.execute("SELECT kind, final FROM attempts").fetchall() == [(kind, 0), (kind, 0)]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (status(500, "out of memory"), "HTTP 500: out of memory"),
        (status(400, "too many images"), "HTTP 400: too many images"),
        (too_many(), "HTTP 429: rate limit reached"),
        (redirect("http://127.0.0.1:9/elsewhere"), "HTTP 307"),
        (not_json("<html>"), "the answer is not JSON: <html>"),
    ],
)
async def test_lasting_trouble_is_recorded_and_asked_again_by_the_next_run(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, trouble: object, words: str
) -> None:
    endpoint.rule(lambda r: trouble if "deep" in r.text else ok("True"))
    plan = make_plan([endpoint_judge(endpoint.base_url, retries=1)], items=2)
    outcome = await ask(plan, tmp_path, store)
    assert statuses(outcome) == {"ok": 2, "error": 2}
    with Ledger.reading(tmp_path) as ledger:
        failures = [a.failure for t in plan.trials() if (a := ledger.answer(t.key)) and a.failure]
        assert [failure.message for failure in failures] == [words, words]
    endpoint.always(ok("False"))
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}


@pytest.mark.parametrize(
    ("code", "asked", "words"),
    [(401, 1, "wants a valid API key"), (403, 3, "refuses access"), (404, 3, "no such path or model")],
)
async def test_a_judge_that_refuses_everything_is_stopped_and_the_others_go_on(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    code: int,
    asked: int,
    words: str,
) -> None:
    endpoint.always(status(code))
    judges = [
        endpoint_judge(endpoint.base_url, concurrency=1),
        Judge("constant", "constant", decoding=(("says", "correct"),)),
    ]
    plan = make_plan(judges, items=20)
    outcome = await ask(plan, tmp_path, store)
    assert words in outcome.stopped["model"]
    assert len(endpoint.requests) == asked
    assert statuses(outcome) == {"ok": 40, "error": asked}
    assert outcome.missing == 40 - asked


async def test_a_filter_that_refuses_one_item_does_not_stop_its_judge(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(lambda r: status(403, "flagged") if "deep" in r.text else ok("True"))
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1)], items=5)
    outcome = await ask(plan, tmp_path, store)
    assert (statuses(outcome), outcome.stopped) == ({"ok": 5, "error": 5}, {})


async def test_an_endpoint_that_is_down_is_given_up_soon(
    make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    # Port 9 (discard) is served by nobody here: the connection is refused.
    plan = make_plan([endpoint_judge("http://127.0.0.1:9/v1", retries=1, concurrency=1)], items=20)
    outcome = await ask(plan, tmp_path, store)
    assert "cannot be reached" in outcome.stopped["model"]
    assert "127.0.0.1:9" in outcome.stopped["model"]
    assert statuses(outcome) == {"error": 3}


async def test_a_wish_to_be_left_alone_is_honoured_in_seconds_and_as_a_date(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    endpoint.script(too_many("0.2"), too_many(soon), then=ok("True"))
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1)], items=1)
    watcher = Silent()
    assert statuses(await ask(plan, tmp_path, store, watcher)) == {"ok": 2}
    first, second = (seconds for _, seconds in watcher.waits)
    assert 0.2 <= first < 0.3
    assert 0.0 <= second <= 2.1


async def test_a_wish_for_too_long_a_rest_stops_the_judge(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(too_many("3600"))
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1)], items=9)
    outcome = await ask(plan, tmp_path, store)
    assert statuses(outcome) == {"error": 1}
    assert "HTTP 429" in outcome.stopped["model"]
    assert len(endpoint.requests) == 1


async def test_silence_ends_in_a_timeout(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(lambda r: never() if "deep" in r.text else ok("True"))
    plan = make_plan([endpoint_judge(endpoint.base_url, timeout=0.3, retries=0)], items=1)
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 1, "error": 1}


@pytest.mark.parametrize("content", [None, ""])
async def test_an_empty_answer_is_an_answer_that_says_nothing(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, content: str | None
) -> None:
    endpoint.always(without_content(content))
    plan = make_plan([endpoint_judge(endpoint.base_url)], items=1)
    assert statuses(await ask(plan, tmp_path, store)) == {"unparsed": 2}
    assert statuses(await ask(plan, tmp_path, store)) == {}  # it stays, and is not asked again


async def test_an_answer_in_another_language_is_kept_and_not_guessed(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("正しい。膝は前に出ていません。"))
    plan = make_plan([endpoint_judge(endpoint.base_url)], items=1)
    assert statuses(await ask(plan, tmp_path, store)) == {"unparsed": 2}


async def test_reasoning_and_truncation_are_kept_apart_from_the_answer(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.script(
        ok("True", reasoning="The hips are low.", reasoning_tokens=6), then=ok("<think>So", finish="length")
    )
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1)], items=1)
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 1, "truncated": 1}
    with Ledger.reading(tmp_path) as ledger:
        first = ledger.answer(next(plan.trials()).key)
    assert first is not None
    assert (first.reasoning, first.usage.reasoning) == ("The hips are low.", 6)


async def test_no_more_requests_are_open_than_allowed(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("True"))
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=3)], items=20)
    await ask(plan, tmp_path, store)
    assert 1 <= endpoint.peak <= 3


async def test_the_pace_is_kept(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("True"))
    # 1,200 a minute is one in 50 ms: ten requests take at least nine intervals.
    plan = make_plan([endpoint_judge(endpoint.base_url, requests_per_minute=1200)], items=5)
    started = time.monotonic()
    await ask(plan, tmp_path, store)
    assert time.monotonic() - started >= 0.45


async def test_a_key_that_an_endpoint_repeats_is_written_nowhere(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-very-secret")
    endpoint.script(echo_key(500), then=echo_key(400))
    judge = endpoint_judge(endpoint.base_url, key_variable="TEST_KEY", retries=1)
    outcome = await ask(make_plan([judge], items=2), tmp_path, store)
    assert statuses(outcome) == {"error": 4}
    assert endpoint.requests[0].headers["Authorization"] == "Bearer sk-very-secret"
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"sk-very-secret" not in path.read_bytes()


async def test_a_key_that_is_repeated_in_other_letters_is_written_nowhere_either(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-ab/cd+ef")
    escaped = r'{"choices": [{"message": {"content": "True sk-ab\/cd\u002bef"}, "finish_reason": "stop"}]}'
    no_completion = r'[{"oops": "sk-ab\/cd\u002bef"}]'
    endpoint.script(not_json(escaped, "application/json"), then=not_json(no_completion, "application/json"))
    judge = endpoint_judge(endpoint.base_url, key_variable="TEST_KEY", concurrency=1, retries=0)
    assert statuses(await ask(make_plan([judge], items=1), tmp_path, store)) == {"unparsed": 1, "error": 1}
    for path in tmp_path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(form in content for form in (b"sk-ab/cd+ef", rb"sk-ab\/cd", rb"cd\u002bef")), path


async def test_a_word_that_is_no_secret_is_left_in_the_answer(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEST_KEY", "token")
    endpoint.always(ok("True", usage=(321, 2)))
    plan = make_plan([endpoint_judge(endpoint.base_url, key_variable="TEST_KEY")], items=1)
    await ask(plan, tmp_path, store)
    with Ledger.reading(tmp_path) as ledger:
        assert ledger.spent("model").prompt == 642


async def test_a_key_with_a_line_break_stops_the_judge_with_a_reason(
    make_plan: MakePlan, tmp_path: Path, store: FrameStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-one\nsk-two")
    judge = endpoint_judge("http://127.0.0.1:9/v1", key_variable="TEST_KEY")
    outcome = await ask(make_plan([judge]), tmp_path, store)
    assert "holds characters that no API key has" in outcome.stopped["model"]


@pytest.mark.parametrize("tokens", ["9223372036854775808", "-40", "true", '"many"', "1e3"])
async def test_a_count_that_cannot_be_one_is_left_out(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, tokens: str
) -> None:
    said = '{"choices": [{"message": {"content": "True"}}], "usage": {"prompt_tokens": TOKENS}}'
    said = said.replace("TOKENS", tokens)
    endpoint.always(not_json(said, "application/json"))
    plan = make_plan([endpoint_judge(endpoint.base_url)], items=1)
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}
    with Ledger.reading(tmp_path) as ledger:
        answer = ledger.answer(next(plan.trials()).key)
    assert answer is not None
    assert answer.usage.prompt is None


async def test_an_answer_without_end_is_not_taken_in(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(not_json("x" * (17 * 2**20), "application/json"))
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1)], items=1)
    assert statuses(await ask(plan, tmp_path, store)) == {"error": 2}
    assert len(endpoint.requests) == 2


async def test_what_a_terminal_would_obey_is_taken_out_of_messages(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(status(400, "clear \x1b[2J this"))
    outcome = await ask(make_plan([endpoint_judge(endpoint.base_url)], items=1), tmp_path, store)
    assert list(outcome.reasons) == ["model: HTTP 400: clear [2J this"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2.5", 2.5),
        ("-3", 0.0),
        ("", None),
        ("soon", None),
        ("inf", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 60.0),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
    ],
)
def test_a_wish_is_read_as_seconds_or_a_date_or_not_at_all(value: str, seconds: float | None) -> None:
    assert retry_after(value, now=40.0) == seconds


async def test_a_key_that_is_not_set_stops_the_judge_before_the_first_request(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    judge = endpoint_judge(endpoint.base_url, key_variable="AQA_EVAL_NO_SUCH_KEY")
    outcome = await ask(make_plan([judge]), tmp_path, store)
    assert "AQA_EVAL_NO_SUCH_KEY is not set" in outcome.stopped["model"]
    assert not endpoint.requests


async def test_a_clip_that_cannot_be_shown_fails_alone(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("True"))
    plan = make_plan([endpoint_judge(endpoint.base_url)], items=3, representation="rgb")
    (tmp_path / "clip1" / "003.jpg").write_bytes(b"")
    outcome = await ask(plan, tmp_path, store)
    assert statuses(outcome) == {"ok": 4, "error": 2}
    with Ledger.reading(tmp_path) as ledger:
        failures = [a.failure for t in plan.trials() if (a := ledger.answer(t.key)) and a.failure]
    assert {failure.kind for failure in failures} == {"media"}
    assert all("003.jpg" in failure.message for failure in failures)


async def test_more_frames_than_a_clip_has_is_an_error_and_never_a_repeat(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    plan = make_plan([endpoint_judge(endpoint.base_url)], items=1, representation="rgb", frames=7)
    assert statuses(await ask(plan, tmp_path, store)) == {"error": 2}
    assert not endpoint.requests


async def test_a_ledger_that_cannot_be_written_ends_the_run_with_its_reason(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("True " + "x" * 100_000))
    plan = make_plan([endpoint_judge(endpoint.base_url)], items=20)
    with Ledger.writing(tmp_path) as ledger:
        (pages,) = ledger._db.execute("PRAGMA page_count").fetchone()
        ledger._db.execute(f"PRAGMA max_page_count = {pages + 40}")
        async with Studio(store, workers=1) as studio:
            with pytest.raises(LedgerError, match="the disk is full"):
                await ask_all(plan, ledger, studio, Silent(), HASTY)
        kept = sum(ledger.is_answered(t.key) for t in plan.trials())
    assert kept >= 1
    outcome = await ask(plan, tmp_path, store)
    assert sum(outcome.statuses.values()) == 40 - kept


async def test_requests_in_flight_are_all_that_a_cancelled_run_loses(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(lambda r: ok("True") if r.number < 6 else held(ok("True")))
    plan = make_plan([endpoint_judge(endpoint.base_url)], items=10)
    running = asyncio.create_task(ask(plan, tmp_path, store))
    await asyncio.to_thread(endpoint.wait_for, 8)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    endpoint.release()
    endpoint.always(ok("True"))
    outcome = await ask(plan, tmp_path, store)
    assert sum(outcome.statuses.values()) == 14  # 20 trials, 6 committed before
