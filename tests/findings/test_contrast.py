"""Two at a time: planted places, orders and gaps."""

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr

from aqa_eval.findings import Settings, contrast
from findings.comparing import compare, seeing, single
from findings.tables import one, saying_true, verify

SETTINGS = Settings(seed=3, resamples=300)


def test_a_judge_that_prefers_the_first_place_is_named_and_a_fair_one_is_not():
    biased = contrast.find(compare(seeing(1.0, 0.8)), SETTINGS)
    found = one(biased, "first_bias", "m")
    assert found.reading.startswith("Prefers what it is shown first")
    z = 1.0 / np.sqrt(2)
    planted = (ndtr(z + 0.8) + ndtr(-z + 0.8)) / 2 - 0.5
    assert found.low < planted < found.high
    assert one(biased, "order_consistency", "m").estimate < 0.75
    fair = one(contrast.find(compare(seeing(1.0)), SETTINGS), "first_bias", "m")
    assert fair.reading.startswith("Undecided whether it prefers a place")


def test_order_counts_only_beyond_asking_again():
    noisy = one(contrast.find(compare(seeing(0.8), repeats=4), SETTINGS), "order_excess_flips", "m")
    assert noisy.low < 0 < noisy.high
    assert noisy.reading.startswith("Undecided")
    pulled = one(contrast.find(compare(seeing(0.8, 1.2), repeats=4), SETTINGS), "order_excess_flips", "m")
    assert pulled.reading.startswith("The order changes its answer more often than asking again does")
    once = one(contrast.find(compare(seeing(0.8)), SETTINGS), "order_excess_flips", "m")
    assert once.estimate is None
    assert "cannot be told" in once.reading


def test_accuracy_is_free_of_the_place_and_skill_says_whether_it_sees():
    found = contrast.find(compare(seeing(1.5, 0.5), pairs=300), SETTINGS)
    skill = one(found, "choice_skill", "m")
    assert skill.reading.startswith("Finds the better of two performances more often")
    assert skill.parts["said_first"] > 0.55
    blind = one(contrast.find(compare(seeing(0.0), pairs=800), SETTINGS), "choice_skill", "m")
    assert "Shown to be no better than chance" in blind.reading
    few = one(contrast.find(compare(seeing(0.0), pairs=30), SETTINGS), "choice_skill", "m")
    assert "Shown to be no better than chance" not in few.reading


def test_the_same_sight_in_pairs_and_singly_is_no_gain_and_more_sight_is():
    pairs = 600
    same = pl.concat([compare(seeing(1.0), pairs=pairs), single(1.0, pairs)])
    found = one(contrast.find(same, SETTINGS), "d_prime_gain_of_pairs", "m", "depth")
    assert found.low < 0 < found.high
    assert found.about["versus"] == contrast.SINGLY
    # Accuracies differ all the same: z(PC) = d'/sqrt 2 in pairs, d'/2 singly.
    assert found.parts["d_prime_of_pairs"] == pytest.approx(1.0, abs=0.2)
    assert found.parts["d_prime_singly"] == pytest.approx(1.0, abs=0.2)
    more = pl.concat([compare(seeing(2.0), pairs=pairs), single(0.5, pairs)])
    found = one(contrast.find(more, SETTINGS), "d_prime_gain_of_pairs", "m", "depth")
    assert found.reading.startswith("Comparing shows it more")
    assert found.low < 1.5 < found.high


def test_clips_that_were_only_judged_singly_do_not_count():
    table = pl.concat(
        [compare(seeing(1.0), pairs=40), verify("m", "openai", saying_true).with_columns(clip=pl.lit("x"))]
    )
    found = one(contrast.find(table, SETTINGS), "d_prime_gain_of_pairs", "m", "depth")
    assert found.estimate is None
    assert "no clip was both compared and judged by itself" in found.reading


@pytest.mark.parametrize(
    "table",
    [
        compare(lambda rng, first, gap: "refused"),
        compare(lambda rng, first, gap: None),
        compare(lambda rng, first, gap: True),
        compare(lambda rng, first, gap: first, pairs=1),
        compare(seeing(1.0)).with_columns(cluster=pl.lit("one"), cluster_b=pl.lit("one")),
        compare(seeing(1.0)).with_columns(truth_choice=pl.lit("first")),
        compare(seeing(1.0)).filter(pl.col("order") == "given"),
        compare(seeing(1.0), gap=lambda pair: float("nan")),
    ],
)
def test_degenerate_comparisons_say_why(table):
    for found in contrast.find(table, SETTINGS):
        assert found.reading.endswith(".")
        if found.clusters < 2:
            assert found.low is None, found


def test_a_constant_reference_has_its_skill_and_nothing_else():
    table = compare(lambda rng, first, gap: True, judge="same").with_columns(protocol=pl.lit("constant"))
    assert {f.measure for f in contrast.find(table, SETTINGS)} == {"choice_skill"}
