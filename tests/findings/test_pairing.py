"""Two ways of asking on the same questions."""

import numpy as np
import polars as pl
import pytest
from tests.findings.tables import observing, score, verify

from aqa_eval.findings.pairing import compared, headline, paired
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


def test_nothing_in_common_cannot_be_compared():
    first = verify("a", "openai", lambda truth, framing: "refused", clips=10)
    second = verify("b", "openai", lambda truth, framing: truth, clips=10)
    found = compared(first, second, Task.VERIFY, SETTINGS)
    assert found.value is None
    assert found.reason == "no question was answered on both sides"
