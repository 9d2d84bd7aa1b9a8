"""Strategies over cells, thinking, and the camera."""

import numpy as np
import polars as pl
import pytest
from tests.findings.tables import observing, saying_true, verify

from aqa_eval.findings import strategies
from aqa_eval.findings.settings import Settings
from aqa_eval.measures.observer import Observer

SETTINGS = Settings(seed=3, resamples=300, thinking={"deep": "quick"})


def _cells(gains, clips=200, protocol="openai", start=0):
    """A judge a cell: base at d' 1, the strategy at d' 1 + gain."""
    tables = []
    for i, gain in enumerate(gains):
        for d, strategy in ((1.0, "base"), (1.0 + gain, "guidelines")):
            seed = start + 10 * i + len(strategy)
            answer = observing(Observer(d), seed)
            tables.append(verify(f"j{i}", protocol, answer, clips=clips, strategy=strategy))
    return pl.concat(tables)


def _overall(found):
    (only,) = [f for f in found if f.about["judge"] == "all models"]
    return only


def test_a_gain_in_all_cells_is_consistent():
    found = strategies.find(_cells([1.0] * 6), SETTINGS)
    cells = [f for f in found if f.measure == "strategy_gain"]
    assert len(cells) == 6
    assert all(f.about["strategy"] == "guidelines" and f.about["versus"] == "strategy base" for f in cells)
    assert all(f.reading.startswith("Judges better by strategy guidelines than by base") for f in cells)
    overall = _overall(found)
    planted = Observer(2.0).balanced_accuracy([1, -1]) - Observer(1.0).balanced_accuracy([1, -1])
    assert overall.low < planted < overall.high
    assert overall.parts["prediction_low"] > 0.0
    assert overall.reading.startswith("Consistent")
    assert overall.parts["cells_above_at_least"] >= 5
    assert overall.clusters == 6


def test_a_gain_in_one_cell_is_isolated():
    found = strategies.find(_cells([2.0, 0.0, 0.0, -0.4, 0.0]), SETTINGS)
    overall = _overall(found)
    assert overall.reading.startswith("Isolated")
    assert overall.parts["cells_above"] == 1.0


def test_a_loss_in_all_cells_is_called_harm():
    overall = _overall(strategies.find(_cells([-0.7, -0.8, -0.9, -0.8, -0.75]), SETTINGS))
    assert overall.high < 0.0
    assert overall.reading.startswith("Harms: one more dataset or model would be expected to lose too")
    two = _overall(strategies.find(_cells([-1.0, -1.0], clips=400), SETTINGS))
    assert two.parts["prediction_low"] is None
    assert not two.reading.startswith("None seen")


def test_no_gain_is_none_seen_or_undecided_and_hardly_ever_more():
    assert _overall(strategies.find(_cells([0.0] * 6, clips=500), SETTINGS)).reading.startswith("None seen")
    few = strategies.find(_cells([0.0, 0.0], clips=30), SETTINGS)
    assert _overall(few).reading.startswith("Undecided")
    said = 0
    for seed in range(20):
        overall = _overall(strategies.find(_cells([0.0] * 3, clips=60, start=1000 * seed), SETTINGS))
        said += overall.reading.startswith(("Consistent", "Isolated"))
    assert said <= 4  # 5% at the most, of 20: three standard errors above 1


def test_references_and_simulated_judges_are_no_cells():
    table = pl.concat([_cells([1.0], protocol="simulated"), _cells([1.0], protocol="pose-rules", start=5)])
    found = strategies.find(table, SETTINGS)
    assert not [f for f in found if f.about["judge"] == "all models"]
    assert len(found) == 2


def test_one_cell_has_no_mean_and_a_silent_one_no_interval():
    overall = _overall(strategies.find(_cells([1.0]), SETTINGS))
    assert overall.estimate is None
    assert "cannot be estimated" in overall.reading
    silent = _cells([1.0, 1.0, 1.0]).with_columns(
        status=pl.when(pl.col("judge") == "j0").then(pl.lit("error")).otherwise(pl.lit("ok"))
    )
    found = strategies.find(silent, SETTINGS)
    assert "1 have no interval" in _overall(found).reading
    constant = pl.concat(
        verify("m", "openai", saying_true, strategy=strategy) for strategy in ("base", "guidelines")
    )
    assert "estimate" in _overall(strategies.find(constant, SETTINGS)).reading


def test_thinking_is_held_against_the_same_model_without_it():
    table = pl.concat(
        [
            verify("deep", "openai", observing(Observer(2.0), 1), clips=200),
            verify("quick", "openai", observing(Observer(0.5), 2), clips=200),
            verify("other", "openai", observing(Observer(0.5), 3), clips=200),
        ]
    )
    (found,) = strategies.find(table, SETTINGS)
    assert found.measure == "thinking_gain"
    assert (found.about["judge"], found.about["versus"]) == ("deep", "quick")
    assert found.low > 0.0
    assert found.reading.startswith("Thinking helps")


@pytest.mark.parametrize("shared", [True, False])
def test_the_wearers_view_is_paired_by_person_where_there_are_such(shared):
    ego = verify("m", "openai", observing(Observer(0.2), 1), clips=200, view="ego_m")
    exo = verify("m", "openai", observing(Observer(2.0), 2), clips=200, view="exo_l")
    apart = pl.col("clip") if shared else pl.lit("")
    exo = exo.with_columns(item="exo " + pl.col("item"), clip="exo " + apart)
    if not shared:
        exo = exo.with_columns(cluster="exo " + pl.col("cluster"))
    (found,) = strategies.find(pl.concat([ego, exo]), SETTINGS)
    assert found.measure == "ego_gain"
    assert found.high < 0.0
    assert ("paired by those, not by question" in found.reading) is shared
    assert ("not paired" in found.reading) is not shared
    assert np.isfinite(found.estimate)
