import numpy as np
import pytest
from hypothesis import strategies as st

from aqa_eval.measures.rank import combine, rank_correlation
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.scores import Scores

PLAN = Resampling(seed=5, resamples=100)
small = st.integers(0, 6)


def test_pooled_rho_by_hand():
    # Ranks 1 2 3 4 against 1 3 2 4: 1 - 6 * (1 + 1) / (4 * 15) = 0.8
    found = rank_correlation(Scores.of([1, 2, 3, 4], [10, 30, 20, 40], range(4)), PLAN)
    assert found.pooled.value == pytest.approx(0.8)
    assert found.within.value is None
    assert found.within.reason == "the dataset names no events"


def test_events_are_combined_through_the_mean_atanh():
    # Event a: rho 0.8 as above; event b: 1 2 3 4 against 2 1 4 3, 1 - 6 * 4 / 60 = 0.6
    truth = [1, 2, 3, 4] * 2
    said = [10, 30, 20, 40, 2, 1, 4, 3]
    found = rank_correlation(Scores.of(truth, said, range(8), event=["a"] * 4 + ["b"] * 4), PLAN)
    assert found.within.value == pytest.approx(np.tanh((np.arctanh(0.8) + np.arctanh(0.6)) / 2))
    assert found.events == 2


def test_a_perfect_event_does_not_make_the_mean_infinite():
    # Of 5 the next rho below 1 is 1 - 12 / (5 * 24) = 0.9; a perfect one counts as half way, 0.95.
    combined = combine(np.array([[1.0, 0.0]]), np.array([5.0, 5.0]), np.ones((1, 2)))
    assert combined[0] == pytest.approx(np.tanh(np.arctanh(0.95) / 2))


def test_knowing_only_the_event_is_near_zero_within_events():
    generator = np.random.default_rng(1)
    event = np.repeat(np.arange(12), 15)
    truth = 10.0 * event + generator.normal(size=180)
    blind = rank_correlation(Scores.of(truth, 10.0 * event, event, event=event.astype(str)), PLAN)
    assert blind.pooled.value > 0.9
    assert blind.within.value == 0.0
    noisy = 10.0 * event + generator.normal(size=180)
    found = rank_correlation(Scores.of(truth, noisy, event, event=event.astype(str)), PLAN)
    assert found.pooled.low > 0.9
    assert found.within.contains(0.0)


def test_constant_predictions_are_rho_0_and_said_to_be():
    found = rank_correlation(Scores.of([1.0, 2.0, 3.0, 4.0], [5.0] * 4, range(4)), PLAN).pooled
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    assert "constant" in found.method


def test_a_perfect_order_keeps_a_width():
    truth = np.arange(20.0)
    found = rank_correlation(Scores.of(truth, truth, range(20)), PLAN).pooled
    # Guard 1 - 6 / (20 * 399) = 0.999248; Fisher's z on 20 clusters: t(19) = 2.0930 over sqrt(17).
    low = np.tanh(np.arctanh(1 - 6 / 7980) - 2.0930241 / np.sqrt(17))
    assert found.value == 1.0
    assert (found.low, found.high) == (pytest.approx(low), 1.0)


def test_small_and_flat_events_are_left_out_and_named():
    truth = [1, 2, 1, 2, 3, 5, 5, 5]
    found = rank_correlation(
        Scores.of(truth, range(8), range(8), event=["two", "two", "ok", "ok", "ok", "flat", "flat", "flat"]),
        PLAN,
    )
    assert found.left_out == ("flat", "two")
    assert found.events == 1
    none = rank_correlation(Scores.of([1, 2], [1, 2], range(2), event=["a", "b"]), PLAN).within
    assert none.value is None
    assert "3 clips or more" in none.reason


@pytest.mark.parametrize(
    ("truth", "said", "reason"),
    [
        ([], [], "no answered trials"),
        ([1.0], [2.0], "all true scores are equal"),
        ([3.0, 3.0, 3.0], [1.0, 2.0, 3.0], "all true scores are equal"),
        ([1.0, 2.0, 3.0], [1.0, np.nan, 2.0], "1 of 3 rows hold a number that is not finite"),
        ([1.0, np.inf, 3.0], [1.0, 2.0, 2.0], "1 of 3 rows hold a number that is not finite"),
    ],
)
def test_degenerate_rows_are_no_estimate(truth, said, reason):
    found = rank_correlation(Scores.of(truth, said, range(len(truth))), PLAN).pooled
    assert found.value is None
    assert found.reason == reason


def test_coverage_with_few_unequal_events():
    # Latent correlation 0.5 within every event: Spearman 6/pi asin(r/2) = 0.4826, here with 15 events.
    truth = 6 / np.pi * np.arcsin(0.25)
    covered = 0
    for seed in range(120):
        generator = np.random.default_rng(seed)
        event = np.repeat(np.arange(15), generator.integers(12, 40, 15))
        x = generator.normal(size=len(event))
        y = 0.5 * x + np.sqrt(0.75) * generator.normal(size=len(event))
        scores = Scores.of(x, y, event, event=event.astype(str))
        covered += bool(rank_correlation(scores, Resampling(resamples=10)).within.contains(truth))
    assert covered / 120 >= 0.89  # 0.95 less three standard errors of 0.02
