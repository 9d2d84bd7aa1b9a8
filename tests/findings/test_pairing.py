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


def _asked_again(clips, repeats=5):
    """Rows of one judge, their clips by number, and whether the clip is hard: every second person is."""
    rows = pl.concat([verify("m", "openai", lambda t, f: t, clips=clips, repeat=k) for k in range(repeats)])
    clip = rows["clip"].str.strip_prefix("clip-").cast(pl.Int64).to_numpy()
    return rows, clip, clip // 2 % 2 == 0


def _answering(rows, right, answered):
    return rows.with_columns(
        fault=pl.Series(rows["truth_fault"].to_numpy() == right),
        status=pl.Series(np.where(answered, "ok", "unparsed")),
    )


def test_failing_at_the_hard_questions_in_some_repeats_gains_nothing():
    # The same judge twice, 0.35 right on the hard and 0.95 on the easy. One side gives no verdict in most
    # repeats about the hard, the other about the easy; nearly every question is answered on both sides.
    rows, _, hard = _asked_again(clips=40)
    generator = np.random.default_rng(5)
    quick = Settings(seed=3, resamples=100)
    found = []
    for _ in range(100):
        one, two = (
            _answering(
                rows,
                generator.random(rows.height) < np.where(hard, 0.35, 0.95),
                generator.random(rows.height) < np.where(hard == fails_at, 0.4, 1.0),
            )
            for fails_at in (True, False)
        )
        found.append(compared(one, two, Task.VERIFY, quick))
    gains = np.array([estimate.value for estimate in found])
    assert abs(gains.mean()) < 3.0 * gains.std() / np.sqrt(len(gains))
    # Of 100 intervals 5 should lie beside 0; more than 12 do so in one case of 700.
    assert sum(not estimate.contains(0.0) for estimate in found) <= 12


def test_a_question_counts_alike_on_both_sides():
    rows, _, _ = _asked_again(clips=4)
    repeat = rows["repeat"].to_numpy()
    first = rows.with_columns(status=pl.Series(np.where(repeat < 3, "ok", "refused")))
    second = rows.with_columns(status=pl.Series(np.where((repeat == 2) | (repeat == 4), "ok", "refused")))
    one, two = paired(first, second)
    # Three answers here and two there: two of each, the shared repeat 2 and one more.
    assert one.height == two.height == 2 * 16
    assert set(one["repeat"]) == {0, 2}
    assert set(two["repeat"]) == {2, 4}


def test_one_answer_counts_as_often_as_the_five_it_is_held_against():
    # Put once on one side by design (a vote over repeats): no answer of the other side is thrown away.
    rows, _, hard = _asked_again(clips=4)
    first = rows.filter(pl.col("repeat") == 0)
    second = rows.with_columns(
        status=pl.Series(np.where(hard & (rows["repeat"].to_numpy() > 2), "refused", "ok"))
    )
    one, two = paired(first, second)
    assert two.height == 8 * 3 + 8 * 5
    assert one.height == two.height
    assert one["item"].value_counts().sort("item").equals(two["item"].value_counts().sort("item"))
    assert side_by_side(first, second, Task.VERIFY, SETTINGS).estimate.n == 16
