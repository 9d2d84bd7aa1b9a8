import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, recall_score

from aqa_eval.measures.agreement import agreement, confusion
from aqa_eval.measures.estimate import by_construction
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.resampling import Resampling
from measures.observers import ask

PLAN = Resampling(seed=5, resamples=200)


def rows(hits, misses, alarms, rejections):
    """Truth and answers with the given counts."""
    truth = [True] * (hits + misses) + [False] * (alarms + rejections)
    fault = [True] * hits + [False] * misses + [True] * alarms + [False] * rejections
    return truth, fault


def test_the_headline_is_the_unweighted_mean_over_criteria():
    truth_a, fault_a = rows(3, 1, 2, 2)  # sensitivity 3/4, specificity 2/4: 0.625
    truth_b, fault_b = rows(1, 1, 0, 6)  # sensitivity 1/2, specificity 6/6: 0.75
    found = agreement(
        Judgements.of(truth_a + truth_b, fault_a + fault_b, range(16), ["a"] * 8 + ["b"] * 8), PLAN
    )
    assert found.criteria["a"].balanced_accuracy.value == pytest.approx(0.625)
    assert found.criteria["b"].balanced_accuracy.value == pytest.approx(0.75)
    assert found.overall.balanced_accuracy.value == pytest.approx(0.6875)  # (0.625 + 0.75) / 2
    assert found.overall.sensitivity.value == pytest.approx(0.625)  # (3/4 + 1/2) / 2, not 4/6
    assert found.overall.specificity.value == pytest.approx(0.75)  # (1/2 + 1) / 2, not 8/10
    assert (found.overall.balanced_accuracy.n, found.overall.balanced_accuracy.clusters) == (16, 16)
    assert confusion(np.array(truth_a), np.array(fault_a)) == (3, 1, 2, 2)


def test_a_blind_judge_that_knows_base_rates_scores_at_chance():
    # Criterion "a" is faulty in 9 of 10 clips, "b" in 1 of 10. Says fault on every "a", never on "b":
    # right in 18 of 20, pooled balanced accuracy 0.9, and nothing seen.
    truth = [True] * 9 + [False] + [True] + [False] * 9
    fault = [True] * 10 + [False] * 10
    criterion = ["a"] * 10 + ["b"] * 10
    assert balanced_accuracy_score(truth, fault) == pytest.approx(0.9)
    found = agreement(Judgements.of(truth, fault, range(20), criterion), PLAN)
    assert found.overall.balanced_accuracy.value == pytest.approx(0.5)


@given(data=st.data(), n=st.integers(4, 60))
@settings(max_examples=60, deadline=None)
def test_it_agrees_with_scikit_learn(data, n):
    flags = st.lists(st.booleans(), min_size=n, max_size=n)
    truth, fault = data.draw(flags.filter(lambda t: any(t) and not all(t))), data.draw(flags)
    cluster = data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    found = agreement(Judgements.of(truth, fault, cluster), Resampling(resamples=20)).overall
    assert found.balanced_accuracy.value == pytest.approx(balanced_accuracy_score(truth, fault))
    assert found.sensitivity.value == pytest.approx(recall_score(truth, fault))
    assert found.specificity.value == pytest.approx(recall_score(truth, fault, pos_label=False))


def test_all_right_in_k_clusters_is_not_known_to_be_always_right():
    truth = [True, False] * 20
    found = agreement(Judgements.of(truth, truth, np.arange(40) // 2), PLAN).overall
    accuracy = found.balanced_accuracy
    # Twenty clusters right: q^20 = 0.025 at q = 0.025^(1/20) = 0.8316 for either class, and for their mean.
    assert accuracy.value == 1.0
    assert accuracy.low == pytest.approx(0.025 ** (1 / 20), abs=1e-12)
    assert accuracy.high == 1.0
    assert accuracy.method == "exact cluster-level bound where all answers of a class are alike"
    assert (accuracy.boot_low, accuracy.boot_high) == (1.0, 1.0)


def test_always_wrong_is_bounded_from_above():
    truth = np.array([True, False] * 20)
    accuracy = agreement(Judgements.of(truth, ~truth, np.arange(40) // 2), PLAN).overall.balanced_accuracy
    assert (accuracy.low, accuracy.high) == pytest.approx((0.0, 1 - 0.025 ** (1 / 20)))


def test_more_rows_in_as_many_clusters_do_not_narrow_the_exact_bound():
    truth = [True, False] * 200
    accuracy = agreement(Judgements.of(truth, truth, np.arange(400) // 20), PLAN).overall.balanced_accuracy
    assert accuracy.low == pytest.approx(0.025 ** (1 / 20))


def test_one_class_all_right_adds_its_bound_to_the_resampled_one():
    truth, fault = rows(12, 0, 4, 8)
    found = agreement(Judgements.of(truth, fault, range(24)), PLAN).overall
    half = found.balanced_accuracy.value - found.balanced_accuracy.low
    alone = (found.specificity.value - found.specificity.low) / 2
    bound = (1 - 0.025 ** (1 / 12)) / 2
    assert found.specificity.method.startswith("cluster jackknife-t")
    assert half > max(alone, bound)


def test_a_judge_seen_to_say_the_same_is_not_known_to_be_constant():
    truth = [True, False] * 20
    found = agreement(Judgements.of(truth, [True] * 40, np.arange(40) // 2), PLAN).overall.balanced_accuracy
    # Either rate may be off by 1 - 0.025^(1/20) = 0.168, which moves their mean by half of that.
    assert found.value == 0.5
    assert (found.low, found.high) == pytest.approx((0.5 - 0.0842, 0.5 + 0.0842), abs=1e-4)


def test_a_judge_constant_by_construction_is_exactly_at_one_half():
    truth = [True, False] * 20
    judgements = Judgements.of(truth, [True] * 40, np.arange(40) // 2)
    assert judgements.fixed
    known = by_construction(agreement(judgements, PLAN).overall.balanced_accuracy, "constant")
    assert (known.value, known.low, known.high) == (0.5, 0.5, 0.5)
    assert known.noise_floor > 0.0


def test_the_noise_floor_is_that_of_a_coin_tossed_once_an_item():
    truth = [True] * 30 + [False] * 30
    fault = np.random.default_rng(0).random(60) < 0.5
    once = agreement(Judgements.of(truth, fault, range(60)), PLAN).overall.balanced_accuracy
    # SD = 1/2 sqrt(0.25/30 + 0.25/30) = 0.064550, times 2.001717 (t with 2 x 29 degrees of freedom)
    assert once.noise_floor == pytest.approx(0.129210, abs=1e-6)
    fivefold = agreement(
        Judgements.of(truth * 5, np.tile(fault, 5), list(range(60)) * 5, item=list(range(60)) * 5), PLAN
    ).overall.balanced_accuracy
    assert fivefold.noise_floor == pytest.approx(once.noise_floor)
    assert (fivefold.low, fivefold.high) == pytest.approx((once.low, once.high))
    assert fivefold.n == 300


def test_few_clusters_that_carry_a_class_count_as_few_clusters():
    truth = [True] * 5 + [False] * 95
    fault = [True, False, True, False, True] + [False] * 80 + [True] * 15
    found = agreement(Judgements.of(truth, fault, range(100)), PLAN).overall.balanced_accuracy
    assert found.clusters == 100
    assert found.fragile
    # The five faults make nearly all of the variance, so there are about 5 - 1 degrees of freedom.
    degrees = float(found.method.removeprefix("cluster jackknife-t, ").split()[0])
    assert 4.0 <= degrees < 4.5


def test_a_criterion_without_both_classes_is_left_out_and_named():
    truth_a, fault_a = rows(3, 3, 3, 3)
    found = agreement(
        Judgements.of(truth_a + [False] * 6, fault_a + [False] * 6, range(18), ["a"] * 12 + ["b"] * 6), PLAN
    )
    assert found.left_out == ("b",)
    assert found.overall.balanced_accuracy.value == pytest.approx(0.5)
    lacking = found.criteria["b"]
    assert lacking.balanced_accuracy.value is None
    assert lacking.balanced_accuracy.reason == "only one class is present in the truth"
    assert lacking.specificity.value == 1.0


@pytest.mark.parametrize("n", [0, 1, 2])
def test_next_to_nothing_is_no_estimate(n):
    found = agreement(Judgements.of([True] * n, [True] * n, range(n)), PLAN).overall.balanced_accuracy
    assert found.value is None
    assert found.reason


def test_one_cluster_has_a_value_and_no_interval():
    truth, fault = rows(3, 1, 2, 2)
    found = agreement(Judgements.of(truth, fault, [0] * 8), PLAN).overall.balanced_accuracy
    assert found.value == pytest.approx(0.625)
    assert (found.low, found.high) == (None, None)
    assert "one cluster" in found.reason


def test_the_same_seed_gives_the_same_estimates():
    judgements = ask(Observer(1.0), 1, 60, 3)
    assert agreement(judgements, PLAN) == agreement(judgements, PLAN)
    other = agreement(judgements, Resampling(seed=6, resamples=200))
    assert (
        other.overall.balanced_accuracy.boot_low != agreement(judgements, PLAN).overall.balanced_accuracy.low
    )


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one length"):
        Judgements.of([True, False], [True], [0, 1])
    with pytest.raises(ValueError, match="yes or no"):
        Judgements.of([0, 2], [0, 1], [0, 1])


def test_under_a_clustered_null_it_rejects_at_its_level_where_a_naive_test_does_not():
    # Truth goes by cluster and so do the answers: 12 clusters of 10 say little, 120 rows pretend to.
    naive, ours, simulations = 0, 0, 200
    for seed in range(simulations):
        generator = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(12), 10)
        truth = (cluster % 2).astype(bool)
        fault = generator.random(120) < np.where(generator.random(12) < 0.5, 0.85, 0.15)[cluster]
        found = agreement(Judgements.of(truth, fault, cluster), Resampling(resamples=20)).overall
        accuracy = found.balanced_accuracy
        error = 0.5 * np.sqrt(
            sum(e.value * (1 - e.value) / 60 for e in (found.sensitivity, found.specificity))
        )
        naive += abs(accuracy.value - 0.5) > 1.96 * error
        ours += accuracy.contains(0.5) is False
    assert naive / simulations > 0.3
    assert ours / simulations < 0.10  # 0.05 and two standard errors of 0.0154, with room
