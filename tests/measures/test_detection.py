import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.detection import (
    d_prime,
    detection,
    intraclass_correlation,
)
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.polarity import polarity
from aqa_eval.measures.resampling import Resampling
from measures.observers import ask

PLAN = Resampling(seed=5, resamples=100)


def counted(hits, faults, alarms, others):
    truth = [True] * faults + [False] * others
    fault = [True] * hits + [False] * (faults - hits) + [True] * alarms + [False] * (others - alarms)
    return truth, fault


def test_the_published_example_of_statpsych():
    # R package statpsych, signal(82, 46, 100, 100): HR 0.8168317, FAR 0.460396, d' 1.002793, bias -0.4019603
    # The rates are log-linearly corrected: 82.5 / 101 and 46.5 / 101.
    assert d_prime(82.5 / 101, 46.5 / 101) == pytest.approx(1.002793, abs=1e-6)
    truth, fault = counted(82, 100, 46, 100)
    found = detection(Judgements.of(truth, fault, range(200)), PLAN).overall
    assert found.d_prime.value == pytest.approx(1.002793, abs=1e-6)
    assert found.c.value == pytest.approx(-0.4019603, abs=1e-6)


def test_criteria_with_opposite_c_do_not_dilute_d_prime():
    # d' = 1 with c = +1 and c = -1: pooled rates are the mean of both, and give 0.62.
    n = 20_000
    pooled, parts = [], []
    for name, c in (("a", 1.0), ("b", -1.0)):
        hits, alarms = (round(n * stats.norm.sf(c - side)) for side in (0.5, -0.5))
        truth, fault = counted(hits, n, alarms, n)
        parts.append((truth, fault, [name] * 2 * n))
        pooled.append((hits / n, alarms / n))
    hit, alarm = np.mean(pooled, axis=0)
    assert stats.norm.ppf(hit) - stats.norm.ppf(alarm) == pytest.approx(0.62, abs=0.005)
    truth, fault, criterion = (np.concatenate(part) for part in zip(*parts, strict=True))
    judgements = Judgements.of(truth, fault, np.arange(4 * n) // 400, criterion)
    found = detection(judgements, Resampling(resamples=10))
    assert found.overall.d_prime.value == pytest.approx(1.0, abs=0.002)
    assert found.overall.c.value == pytest.approx(0.0, abs=0.002)
    assert found.criteria["a"].c.value == pytest.approx(1.0, abs=0.002)


def test_the_two_biases_from_c_of_each_polarity():
    truth, fault_plus = counted(12, 20, 4, 20)  # z(12.5/21) = 0.24104, z(4.5/21) = -0.79164: c+ = 0.27530
    _, fault_minus = counted(16, 20, 10, 20)  # z(16.5/21) = 0.79164, z(10.5/21) = 0: c- = -0.39582
    found = detection(
        Judgements.of(truth * 2, fault_plus + fault_minus, list(range(40)) * 2, None, [1] * 40 + [-1] * 40),
        PLAN,
    ).overall
    assert found.c_positive.value == pytest.approx(0.27530, abs=1e-4)
    assert found.c_negative.value == pytest.approx(-0.39582, abs=1e-4)
    assert found.correctness.value == pytest.approx((0.27530 - 0.39582) / 2, abs=1e-4)
    assert found.acquiescence.value == pytest.approx((0.27530 + 0.39582) / 2, abs=1e-4)
    assert found.d_prime.value == pytest.approx((0.24104 + 0.79164 + 0.79164) / 2, abs=1e-4)


def test_asking_again_neither_thins_the_correction_nor_narrows_anything():
    truth, fault = counted(10, 10, 3, 10)
    once = detection(Judgements.of(truth, fault, range(20)), PLAN).overall
    again = detection(
        Judgements.of(truth * 5, fault * 5, list(range(20)) * 5, item=list(range(20)) * 5), PLAN
    ).overall
    assert once.d_prime.value == pytest.approx(stats.norm.ppf(10.5 / 11) - stats.norm.ppf(3.5 / 11))
    for name in ("d_prime", "c"):
        first, second = getattr(once, name), getattr(again, name)
        assert second.value == pytest.approx(first.value)
        assert (second.low, second.high) == pytest.approx((first.low, first.high))
        assert second.noise_floor == pytest.approx(first.noise_floor)


def test_saying_always_the_same_is_no_sensitivity_whatever_the_class_sizes():
    # The bare correction would give z(10.5/11) - z(30.5/31) = 1.691 - 2.139 = -0.45 for seeing nothing.
    truth, _ = counted(0, 10, 0, 30)
    found = detection(Judgements.of(truth, [True] * 40, range(40)), PLAN).overall
    assert found.d_prime.value == pytest.approx(0.0)
    assert found.c.value == pytest.approx(-stats.norm.ppf(40.5 / 41))
    assert found.d_prime.low < 0.0 < found.d_prime.high


def test_a_perfect_judge_has_a_finite_d_prime_with_a_width():
    truth, fault = counted(12, 12, 0, 12)
    found = detection(Judgements.of(truth, fault, range(24)), PLAN).overall.d_prime
    assert found.value == pytest.approx(2 * stats.norm.ppf(12.5 / 13))
    assert 0.0 < found.low < found.value < found.high < np.inf
    assert "binomial variance" in found.method


def test_the_noise_floor_of_d_prime():
    truth, fault = counted(15, 30, 15, 30)
    found = detection(Judgements.of(truth, fault, range(60)), PLAN).overall
    # A rate of 1/2 over 30 items has variance 1/120, and over phi(0)^2 = 1/(2 pi): pi / 60. 2 x 29 degrees
    # of freedom: t = 2.001717.
    assert found.d_prime.noise_floor == pytest.approx(2.001717 * np.sqrt(2 * np.pi / 60), rel=1e-6)
    assert found.c.noise_floor == pytest.approx(found.d_prime.noise_floor / 2)


def test_one_polarity_alone_gives_no_biases():
    truth, fault = counted(6, 10, 4, 10)
    found = detection(Judgements.of(truth, fault, range(20), None, [1] * 20), PLAN)
    assert found.one_sided == ("all",)
    assert found.overall.d_prime.value is not None
    assert found.overall.correctness.value is None
    assert found.overall.acquiescence.reason == "not asked in both polarities with both classes present"


def test_one_class_only_is_no_estimate():
    found = detection(Judgements.of([True] * 8, [True, False] * 4, range(8)), PLAN)
    assert found.overall.d_prime.value is None
    assert found.left_out == ("all",)
    assert detection(Judgements.of([], [], []), PLAN).overall.d_prime.reason == "no answered trials"


@pytest.mark.parametrize(
    "planted", [Observer(1.0, 0.4, 0.3), Observer(0.0, -0.3, 0.5)], ids=["sees something", "blind"]
)
def test_planted_values_are_recovered_with_their_coverage(planted):
    # 15 unequal clusters whose evidence hangs together: small on purpose. 200 simulations at 95% have a
    # standard error of 1.5 points; 90% is three of them down. Bias: within a quarter of the estimator's SD,
    # and the error of its own mean (three times 1/sqrt(200) = 0.21 SD) on top.
    wanted = {
        "d_prime": planted.d_prime,
        "correctness": planted.criterion,
        "acquiescence": planted.acquiescence,
        "p_correctness": planted.correctness_bias(),
        "p_acquiescence": planted.acquiescence_bias(),
    }
    values, covered = {name: [] for name in wanted}, dict.fromkeys(wanted, 0)
    plan = Resampling(resamples=20)
    for seed in range(200):
        judgements = ask(planted, seed, 15, 6, shared=0.2, criteria=2, unequal=True)
        on_z, on_p = detection(judgements, plan).overall, polarity(judgements, plan).overall
        found = {name: getattr(on_z, name) for name in ("d_prime", "correctness", "acquiescence")}
        found |= {"p_correctness": on_p.correctness, "p_acquiescence": on_p.acquiescence}
        for name, estimate in found.items():
            values[name].append(estimate.value)
            covered[name] += bool(estimate.contains(wanted[name]))
    for name, truth in wanted.items():
        assert covered[name] / 200 >= 0.90, name
        assert abs(np.mean(values[name]) - truth) < (0.25 + 0.21) * np.std(values[name]), name


def test_repeats_are_worth_what_they_vary():
    # Two items, answers (1, 1) and (0, 0): all variance lies between them.
    cell = np.zeros(4, np.int64)
    item = np.array([0, 0, 1, 1])
    assert intraclass_correlation(np.array([1.0, 1, 0, 0]), item, cell) == 1.0
    # Answers (1, 0) and (1, 0): within 4 * 0.25 / 2 = 0.5, between 0: (0 - 0.5) / (0 + 0.5), kept at 0.
    assert intraclass_correlation(np.array([1.0, 0, 1, 0]), item, cell) == 0.0
    # (1, 1), (1, 0), (0, 0) of one cell: between 2 (0.25 + 0 + 0.25) / 2 = 0.5, within 0.5 / 3 = 1/6,
    # so (1/2 - 1/6) / (1/2 + 1/6) = 1/2.
    values = np.array([1.0, 1, 1, 0, 0, 0])
    assert intraclass_correlation(values, np.repeat([0, 1, 2], 2), np.zeros(6, np.int64)) == pytest.approx(
        0.5
    )
    # Nothing repeated, or nothing varies: repeats have shown no worth.
    assert intraclass_correlation(np.array([1.0, 0.0]), np.arange(2), np.zeros(2, np.int64)) == 1.0
    assert intraclass_correlation(np.ones(4), item, cell) == 1.0


def test_asking_again_does_not_pull_d_prime_to_zero_nor_push_it_up():
    # Five faulty and five faultless items, twenty independent answers each, d' = 1.5: the correction at
    # five trials a class would give about 1.1.
    rng = np.random.default_rng(3)
    truth = np.repeat([True, False], 100)
    item = np.repeat(np.arange(10), 20)
    drawn = []
    for _ in range(60):
        said = rng.normal(np.where(truth, 0.75, -0.75)) > 0
        drawn.append(detection(Judgements.of(truth, said, item, item=item), PLAN).overall.d_prime.value)
    assert np.mean(drawn) == pytest.approx(1.5, abs=0.1)
    # A judge that repeats himself is as sure after twenty askings as after one.
    once = detection(Judgements.of(truth[::20], truth[::20], range(10)), PLAN).overall.d_prime.value
    again = detection(Judgements.of(truth, truth, item, item=item), PLAN).overall.d_prime.value
    assert again == pytest.approx(once)
