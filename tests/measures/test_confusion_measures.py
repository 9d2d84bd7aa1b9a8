import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, matthews_corrcoef

from aqa_eval.measures.agreement import correct
from aqa_eval.measures.confusion_measures import confusion_measures, f1, headline, macro_f1, mcc, of_criteria
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.rate_functions import measure_functions
from aqa_eval.measures.resampling import Resampling, difference
from measures.observers import ask

PLAN = Resampling(seed=5, resamples=200)


def rows(hits, misses, alarms, rejections):
    """Truth and answers with the given counts."""
    truth = [True] * (hits + misses) + [False] * (alarms + rejections)
    fault = [True] * hits + [False] * misses + [True] * alarms + [False] * rejections
    return truth, fault


def test_by_hand():
    # a: 3 hits, 1 miss, 2 alarms, 2 rejections. F1 = 6 / (6 + 1 + 2) = 2/3; of "no fault" 4 / (4 + 2 + 1) =
    # 4/7; macro 13/21. MCC = (3 x 2 - 1 x 2) / sqrt(4 x 4 x 5 x 3) = 4 / sqrt(240).
    # b: 1, 1, 0, 6. F1 = 2/3; of "no fault" 12/13; macro 31/39. MCC = 6 / sqrt(2 x 6 x 1 x 7) = 6 / sqrt(84).
    (truth_a, fault_a), (truth_b, fault_b) = rows(3, 1, 2, 2), rows(1, 1, 0, 6)
    judged = Judgements.of(truth_a + truth_b, fault_a + fault_b, range(16), ["a"] * 8 + ["b"] * 8)
    found = confusion_measures(judged, PLAN)
    a, b, overall = found.criteria["a"], found.criteria["b"], found.overall
    assert (a.f1.value, a.macro_f1.value, a.mcc.value) == pytest.approx((2 / 3, 13 / 21, 4 / 240**0.5))
    assert (b.f1.value, b.macro_f1.value, b.mcc.value) == pytest.approx((2 / 3, 31 / 39, 6 / 84**0.5))
    assert overall.mcc.value == pytest.approx((4 / 240**0.5 + 6 / 84**0.5) / 2)
    # Always "fault": half of a is faulty, 2 x 4 / (2 x 4 + 4) = 2/3; a quarter of b, 4 / (4 + 6) = 0.4.
    assert (a.always_fault, b.always_fault) == pytest.approx((2 / 3, 0.4))
    assert overall.always_fault == pytest.approx((2 / 3 + 0.4) / 2)
    assert overall.f1.low < overall.f1.value < overall.f1.high


@given(data=st.data(), n=st.integers(4, 40))
@settings(max_examples=80, deadline=None)
def test_under_any_weights_it_is_scikit_learns(data, n):
    flags = st.lists(st.booleans(), min_size=n, max_size=n)
    truth, fault = np.array(data.draw(flags)), np.array(data.draw(flags))
    weight = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), float)
    functions = [of_criteria(counts, (-1.0, 1.0), "", [0]) for counts in (f1, macro_f1, mcc)]
    rates = correct(Judgements.of(truth, fault, np.arange(n)))
    found = measure_functions(rates, functions, PLAN).statistic(weight[None])[0]
    if len(np.unique(truth[weight > 0])) < 2:
        assert np.isnan(found).all()
        return
    settled = {"sample_weight": weight, "zero_division": 0.0}
    expected = [
        f1_score(truth, fault, **settled),
        f1_score(truth, fault, average="macro", labels=[False, True], **settled),
        matthews_corrcoef(truth, fault, sample_weight=weight),
    ]
    assert found == pytest.approx(expected)


def test_perfect_answers_are_bounded_and_not_certain():
    truth = [True, False] * 20
    found = confusion_measures(Judgements.of(truth, truth, np.arange(40) // 2), PLAN).overall
    # Each class right in 20 of 20 clusters: both rates are at least q = 0.025^(1/20), and with as many of one
    # class as of the other F1 is then 2q / (2q + 2 (1 - q)) = q and MCC q - (1 - q) = 2q - 1.
    q = 0.025 ** (1 / 20)
    assert (found.f1.value, found.f1.low, found.f1.high) == pytest.approx((1.0, q, 1.0))
    assert (found.mcc.value, found.mcc.low) == pytest.approx((1.0, 2 * q - 1))


def test_without_a_false_alarm_the_interval_knows_that_there_may_be_some():
    truth, fault = rows(30, 30, 0, 60)
    found = confusion_measures(Judgements.of(truth, fault, range(120)), PLAN).overall.f1
    assert found.low < found.boot_low
    assert "exact cluster-level bound" in found.method


@pytest.mark.parametrize("said", [True, False])
def test_one_answer_every_time_has_no_correlation_and_no_crash(said):
    truth = [True, False] * 10
    found = confusion_measures(Judgements.of(truth, [said] * 20, range(20)), PLAN).overall
    assert found.mcc.value == 0.0
    assert found.f1.value == pytest.approx(2 / 3 if said else 0.0)
    assert found.f1.low is not None


def test_what_cannot_be_estimated_says_why():
    alone = confusion_measures(Judgements.of([True] * 5, [True, False] * 2 + [True], range(5)), PLAN)
    assert alone.overall.f1.value is None
    assert "only one class" in alone.overall.f1.reason
    assert alone.overall.always_fault == 1.0
    assert confusion_measures(Judgements.of([], [], []), PLAN).overall.mcc.reason == "no answered trials"
    one_cluster = confusion_measures(Judgements.of([True, False], [True, True], [0, 0]), PLAN).overall.f1
    assert (one_cluster.low, one_cluster.value) == (None, pytest.approx(2 / 3))
    mixed = Judgements.of([True, False, True, True], [True] * 4, [0, 1, 2, 3], ["a", "a", "b", "b"])
    assert confusion_measures(mixed, PLAN).left_out == ("b",)


def test_a_difference_of_two_judges_is_paired():
    truth = np.arange(200) % 2 == 0
    rng = np.random.default_rng(1)
    first = np.where(rng.random(200) < 0.8, truth, ~truth)
    second = np.where(rng.random(200) < 0.05, ~first, first)
    one, other = (headline(Judgements.of(truth, said, range(200)), PLAN) for said in (first, second))
    found = difference(one, other, PLAN)[0]
    alone = one.estimates(PLAN)[0]
    assert found.value == pytest.approx(alone.value - other.estimates(PLAN)[0].value)
    assert found.high - found.low < alone.high - alone.low
    assert headline(Judgements.of([], [], []), PLAN) is None


def test_intervals_cover_the_planted_observer():
    observer = Observer(1.0, 0.3)
    hit, rejection = observer.sensitivity([1, -1]), observer.specificity([1, -1])
    expected = 2 * hit / (2 * hit + (1 - hit) + (1 - rejection))
    inside = sum(
        confusion_measures(ask(observer, seed, 60, 4, shared=0.2), PLAN).overall.f1.contains(expected)
        for seed in range(100)
    )
    assert 88 <= inside <= 100  # 95 expected, three binomial errors below it
