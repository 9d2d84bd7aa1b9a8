import numpy as np
import pytest

from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.polarity import polarity
from aqa_eval.measures.resampling import Resampling
from measures.observers import ask

PLAN = Resampling(seed=5, resamples=100)


def test_by_hand():
    # Requirement (+), 4 faulty: "true" (no fault said) to 1; 4 sound: "true" to 3. P+ = (1/4 + 3/4)/2 = 0.5
    # Fault (-), 4 faulty: "true" (fault said) to 4; 4 sound: to 2.             P- = (4/4 + 2/4)/2 = 0.75
    truth = ([True] * 4 + [False] * 4) * 2
    said_plus = [True, False, False, False, True, True, True, False]
    said_minus = [True, True, True, True, True, True, False, False]
    fault = [not said for said in said_plus] + said_minus
    found = polarity(Judgements.of(truth, fault, list(range(8)) * 2, None, [1] * 8 + [-1] * 8), PLAN).overall
    assert found.true_positive_statement.value == pytest.approx(0.5)
    assert found.true_negative_statement.value == pytest.approx(0.75)
    assert found.correctness.value == pytest.approx(-0.125)  # (0.5 - 0.75) / 2
    assert found.acquiescence.value == pytest.approx(0.125)  # (0.5 + 0.75) / 2 - 0.5


def test_an_unbiased_judge_shows_no_bias_where_faults_are_rare():
    # 15 of 100 clips faulty, right in 80% of either class and polarity. Averaging P over clips would give
    # P+ = 0.15 * 0.2 + 0.85 * 0.8 = 0.71 and P- = 0.29: a false bias of 0.21.
    truth = np.array([True] * 15 + [False] * 85)
    wrong = np.array(([True] * 3 + [False] * 12) + [True] * 17 + [False] * 68)
    fault = truth ^ wrong
    found = polarity(
        Judgements.of(
            np.tile(truth, 2), np.tile(fault, 2), list(range(100)) * 2, None, [1] * 100 + [-1] * 100
        ),
        PLAN,
    ).overall
    assert found.correctness.value == pytest.approx(0.0, abs=1e-12)
    assert found.acquiescence.value == pytest.approx(0.0, abs=1e-12)


def test_two_biases_that_one_polarity_cannot_tell_apart():
    # Both observers move the threshold by 0.6 under the requirement: the same answers there.
    lenient, agreeing = (ask(o, 4, 60, 4) for o in (Observer(1.0, 0.6, 0.0), Observer(1.0, 0.0, 0.6)))
    positive = lenient.polarity == 1
    assert (lenient.fault[positive] == agreeing.fault[positive]).all()
    first, second = polarity(lenient, PLAN).overall, polarity(agreeing, PLAN).overall
    assert first.correctness.low > 0.0
    assert first.acquiescence.contains(0.0)
    assert second.acquiescence.low > 0.0
    assert second.correctness.contains(0.0)


def test_the_noise_floor():
    # Four cells of 20 coins: (P+ - P-)/2 is a sum of four rates times 1/4, each of variance 1/80.
    # 4 x 19 degrees of freedom: t = 1.991673.
    truth = ([True] * 20 + [False] * 20) * 2
    fault = np.random.default_rng(0).random(80) < 0.5
    found = polarity(Judgements.of(truth, fault, range(80), None, [1] * 40 + [-1] * 40), PLAN).overall
    assert found.correctness.noise_floor == pytest.approx(1.991673 * np.sqrt(4 / 16 / 80), rel=1e-6)


def test_neutral_questions_and_one_sided_criteria_are_not_used():
    truth, fault = [True, False] * 10, [True, True, False, False] * 5
    neutral = polarity(Judgements.of(truth, fault, range(20)), PLAN)
    assert neutral.overall.correctness.value is None
    assert neutral.overall.correctness.reason == "no answered trials in either polarity"
    both = Judgements.of(
        truth * 3, fault * 3, range(60), ["a"] * 40 + ["b"] * 20, [1] * 20 + [-1] * 20 + [1] * 20
    )
    found = polarity(both, PLAN)
    assert found.left_out == ("b",)
    assert found.criteria["b"].acquiescence.value is None
    assert found.overall.acquiescence.value == found.criteria["a"].acquiescence.value
