"""Tables of claims made up beside verdict tables."""

import polars as pl

from aqa_eval.findings.table import COLUMNS as VERDICTS
from aqa_eval.traces import COLUMNS
from findings.tables import _row


def trial(clip: int, right: bool = True, **fields: object) -> dict[str, object]:
    """A verified clip, faulty where its number is odd, each its own cluster."""
    truth = bool(clip % 2)
    criterion = str(fields.pop("criterion", "depth"))
    row = _row("model", "openai", "verify", clip, criterion, "negative", **fields)
    return dict(row) | {
        "cluster": f"body-{clip}",
        "truth_fault": truth,
        "fault": truth == right,
        "said": truth == right,
        "trace_kind": fields.get("trace_kind", "raw"),
        **{name: value for name, value in fields.items() if name in VERDICTS},
    }


def table(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=VERDICTS)


def claim(row: dict[str, object], **fields: object) -> dict[str, object]:
    """An observation in the trace of a trial."""
    plain = {
        "key": row["key"],
        "source": "trace",
        "place": 0,
        "step": "",
        "kind": "observation",
        "part": "knee",
        "side": "",
        "relation": "bent",
        "unit": "",
        "text": "",
        "reason": "",
        "check": "supported",
    }
    return dict.fromkeys(COLUMNS) | plain | fields


def claims(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COLUMNS)
