import numpy as np
import pytest

from aqa_eval.measures import draws


@pytest.mark.parametrize("kept", [0, 10**9])
def test_draws_are_the_same_whether_they_are_kept_or_not_and_however_they_are_cut(kept, monkeypatch):
    whole = np.concatenate(list(draws.bootstrap_weights(7, 50, 3, 7)))
    monkeypatch.setattr(draws, "_KEPT", kept)
    cut = list(draws.bootstrap_weights(7, 50, 3, 500_000))
    assert len(cut) > 1
    assert np.array_equal(np.concatenate(cut), whole)
    assert (whole.sum(axis=1) == 7).all()


def test_what_is_kept_cannot_be_spoilt():
    first = next(draws.bootstrap_weights(5, 20, 0, 5))
    first[:] = -1.0
    assert (next(draws.bootstrap_weights(5, 20, 0, 5)) >= 0.0).all()


def test_each_is_left_out_once():
    weights = np.concatenate(list(draws.without_one(4, 1_500_000)))
    assert np.array_equal(weights, 1.0 - np.eye(4))
