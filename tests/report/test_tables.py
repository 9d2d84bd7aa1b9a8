from __future__ import annotations

import io

import numpy as np
import orjson
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from aqa_eval.report.tables import findings_json, verdicts_csv, verdicts_parquet
from report.example_study import finding, table


def test_findings_hold_every_field_and_are_sorted():
    found = [
        finding("rank", "spearman", "b", 0.25, parts={"within": None}, baselines={"constant": 0.0}),
        finding("chance", "balanced_accuracy", "b", None, reading="Nothing was answered."),
        finding("chance", "balanced_accuracy", "a", 0.5, planted=0.5, fragile=True),
    ]
    records = orjson.loads(findings_json(found))
    assert [(r["name"], r["about"]["judge"]) for r in records] == [
        ("chance", "a"),
        ("chance", "b"),
        ("rank", "b"),
    ]
    assert set(records[0]) == set(finding("x", "y", "z", 0.0).__dataclass_fields__)
    assert records[0]["fragile"] is True
    assert records[1]["estimate"] is None
    assert records[2]["parts"] == {"within": None}


def test_the_order_of_findings_does_not_matter():
    found = [finding("chance", "balanced_accuracy", judge, 0.5) for judge in "abc"]
    assert findings_json(found) == findings_json(reversed(found))


def test_numpy_numbers_and_broken_text_can_be_written():
    odd = finding(
        "chance", "balanced_accuracy", "j\ud800", float(np.float64(0.5)), parts={"r": np.float64(0.25)}
    )
    record = orjson.loads(findings_json([odd]))[0]
    assert record["about"]["judge"] == "j\ufffd"
    assert record["parts"]["r"] == 0.25


@pytest.mark.parametrize("written", [verdicts_csv, verdicts_parquet])
def test_tables_are_the_same_bytes_each_time(written):
    assert written(table()) == written(table())


def test_parquet_gives_the_table_back():
    assert_frame_equal(pl.read_parquet(io.BytesIO(verdicts_parquet(table()))), table())


def test_csv_gives_the_table_back():
    read = pl.read_csv(io.BytesIO(verdicts_csv(table())), schema=table().schema)
    filled = pl.col(pl.String).fill_null("")  # CSV does not tell an empty text from none
    assert_frame_equal(read.with_columns(filled), table().with_columns(filled))
