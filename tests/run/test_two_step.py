"""Described first, judged after: the description is asked for once, shared, kept, and never an answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from test_asking import Silent, ask, statuses

from aqa_eval import verdicts
from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan
from aqa_eval.report import assemble
from aqa_eval.vocabulary import Answer, Capabilities, Judge, Price, Usage
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
    ("reply", "status"),
    [
        (without_content(None), "unparsed"),
        (without_content("  \n"), "unparsed"),
        (ok("", reasoning="They go down. The answer is True."), "unparsed"),
        (ok("<think>They go down. Answer: True</think>"), "unparsed"),
        (ok("They go down. " * 1500), "unparsed"),  # 21,000 characters
        (ok(SEEN, finish="tool_calls"), "unparsed"),
        (ok("<think>They go down. Answer: True"), "truncated"),
        (ok("They go down. <think>Or is it that"), "truncated"),
        (ok(SEEN, finish="length"), "truncated"),
        (without_content("", finish="length"), "truncated"),
        (ok("", finish="content_filter"), "refused"),
    ],
)
async def test_what_becomes_of_a_description_becomes_of_all_that_rest_on_it_for_good(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, reply: object, status: str
) -> None:
    """It is paid and kept as any reply; nothing is asked after it, nor again, and it is counted once."""
    endpoint.always(reply)
    plan = two_step(make_plan, [endpoint_judge(endpoint.base_url, concurrency=2)], criteria=2)
    watcher = Silent()
    assert statuses(await ask(plan, tmp_path, store, watcher)) == {status: 4}
    assert len(descriptions(endpoint)) == len(endpoint.requests) == len(watcher.descriptions) == 1
    with Ledger.reading(tmp_path) as ledger:
        for trial in plan.trials():
            described, answer = ledger.answer(trial.description_key), ledger.answer(trial.key)
            assert answer is not None
            assert described is not None
            assert (answer.text, answer.finish) == (described.text, described.finish)
            assert (answer.usage, described.usage) == (Usage(), Usage(100, 5))
            assert answer.sent == {"description": "unusable"}
            assert verdicts.read(answer, trial.item, trial.condition).status == status
        assert ledger.spent("model") == Usage(100, 5)
        assert list(ledger.usages("model")) == [Usage(100, 5)]
    endpoint.rule(lambda r: ok(SEEN) if first(r) else ok("Answer: True"))
    assert statuses(await ask(plan, tmp_path, store)) == {}
    assert len(endpoint.requests) == 1


async def test_a_run_that_stopped_after_a_description_that_cannot_be_used_asks_nothing_again(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    plan = two_step(make_plan, [endpoint_judge(endpoint.base_url)])
    with Ledger.writing(tmp_path) as ledger:
        cut = Answer(text=SEEN, finish="length", usage=Usage(100, 5))
        ledger.commit_description(next(plan.trials()), cut)
    assert statuses(await ask(plan, tmp_path, store)) == {"truncated": 2}
    assert not endpoint.requests


async def test_the_record_of_a_description_knows_nothing_of_the_question_s_examples_and_form(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    """Neither goes with it: trials with and without examples, in words and in JSON, share it."""
    endpoint.rule(lambda r: ok(SEEN) if first(r) else ok('{"answer": true}'))
    judge = endpoint_judge(
        endpoint.base_url, concurrency=1, capabilities=Capabilities(structured="json_schema")
    )
    plan = make_plan(
        [judge], 1, "rgb", train=4, strategy=("two-step",), shots=(2, 0), answer_format=("json", "plain")
    )
    trials = list(plan.trials())
    assert Counter(len(trial.examples) for trial in trials) == {2: 4, 0: 4}
    assert len({trial.description_key for trial in trials}) == 1
    outcome = await ask(plan, tmp_path, store)
    assert sum(outcome.statuses.values()) == 8
    assert len(descriptions(endpoint)) == 1
    assert len(descriptions(endpoint)[0].images) == 4
    with Ledger.reading(tmp_path) as ledger:
        described = ledger.answer(trials[0].description_key)
        assert described is not None
        assert described.sent == {}
        answers = [ledger.answer(trial.key) for trial in trials]
    assert Counter("examples" in answer.sent for answer in answers if answer) == {True: 4, False: 4}
    assert Counter(answer.sent.get("held_to") for answer in answers if answer) == {"json_schema": 4, None: 4}


async def test_a_report_sums_what_the_ledger_holds(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    """Descriptions once each, those that cannot be used too; a question after each of the others."""
    endpoint.rule(
        lambda r: (
            ok(SEEN, usage=(70, 30), finish="length" if len(descriptions(endpoint)) == 1 else "stop")
            if first(r)
            else ok("Answer: True", usage=(200, 3))
        )
    )
    judge = endpoint_judge(endpoint.base_url, concurrency=1, repeats=2, price=Price(10.0, 100.0))
    plan = two_step(make_plan, [judge], items=2, criteria=2)
    assert statuses(await ask(plan, tmp_path, store)) == {"truncated": 4, "ok": 12}
    with Ledger.reading(tmp_path) as ledger:
        tally = assemble(plan, ledger, store.jpeg).tallies["model"]
        spent = ledger.spent("model")
    # Four descriptions, and twelve answers after three of them.
    assert (spent.prompt, spent.completion) == (4 * 70 + 12 * 200, 4 * 30 + 12 * 3)
    assert (tally.tokens.prompt, tally.tokens.completion) == (spent.prompt, spent.completion)
    assert tally.cost == pytest.approx((2680 * 10 + 156 * 100) / 1e6)


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
