import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mean_squared_error, r2_score

from aqa_eval.measures.rank import rank_correlation
from aqa_eval.measures.regression import mean_guesser, trap
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.scores import Scores

PLAN = Resampling(seed=5, resamples=100)


def verdict(truth, said, clusters):
    scores = Scores.of(truth, said, clusters)
    found = trap(scores, PLAN)
    return mean_guesser(rank_correlation(scores, PLAN).pooled, found.s, found.skill)


def test_by_hand():
    # y = 0 10 20 30, p = 5 5 25 25; errors 5 -5 5 -5, mean square 25, range 30: R-l2 x100 = 2500/900 = 2.7778
    # mean 15 for both, b = 0; SD(y) = sqrt(125), SD(p) = 10: s = 0.894427; cov = 100: r = 100/(10 sqrt 125)
    # ratio = 25 / 125 = 0.2 = 1 + 0.8 - 2 * 0.8 + 0
    found = trap(Scores.of([0, 10, 20, 30], [5, 5, 25, 25], range(4)), PLAN)
    assert found.r_l2.value == pytest.approx(2500 / 900)
    assert found.r_l2_of_mean == pytest.approx(12500 / 900)
    assert found.skill.value == pytest.approx(0.8)
    assert found.r.value == pytest.approx(0.8944272)
    assert found.s.value == pytest.approx(0.8944272)
    assert found.b.value == pytest.approx(0.0, abs=1e-12)
    assert found.distinct == 2


def test_the_range_is_the_pinned_one():
    scores = Scores.of([0, 10], [0, 20], range(2), ["dive"] * 2, ranges={"dive": (0.0, 100.0)})
    assert trap(scores, PLAN).r_l2.value == pytest.approx(100 * (100 / 2) / 100**2)  # 0.5


number = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))


@given(rows=st.lists(st.tuples(number, number), min_size=2, max_size=40))
@settings(max_examples=150, deadline=None)
def test_the_algebra_of_the_trap_holds_on_any_data(rows):
    truth, said = (np.array(column) for column in zip(*rows, strict=True))
    found = trap(Scores.of(truth, said, range(len(rows))), Resampling(resamples=5))
    if np.ptp(truth) == 0.0:
        assert found.skill.value is None
        assert found.skill.reason == "all true scores are equal"
        return
    r, s, b = found.r.value, found.s.value, found.b.value
    ratio = 1 + s**2 - 2 * r * s + b**2
    assert found.r_l2.value / found.r_l2_of_mean == pytest.approx(ratio, rel=1e-6, abs=1e-9)
    assert 1 - found.skill.value == pytest.approx(ratio, rel=1e-6, abs=1e-9)


@given(rows=st.lists(st.tuples(number, number), min_size=3, max_size=40))
@settings(max_examples=60, deadline=None)
def test_skill_is_the_r2_score_and_r_l2_the_mean_squared_error(rows):
    truth, said = (np.array(column) for column in zip(*rows, strict=True))
    if np.ptp(truth) < 1e-2:
        return
    found = trap(Scores.of(truth, said, range(len(rows))), Resampling(resamples=5))
    assert found.skill.value == pytest.approx(r2_score(truth, said), rel=1e-6, abs=1e-9)
    expected = 100 * mean_squared_error(truth, said) / np.ptp(truth) ** 2
    assert found.r_l2.value == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_who_answers_the_mean_is_a_mean_guesser():
    truth = np.random.default_rng(0).normal(70, 10, 300)
    assert verdict(truth, np.full(300, 70.0), range(300)) == "mean-guesser"
    hugging = 70 + np.random.default_rng(1).normal(0, 0.5, 300)
    assert verdict(truth, hugging, range(300)) == "mean-guesser"


def test_a_good_but_badly_scaled_judge_is_none():
    generator = np.random.default_rng(0)
    truth = generator.normal(70, 10, 300)
    squeezed = 60 + 0.1 * truth + generator.normal(0, 0.2, 300)
    assert verdict(truth, squeezed, range(300)) == "not a mean-guesser"


def test_a_blind_judge_that_scatters_is_none():
    generator = np.random.default_rng(0)
    truth = generator.normal(70, 10, 300)
    assert verdict(truth, generator.normal(70, 10, 300), range(300)) == "not a mean-guesser"


def test_a_small_sample_is_undecided():
    generator = np.random.default_rng(3)
    truth = generator.normal(70, 10, 12)
    assert verdict(truth, 70 + generator.normal(0, 2, 12), range(12)) == "undecided"
    assert verdict(truth[:3], [70.0] * 3, range(3)) == "undecided"


def test_a_constant_judge_has_neither_spread_nor_correlation():
    found = trap(Scores.of([1.0, 2.0, 3.0, 6.0], [3.1] * 4, range(4)), PLAN)
    assert (found.s.value, found.r.value) == (0.0, 0.0)
    assert found.s.high == 0.0
    # skill = -b^2: mean 3, SD sqrt(3.5), b = 0.1 / 1.870829 = 0.053452
    assert found.skill.value == pytest.approx(-(0.053452**2), rel=1e-3)


def test_a_perfect_judge_has_no_interval_that_it_did_not_earn():
    truth = np.arange(10.0)
    found = trap(Scores.of(truth, truth, range(10)), PLAN)
    assert (found.skill.value, found.skill.low) == (1.0, None)
    assert "no resample" in found.skill.reason


def test_nothing_finite_nothing_estimated():
    found = trap(Scores.of([1.0, 2.0], [np.nan, 1.0], range(2)), PLAN)
    assert found.skill.value is None
    assert found.r_l2.reason == "1 of 2 rows hold a number that is not finite"
    assert trap(Scores.of([], [], []), PLAN).skill.reason == "no answered trials"
    single = trap(Scores.of([1.0], [2.0], [0], ranges={"all": (0, 10)}), PLAN)
    assert single.r_l2.value == pytest.approx(1.0)  # 100 * (1/10)^2
    assert single.r_l2.low is None
    assert single.skill.value is None


def test_planted_s_r_b_are_recovered_with_their_coverage():
    covered = {"r": 0, "s": 0, "b": 0, "skill": 0}
    planted = {"r": 0.5, "s": 0.8, "b": 0.3, "skill": 2 * 0.5 * 0.8 - 0.8**2 - 0.3**2}
    for seed in range(150):
        generator = np.random.default_rng(seed)
        z, e = generator.normal(size=(2, 240))
        said = 70 + 10 * (0.3 + 0.8 * (0.5 * z + np.sqrt(0.75) * e))
        found = trap(Scores.of(70 + 10 * z, said, np.arange(240) // 8), Resampling(resamples=10))
        for name, value in planted.items():
            covered[name] += bool(getattr(found, name).contains(value))
    assert all(count / 150 >= 0.89 for count in covered.values()), covered
