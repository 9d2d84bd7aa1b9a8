"""Judges on the same questions."""

import numpy as np
import polars as pl
import pytest
from tests.findings.tables import observing, saying_true, score, verify

from aqa_eval.findings import comparisons
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.observer import Observer

SETTINGS = Settings(seed=3, resamples=300)


def _judge(name, d_prime, seed, protocol="openai", clips=200, **fields):
    return verify(name, protocol, observing(Observer(d_prime), seed), clips=clips, **fields)


def _pairs(found):
    return {(f.about["judge"], f.about["versus"]): f for f in found}


def test_models_among_each_other_and_each_against_the_references_but_no_simulated_one():
    table = pl.concat(
        [
            _judge("a", 2.0, 1),
            _judge("b", 0.3, 2),
            _judge("told", 3.0, 3, protocol="simulated"),
            verify("always", "constant", saying_true, clips=200),
        ]
    )
    found = _pairs(comparisons.find(table, SETTINGS))
    assert set(found) == {("a", "b"), ("a", "always"), ("b", "always")}
    better = found["a", "b"]
    planted = Observer(2.0).balanced_accuracy([1, -1]) - Observer(0.3).balanced_accuracy([1, -1])
    assert better.low < planted < better.high
    assert better.reading.startswith("Better than b, in balanced accuracy")
    assert "after Holm over 3 pairs" in better.reading
    assert better.measure == "balanced_accuracy_difference"


def test_ways_are_not_mixed():
    table = pl.concat([_judge("a", 1.0, 1), _judge("b", 1.0, 2, representation="crop")])
    assert comparisons.find(table, SETTINGS) == []


def test_the_small_is_called_equal_only_if_large_differences_are_excluded():
    # The second gives the first's answers but for 4%, as often right where that was wrong as the other way.
    first = _judge("a", 0.0, 1, clips=2000)
    turned = np.random.default_rng(0).random(first.height) < 0.04
    second = first.with_columns(judge=pl.lit("b"), fault=pl.col("fault") ^ pl.Series(turned))
    (equal,) = comparisons.find(pl.concat([first, second]), SETTINGS)
    assert equal.reading.startswith("As good as b to within 0.05")
    # Real and small: of a judge that is mostly right most turns are losses.
    first = _judge("a", 2.0, 1, clips=2000)
    second = first.with_columns(judge=pl.lit("b"), fault=pl.col("fault") ^ pl.Series(turned))
    (small,) = comparisons.find(pl.concat([first, second]), SETTINGS)
    assert small.reading.startswith("Better than b, though by less than 0.05")
    few = [_judge(name, 1.5, seed, clips=30) for name, seed in (("a", 1), ("b", 2))]
    (unclear,) = comparisons.find(pl.concat(few), SETTINGS)
    assert unclear.reading.startswith("Undecided whether it is better or worse than b")
    assert "would be seen in 8 of 10 cases" in unclear.reading
    assert unclear.parts["detectable"] == pytest.approx((unclear.high - unclear.low) / 2 * 1.4294, rel=1e-3)


def test_among_many_alike_judges_hardly_any_pair_is_said_to_differ():
    # Ten reports of six judges of one skill: 150 pairs, of which 7 or 8 would differ uncorrected.
    said, alone = 0, 0
    for report in range(10):
        table = pl.concat(_judge(f"j{i}", 1.0, 100 * report + i, clips=100) for i in range(6))
        found = comparisons.find(table, Settings(seed=report, resamples=200))
        assert len(found) == 15
        said += any(f.reading.startswith(("Better", "Worse")) for f in found)
        alone += sum(f.parts["p"] < 0.05 for f in found)
    assert alone >= 1
    assert said <= 2


def test_scores_are_compared_by_rank():
    truth = np.random.default_rng(0).normal(size=100)
    table = pl.concat([score("a", "openai", truth, truth), score("b", "openai", truth, truth[::-1])])
    (found,) = comparisons.find(table, SETTINGS)
    assert found.measure == "spearman_difference"
    assert found.low > 0.5


def test_what_is_too_little_to_matter_belongs_to_the_headline():
    # With noise of 0.5 and of 0.64 in scores of unit spread rho is 0.88 and 0.83: more than 0.05 apart and
    # less than 0.1.
    generator = np.random.default_rng(0)
    truth, one, two = generator.normal(size=(3, 2000))
    given, other = truth + 0.5 * one, truth + 0.64 * two
    table = pl.concat([score("a", "openai", truth, given), score("b", "openai", truth, other)])
    (found,) = comparisons.find(table, SETTINGS)
    assert 0.05 < found.estimate < found.high < 0.1
    assert found.parts["margin"] == 0.1
    assert found.reading.startswith("Better than b, though by less than 0.10, in rank correlation")


def test_what_cannot_be_compared_says_why():
    silent = verify("b", "openai", lambda truth, framing: "refused", clips=200)
    (found,) = comparisons.find(pl.concat([_judge("a", 1.0, 1), silent]), SETTINGS)
    assert "no question was answered on both sides" in found.reading
    one = pl.concat([_judge(name, 1.0, 1, clips=2) for name in "ab"])
    (found,) = comparisons.find(one, SETTINGS)
    assert "one cluster only" in found.reading
    faultless = pl.concat([_judge("a", 1.0, 1), _judge("b", 1.0, 2)]).filter(~pl.col("truth_fault"))
    (found,) = comparisons.find(faultless, SETTINGS)
    assert found.estimate is None
    constant = pl.concat([verify(name, "openai", saying_true) for name in "ab"])
    (found,) = comparisons.find(constant, SETTINGS)
    assert found.estimate == 0.0
    assert not found.reading.startswith(("Better", "Worse"))
    assert comparisons.find(constant.head(0), SETTINGS) == []
