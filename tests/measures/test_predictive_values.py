import numpy as np
import pytest

from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.predictive_values import predictive_values
from aqa_eval.measures.resampling import Resampling
from measures.observers import ask
from measures.test_confusion_measures import rows

PLAN = Resampling(seed=5, resamples=200)


def test_by_hand():
    # Sensitivity 3/4, specificity 2/4. At 10%: PPV = 0.075 / (0.075 + 0.9 x 0.5) = 0.075 / 0.525 = 1/7;
    # NPV = 0.45 / (0.45 + 0.025) = 18/19.
    found = predictive_values(Judgements.of(*rows(30, 10, 20, 20), range(80)), 0.1, PLAN).overall
    assert (found.ppv.value, found.npv.value) == pytest.approx((1 / 7, 18 / 19))
    assert found.ppv.low < 1 / 7 < found.ppv.high


def test_at_its_own_prevalence_it_is_the_share_of_right_answers():
    found = predictive_values(Judgements.of(*rows(6, 2, 3, 13), range(24)), 8 / 24, PLAN).overall
    assert (found.ppv.value, found.npv.value) == pytest.approx((6 / 9, 13 / 15))


def test_a_judge_that_sees_nothing_has_the_base_rate():
    found = predictive_values(Judgements.of(*rows(20, 20, 20, 20), range(80)), 0.3, PLAN).overall
    assert (found.ppv.value, found.npv.value) == pytest.approx((0.3, 0.7))


def test_no_false_alarm_in_n_clusters_is_no_ppv_of_one():
    found = predictive_values(Judgements.of(*rows(20, 20, 0, 40), range(80)), 0.1, PLAN).overall.ppv
    # At most 1 - 0.025^(1/40) = 0.0881 false alarms: PPV at least 0.05 / (0.05 + 0.9 x 0.0881) = 0.387, and
    # the interval of the sensitivity moves nothing while there is no false alarm.
    alarms = 1 - 0.025 ** (1 / 40)
    assert found.value == 1.0
    assert found.low == pytest.approx(0.05 / (0.05 + 0.9 * alarms))


def test_what_is_never_said_is_worth_nothing():
    found = predictive_values(Judgements.of(*rows(0, 20, 0, 20), range(40)), 0.2, PLAN).overall
    assert found.ppv.value is None
    assert 'never says "fault"' in found.ppv.reason
    assert found.npv.value == pytest.approx(0.8)
    assert predictive_values(Judgements.of([], [], []), 0.2, PLAN).overall.npv.value is None
    with pytest.raises(ValueError, match="base rate 1"):
        predictive_values(Judgements.of([], [], []), 1.0, PLAN)


def test_intervals_cover_the_planted_observer():
    observer = Observer(1.0, 0.3)
    hit, alarm = observer.sensitivity([1, -1]), 1 - observer.specificity([1, -1])
    expected = 0.1 * hit / (0.1 * hit + 0.9 * alarm)
    found = [
        predictive_values(ask(observer, seed, 60, 4, shared=0.2), 0.1, PLAN).overall for seed in range(100)
    ]
    assert np.count_nonzero([one.ppv.contains(expected) for one in found]) >= 88
