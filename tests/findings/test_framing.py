"""Answers that turn with the way a question is put."""

import numpy as np
import polars as pl
import pytest
from tests.findings.tables import choose, saying_true, verify

from aqa_eval.findings import framing
from aqa_eval.findings.settings import Settings

SETTINGS = Settings(seed=3, resamples=300)


def _asked(k, faulted, clips=60, seed=0):
    """Each clip asked `k` times; `faulted`: clip and framing in, the probability of "fault" out."""
    generator = np.random.default_rng(seed)
    base = verify("m", "openai", lambda truth, framing: truth, clips=clips, criteria=["depth"])
    chance = np.array([faulted(int(c[5:]), f) for c, f in base.select("clip", "framing").iter_rows()])
    return pl.concat(
        base.with_columns(repeat=pl.lit(r, pl.Int64), fault=pl.Series(generator.random(base.height) < chance))
        for r in range(k)
    )


def _one(found, measure):
    (only,) = [f for f in found if f.measure == measure]
    return only


def test_a_noisy_judge_flips_and_has_no_excess():
    found = framing.find(_asked(5, lambda clip, framing: 0.7, clips=200), SETTINGS)
    raw, excess = _one(found, "flips"), _one(found, "excess_flips")
    assert raw.estimate == pytest.approx(0.42, abs=0.03)
    assert raw.reading.startswith("Answers differ on 0.4")
    assert "turns" not in raw.reading
    assert excess.low < 0.0 < excess.high
    assert excess.reading.startswith("Undecided")
    assert excess.parts["sampling_variance"] == pytest.approx(0.21, abs=0.02)


def test_a_judge_that_follows_the_polarity_has_an_excess_of_the_squared_difference():
    found = framing.find(
        _asked(5, lambda clip, framing: 0.8 if framing == "positive" else 0.3, clips=200), SETTINGS
    )
    excess = _one(found, "excess_flips")
    assert excess.low < 0.25 < excess.high
    assert excess.low > 0.1
    assert excess.reading.startswith("The judgement turns with the statement")
    assert "repeats" in excess.reading


def test_without_repeats_noise_may_explain_it_and_that_is_said():
    found = framing.find(_asked(1, lambda clip, framing: 0.7), SETTINGS)
    assert "Noise alone may explain that" in _one(found, "flips").reading
    excess = _one(found, "excess_flips")
    assert excess.estimate is None
    assert "asked twice or more" in excess.reading


def test_with_few_repeats_there_is_an_estimate_and_no_statement():
    found = framing.find(_asked(2, lambda clip, framing: float(framing == "positive")), SETTINGS)
    excess = _one(found, "excess_flips")
    assert excess.estimate == 1.0
    assert excess.chance is None  # nothing it is held against yet
    assert excess.reading.startswith("Undecided")
    assert "5 are needed" in excess.reading


def test_a_constant_judge_never_flips():
    found = framing.find(_asked(5, lambda clip, framing: 1.0), SETTINGS)
    assert _one(found, "flips").estimate == 0.0
    assert _one(found, "flips").high > 0.0
    assert _one(found, "excess_flips").estimate == 0.0


def test_of_a_judge_that_is_constant_by_construction_the_flips_are_known_without_repeats():
    found = framing.find(verify("m", "constant", saying_true, clips=20), SETTINGS)
    raw, excess = _one(found, "flips"), _one(found, "excess_flips")
    assert (raw.estimate, raw.low, raw.high) == (1.0, 1.0, 1.0)
    assert "Noise alone" not in raw.reading
    assert (excess.estimate, excess.low, excess.high) == (1.0, 1.0, 1.0)
    prior = framing.find(verify("m", "prior", lambda truth, framing: False, clips=20), SETTINGS)
    assert _one(prior, "excess_flips").reading.startswith("Exactly 0.00, the judge is constant")


def test_an_excess_that_is_none_is_seldom_called_one():
    # 60 tables of 30 clusters, each question answered "fault" with its own probability: 5% of 60 is 3, and
    # three standard errors either way are 5.
    generator = np.random.default_rng(8)
    wrong = 0
    for seed in range(60):
        own = generator.random(60)
        found = framing.find(_asked(5, lambda clip, framing, own=own: own[clip], seed=seed), SETTINGS)
        wrong += not _one(found, "excess_flips").reading.startswith("Undecided")
    assert wrong <= 8


def test_one_polarity_or_no_answer_is_nothing_to_flip():
    rows = _asked(5, lambda clip, framing: 0.5)
    assert framing.find(rows.filter(pl.col("framing") == "positive"), SETTINGS) == []
    silent = rows.with_columns(status=pl.lit("refused"), fault=None)
    assert all(f.estimate is None for f in framing.find(silent, SETTINGS))
    one = framing.find(rows.filter(pl.col("cluster") == "body-0"), SETTINGS)
    assert all(f.low is None for f in one)


def test_orders_of_two_clips_flip_likewise():
    generator = np.random.default_rng(4)
    truths = ["first", "second"] * 40
    tables = []
    for order in ("given", "swapped"):
        for repeat in range(5):
            # It prefers the clip shown first in four of five cases.
            first = generator.random(80) < 0.8
            said = [("first" if f == (order == "given") else "second") for f in first]
            fields = {"order": order, "repeat": repeat}
            tables.append(choose("m", list(zip(truths, said, strict=True)), task="compare", **fields))
    table = pl.concat(tables).with_columns(cluster_b="other " + pl.col("cluster"))
    excess = _one(framing.find(table, SETTINGS), "excess_order_flips")
    assert excess.estimate == pytest.approx(0.36, abs=0.08)  # (0.8 - 0.2)^2
    assert excess.low > 0.0
