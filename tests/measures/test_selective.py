import numpy as np
import pytest

from aqa_eval.measures.graded import Graded
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.selective import measure, risk_coverage

PLAN = Resampling(seed=5, resamples=200)


def test_by_hand():
    # Surest first: right, right (tie with) wrong, right. Risk at 1/4: 0. At 1/2: half of the tie, half an
    # error of two rows: 1/4. At 3/4: 1/3. At 1: 1/4.
    graded = Graded.of([1, 1, 0, 1], [0.9, 0.7, 0.7, 0.2], range(4))
    found = risk_coverage(graded, PLAN, coverages=(0.25, 0.5, 0.75, 1.0))
    assert [one.value for one in found.at.values()] == pytest.approx([0.0, 0.25, 1 / 3, 0.25])
    # Area, in rows: 0 in the first; from 1 to 3 the errors are (w - 1)/2: 1 - ln(3)/2; from 3 to 4 one error,
    # ln(4/3). Divided by 4.
    aurc = (1 - np.log(3) / 2 + np.log(4 / 3)) / 4
    assert found.aurc.value == pytest.approx(aurc)
    assert (found.risk.value, found.gain.value) == pytest.approx((0.25, 0.25 - aurc))
    # The best order has three right ones first and ln(4/3) - ... : area of (w - 3)/w from 3 to 4 over 4.
    assert found.excess.value == pytest.approx(aurc - (1 - 3 * np.log(4 / 3)) / 4)
    assert found.coverage.value == 1.0


def test_it_is_the_mean_risk_over_the_rows_where_there_are_many():
    rng = np.random.default_rng(4)
    confidence = rng.random(4000)
    right = rng.random(4000) < 0.5 + confidence / 2
    found = risk_coverage(Graded.of(right, confidence, range(4000)), Resampling(resamples=5))
    wrong = ~right[np.argsort(-confidence)]
    assert found.aurc.value == pytest.approx(np.mean(np.cumsum(wrong) / np.arange(1, 4001)), abs=1e-3)


def test_doubling_every_row_changes_nothing():
    rng = np.random.default_rng(6)
    graded = Graded.of(rng.random(30) < 0.7, rng.integers(0, 5, 30), rng.integers(0, 8, 30))
    bound = measure(graded, rng.random(30) < 0.8, (0.2, 0.5), PLAN)
    weights = rng.integers(0, 3, (5, graded.clusters.count)).astype(float) + 1.0
    assert bound.statistic(weights) == pytest.approx(bound.statistic(2 * weights))
    # Weighted rows are the rows written out.
    times = weights[0][graded.clusters.codes].astype(int)
    copies = Graded.of(*(np.repeat(a, times) for a in (graded.outcome, graded.grade, np.arange(30))))
    plain = measure(graded, np.ones(30, bool), (0.2, 0.5), PLAN).statistic(weights[:1])
    written = measure(copies, np.ones(len(copies), bool), (0.2, 0.5), PLAN).statistic(
        np.ones((1, copies.clusters.count))
    )
    assert plain == pytest.approx(written)


def test_a_confidence_that_says_nothing_gains_nothing():
    rng = np.random.default_rng(1)
    same = risk_coverage(Graded.of(rng.random(200) < 0.6, np.ones(200), range(200)), PLAN)
    assert same.aurc.value == pytest.approx(same.risk.value)
    assert {round(one.value, 12) for one in same.at.values()} == {round(same.risk.value, 12)}
    random = risk_coverage(Graded.of(rng.random(2000) < 0.6, rng.random(2000), range(2000)), PLAN)
    assert random.gain.contains(0.0)
    knowing = risk_coverage(Graded.of(rng.random(2000) < 0.6, rng.random(2000), range(2000)), PLAN)
    assert knowing.excess.low > 0.0


def test_a_perfect_confidence_has_no_excess():
    right = np.arange(100) < 70
    found = risk_coverage(Graded.of(right, right.astype(float) + np.linspace(0.5, 0, 100), range(100)), PLAN)
    assert found.at[0.7].value == 0.0
    # Continuous: errors 0 up to 0.7 and then w - 0.7, as in the best order.
    assert found.excess.value == pytest.approx(0.0, abs=1e-12)


def test_who_abstains_is_not_used_and_limits_the_coverage():
    rng = np.random.default_rng(2)
    abstained = np.arange(100) % 4 == 0
    grade = np.where(abstained, np.nan, rng.random(100))
    found = risk_coverage(Graded.of(rng.random(100) < 0.8, grade, range(100)), PLAN, abstained)
    assert found.coverage.value == 0.75
    assert found.at[0.7].value is not None
    assert found.at[0.8].value is None
    assert "fewer rows are answered" in found.at[0.8].reason


def test_degenerate_rows_say_why():
    assert risk_coverage(Graded.of([], [], []), PLAN).aurc.reason == "no answered trials"
    every = risk_coverage(Graded.of([1, 0], [1, 1], [0, 1]), PLAN, np.array([True, True]))
    assert every.aurc.reason == "no answered trials"
    assert "no confidence" in risk_coverage(Graded.of([1, 0], [np.nan, 1], [0, 1]), PLAN).risk.reason
    wrong = risk_coverage(Graded.of([0] * 5, [1, 2, 3, 4, 5], range(5)), PLAN)
    assert (wrong.aurc.value, wrong.gain.value) == pytest.approx((1.0, 0.0))
    assert wrong.aurc.low is None  # always wrong: no resample tells the chance
    assert (wrong.risk.low, wrong.risk.high) == pytest.approx((0.025 ** (1 / 5), 1.0))
    with pytest.raises(ValueError, match="coverages"):
        risk_coverage(Graded.of([1], [1], [0]), PLAN, coverages=(0.0,))
