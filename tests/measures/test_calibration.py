import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from aqa_eval.measures.calibration import bin_edges, calibration, measure
from aqa_eval.measures.graded import Graded
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling(seed=5, resamples=200)


def test_by_hand():
    # Stated 0.8 in five rows of which 3 came true, 0.2 in five of which 2 did. ECE: 0.5 x 0.2 + 0.5 x 0.2 =
    # 0.2; overconfidence 0.5 x 0.2 - 0.5 x 0.2 = 0. Reliability 0.04. Base 1/2: resolution 0.1^2 = 0.01,
    # uncertainty 1/4. Brier 0.04 - 0.01 + 0.25 = 0.28: (3 x 0.04 + 2 x 0.64 + 2 x 0.64 + 3 x 0.04) / 10.
    graded = Graded.of([1, 1, 1, 0, 0, 1, 1, 0, 0, 0], [0.8] * 5 + [0.2] * 5, range(10))
    found = calibration(graded, PLAN, bins=2, binning="equal width")
    values = [
        one.value
        for one in (
            found.ece,
            found.overconfidence,
            found.reliability,
            found.resolution,
            found.uncertainty,
            found.brier,
            found.within,
            found.skill,
        )
    ]
    assert values == pytest.approx([0.2, 0.0, 0.04, 0.01, 0.25, 0.28, 0.0, 1 - 0.28 / 0.25], abs=1e-12)
    assert [(b.stated, b.observed.value, b.observed.n) for b in found.curve] == [(0.2, 0.4, 5), (0.8, 0.6, 5)]
    assert [(b.low, b.high) for b in found.curve] == [(0.0, 0.5), (0.5, 1.0)]


@given(
    rows=st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.integers(0, 3)), min_size=2, max_size=40),
    bins=st.integers(1, 12),
    strategy=st.sampled_from([("uniform", "equal width"), ("quantile", "equal mass")]),
)
@settings(max_examples=120, deadline=None)
def test_brier_and_curve_are_scikit_learns(rows, bins, strategy):
    outcome, stated, weight = (np.array(column) for column in zip(*rows, strict=True))
    graded = Graded.of(outcome, stated, range(len(rows)))
    found = calibration(graded, Resampling(resamples=5), bins, strategy[1])
    observed, mean = (
        calibration_curve(outcome, stated, n_bins=bins, strategy=strategy[0], pos_label=True)
        if (len(np.unique(outcome)) == 2)
        else (None, None)
    )
    if observed is not None:
        assert [b.observed.value for b in found.curve] == pytest.approx(observed)
        assert [b.stated for b in found.curve] == pytest.approx(mean)
    if weight.sum():
        under = measure(graded, np.zeros(len(rows), np.int64), PLAN).statistic(weight[None].astype(float))[
            0, 2
        ]
        expected = brier_score_loss(
            outcome, stated, sample_weight=weight, pos_label=True, labels=[False, True]
        )
        assert under == pytest.approx(expected)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_the_parts_make_up_the_brier_score_under_any_weights(seed):
    rng = np.random.default_rng(seed)
    graded = Graded.of(rng.random(50) < 0.5, rng.random(50), rng.integers(0, 9, 50))
    weights = rng.integers(0, 3, (4, graded.clusters.count)).astype(float) + 0.1
    brier, _, reliability, resolution, uncertainty, within = (
        measure(graded, rng.integers(0, 5, 50), PLAN).statistic(weights)[:, 2:].T
    )
    assert brier == pytest.approx(reliability - resolution + uncertainty + within)


def test_true_probabilities_pass_and_boasts_do_not():
    rng = np.random.default_rng(3)
    truth = rng.beta(4, 2, 600)
    came = rng.random(600) < truth
    honest = calibration(Graded.of(came, truth, range(600)), PLAN)
    assert honest.ece.value < honest.ece_limit
    assert honest.ece_by_chance == pytest.approx(honest.ece.value, abs=0.025)
    assert honest.overconfidence.contains(0.0)
    boast = calibration(Graded.of(came, np.full(600, 0.99), range(600)), PLAN)
    assert boast.ece.value > boast.ece_limit
    assert boast.overconfidence.low > 0.2
    assert boast.ece.value == pytest.approx(boast.overconfidence.value)  # one bin, off to one side
    assert boast.skill.high < 0.0
    assert len(boast.curve) == 1


@pytest.mark.parametrize("together", [0.0, 0.4])
def test_a_calibrated_judge_passes_the_limit_in_one_draw_of_twenty(together):
    rng = np.random.default_rng(8)
    beyond = 0
    for _ in range(300):
        truth, cluster = rng.random(200), np.arange(200) // 4
        luck = np.sqrt(together) * rng.normal(size=50)[cluster] + np.sqrt(1 - together) * rng.normal(size=200)
        found = calibration(Graded.of(special.ndtr(luck) < truth, truth, cluster), Resampling(1, 200))
        beyond += found.ece.value > found.ece_limit
    assert 4 <= beyond <= 27  # 15 expected, three binomial errors are 11


def test_intervals_of_clustered_overconfidence_cover_what_was_planted():
    inside = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        share = rng.beta(6, 4, 50)[:, None]  # 0.6 on average
        came = rng.random((50, 6)) < share
        graded = Graded.of(came.ravel(), np.full(300, 0.8), np.repeat(np.arange(50), 6))
        inside += bool(calibration(graded, PLAN).overconfidence.contains(0.2))
    assert inside >= 134


@pytest.mark.parametrize("off", [0.02, 0.1])
def test_intervals_cover_the_planted_ece_though_noise_enlarges_it(off):
    inside = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        truth = rng.uniform(0.1, 0.75, 200)
        graded = Graded.of(rng.random(200) < truth, truth + off, range(200))
        inside += bool(calibration(graded, PLAN).ece.contains(off))
    assert inside >= 88


def test_degenerate_rows_say_why():
    assert calibration(Graded.of([], [], []), PLAN).ece.reason == "no answered trials"
    outside = calibration(Graded.of([1, 0], [1.2, 0.1], [0, 1]), PLAN)
    assert outside.brier.reason == "1 of 2 rows hold no probability from 0 to 1"
    assert outside.curve == ()
    always = calibration(Graded.of([1] * 6, [0.9, 0.8] * 3, range(6)), PLAN)
    assert always.skill.reason == "the outcome is the same in every row"
    assert always.brier.value == pytest.approx((0.01 + 0.04) / 2)
    assert all(b.observed.low < 1.0 for b in always.curve)
    # Six of six right may be a share of 0.025^(1/6) = 0.54: stating 0.85 may be too much after all.
    assert always.overconfidence.value == pytest.approx(-0.15)
    assert always.overconfidence.high > 0.0
    single = calibration(Graded.of([1], [0.7], [0]), PLAN)
    assert (single.ece.value, single.ece.low, single.ece_limit) == (pytest.approx(0.3), None, None)
    with pytest.raises(ValueError, match="0 bins"):
        bin_edges(np.array([0.5]), 0, "equal mass")
