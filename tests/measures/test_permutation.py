from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.judgements import Judgements
from aqa_eval.measures.permutation import exchange, permutation_test, permuted_balanced_accuracy
from aqa_eval.measures.resampling import Resampling


def single(n):
    return exchange(np.arange(n), np.zeros(n), np.arange(n), np.arange(n))


def test_it_nears_the_exact_enumeration():
    values, labels = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 3.0]), np.array([0, 0, 1, 1, 1, 0])

    def total(permuted):
        return permuted @ values

    sums = [np.array(order) @ values for order in permutations(labels)]
    exact = np.mean(np.array(sums) >= labels @ values)  # 28 is the largest of 20 sums: 1/20
    assert exact == pytest.approx(1 / 20)
    units = exchange(labels, np.zeros(6), np.arange(6), np.arange(6))
    found = permutation_test(total, labels, units, 3, 19_999)
    assert found.p == pytest.approx(exact, abs=0.005)
    assert found.mean == pytest.approx(np.mean(sums), abs=0.1)
    less = permutation_test(total, labels, units, 3, 999, "less")
    both = permutation_test(total, labels, units, 3, 999, "two-sided")
    assert less.p == 1.0
    assert both.p == pytest.approx(2 * permutation_test(total, labels, units, 3, 999).p)


def test_it_nears_scipys():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=25), rng.normal(size=25)
    y += 0.4 * x

    def correlation(permuted):
        centred = permuted - permuted.mean(axis=1, keepdims=True)
        return centred @ (y - y.mean())

    ours = permutation_test(correlation, x, single(25), 1, 9999)
    theirs = stats.permutation_test(
        (x,),
        lambda a: float((a - a.mean()) @ (y - y.mean())),
        permutation_type="pairings",
        alternative="greater",
        n_resamples=9999,
        rng=np.random.default_rng(2),
    )
    assert ours.p == pytest.approx(theirs.pvalue, abs=0.006)


def test_nothing_leaves_its_stratum_and_rows_of_a_unit_stay_together():
    stratum = np.repeat([0, 1, 2], [4, 4, 4])
    cluster = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    labels = np.array([1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0])
    item = np.arange(12)
    units = exchange(labels, stratum, cluster, item)
    assert units.words == "whole clusters, or items where a cluster has both labels"
    assert units.unit.tolist() == [0, 0, 1, 1, 2, 3, 4, 5, 6, 6, 7, 7]
    assert units.stratum.tolist() == [0, 0, 1, 1, 1, 1, 2, 2]
    orders = np.concatenate(list(units.permutations(500, 1, 12)))
    assert (units.stratum[orders] == units.stratum).all()
    assert (np.sort(orders, axis=1) == np.arange(8)).all()
    chunked = np.concatenate(list(units.permutations(500, 1, 10**7)))
    assert (orders == chunked).all()


def test_repeats_of_an_item_share_its_label():
    units = exchange([1, 1, 0, 0], [0] * 4, [0, 0, 0, 0], [7, 7, 9, 9])
    assert units.unit.tolist() == [0, 0, 1, 1]
    assert units.words == "items"
    with pytest.raises(ValueError, match="two different labels"):
        exchange([1, 0], [0, 0], [0, 0], [7, 7])


def test_the_observed_headline_is_agreements():
    rng = np.random.default_rng(1)
    n = 300
    judged = Judgements.of(
        rng.random(n) < 0.4, rng.random(n) < 0.5, rng.integers(0, 40, n), rng.choice(["a", "b", "c"], n)
    )
    found = permuted_balanced_accuracy(judged, 1, 999)
    expected = agreement(judged, Resampling(resamples=5)).overall.balanced_accuracy
    assert found.observed == pytest.approx(expected.value)
    assert found.mean == pytest.approx(0.5, abs=0.01)
    assert found == permuted_balanced_accuracy(judged, 1, 999)


def test_a_blind_judge_that_knows_base_rates_is_chance():
    truth = [True] * 9 + [False] + [True] + [False] * 9
    fault = [True] * 10 + [False] * 10
    found = permuted_balanced_accuracy(
        Judgements.of(truth, fault, range(20), ["a"] * 10 + ["b"] * 10), 1, 199
    )
    assert (found.observed, found.p) == (0.5, 1.0)


def rejections(label_of_cluster, studies=300):
    rejected = 0
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(30), 6)
        truth = rng.random(30)[cluster] < 0.5 if label_of_cluster else rng.random(180) < 0.5
        evidence = np.sqrt(0.5) * rng.normal(size=30)[cluster] + np.sqrt(0.5) * rng.normal(size=180)
        found = permuted_balanced_accuracy(Judgements.of(truth, evidence > 0, cluster), seed, 199)
        rejected += found.p is not None and found.p <= 0.05
    return rejected / studies


@pytest.mark.parametrize("label_of_cluster", [True, False])
def test_under_a_clustered_null_it_rejects_at_its_level(label_of_cluster):
    assert rejections(label_of_cluster) == pytest.approx(0.05, abs=0.038)


def test_what_cannot_be_exchanged_says_why():
    alike = permuted_balanced_accuracy(Judgements.of([True] * 4, [True, False] * 2, range(4)), 1)
    assert (alike.p, alike.reason) == (None, "only one class is present in the truth")
    assert permuted_balanced_accuracy(Judgements.of([], [], []), 1).observed is None
    same = permutation_test(lambda a: a.sum(axis=1) * 1.0, np.ones(5), single(5), 1)
    assert "nothing can be exchanged" in same.reason
    lost = permutation_test(lambda a: np.where(a[:, 0] == 0, 1.0, np.nan), np.arange(3), single(3), 1, 99)
    assert lost.p == 1.0
    assert permutation_test(lambda a: a[:, 0] * np.nan, np.arange(3), single(3), 1).p is None
