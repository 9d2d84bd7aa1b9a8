"""What answers took, and what one took that was known and not guessed."""

import polars as pl
import pytest

from aqa_eval.findings import Settings, cost
from aqa_eval.findings.consistency import with_consistency
from aqa_eval.measures.observer import Observer
from findings.tables import choose, observing, one, saying_true, score, verify

SETTINGS = Settings(seed=3, resamples=200)


def counted(
    table: pl.DataFrame, prompt: int = 1000, completion: int = 50, reasoning: int = 40
) -> pl.DataFrame:
    return table.with_columns(
        prompt_tokens=pl.lit(prompt, pl.Int64),
        completion_tokens=pl.lit(completion, pl.Int64),
        reasoning_tokens=pl.lit(reasoning, pl.Int64),
    )


def test_tokens_and_dollars_a_trial():
    table = counted(verify("m", "openai", saying_true))
    found = one(cost.find(table, Settings(resamples=200, prices={"m": (2.0, 10.0)})), "tokens_per_trial", "m")
    # 240 trials of 1000 read and 50 written: (240 * 1000 * 2 + 240 * 50 * 10) / 1e6 = 0.6 dollars.
    assert found.estimate == pytest.approx(1050)
    assert found.parts["dollars"] == pytest.approx(0.6)
    assert found.parts["requests"] == 240
    assert "$0.60, $0.00250 a trial" in found.reading
    assert "80% of those written in thinking" in found.reading


def test_a_known_answer_has_the_price_of_its_requests():
    table = verify("m", "openai", lambda truth, framing: truth)
    found = one(cost.find(table, SETTINGS), "requests_per_known_answer", "m")
    # Always right: 240 requests for 240 (1 - 1/2) / (1 - 1/2) known answers.
    assert found.estimate == pytest.approx(1.0)
    assert found.low == pytest.approx(1.0)
    assert found.high > 1.0


def test_what_two_requests_took_is_counted_twice_and_failures_are_paid_for():
    table = verify("m", "openai", lambda truth, framing: truth).with_columns(requests=pl.lit(2, pl.Int64))
    found = one(cost.find(table, SETTINGS), "requests_per_known_answer", "m")
    assert found.estimate == pytest.approx(2.0)
    failing = verify("m", "openai", lambda truth, framing: truth if framing == "positive" else "refused")
    found = one(cost.find(failing, SETTINGS), "requests_per_known_answer", "m")
    assert found.estimate == pytest.approx(2.0)  # 240 requests, 120 answers, all of them known


def test_a_judge_at_chance_has_no_price_and_one_near_it_no_upper_limit():
    found = one(cost.find(verify("m", "openai", saying_true), SETTINGS), "requests_per_known_answer", "m")
    assert found.estimate is None
    assert "no better than by guessing" in found.reading
    near = verify("m", "openai", observing(Observer(0.25), 5), clips=40)
    found = one(cost.find(near, SETTINGS), "requests_per_known_answer", "m")
    assert found.high is None
    assert found.low > 0
    assert found.reading.startswith("Undecided")


def test_an_endpoint_that_does_not_count_is_said_to():
    found = one(cost.find(verify("m", "openai", saying_true), SETTINGS), "tokens_per_trial", "m")
    assert found.estimate is None
    assert "did not say how many tokens" in found.reading
    half = counted(verify("m", "openai", saying_true)).with_columns(
        prompt_tokens=pl.when(pl.col("framing") == "positive").then(pl.col("prompt_tokens"))
    )
    found = one(cost.find(half, SETTINGS), "tokens_per_trial", "m")
    assert found.estimate == pytest.approx(1050)
    assert "Of 120 trials no count is known." in found.reading


def test_scores_have_tokens_and_no_right_answers_and_choices_have_both():
    table = pl.concat(
        [counted(score("m", "openai", range(9), range(9))), choose("m", [("a", "a"), ("b", "b")] * 9)]
    )
    found = cost.find(table, SETTINGS)
    assert [(f.about["task"], f.measure) for f in found] == [
        ("choose", "tokens_per_trial"),
        ("choose", "requests_per_known_answer"),
        ("score", "tokens_per_trial"),
    ]
    assert one(found, "requests_per_known_answer", "m").estimate == pytest.approx(1.0)


def test_self_consistency_takes_what_its_repeats_took():
    repeats = [
        counted(verify("m", "openai", lambda truth, framing: truth, clips=10)).with_columns(
            repeat=pl.lit(k, pl.Int64), key=pl.col("key") + f"/{k}"
        )
        for k in range(3)
    ]
    found = cost.find(with_consistency(pl.concat(repeats), ["self-consistency"]), SETTINGS)
    (derived,) = [
        f for f in found if f.about["strategy"] == "self-consistency" and f.measure == "tokens_per_trial"
    ]
    assert derived.estimate == pytest.approx(3 * 1050)
    assert derived.parts["requests"] == 3 * derived.parts["trials"]
    assert "paid for once" in derived.reading


def test_reference_judges_and_what_was_not_asked_cost_nothing():
    table = pl.concat(
        [
            verify("constant", "constant", saying_true),
            verify("sim", "simulated", saying_true),
            verify("m", "openai", lambda truth, framing: "missing"),
        ]
    )
    assert cost.find(table, SETTINGS) == []
    failed = one(
        cost.find(verify("m", "openai", lambda truth, framing: "error"), SETTINGS),
        "requests_per_known_answer",
        "m",
    )
    assert failed.estimate is None
    assert "no answered trials" in failed.reading
