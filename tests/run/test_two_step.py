"""Described first, judged after: the description is asked for once, shared, kept, and never an answer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from test_asking import Silent, ask, statuses

from aqa_eval.ledger import FILE_NAME, Ledger
from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan
from aqa_eval.vocabulary import Judge
from conftest import CRITERIA, MakePlan, endpoint_judge
from endpoints import Endpoint, Received, held, never, ok, status, without_content

BLIND = "Do not judge how well it is done."
"""Stands in the first exchange and in no other."""
SEEN = "The hips go down to the height of the knees."


def first(received: Received) -> bool:
    return BLIND in received.text


def descriptions(endpoint: Endpoint) -> list[Received]:
    return [received for received in endpoint.requests if first(received)]


def two_step(make_plan: MakePlan, judges: Sequence[Judge], items: int = 1, criteria: int = 1) -> Plan:
    return make_plan(judges, items, "rgb", criteria=criteria, strategy=("two-step",))


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_a_clip_is_described_once_a_judge_and_repeat(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, concurrency: int
) -> None:
    endpoint.rule(lambda r: ok(SEEN, usage=(70, 30)) if first(r) else ok("Answer: True"))
    judges = [
        endpoint_judge(endpoint.base_url, concurrency=concurrency, repeats=2),
        endpoint_judge(endpoint.base_url, name="other", model="other", concurrency=concurrency),
    ]
    plan = two_step(make_plan, judges, items=2, criteria=2)
    watcher = Silent()
    # 2 clips x 2 criteria x 2 framings, of one judge twice and of the other once.
    assert statuses(await ask(plan, tmp_path, store, watcher)) == {"ok": 2 * 2 * 2 * 3}
    asked = descriptions(endpoint)
    assert len(asked) == 2 * 3
    assert watcher.descriptions == [SEEN] * 6
    assert len(endpoint.requests) == 24 + 6
    for received in endpoint.requests:
        assert len(received.images) == 4
        assert first(received) != (SEEN in received.text)
        named = any(c.fault in received.text or c.requirement in received.text for c in CRITERIA)
        assert named != first(received)
    with Ledger.reading(tmp_path) as ledger:
        assert ledger.spent("other").prompt == 2 * 70 + 8 * 100
    assert statuses(await ask(plan, tmp_path, store)) == {}
    assert len(endpoint.requests) == 30


async def test_a_run_that_stopped_after_the_description_goes_on_from_there(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(lambda r: ok(SEEN) if first(r) else never())
    plan = two_step(make_plan, [endpoint_judge(endpoint.base_url)])
    running = asyncio.create_task(ask(plan, tmp_path, store))
    await asyncio.to_thread(endpoint.wait_for, 3)  # one description, and both answers under way
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(descriptions(endpoint)) == 1
    endpoint.always(ok("Answer: False"))
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}
    assert len(descriptions(endpoint)) == 1
    assert all(SEEN in received.text for received in endpoint.requests[3:])


async def test_a_run_that_stopped_while_describing_leaves_nothing_running(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(held(ok(SEEN)))
    plan = two_step(make_plan, [endpoint_judge(endpoint.base_url)])
    running = asyncio.create_task(ask(plan, tmp_path, store))
    await asyncio.to_thread(endpoint.wait_for, 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert asyncio.all_tasks() == {asyncio.current_task()}
    endpoint.release()
    endpoint.rule(lambda r: ok(SEEN) if first(r) else ok("Answer: True"))
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}
    assert len(descriptions(endpoint)) == 2


@pytest.mark.parametrize(
    "nothing",
    [
        without_content(None),
        without_content("  \n"),
        ok("", reasoning="They go down. The answer is True."),
        ok("<think>They go down. Answer: True</think>"),
        ok("<think>They go down. Answer: True"),
        ok("They go down. <think>Or is it that"),
    ],
)
async def test_a_description_that_says_nothing_is_a_failure_and_no_answer(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, nothing: object
) -> None:
    endpoint.always(nothing)
    plan = two_step(make_plan, [endpoint_judge(endpoint.base_url, concurrency=1)])
    assert statuses(await ask(plan, tmp_path, store)) == {"error": 2}
    assert len(descriptions(endpoint)) == len(endpoint.requests) == 2  # nothing is asked after it
    with Ledger.reading(tmp_path) as ledger:
        for trial in plan.trials():
            answer = ledger.answer(trial.key)
            assert answer is not None
            assert answer.failure is not None
            assert answer.failure.message == "the description that comes first is empty"
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        assert db.execute("SELECT COUNT(*) FROM exchanges").fetchone() == (0,)
    endpoint.rule(lambda r: ok(SEEN) if first(r) else ok("Answer: True"))
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}


async def test_a_description_that_fails_fails_all_that_wait_for_it(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(status(400, "too many images"))
    plan = two_step(make_plan, [endpoint_judge(endpoint.base_url, concurrency=4)], criteria=2)
    outcome = await ask(plan, tmp_path, store)
    assert statuses(outcome) == {"error": 4}
    assert list(outcome.reasons) == ["model: HTTP 400: too many images"]
    assert len(descriptions(endpoint)) == len(endpoint.requests)


async def test_a_judge_that_is_stopped_while_describing_ends_in_order(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(status(401))
    judges = [
        endpoint_judge(endpoint.base_url, concurrency=4),
        Judge("constant", "constant", decoding=(("says", "correct"),)),
    ]
    plan = make_plan(judges, 2, "rgb", criteria=2, strategy=("base", "two-step"))
    outcome = await ask(plan, tmp_path, store)
    assert "wants a valid API key" in outcome.stopped["model"]
    assert outcome.statuses["ok"] == 2 * 2 * 2  # of the reference judge, which describes nothing
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_thinking_before_a_description_is_no_part_of_it(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.rule(lambda r: ok(f"<think>Is it deep?</think>{SEEN}") if first(r) else ok("Answer: True"))
    plan = two_step(make_plan, [endpoint_judge(endpoint.base_url, concurrency=1)])
    assert statuses(await ask(plan, tmp_path, store)) == {"ok": 2}
    told = [received.text for received in endpoint.requests if not first(received)]
    assert all(SEEN in text and "Is it deep?" not in text for text in told)
