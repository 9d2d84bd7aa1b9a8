"""The matrix method: by hand, and a planted mix found through errors whatever the checked rows are."""

import numpy as np
import pytest

from aqa_eval.measures.misclassification import Checked, mix
from aqa_eval.measures.prevalence import Labelled, prevalence
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=4, resamples=300)
C = np.array([[0.9, 0.05, 0.05], [0.1, 0.7, 0.2], [0.1, 0.2, 0.7]])


def checked(counts):
    counts = np.asarray(counts)
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    return Checked(cells // len(counts), cells % len(counts), len(counts))


def test_by_hand():
    """C' p of p = (0.5, 0.3, 0.2) is 0.45 + 0.03 + 0.02 = 0.5, 0.025 + 0.21 + 0.04 = 0.275 and 0.025 + 0.06 +
    0.14 = 0.225. Among the first two classes: 0.5 / 0.8 and 0.3 / 0.8.
    """
    said = np.repeat([0, 1, 2], [200, 110, 90])
    labels = checked((C * [[100], [40], [20]]).round().astype(int))
    values = [one.value for one in mix(said, np.arange(400), labels, [0, 1, 2], PLAN)]
    assert values == pytest.approx([0.5, 0.3, 0.2])
    some = mix(said, np.arange(400), labels, [0, 1], PLAN)
    assert [one.value for one in some] == pytest.approx([0.625, 0.375])
    assert all(one.low < one.value < one.high for one in some)
    assert some[0].n == 310


def test_two_classes_are_rogan_and_gladen():
    said = np.repeat([0, 1], [70, 30])
    labels = checked([[45, 5], [10, 40]])
    found = mix(said, np.arange(100), labels, [0, 1], PLAN)[1]
    ids = [f"labelled {n}" for n in range(100)]
    known = prevalence(said == 1, np.arange(100), Labelled(labels.truth == 1, labels.said == 1, ids), PLAN)
    assert found.value == pytest.approx(known.corrected.value)
    assert found.low == pytest.approx(known.corrected.low, abs=0.03)
    assert found.high == pytest.approx(known.corrected.high, abs=0.03)


def test_the_mix_is_on_the_simplex():
    """Less of class 2 was read than errors alone would give: there is none."""
    found = mix(np.repeat([0, 1], [95, 5]), np.arange(100), checked((C * 40).astype(int)), [0, 1, 2], PLAN)
    values = [one.value for one in found]
    assert sum(values) == pytest.approx(1.0)
    assert min(values) == 0.0
    assert all(0.0 <= one.low <= one.value <= one.high <= 1.0 for one in found)


@pytest.mark.parametrize("labelled", [(60, 60, 60), (130, 30, 30)])
def test_a_planted_mix_is_found_whatever_the_labelled_rows_are_made_of(labelled):
    planted, inside, seen = np.array([0.3, 0.5, 0.2]), 0, []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        truth = np.array([rng.choice(3, 6, p=rng.dirichlet(8 * planted)) for _ in range(60)])
        said = _read(truth.ravel(), rng)
        labels = np.repeat([0, 1, 2], labelled)
        found = mix(
            said, np.repeat(np.arange(60), 6), Checked(labels, _read(labels, rng), 3), [0, 1, 2], PLAN
        )
        inside += sum(bool(one.contains(p)) for one, p in zip(found, planted, strict=True))
        seen.append([one.value for one in found])
    assert np.mean(seen, axis=0) == pytest.approx(planted, abs=0.03)
    assert 162 <= inside <= 179  # 95% of 180 is 171, three binomial errors are 9


def _read(truth, rng):
    return (rng.random((len(truth), 1)) > C[truth].cumsum(axis=1)).sum(axis=1)


def test_what_cannot_be_told():
    some = np.array([0, 1, 1])
    assert "no checked row" in mix(some, [0, 1, 2], checked([[3, 1], [0, 0]]), [0, 1], PLAN)[0].reason
    assert "tell the classes apart" in mix(some, [0, 1, 2], checked([[2, 2], [3, 3]]), [0, 1], PLAN)[0].reason
    assert "no rows to count" in mix(some[:0], [], checked([[3, 1], [1, 3]]), [0, 1], PLAN)[0].reason
    alone = mix(some, [0, 0, 0], checked([[9, 1], [1, 9]]), [0, 1], PLAN)[0]
    assert alone.low is None
    assert "one cluster only" in alone.reason


def test_what_was_never_read_is_not_known_to_be_never_there():
    """Of 10 clusters none was read so: up to 1 - 0.025^(1/10) = 0.31 may be."""
    never = mix(np.zeros(10, int), np.arange(10), checked([[20, 0], [0, 20]]), [0, 1], PLAN)[1]
    assert never.value == 0.0
    assert never.high == pytest.approx(1 - 0.025**0.1)
