"""Two ways of asking on the same questions."""

import numpy as np
import polars as pl
import pytest
from tests.findings.tables import choose, observing, score, verify

from aqa_eval.findings.pairing import compared, headline, paired, side_by_side, unpaired
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.observer import Observer
from aqa_eval.vocabulary import Task

SETTINGS = Settings(seed=3, resamples=500)


def test_a_difference_counts_only_what_both_answered():
    # The first is right everywhere; the second fails on every second clip and is wrong on the others.
    first = verify("a", "openai", lambda truth, framing: truth, clips=40)
    second = verify("b", "openai", lambda truth, framing: not truth, clips=40)
    second = second.with_columns(
        status=pl.when(pl.col("clip").str.ends_with("0")).then(pl.lit("refused")).otherwise(pl.lit("ok"))
    )
    one, two = paired(first, second)
    assert one.height == two.height == 36 * 4  # clips 0, 10, 20, 30 are out; two criteria, two framings
    assert compared(first, second, Task.VERIFY, SETTINGS).value == pytest.approx(1.0)


def test_the_interval_of_a_paired_difference_is_narrower_than_of_an_unpaired_one():
    # Both judges share their evidence but for a little: what clips have in common is not in the difference.
    generator = np.random.default_rng(1)
    truths = generator.normal(size=120)
    shared = truths + generator.normal(size=120)
    one, two = (
        score(name, "openai", truths.tolist(), (shared + 0.1 * generator.normal(size=120)).tolist())
        for name in ("a", "b")
    )
    found = compared(one, two, Task.SCORE, SETTINGS)
    alone = headline(Task.SCORE, one, SETTINGS).measure.estimates(SETTINGS.plan)[0]
    assert found.high - found.low < (alone.high - alone.low) / 3


def test_planted_differences_are_found():
    sharp = verify("a", "openai", observing(Observer(2.0), 1), clips=400)
    dull = verify("b", "openai", observing(Observer(0.5), 2), clips=400)
    found = compared(sharp, dull, Task.VERIFY, SETTINGS)
    planted = Observer(2.0).balanced_accuracy([1, -1]) - Observer(0.5).balanced_accuracy([1, -1])
    assert found.low < planted < found.high
    assert found.p_value(0.0) < 1e-6


def test_comparisons_are_subtracted_with_the_clusters_of_both_clips():
    truths = ["first", "second"] * 60
    right = np.random.default_rng(3).random((2, 120)) < [[0.9], [0.6]]
    tables = [
        choose("m", [(t, t if r else "tie") for t, r in zip(truths, side, strict=True)], task="compare")
        for side in right
    ]
    one, two = (table.with_columns(cluster_b="other " + pl.col("cluster")) for table in tables)
    found = side_by_side(one, two, Task.COMPARE, SETTINGS)
    assert found.estimate.value == pytest.approx(found.first - found.second)
    assert found.estimate.low < 0.6 < found.estimate.high  # 2 (0.9 - 0.6)
    assert found.estimate.low > 0.0
    assert found.estimate.clusters == 240
    assert "dyadic" in found.estimate.method
    # Half of the pairs on one side only: clusters are told apart by name.
    half = unpaired(one.head(60), two.tail(60), Task.COMPARE, SETTINGS)
    assert half.estimate.value == pytest.approx(2 * (right[0, :60].mean() - right[1, 60:].mean()))


def test_other_clips_with_clusters_in_common_are_resampled_together():
    sharp = verify("a", "openai", lambda truth, framing: truth, clips=60)
    noisy = verify("a", "openai", observing(Observer(0.5), 2), clips=60)
    alone = unpaired(sharp, noisy, Task.VERIFY, SETTINGS).estimate
    apart = unpaired(sharp, noisy.with_columns(cluster="x" + pl.col("cluster")), Task.VERIFY, SETTINGS)
    assert alone.value == apart.estimate.value
    assert apart.estimate.low is not None
    assert apart.first == 1.0


def test_nothing_in_common_cannot_be_compared():
    first = verify("a", "openai", lambda truth, framing: "refused", clips=10)
    second = verify("b", "openai", lambda truth, framing: truth, clips=10)
    found = compared(first, second, Task.VERIFY, SETTINGS)
    assert found.value is None
    assert found.reason == "no question was answered on both sides"


def test_comparisons_within_people_are_not_subtracted_from_comparisons_between_them():
    answers = [(truth, truth) for truth in ("first", "second") * 20]
    within = choose("m", answers, task="compare")
    between = within.with_columns(cluster_b="other " + pl.col("cluster"))
    found = unpaired(within, between, Task.COMPARE, SETTINGS)
    assert found.estimate.value is None
    assert "one cluster on one side" in found.estimate.reason
    assert found.first == found.second == 1.0


def test_a_choice_is_judged_by_mean_recall_as_in_its_own_finding():
    # Nine of ten are "a"; always saying so is right in nine of ten cases and worth nothing.
    truths = ["a"] * 36 + ["b"] * 4
    always = choose("m", [(truth, "a") for truth in truths])
    side = headline(Task.CHOOSE, always, SETTINGS)
    assert (side.name, side.chance) == ("choice_skill", 0.0)
    assert side.measure.estimates(SETTINGS.plan)[0].value == pytest.approx(0.0)
    assert headline(Task.CHOOSE, always.head(36), SETTINGS).measure is None
