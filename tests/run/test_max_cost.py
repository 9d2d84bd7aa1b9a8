"""A limit in dollars stops in order, and the first answer's tokens are held against the plan."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from test_asking import HASTY, Silent, ask, statuses

from aqa_eval.judges.prices import Tariff
from aqa_eval.ledger import Ledger
from aqa_eval.media import FrameStore
from aqa_eval.plan import Plan
from aqa_eval.run import MAY_BE_BILLED, Budget, Outcome, Studio, already_spent, ask_all
from aqa_eval.vocabulary import Judge
from conftest import MakePlan, endpoint_judge
from endpoints import Endpoint, held, never, not_json, ok, status

TARIFF = Tariff(model="tiny", input=10.0, output=100.0, source="made up")
ANSWER = ok("True", usage=(20_000, 1_000))
"""20,000 tokens at $10 and 1,000 at $100 a million: 0.20 + 0.10 dollars."""


def budget(limit: float, spent: float = 0.0) -> Budget:
    return Budget(limit, {"model": TARIFF}, spent, {"model": 0.3})


async def paid(plan: Plan, folder: Path, store: FrameStore, spending: Budget) -> Outcome:
    with Ledger.writing(folder) as ledger:
        async with Studio(store, workers=1) as studio:
            return await ask_all(plan, ledger, studio, Silent(), HASTY, spending)


async def test_no_request_is_sent_beyond_the_limit_and_a_higher_one_goes_on(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ANSWER)
    judges = [
        endpoint_judge(endpoint.base_url, concurrency=2),
        Judge("constant", "constant", decoding=(("says", "correct"),)),
    ]
    plan = make_plan(judges, items=3)
    spending = budget(1.0)
    outcome = await paid(plan, tmp_path, store, spending)
    # Three at 0.30 are 0.90; a fourth would make 1.20. The judge that costs nothing goes on.
    assert len(endpoint.requests) == 3
    assert statuses(outcome) == {"ok": 3 + 6}
    assert outcome.missing == 3
    assert spending.spent == pytest.approx(0.9)
    assert "the limit of $1.00 does not allow another request" in outcome.stopped["model"]
    # Whichever of the last two was answered first.
    assert re.search(
        r"\(\$0.6000 spent, up to \$0.3000 under way|\(\$0.9000 spent\)", outcome.stopped["model"]
    )
    assert "--max-cost" in outcome.stopped["model"]
    with Ledger.reading(tmp_path) as ledger:
        before = sum(TARIFF.dollars_of(usage) for usage in ledger.usages("model"))
    assert before == pytest.approx(0.9)
    again = await paid(plan, tmp_path, store, budget(1.0, before))
    assert (statuses(again), again.missing, len(endpoint.requests)) == ({}, 3, 3)
    rest = await paid(plan, tmp_path, store, budget(2.0, before))
    assert (statuses(rest), rest.missing, rest.stopped) == ({"ok": 3}, 0, {})
    assert len(endpoint.requests) == 6


async def test_requests_under_way_when_the_limit_is_reached_are_kept(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(held(ANSWER))
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=5)], items=5)
    running = asyncio.create_task(paid(plan, tmp_path, store, budget(0.7)))
    await asyncio.to_thread(endpoint.wait_for, 2)
    endpoint.release()
    outcome = await running
    # Two at 0.30 were under way; for a third 0.10 were left.
    assert len(endpoint.requests) == 2
    assert (statuses(outcome), outcome.missing) == ({"ok": 2}, 8)
    with Ledger.reading(tmp_path) as ledger:
        assert sum(ledger.is_answered(trial.key) for trial in plan.trials()) == 2


async def test_a_failed_request_costs_nothing(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.script(status(500), status(500), then=ANSWER)
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1)], items=1)
    spending = budget(0.6)
    assert statuses(await paid(plan, tmp_path, store, spending)) == {"ok": 2}
    assert spending.spent == pytest.approx(0.6)


@pytest.mark.parametrize("trouble", [never(), not_json("<html>"), not_json("{}", "application/json")])
async def test_an_attempt_without_an_answer_that_may_be_billed_counts_what_was_set_aside(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore, trouble: object
) -> None:
    """A silent endpoint, and one whose gateway spoils the reply: now, and in the next run."""
    endpoint.always(trouble)
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=1, retries=3, timeout=0.3)], items=2)
    spending = budget(1.0)
    outcome = await paid(plan, tmp_path, store, spending)
    assert len(endpoint.requests) == 3  # a fourth at 0.30 would make 1.20
    assert spending.spent == pytest.approx(0.9)
    assert "the limit of $1.00" in outcome.stopped["model"]
    with Ledger.reading(tmp_path) as ledger:
        lost = ledger.attempts("model", MAY_BE_BILLED)
        assert already_spent(TARIFF, ledger.usages("model"), lost, 0.3)[0] == pytest.approx(0.9)


async def test_a_lost_description_is_one_lost_request_however_many_wait_for_it(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(held(not_json("<html>")))
    plan = make_plan(
        [endpoint_judge(endpoint.base_url, concurrency=4, retries=0)],
        1,
        "rgb",
        criteria=2,
        strategy=("two-step",),
    )
    spending = budget(9.0)
    running = asyncio.create_task(paid(plan, tmp_path, store, spending))
    await asyncio.to_thread(endpoint.wait_for, 1)
    endpoint.release()
    outcome = await running
    assert statuses(outcome) == {"error": 4}
    asked = len(endpoint.requests)
    assert asked < 4
    assert spending.spent == pytest.approx(0.3 * asked)
    with Ledger.reading(tmp_path) as ledger:
        assert ledger.attempts("model", MAY_BE_BILLED) == asked


async def test_a_description_that_was_paid_is_kept_though_no_answer_may_follow(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("The hips go down. True", usage=(20_000, 1_000)))
    judge = endpoint_judge(endpoint.base_url, concurrency=2)
    plan = make_plan([judge], 1, "rgb", strategy=("two-step",))
    outcome = await paid(plan, tmp_path, store, budget(0.5))
    assert len(endpoint.requests) == 1
    assert (statuses(outcome), outcome.missing) == ({}, 2)
    with Ledger.reading(tmp_path) as ledger:
        assert sum(TARIFF.dollars_of(usage) for usage in ledger.usages("model")) == pytest.approx(0.3)
    outcome = await paid(plan, tmp_path, store, budget(1.0, 0.3))
    assert (outcome.missing, outcome.stopped, len(endpoint.requests)) == (0, {}, 3)


async def test_the_tokens_of_the_first_answer_are_held_against_the_plan_once(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    endpoint.always(ok("True", usage=(9_999, 1)))
    judge = endpoint_judge(endpoint.base_url, family="qwen3-vl")
    plan = make_plan([judge], 3, "rgb")
    watcher = Silent()
    await ask(plan, tmp_path / "off", store, watcher)
    assert len(endpoint.requests) == 6
    (odd,) = watcher.odd
    assert "the endpoint counted 9,999 tokens in the first prompt" in odd
    expected = int(re.search(r"where the plan has ([\d,]+)", odd)[1].replace(",", ""))  # type: ignore[index]
    assert expected < 2_000  # four pictures of 64 pixels and some lines
    endpoint.always(ok("True", usage=(round(1.09 * expected), 1)))
    watcher = Silent()
    await ask(plan, tmp_path / "near", store, watcher)
    assert watcher.odd == []


@pytest.mark.parametrize(("family", "usage"), [("", (9_999, 1)), ("qwen3-vl", None)])
async def test_nothing_is_said_of_tokens_that_nobody_knows(
    endpoint: Endpoint,
    make_plan: MakePlan,
    tmp_path: Path,
    store: FrameStore,
    family: str,
    usage: tuple[int, int] | None,
) -> None:
    endpoint.always(ok("True", usage=usage))
    plan = make_plan([endpoint_judge(endpoint.base_url, family=family)], 1, "rgb")
    watcher = Silent()
    await ask(plan, tmp_path / "run", store, watcher)
    assert watcher.odd == []


async def test_until_a_price_is_known_requests_go_one_by_one(
    endpoint: Endpoint, make_plan: MakePlan, tmp_path: Path, store: FrameStore
) -> None:
    """Eight at once of a price that nobody knows could cost anything."""
    endpoint.always(ANSWER)
    plan = make_plan([endpoint_judge(endpoint.base_url, concurrency=8)], items=8)
    spending = Budget(0.5, {"model": TARIFF})
    outcome = await paid(plan, tmp_path, store, spending)
    # The first costs 0.30, and a second would make 0.60.
    assert len(endpoint.requests) == 1
    assert (statuses(outcome), outcome.missing) == ({"ok": 1}, 15)
