"""Psychometric functions: by hand, against a general optimiser, and by recovering planted thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from aqa_eval.measures.crossed import Between
from aqa_eval.measures.psychometric import psychometric
from aqa_eval.measures.psychometric_fit import Model, fit
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.sigmoids import Sigmoid

PLAN = Resampling(seed=1, resamples=20)


def seen(
    rng: np.random.Generator,
    threshold: float,
    slope: float = 1.5,
    lapse: float = 0.04,
    sigmoid: Sigmoid = Sigmoid.WEIBULL,
    people: int = 40,
    each: int = 10,
) -> tuple[np.ndarray, np.ndarray, Between]:
    """Gaps 0.05 to 5, log-uniform, each person in 2 `each` pairs; the 75% point is `threshold`."""
    order = rng.permutation(people)
    first = np.tile(order, each)
    second = np.concatenate([np.roll(order, step + 1) for step in range(each)])
    gap = np.exp(rng.uniform(np.log(0.05), np.log(5), len(first)))
    model = Model(sigmoid)
    planted = np.array([[0.0, np.log(slope), np.log(lapse / 0.2 / (1 - lapse / 0.2))]])
    planted[0, 0] = np.log(threshold) - model.threshold(planted, 0.75)[0]
    right = rng.random(len(gap)) < model.chance(planted, np.log(gap))[0]
    return gap, right.astype(float), Between(first, second, people)


def test_functions_by_hand() -> None:
    # At x = scale the Weibull F is 1 - 1/e, the logistic 1/2, whatever the slope; lapse 0.2 expit(0) = 0.1:
    # 0.5 + 0.4 (1 - 1/e) and 0.5 + 0.4 / 2.
    at = np.array([[0.0, 1.0, 0.0]])
    assert Model(Sigmoid.WEIBULL).chance(at, np.zeros(1))[0, 0] == pytest.approx(0.5 + 0.4 * (1 - 1 / np.e))
    assert Model(Sigmoid.LOGISTIC).chance(at, np.zeros(1))[0, 0] == pytest.approx(0.7)
    # 75% is F = 0.25 / 0.4 = 5/8: for the logistic log(5/3) / e above the scale.
    assert Model(Sigmoid.LOGISTIC).threshold(at, 0.75)[0] == pytest.approx(np.log(5 / 3) / np.e)
    # With half the answers lapses, 75% is never reached.
    assert np.isnan(Model(Sigmoid.LOGISTIC, most_lapse=1.0).threshold(at, 0.75)[0])


@pytest.mark.parametrize("sigmoid", list(Sigmoid))
@pytest.mark.parametrize("guess", [0.5, None])
def test_the_gradient_is_that_of_differences(sigmoid: Sigmoid, guess: float | None) -> None:
    model = Model(sigmoid, guess)
    at = np.array([[0.2, 0.4, -1.0, 0.3][: model.size]])
    logs = np.linspace(-3, 3, 7)
    step = 1e-6
    for p, column in enumerate(model.gradient(at, logs)[0].T):
        moved = at + step * np.eye(model.size)[p]
        slope = (model.chance(moved, logs) - model.chance(at, logs))[0] / step
        assert column == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize("sigmoid", list(Sigmoid))
@pytest.mark.parametrize("guess", [0.5, None])
def test_the_maximum_is_that_of_a_general_optimiser(sigmoid: Sigmoid, guess: float | None) -> None:
    gap, right, _ = seen(np.random.default_rng(5), 0.6)
    logs, model = np.log(gap), Model(sigmoid, guess)
    found = fit(model, logs, logs, right[None], np.ones((1, len(right))))

    def height(at: np.ndarray) -> float:
        chance = np.clip(model.chance(at[None], logs)[0], 1e-9, 1 - 1e-9)
        return -float((right * np.log(chance) + (1 - right) * np.log1p(-chance)).sum())

    low, high = model.bounds(logs)
    best = min(
        optimize.minimize(height, start, method="L-BFGS-B", bounds=list(zip(low, high, strict=True))).fun
        for start in model.grid(logs)[:: len(model.grid(logs)) // 6]
    )
    assert found.likelihood[0] == pytest.approx(-best, abs=1e-3)


@pytest.mark.parametrize("sigmoid", list(Sigmoid))
def test_planted_thresholds_are_recovered(sigmoid: Sigmoid) -> None:
    held, steep, values, runs = 0, 0, [], 20
    for run in range(runs):
        found = psychometric(*seen(np.random.default_rng(run), 0.6, sigmoid=sigmoid, people=30, each=6), PLAN)
        assert found.threshold.value is not None
        values.append(found.threshold.value)
        held += bool(found.threshold.contains(0.6))
        steep += bool(found.slope.contains(1.5))
    # One log threshold has a standard error of about 0.2, the median of 20 one of 0.25 / sqrt 20 = 0.06.
    assert np.median(values) == pytest.approx(0.6, rel=0.17)
    # 95% of 20 is 19, standard deviation 1. In 100 simulations it was 94 to 96 by design.
    assert held >= 17
    assert steep >= 17


@pytest.mark.parametrize("sigmoid", list(Sigmoid))
def test_counts_as_expected_give_back_all_parameters_and_the_right_sigmoid(sigmoid: Sigmoid) -> None:
    logs, planted, total = np.linspace(-3, 1.5, 15), np.array([[-0.7, 0.8, -0.4]]), np.full((1, 15), 5000.0)
    right = total * Model(sigmoid).chance(planted, logs)
    found = {s: fit(Model(s), logs, logs, right, total) for s in Sigmoid}
    assert found[sigmoid].parameters == pytest.approx(planted, abs=1e-3)
    other = next(s for s in Sigmoid if s is not sigmoid)
    assert found[sigmoid].likelihood[0] > found[other].likelihood[0] + 2


def test_the_curve_has_its_lapses() -> None:
    gap, right, between = seen(np.random.default_rng(3), 0.6, 3.0, 0.08, people=100, each=10)
    found = psychometric(gap, right, between, Resampling(resamples=2))
    assert found.curve is not None
    assert found.lower_aic is not None
    assert found.lower_aic >= 0
    assert found.lapse == pytest.approx(0.08, abs=0.04)
    assert found.accuracy(found.threshold.value) == pytest.approx(0.75)
    assert found.accuracy([0.0, 1e6]) == pytest.approx([0.5, 1 - found.lapse])


def test_goodness_of_fit_tells_a_dip() -> None:
    gap, right, between = seen(np.random.default_rng(4), 0.3, people=80)
    followed = psychometric(gap, right, between, PLAN).goodness
    assert followed is not None
    assert followed.p > 0.05
    right[(gap > 1) & (gap < 2)] = np.random.default_rng(0).random(int(((gap > 1) & (gap < 2)).sum())) < 0.6
    dipped = psychometric(gap, right, between, PLAN).goodness
    assert dipped is not None
    assert dipped.p < 0.01


def test_thresholds_outside_the_gaps_are_said_not_given() -> None:
    gap, right, between = seen(np.random.default_rng(5), 60.0)
    far = psychometric(gap, right, between, PLAN)
    assert far.threshold.value is None
    assert "larger than the largest gap shown (4.9" in far.threshold.reason
    gap, right, between = seen(np.random.default_rng(6), 0.001)
    flat = psychometric(gap, right, between, PLAN).threshold.reason
    assert "not known to rise with the gap: 97% are right" in flat
    right[gap < 0.1] = np.arange((gap < 0.1).sum()) % 8 > 0  # 7 of 8 at the smallest, all beyond
    right[gap >= 0.1] = 1.0
    assert "smaller than the smallest gap shown" in psychometric(gap, right, between, PLAN).threshold.reason
    chance = (np.random.default_rng(7).random(len(gap)) < 0.5).astype(float)
    assert psychometric(gap, chance, between, PLAN).threshold.value is None
    even = (np.random.default_rng(8).random(len(gap)) < 0.75).astype(float)
    assert psychometric(gap, even, between, PLAN).threshold.value is None


def test_what_cannot_be_fitted_says_why() -> None:
    gap, right, between = seen(np.random.default_rng(9), 0.6, people=10, each=2)
    assert "always right" in psychometric(gap, np.ones(20), between, PLAN).threshold.reason
    assert "never right" in psychometric(gap, np.zeros(20), between, PLAN).threshold.reason
    few = psychometric(np.tile([1.0, 2.0], 10), right, between, PLAN)
    assert "2 different gaps were shown, 4 are needed" in few.threshold.reason
    assert few.points
    nothing = psychometric([], [], Between.of([]), PLAN)
    assert nothing.threshold.value is None
    with pytest.raises(ValueError, match="no curve"):
        nothing.accuracy(1.0)
    with pytest.raises(ValueError, match="at least 0"):
        psychometric(-gap, right, between, PLAN)
    with pytest.raises(ValueError, match="as many"):
        psychometric(gap, right[:3], between, PLAN)


def test_open_limits_are_said() -> None:
    gap, right, between = seen(np.random.default_rng(10), 3.0)
    found = psychometric(gap, right, between, PLAN).threshold
    assert found.value is not None
    assert found.high is None
    assert "the upper limit is above the largest gap shown" in found.method
