"""The modality index: planted parts of sight and cue, and judges that follow one alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from aqa_eval.measures.logistic import Cells
from aqa_eval.measures.modality import UNMOVED, cells, index_measure, modality
from aqa_eval.measures.resampling import Resampling, difference

PLAN = Resampling(seed=1, resamples=200)


def asked(
    rng: np.random.Generator, clusters: int, sight: float, cue: float, polarity: float = 0.0, each: int = 2
) -> Cells:
    """Every cluster: each truth, cue and polarity, `each` times, in two criteria of different leaning."""
    grid = np.array([(t, c, p) for t in (0, 1) for c in (-1, 0, 1) for p in (-1, 1)] * each)
    rows = np.tile(grid, (clusters, 1))
    cluster = np.repeat(np.arange(clusters), len(grid))
    criterion = np.arange(len(rows)) // len(grid) % 2
    logits = sight * (rows[:, 0] - 0.5) + cue * rows[:, 1] / 2 + polarity * rows[:, 2] / 2 + criterion - 0.5
    fault = rng.random(len(rows)) < special.expit(logits)
    return cells(fault, rows[:, 0], rows[:, 1], cluster, rows[:, 2], criterion)


@pytest.mark.parametrize(("sight", "cue", "index"), [(1.0, 1.0, 0.5), (0.4, 2.0, 5 / 6), (2.0, 0.5, 0.2)])
def test_planted_indices_are_recovered(sight: float, cue: float, index: float) -> None:
    held, values, runs = 0, [], 100
    for run in range(runs):
        found = modality(asked(np.random.default_rng(run), 24, sight, cue, 0.5), PLAN)
        held += bool(found.index.contains(index))
        values.append(found.index.value)
    assert np.mean(values) == pytest.approx(index, abs=0.02)
    # 95% of 100 is 95, standard deviation 2.2.
    assert held >= 89


def test_its_parts_are_named() -> None:
    found = modality(asked(np.random.default_rng(9), 60, 1.0, 2.0, 0.5), PLAN)
    assert found.sight.contains(1.0)
    assert found.cue.contains(2.0)
    assert found.polarity.contains(0.5)


def test_a_judge_that_answers_at_random_has_no_index() -> None:
    found = modality(asked(np.random.default_rng(2), 20, 0.0, 0.0), PLAN)
    assert found.index.value is None
    assert found.index.reason == UNMOVED


def followed(place: int) -> Cells:
    grid = np.array([(t, c) for t in (0, 1) for c in (-1, 1)] * 3)
    rows = np.tile(grid, (20, 1))
    cluster = np.repeat(np.arange(20), len(grid))
    return cells(rows[:, place] > 0, rows[:, 0], rows[:, 1], cluster)


def test_judges_that_follow_one_alone_are_bounded() -> None:
    cue, sight = modality(followed(1), PLAN), modality(followed(0), PLAN)
    assert cue.index.value == pytest.approx(1.0, abs=1e-6)
    assert cue.index.low is not None
    assert 0.6 < cue.index.low < 0.95
    assert sight.index.value == pytest.approx(0.0, abs=1e-6)
    assert sight.index.high is not None
    assert 0.05 < sight.index.high < 0.4
    assert cue.polarity.value is None
    gap = difference(index_measure(followed(1), PLAN), index_measure(followed(0), PLAN), PLAN)[0]
    assert gap.low is not None
    assert gap.low > 0.3


def test_a_cue_that_never_varies_says_so() -> None:
    truth = np.tile([0, 1], 20)
    found = modality(cells(truth, truth, np.ones(40), np.arange(40) // 2), PLAN)
    assert found.index.value is None
    assert "does not vary" in found.index.reason
