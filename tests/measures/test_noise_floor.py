import numpy as np
import pytest

from aqa_eval.measures import noise_floor
from aqa_eval.measures.cluster_ranks import ClusterRanks
from aqa_eval.measures.rank import combine
from aqa_eval.measures.resampling import Resampling

PLAN = Resampling()


def test_one_group_has_the_exact_permutation_variance():
    assert noise_floor.of_rank_correlation(np.array([101]), 101, PLAN) == pytest.approx(0.1959964, abs=1e-6)
    assert noise_floor.of_rank_correlation(np.array([2]), 2, PLAN) == 1.0  # no more than rho can be


def test_few_clusters_widen_it_by_students_t():
    wide, narrow = (noise_floor.of_rank_correlation(np.array([101]), k, PLAN) for k in (10, 101))
    assert wide / narrow == pytest.approx(2.262157 / 1.959964, abs=1e-5)  # t with 9 degrees of freedom


def test_several_events_hold_95_in_100_random_orders():
    sizes = np.array([6, 9, 20, 30] * 12)
    group = np.repeat(np.arange(48), sizes)
    generator = np.random.default_rng(8)
    truth = generator.normal(size=len(group))
    floor = noise_floor.of_rank_correlation(sizes, 48, PLAN)
    inside = 0
    for _ in range(400):
        ranks = ClusterRanks(truth, generator.normal(size=len(group)), group, group)
        rho = combine(ranks.correlations(np.ones((1, 48))), sizes.astype(float), np.ones((1, 48)))
        inside += abs(rho[0]) <= floor
    assert 0.92 <= inside / 400 <= 0.98


def test_skill_of_a_judge_without_sight_moves_with_its_spread():
    # 2 s * 1.959964 / sqrt(100)
    assert noise_floor.of_skill(0.5, 101, 101, PLAN) == pytest.approx(0.1959964)
    assert noise_floor.of_skill(0.0, 101, 101, PLAN) == 0.0
