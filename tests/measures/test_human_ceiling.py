import numpy as np
import pytest

from aqa_eval.measures import raters
from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.human_ceiling import against_the_majority, rank_ceiling
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=5, resamples=200)
_ = np.nan


def test_votes_against_the_majority_by_hand():
    # Unit 0 (1 1 0): for raters 1 and 2 the others are split; rater 3 said 0 where the others say 1.
    # Unit 1 (0 0 0): three right. Unit 2 (1 1 1): three right. Unit 3 (1 _ _): nobody else.
    judged = against_the_majority([[1, 1, 0], [0, 0, 0], [1, 1, 1], [1, _, _]], ["a", "b", "c", "d"])
    assert judged.truth.tolist() == [True, False, False, False, True, True, True]
    assert judged.fault.tolist() == [False, False, False, False, True, True, True]
    assert judged.item.tolist() == [0, 1, 1, 1, 2, 2, 2]
    found = agreement(judged, PLAN).overall
    assert (found.sensitivity.value, found.specificity.value) == (0.75, 1.0)
    with pytest.raises(ValueError, match="0 or 1, found 2"):
        against_the_majority([[2, 1]], [0])


def test_the_ceiling_of_votes_that_are_right_nine_times_in_ten():
    rng = np.random.default_rng(2)
    truth = rng.random(3000) < 0.5
    votes = np.where(rng.random((3000, 3)) < 0.9, truth[:, None], ~truth[:, None]).astype(float)
    found = agreement(against_the_majority(votes, range(3000)), PLAN).overall.balanced_accuracy
    # Others that agree are right with 0.81 / 0.82: 0.9 x 0.81/0.82 + 0.1 x 0.01/0.82.
    assert found.contains(0.9 * 0.81 / 0.82 + 0.1 * 0.01 / 0.82)


def test_the_rank_ceiling_is_the_mean_over_raters():
    rng = np.random.default_rng(5)
    table = rng.normal(0, 1, (80, 1)) + rng.normal(0, 0.7, (80, 4))
    table[rng.random(table.shape) < 0.2] = np.nan
    found = rank_ceiling(table, np.arange(80) // 2, PLAN)
    assert found.value == pytest.approx(np.mean(raters.one_against_the_rest(table)))
    assert found.low < found.value < found.high


def test_within_events_the_event_is_worth_nothing():
    rng = np.random.default_rng(6)
    event = np.repeat(np.arange(15), 12)
    table = 10.0 * event[:, None] + rng.normal(size=(180, 3))
    assert rank_ceiling(table, event, PLAN).value > 0.9
    assert rank_ceiling(table, event, PLAN, event.astype(str)).contains(0.0)


def test_without_raters_to_compare_it_says_why():
    for table in ([[1, 2], [2, 3]], [[1, 1], [1, 2], [1, 3]], [[1], [2], [3]], np.zeros((0, 2))):
        found = rank_ceiling(table, np.arange(len(table)), PLAN)
        assert found.value is None
        assert "no rater has 3 units" in found.reason
    noisy = rank_ceiling([[1, 2], [2, 1], [3, 3], [_, 4]], [0, 0, 0, 0], PLAN)
    assert (noisy.value, noisy.low) == (pytest.approx(0.5), None)
