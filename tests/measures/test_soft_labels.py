import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.soft_labels import soft_balanced_accuracy

PLAN = Resampling(seed=5, resamples=100)


def measured(fault, share, criterion=None, cluster=None):
    n = len(fault)
    return soft_balanced_accuracy(
        np.array(fault, bool),
        np.array(share, float),
        np.array(["one"] * n if criterion is None else criterion),
        np.arange(n),
        np.arange(n) if cluster is None else np.array(cluster),
        PLAN,
    )


def test_by_hand():
    # Shares 1, 3/4, 1/4, 0; said yes, no, yes, no. Sensitivity (1 + 1/4) / 2 = 5/8, specificity as much.
    assert measured([1, 0, 1, 0], [1.0, 0.75, 0.25, 0.0]).value == pytest.approx(5 / 8)


def test_criteria_weigh_alike_and_one_without_both_classes_is_left_out():
    # Criterion a as above, 5/8. Criterion b: shares 1/2, 1/2, 1, said no, no, yes: sensitivity 1/2,
    # specificity 1: 3/4. In c nobody saw a fault.
    fault, share = [1, 0, 1, 0, 0, 0, 1, 0, 1], [1, 0.75, 0.25, 0, 0.5, 0.5, 1, 0, 0]
    assert measured(fault, share, list("aaaabbbcc")).value == pytest.approx((5 / 8 + 3 / 4) / 2)


def test_it_is_scikit_learns_with_every_clip_written_out_as_both():
    rng = np.random.default_rng(3)
    share, fault = rng.integers(0, 6, 200) / 5, rng.random(200) < 0.5
    oracle = balanced_accuracy_score(
        np.repeat([True, False], 200), np.tile(fault, 2), sample_weight=np.concatenate([share, 1 - share])
    )
    found = measured(fault, share, cluster=np.arange(200) // 4)
    assert found.value == pytest.approx(oracle)
    assert (found.n, found.clusters) == (200, 50)
    assert found.low < found.value < found.high


def test_where_all_are_sure_it_is_plain_balanced_accuracy():
    rng = np.random.default_rng(4)
    truth, fault = rng.random((2, 100)) < 0.5
    assert measured(fault, truth).value == pytest.approx(balanced_accuracy_score(truth, fault))


def test_against_soft_labels_nobody_reaches_1():
    share = np.array([0.8, 0.2, 0.6, 0.4])
    # Sensitivity (0.8 + 0.6) / 2 = 0.7 and specificity as much.
    assert measured(share > 0.5, share).value == pytest.approx(0.7)


@pytest.mark.parametrize("share", [[], [0.0, 0.0], [1.0, 1.0]])
def test_what_has_no_value_says_why(share):
    found = measured([True] * len(share), share)
    assert (found.value, found.low) == (None, None)
    assert found.reason in {"no answered trials", "only one class is present in the labels"}


def test_one_cluster_has_no_interval():
    found = measured([1, 0, 1, 0], [1.0, 0.75, 0.25, 0.0], cluster=[0] * 4)
    assert found.value == pytest.approx(5 / 8)
    assert found.low is None
