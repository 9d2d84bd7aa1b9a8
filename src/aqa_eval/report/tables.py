"""The numbers behind the page for other programs: findings as JSON, verdicts as CSV and Parquet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import orjson
import polars as pl

from aqa_eval.report.visible import visible
from aqa_eval.vocabulary import Finding


def findings_json(findings: Iterable[Finding]) -> bytes:
    """Every finding with all its fields, sorted by name, measure and place, as indented JSON in UTF-8."""
    records = sorted((_plain(asdict(finding)) for finding in findings), key=_place)
    options = (
        orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
    )
    return orjson.dumps(records, option=options)


def _plain(value: Any) -> Any:
    """`value` without what JSON cannot hold: lone surrogates are replaced, mappings become dicts."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {_plain(key): _plain(inner) for key, inner in value.items()}
    return value


def _place(record: dict[str, Any]) -> tuple[Any, ...]:
    return record["name"], record["measure"], sorted(record["about"].items())


def verdicts_csv(table: pl.DataFrame) -> bytes:
    """The verdict table as CSV in UTF-8, a header line first, in the table's own order."""
    buffer = io.BytesIO()
    table.write_csv(buffer)
    return buffer.getvalue()


def verdicts_parquet(table: pl.DataFrame) -> bytes:
    """The verdict table as Parquet, types kept."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
