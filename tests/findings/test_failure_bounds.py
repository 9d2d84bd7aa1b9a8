"""How far failures could move choices and ranks; those of balanced accuracy stand in test_failures."""

import numpy as np
import polars as pl
import pytest

from aqa_eval.findings import Settings, failures
from findings.tables import choose, one, score

SETTINGS = Settings(seed=3, resamples=200)


def test_choices_are_bounded_by_all_wrong_and_all_right():
    # 40 questions, two options in turn: 8 fail, 4 of each option, the rest is right. Recalls of 16/20 each at
    # the worst: (0.8 - 1/2) / (1 - 1/2) = 0.6.
    answers = [("ab"[i % 2], None if i < 8 else "ab"[i % 2]) for i in range(40)]
    found = one(failures.find(choose("m", answers), SETTINGS), "choice_skill_bounds", "m")
    assert found.estimate == 1.0
    assert found.parts["all_failures_wrong"] == pytest.approx(0.6)
    assert found.parts["all_failures_right"] == 1.0
    assert found.low < 0.6
    assert "Better than chance either way." in found.reading


def test_comparisons_are_bounded_as_choices_are():
    answers = [("first", None), *[("first", "first"), ("second", "second")] * 10]
    found = one(
        failures.find(choose("m", answers, task="compare", criterion="depth"), SETTINGS),
        "choice_skill_bounds",
        "m",
    )
    assert found.parts["all_failures_wrong"] == pytest.approx(10 / 11)
    assert found.parts["all_failures_right"] == 1.0


def test_ranks_are_bounded_whatever_the_missing_scores_would_have_been():
    truths = np.arange(50.0)
    scores: list[float | None] = [float(t) for t in truths]
    scores[0] = None
    found = one(failures.find(score("m", "openai", truths, scores), SETTINGS), "spearman_bounds", "m")
    # Were the worst performance put last among 50: 1 - 6 (49^2 + 49) / (50 * 2499) = 0.88.
    assert found.parts["failures_at_their_worst"] == pytest.approx(
        1 - 6 * (49**2 + 49) / (50 * 2499), abs=0.001
    )
    assert found.parts["failures_at_their_best"] == pytest.approx(1.0)
    assert found.low < found.parts["failures_at_their_worst"]
    assert "Better than chance either way." in found.reading


def test_many_failures_make_a_good_rank_undecided():
    truths = np.arange(40.0)
    scores: list[float | None] = [None if i % 2 else float(t) for i, t in enumerate(truths)]
    found = one(failures.find(score("m", "openai", truths, scores), SETTINGS), "spearman_bounds", "m")
    assert found.low < 0.0 < found.high
    assert "Undecided against chance" in found.reading


def test_within_events_where_there_are_any():
    truths = [1.0, 2.0, 3.0, 4.0] * 4
    events = [f"event-{i // 4}" for i in range(16)]
    scores: list[float | None] = [*truths]
    scores[3] = None
    found = one(failures.find(score("m", "openai", truths, scores, events), SETTINGS), "spearman_bounds", "m")
    assert "within events" in found.reading
    assert found.parts["failures_at_their_worst"] < found.parts["failures_at_their_best"]


def test_all_failed_one_cluster_and_true_scores_that_do_not_vary():
    nothing = one(failures.find(score("m", "openai", range(5), [None] * 5), SETTINGS), "spearman_bounds", "m")
    assert (nothing.estimate, nothing.low) == (None, None)
    assert (nothing.parts["failures_at_their_worst"], nothing.parts["failures_at_their_best"]) == (-1.0, 1.0)
    flat = one(
        failures.find(score("m", "openai", [3] * 5, [None, 1, 2, 3, 4]), SETTINGS), "spearman_bounds", "m"
    )
    assert flat.estimate is None
    assert "do not vary" in flat.reading
    alone = score("m", "openai", range(5), [None, 1, 2, 3, 4]).with_columns(cluster=pl.lit("one"))
    assert one(failures.find(alone, SETTINGS), "spearman_bounds", "m").low is None
    silent = one(failures.find(choose("m", [("a", None), ("b", None)]), SETTINGS), "choice_skill_bounds", "m")
    assert silent.estimate is None
