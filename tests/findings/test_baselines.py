"""Yardsticks stand on the same clips as the judge beside them."""

import polars as pl
import pytest

from aqa_eval.findings import Settings, find_all
from findings.tables import one, verify

SETTINGS = Settings(seed=1, resamples=50)


def tables() -> pl.DataFrame:
    """A reference that is right about the first thirty clips alone; the model's poses are found in those."""
    early = pl.col("clip").str.strip_prefix("clip-").cast(pl.Int64) < 30
    reference = verify("angles", "pose-rules", lambda truth, framing: truth).with_columns(
        fault=pl.when(early).then("truth_fault").otherwise(~pl.col("truth_fault"))
    )
    model = verify("m", "openai", lambda truth, framing: truth, representation="skeleton").with_columns(
        coverage=pl.when(early).then(1.0).otherwise(0.1)
    )
    return pl.concat([reference, model, verify("m", "openai", lambda truth, framing: truth)])


def test_a_reference_is_measured_without_the_clips_that_the_gate_took_from_the_model():
    found = [f for f in find_all(tables(), SETTINGS) if f.measure == "balanced_accuracy"]
    by_way = {
        f.about["representation"]: f
        for f in found
        if f.about["judge"] == "m" and f.about["criterion"] == "all"
    }
    assert by_way["skeleton"].n == 120
    assert by_way["skeleton"].baselines["angles"] == 1.0
    assert by_way["rgb"].baselines["angles"] == pytest.approx(0.5)
    assert one([f for f in found if f.about["judge"] == "angles"], "balanced_accuracy", "angles").n == 240


def test_without_a_gate_nothing_is_narrowed():
    open_gate = find_all(tables(), Settings(seed=1, resamples=50, pose_gate=0.0))
    found = [f for f in open_gate if f.measure == "balanced_accuracy" and f.about["criterion"] == "all"]
    assert {f.baselines["angles"] for f in found if f.about["judge"] == "m"} == {0.5}
