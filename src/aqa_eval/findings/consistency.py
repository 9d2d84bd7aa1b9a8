"""Self-consistency: what the repeats of a question say together (Wang et al. 2022, arXiv 2203.11171).

No request is made for it. The K repeats of one item in one way become one row of the strategy
`self-consistency`: the answer most of them give, or the mean score; its confidence is the share of all K
repeats that gave it. A tie is no answer (`unparsed`), and neither are repeats of which none was answered; a
row that lacks a repeat is `missing`, and one whose clip showed nobody is `unseen` as its repeats are. Only
tasks that the strategy is for have such rows; no probe has, since each rests on one repeat, and no judge
whose repeats are raters. What a row took
is what its repeats took.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import polars as pl

from aqa_eval.prompts import strategy
from aqa_eval.vocabulary import Status, Task

MISSING = "missing"
BY_RATERS = ("human",)
"""The protocols whose repeats are raters, each with a truth of its own: no judge asked again."""
_ASKED = (
    "judge",
    "dataset",
    "task",
    "item",
    "representation",
    "frames",
    "setting",
    "framing",
    "order",
    "permuted",
)
_SPENT = ("requests", "prompt_tokens", "completion_tokens", "reasoning_tokens")


def with_consistency(table: pl.DataFrame, strategies: Sequence[str]) -> pl.DataFrame:
    """The table with rows for the `strategies` that are read from repeats, after all others."""
    made = [table]
    for name in strategies:
        derived = strategy(name)
        fitting = pl.col("task").is_in([str(task) for task in derived.tasks])
        asked = (pl.col("strategy") == derived.samples_of) & (pl.col("probe") == "none")
        asked &= ~pl.col("protocol").is_in(BY_RATERS)
        rows = table.filter(asked & fitting)
        groups = [group.to_dicts() for group in rows.partition_by(_ASKED, maintain_order=True)]
        together = [_together(name, group) for group in groups if len(group) > 1]
        made.append(pl.DataFrame(together, schema=table.schema, orient="row"))
    return pl.concat(made)


def _spent(group: list[dict[str, Any]]) -> dict[str, int | None]:
    """What all repeats took: requests, and tokens where the server counted any."""
    counts = {column: [one[column] for one in group if one[column] is not None] for column in _SPENT}
    return {column: sum(known) if known else None for column, known in counts.items()}


def _together(name: str, group: list[dict[str, Any]]) -> dict[str, Any]:
    """One row for all repeats of a question."""
    row = group[0] | {"strategy": name, "key": f"{group[0]['key']}+{len(group) - 1}", "note": "", "repeat": 0}
    nothing = dict.fromkeys(("said", "fault", "score", "choice", "start", "end", "confidence"))
    row |= nothing | {"confidence_source": "", "evidence": None} | _spent(group)
    if any(one["status"] == MISSING for one in group):
        return row | {"status": MISSING}
    unseen = [one for one in group if one["status"] == str(Status.UNSEEN)]
    if unseen:
        return row | {name: unseen[0][name] for name in ("status", "note", "coverage")}
    answered = [one for one in group if one["status"] == str(Status.OK)]
    if not answered:
        return row | {"status": group[0]["status"], "note": "no repeat gave a verdict"}
    if row["task"] == Task.SCORE:
        return row | {"status": str(Status.OK), "score": sum(o["score"] for o in answered) / len(answered)}
    judged = "fault" if row["task"] == Task.VERIFY else "choice"
    (best, votes), *others = Counter(one[judged] for one in answered).most_common()
    if others and others[0][1] == votes:
        return row | {"status": str(Status.UNPARSED), "note": f"the repeats are tied at {votes} votes"}
    said = next(one["said"] for one in answered if one[judged] == best)
    share = {"confidence": votes / len(group), "confidence_source": "samples"}
    return row | {"status": str(Status.OK), judged: best, "said": said} | share
