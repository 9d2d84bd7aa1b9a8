"""Clustered logistic regression: by hand, against statsmodels, and by recovering planted coefficients."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import special

from aqa_eval.measures.logistic import Cells, coefficients, fit
from aqa_eval.measures.resampling import Resampling, jackknife

PLAN = Resampling(seed=1, resamples=200)


def test_a_table_of_two_by_two_by_hand() -> None:
    # Jeffreys' prior adds 1/2 to every count of a saturated model: yes 3 of 4 against 0 of 5 has the log odds
    # ratio log((3.5 / 1.5) / (0.5 / 5.5)); the maximum likelihood would be infinite.
    design = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = fit(design, np.array([[0.0, 3.0]]), np.array([[5.0, 4.0]]))[0]
    assert found[0] == pytest.approx(np.log(0.5 / 5.5))
    assert found[1] == pytest.approx(np.log((3.5 / 1.5) / (0.5 / 5.5)))
    assert np.isnan(fit(design, np.array([[0.0, 3.0]]), np.array([[5.0, 4.0]]), firth=False)).all()


def sampled(rng: np.random.Generator, clusters: int, spread: float, planted: np.ndarray) -> Cells:
    """24 rows a cluster, three crossed contrasts of width 1, and an effect of the cluster on the log-odds."""
    cluster = np.repeat(np.arange(clusters), 24)
    contrasts = {name: rng.permutation(len(cluster)) % 2 - 0.5 for name in ("a", "b", "c")}
    logits = planted[0] + np.column_stack(list(contrasts.values())) @ planted[1:]
    logits = logits + rng.normal(0, spread, clusters)[cluster]
    return Cells.of(rng.random(len(cluster)) < special.expit(logits), contrasts, cluster)


PLANTED = np.array([0.3, 1.5, -0.8, 0.2])


def test_as_statsmodels_has_it() -> None:
    cells = sampled(np.random.default_rng(0), 40, 0.7, PLANTED)
    yes, total = cells.yes.sum(axis=0), cells.total.sum(axis=0)
    model = sm.GLM(np.column_stack([yes, total - yes]), cells.design, family=sm.families.Binomial())
    found = fit(cells.design, yes[None], total[None], firth=False)[0]
    assert found == pytest.approx(np.asarray(model.fit().params), abs=1e-7)
    # With 960 rows, what Firth's penalty changes is far below a standard error of about 0.15.
    assert cells.fit(np.ones((1, 40)))[0] == pytest.approx(found, abs=0.01)


def test_the_jackknife_is_the_cluster_robust_covariance() -> None:
    cells = sampled(np.random.default_rng(1), 60, 0.7, PLANTED)
    cluster, cell = np.nonzero(cells.total)
    counts, yes = cells.total[cluster, cell], cells.yes[cluster, cell]
    model = sm.GLM(np.column_stack([yes, counts - yes]), cells.design[cell], family=sm.families.Binomial())
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": cluster})
    left_out = jackknife(cells.fit, 60, 100)
    errors = np.sqrt(59 / 60 * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    assert errors == pytest.approx(np.asarray(robust.bse), rel=0.05)


@pytest.mark.parametrize(("clusters", "spread"), [(15, 0.0), (50, 0.3)])
def test_planted_coefficients_are_recovered(clusters: int, spread: float) -> None:
    # A cluster effect of 0.3 shrinks the marginal coefficients by 1 / sqrt(1 + 0.346 * 0.09) = 0.985.
    planted = PLANTED / np.sqrt(1 + 0.346 * spread**2)
    held, total, runs = np.zeros(4), np.zeros(4), 150
    for run in range(runs):
        cells = sampled(np.random.default_rng([run, clusters]), clusters, spread, PLANTED)
        found = coefficients(cells, PLAN).values()
        held += [bool(e.contains(p)) for e, p in zip(found, planted, strict=True)]
        total += [e.value or 0.0 for e in found]
    assert total / runs == pytest.approx(planted, abs=0.05)
    # 95% of 150 is 142.5, standard deviation 2.7.
    assert (held >= 135).all()


def test_firth_takes_the_bias_of_small_samples_away() -> None:
    # 40 rows, where the maximum likelihood overstates a coefficient of 1.5 by about a tenth.
    rng = np.random.default_rng(3)
    design = np.array([[1.0, a, b] for a in (-0.5, 0.5) for b in (-0.5, 0.5)])
    chance = special.expit(design @ [0.3, 1.5, -0.8])
    yes = rng.binomial(10, chance, (4000, 4)).astype(float)
    total = np.full((4000, 4), 10.0)
    assert fit(design, yes, total).mean(axis=0) == pytest.approx([0.3, 1.5, -0.8], abs=0.04)
    plain = fit(design, yes, total, firth=False)
    assert np.nanmean(plain, axis=0)[1] > 1.58


def test_separated_answers_are_bounded_on_one_side() -> None:
    x = np.tile([-0.5, 0.5], 40)
    found = coefficients(Cells.of(x > 0, {"x": x}, np.repeat(np.arange(20), 4)), PLAN)["x"]
    assert found.value is not None
    assert found.value > 5
    assert found.high is None
    assert found.low is not None
    # 1 - 0.025 ** (1/20) = 0.168 of the answers of both sides may be others: 2 log(0.832 / 0.168) = 3.2.
    assert found.low == pytest.approx(2 * np.log(0.8316 / 0.1684), abs=0.2)


def test_degenerate_designs_say_so() -> None:
    still = coefficients(Cells.of([0, 1, 1, 0], {"x": [1, 1, 1, 1]}, [1, 2, 3, 4]), PLAN)["x"]
    assert still.value is None
    assert "does not vary" in still.reason
    one = coefficients(Cells.of([0, 1, 1, 0], {"x": [0, 1, 0, 1]}, [1, 1, 1, 1]), PLAN)["x"]
    assert one.low is None
    assert "one cluster" in one.reason
    always = coefficients(Cells.of([1] * 20, {"x": [0, 1] * 10}, np.arange(20) // 2), PLAN)
    assert always["x"].value == pytest.approx(0.0, abs=1e-6)
    assert always["x"].low is None or always["x"].low < -1
    with pytest.raises(ValueError, match="finite"):
        Cells.of([0, 1], {"x": [0.0, np.nan]}, [1, 2])
    with pytest.raises(ValueError, match="clusters"):
        Cells.of([0, 1], {"x": [0.0, 1.0]}, [1])
