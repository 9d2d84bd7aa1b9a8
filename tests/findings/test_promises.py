"""What the suite promises of a judge that sees nothing, knows much, or scales badly."""

import numpy as np
import polars as pl
import pytest

from aqa_eval.findings import Settings, chance, find_all, rank, regression_trap
from findings.tables import one, score, verify

SETTINGS = Settings(seed=3, resamples=500)


def scored(slope: float, noise: float, n: int = 300, shift: float = 0.0, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    truth = rng.normal(50.0, 10.0, n)
    said = 50.0 + shift + slope * (truth - 50.0) + rng.normal(0.0, noise, n)
    return score("m", "openai", truth, said)


def test_a_judge_that_answers_the_mean_is_named_a_mean_guesser():
    # Two points about the mean of a spread of ten, whatever the clip: s = 0.2, r = 0.
    found = one(regression_trap.find(scored(0.0, 2.0), SETTINGS), "skill", "m")
    assert found.reading.startswith("Mean-guesser")
    exactly = score("m", "openai", np.arange(300.0), [149.5] * 300)
    assert one(regression_trap.find(exactly, SETTINGS), "skill", "m").reading.startswith("Mean-guesser")


@pytest.mark.parametrize("shift", [0.0, 15.0])
def test_a_good_judge_that_scales_badly_is_not(shift):
    # It hugs the mean too (s = 0.2) but in the right order: r near 0.95.
    found = one(regression_trap.find(scored(0.2, 0.6, shift=shift), SETTINGS), "skill", "m")
    assert found.reading.startswith("Not a mean-guesser")


def test_of_a_small_sample_it_is_undecided():
    found = one(regression_trap.find(scored(0.0, 2.0, n=12), SETTINGS), "skill", "m")
    assert found.reading.startswith("Undecided whether it is a mean-guesser")


@pytest.mark.parametrize("clips", [200, 1200])
def test_a_blind_judge_that_knows_base_rates_per_criterion_is_at_chance_in_the_headline(clips):
    # Knees cave in nine of ten clips and backs round in one of ten; it says fault of knees, never of backs.
    rng = np.random.default_rng(4)
    table = verify(
        "m",
        "openai",
        lambda truth, framing: truth,
        clips=clips,
        criteria=["knees", "back"],
        framings=["positive"],
    )
    common = pl.col("criterion") == "knees"
    drawn = pl.Series(rng.random(table.height))
    table = table.with_columns(
        truth_fault=pl.when(common).then(drawn < 0.9).otherwise(drawn < 0.1), fault=common
    )
    pooled = (table["truth_fault"] == table["fault"]).mean()
    assert pooled > 0.85
    found = one(chance.find(table, SETTINGS), "balanced_accuracy", "m")
    assert found.estimate == 0.5
    assert found.low < 0.5 < found.high
    assert not found.reading.startswith("Tells clips")


def test_a_blind_judge_that_tosses_coins_at_the_base_rates_is_at_chance_too():
    rng = np.random.default_rng(5)
    table = verify(
        "m",
        "openai",
        lambda truth, framing: truth,
        clips=600,
        criteria=["knees", "back"],
        framings=["positive"],
    )
    rate = pl.when(pl.col("criterion") == "knees").then(0.9).otherwise(0.1)
    table = table.with_columns(
        truth_fault=pl.Series(rng.random(table.height)) < rate,
        fault=pl.Series(rng.random(table.height)) < rate,
    )
    found = one(chance.find(table, SETTINGS), "balanced_accuracy", "m")
    assert abs(found.estimate - 0.5) < 0.03
    assert found.low < 0.5 < found.high


def test_a_judge_that_knows_only_the_event_scores_near_zero_within_events():
    rng = np.random.default_rng(6)
    level = np.repeat(rng.normal(0.0, 2.0, 25), 20)
    truth, said = level + rng.normal(size=500), level + rng.normal(size=500)
    events = [f"event-{i // 20}" for i in range(500)]
    found = rank.find(score("m", "openai", truth, said, events), SETTINGS)
    within, pooled = one(found, "spearman", "m"), one(found, "spearman_pooled", "m")
    assert pooled.estimate > 0.6
    assert within.low < 0.0 < within.high
    assert abs(within.estimate) < 0.1
    assert within.reading.startswith("Undecided")


def test_no_finding_of_a_blind_judge_says_that_it_sees():
    rng = np.random.default_rng(7)
    table = verify("m", "openai", lambda truth, framing: bool(rng.random() < 0.3), clips=400)
    for found in find_all(table, Settings(seed=3, resamples=200)):
        assert not found.reading.startswith(
            ("Tells clips", "Sees something", "Its answers go with the truth")
        )
