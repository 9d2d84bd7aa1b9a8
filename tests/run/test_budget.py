"""What may be spent: no request goes out that could pass the limit."""

import pytest

from aqa_eval.judges.prices import Tariff
from aqa_eval.run import Budget, already_spent
from aqa_eval.vocabulary import Judge, Usage

JUDGE = Judge("model", "openai")
TARIFFS = {"model": Tariff(model="model", input=10.0, output=100.0, source="made up")}


def test_requests_under_way_count_at_the_dearest_so_far():
    budget = Budget(1.0, TARIFFS, 0.4, expected={"model": 0.1})
    aside = budget.reserve(JUDGE)
    assert aside == 0.1
    # 20,000 tokens in and 1,000 out: 0.2 + 0.1
    budget.settle(JUDGE, aside, Usage(20_000, 1_000))
    assert budget.spent == 0.4 + 0.3
    first = budget.reserve(JUDGE)
    assert first == 0.3
    assert budget.reserve(JUDGE) is None  # 0.7 spent, 0.3 under way, 0.3 more would pass 1.0
    assert (
        "the limit of $1.00 does not allow another request ($0.7000 spent, up to $0.3000"
        in budget.reached(JUDGE)
    )


def test_a_failed_request_gives_its_sum_back():
    budget = Budget(0.1, TARIFFS, expected={"model": 0.1})
    aside = budget.reserve(JUDGE)
    assert aside is not None
    assert budget.reserve(JUDGE) is None
    budget.settle(JUDGE, aside, None)
    assert budget.spent == 0.0
    assert budget.reserve(JUDGE) == 0.1


def test_an_endpoint_that_tells_no_tokens_is_charged_what_was_set_aside():
    budget = Budget(1.0, TARIFFS, expected={"model": 0.25})
    aside = budget.reserve(JUDGE)
    assert aside is not None
    budget.settle(JUDGE, aside, Usage())
    assert budget.spent == 0.25


def test_a_request_that_was_lost_is_charged_what_was_set_aside():
    budget = Budget(0.5, TARIFFS, expected={"model": 0.25})
    aside = budget.reserve(JUDGE)
    assert aside == 0.25
    budget.lose(JUDGE, aside)
    assert budget.spent == 0.25
    assert budget.reserve(JUDGE) == 0.25  # what was lost is no longer under way too


def test_a_judge_of_which_no_price_can_ever_be_known_is_asked_once():
    budget = Budget(5.0, TARIFFS)
    budget.settle(JUDGE, budget.reserve(JUDGE) or 0.0, Usage())
    assert not budget.knows(JUDGE)
    assert budget.reserve(JUDGE) is None
    assert "it tells no tokens, and none can be estimated" in budget.reached(JUDGE)


def test_what_was_spent_before_counts_exchanges_without_tokens_and_lost_attempts_at_the_dearest():
    # 0.2 + 0.1 and 0.1 + 0.1 dollars; one exchange without tokens and two attempts at 0.3 each.
    usages = [Usage(20_000, 1_000), Usage(10_000, 1_000), Usage()]
    spent, most = already_spent(TARIFFS["model"], usages, 2, 0.25)
    assert most == pytest.approx(0.3)
    assert spent == pytest.approx(0.3 + 0.2 + 3 * 0.3)
    assert already_spent(TARIFFS["model"], [], 0, 0.25) == (0.0, 0.25)


def test_reference_judges_cost_nothing():
    budget = Budget(0.0, TARIFFS)
    assert budget.reserve(Judge("prior", "prior")) == 0.0


def test_what_a_request_costs_is_known_from_an_estimate_or_the_first_answer():
    assert Budget(1.0, TARIFFS, expected={"model": 0.1}).knows(JUDGE)
    assert Budget(1.0, {}).knows(JUDGE)  # it costs nothing
    budget = Budget(1.0, TARIFFS)
    assert not budget.knows(JUDGE)
    budget.settle(JUDGE, 0.0, Usage(20_000, 1_000))
    assert budget.knows(JUDGE)
    assert budget.reserve(JUDGE) == 0.3
