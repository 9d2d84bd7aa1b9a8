import numpy as np
import pytest

from aqa_eval.measures import intraclass, rank
from aqa_eval.measures.attenuation import attenuation_corrected, spearman_brown
from aqa_eval.measures.clusters import Clusters
from aqa_eval.measures.resampling import Resampling
from aqa_eval.measures.scores import Scores

PLAN = Resampling(seed=5, resamples=300)
MEAN_OF_ALL = intraclass.OUTPUTS.index("iccak")


def test_spearman_brown_by_hand():
    assert spearman_brown(0.5, 3) == 0.75  # 1.5 / 2
    assert spearman_brown(0.8, 0.5) == pytest.approx(0.4 / 0.6)  # half of a test
    assert spearman_brown(0.0, 7) == 0.0
    for reliability, ratings in ((1.2, 2), (-0.1, 2), (0.5, 0)):
        with pytest.raises(ValueError, match="expected 0 to 1"):
            spearman_brown(reliability, ratings)


def study(rng, clips, noise):
    """A judge and three raters of the same clips, all with noise of their own."""
    truth = rng.normal(size=clips)
    ratings = truth[:, None] + noise * rng.normal(size=(clips, 3))
    return 0.6 * truth + 0.8 * rng.normal(size=clips), ratings


def corrected(judge, ratings, clusters):
    rho = rank.headline(Scores.of(ratings.mean(axis=1), judge, clusters.codes), PLAN)
    return rho, attenuation_corrected(rho, intraclass.measure(ratings, clusters), PLAN, MEAN_OF_ALL)


def test_it_is_rho_over_the_root_of_the_reliability():
    judge, ratings = study(np.random.default_rng(1), 60, 1.0)
    clusters = Clusters.of(range(60))
    rho, found = corrected(judge, ratings, clusters)
    reliability = intraclass.intraclass(ratings, range(60), PLAN).iccak.value
    assert found.value == pytest.approx(rho.estimates(PLAN)[0].value / np.sqrt(reliability))
    assert found.low < found.value < found.high


def test_it_recovers_the_correlation_with_the_truth():
    # r with the truth 0.6; of a bivariate normal rho = 6/pi asin(0.3) = 0.582. Raters halve each other's
    # noise: reliability of the mean 1 / (1 + 1/3) = 0.75. The correction is exact for r, close for rho.
    inside = 0
    for seed in range(100):
        judge, ratings = study(np.random.default_rng(seed), 120, 1.0)
        _, found = corrected(judge, ratings, Clusters.of(range(120)))
        inside += bool(found.contains(6 / np.pi * np.arcsin(0.3)))
    assert inside >= 88


def test_raters_that_do_not_agree_correct_nothing():
    rng = np.random.default_rng(2)
    ratings = rng.normal(size=(60, 1)) * np.array([1.0, -1.0, 1e-3])
    judge = rng.normal(size=60)
    _, found = corrected(judge, ratings, Clusters.of(range(60)))
    assert found.value is None
    assert "reliability" in found.reason
    one = intraclass.measure(ratings[:10], Clusters.of(range(10)))
    rho = rank.headline(Scores.of(ratings.mean(axis=1), judge, range(60)), PLAN)
    with pytest.raises(ValueError, match="same clusters"):
        attenuation_corrected(rho, one, PLAN)
