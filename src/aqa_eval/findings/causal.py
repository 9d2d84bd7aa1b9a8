"""Does the verdict rest on what was cited, and on the reasoning? Both are taken away, and the answer watched.

What the judge cited is masked in the pictures, and, to compare, as large and as long a stretch elsewhere. Its
reasoning is cut short or made wrong before it answers (Lanham et al. 2023, arXiv 2307.13702), and, to
compare, the question is asked again as it was: an answer that changes by itself shows nothing.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.claimed import otherwise
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import impossible
from aqa_eval.measures.shares import mean
from aqa_eval.vocabulary import Finding, Status

NAME = "traces"
_ASKED = ("item", "framing", "order", "permuted")
_JUDGED = {"verify": "fault", "choose": "choice", "compare": "choice", "score": "score"}
PROBES = ("masked-cited", "truncated", "corrupted")
_DONE = {
    "masked-cited": "masking what it cited changes its answer",
    "truncated": "cutting its reasoning short changes its answer",
    "corrupted": "making its reasoning wrong changes its answer",
}
_CONTROL = {
    "masked-cited": "masking as much elsewhere",
    "truncated": "asking again",
    "corrupted": "asking again",
}


def find(trials: Asked, table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """How much more often each interference changes the answer than its control does, paired by question;
    nothing for a task that has no such answer, or where no probe was asked at all.
    """
    judged = _JUDGED.get(trials.way["task"])
    if judged is None or not trials.rows["probe"].eq("none").all():
        return []
    probed = {probe: otherwise(trials, table, "probe", probe) for probe in (*PROBES, "masked-control")}
    if all(rows.is_empty() for rows in probed.values()):
        return []
    own = _answers(trials.rows, judged)
    again = _changed(own, own, apart=True)
    found = []
    for probe in PROBES:
        if probed[probe].is_empty():
            continue
        control = again
        if probe == "masked-cited":
            control = _interfered(own, probed["masked-control"], judged)
        found.append(_of(trials, probe, _interfered(own, probed[probe], judged), control, settings))
    return found


def _answers(rows: pl.DataFrame, judged: str) -> pl.DataFrame:
    answered = rows.filter(pl.col("status") == str(Status.OK)).drop_nulls(judged)
    return answered.select(*_ASKED, "repeat", "cluster", pl.col(judged).cast(pl.String).alias("answer"))


def _interfered(own: pl.DataFrame, probed: pl.DataFrame, judged: str) -> pl.DataFrame:
    """Of each question the share of answers that a probe changes, against the very answer that it rests on
    (`parent`); in a table without these, against the row of the same repeat.
    """
    if probed["parent"].is_null().all():
        return _changed(own, _answers(probed, judged), apart=False)
    ok = str(Status.OK)
    both = probed.filter((pl.col("status") == ok) & (pl.col("parent_status") == ok))
    return _shares(
        both.drop_nulls([judged, f"parent_{judged}"]), pl.col(judged) != pl.col(f"parent_{judged}")
    )


def _changed(own: pl.DataFrame, other: pl.DataFrame, *, apart: bool) -> pl.DataFrame:
    """Of each question the share of changed answers. `apart`: over all pairs of two different repeats; else a
    probe against the repeat that it interfered with.
    """
    on = _ASKED if apart else (*_ASKED, "repeat")
    pairs = own.join(other, on=on, how="inner", suffix="_other", nulls_equal=True, maintain_order="left")
    if apart:
        pairs = pairs.filter(pl.col("repeat") != pl.col("repeat_other"))
    return _shares(pairs, pl.col("answer") != pl.col("answer_other"))


def _shares(rows: pl.DataFrame, changed: pl.Expr) -> pl.DataFrame:
    return rows.group_by(_ASKED, maintain_order=True).agg(
        pl.col("cluster").first(), changed.mean().alias("changed")
    )


def _of(
    trials: Asked, probe: str, changed: pl.DataFrame, control: pl.DataFrame, settings: Settings
) -> Finding:
    measure = f"{probe.replace('-', '_')}_effect"
    both = changed.join(
        control, on=_ASKED, how="inner", suffix="_control", nulls_equal=True, maintain_order="left"
    )
    if both.is_empty():
        lacking = "the probe" if changed.is_empty() else f"its control ({_CONTROL[probe]})"
        why = f"no question was answered both as it was and with {lacking}"
        return statement(
            NAME, measure, trials, "all", impossible(why, 0, 0), f"Cannot be estimated: {why}.", chance=0.0
        )
    values = (both["changed"] - both["changed_control"]).to_numpy().astype(np.float64)
    estimate = mean(values, both["cluster"].to_numpy(), (-1.0, 1.0), settings.plan)
    parts: dict[str, float | None] = {
        "changed": float(both["changed"].to_numpy().mean()),
        "changed_by_control": float(both["changed_control"].to_numpy().mean()),
    }
    done, versus = _DONE[probe], _CONTROL[probe]
    reading = against(
        estimate,
        0.0,
        f"{done[0].upper()}{done[1:]} more often than {versus} does",
        f"{done[0].upper()}{done[1:]} less often than {versus} does",
        f"whether {done} more often than {versus} does",
    )
    counts = f"Changed: {parts['changed']:.2f}, against {parts['changed_by_control']:.2f}."
    return statement(NAME, measure, trials, "all", estimate, words(reading, counts), chance=0.0, parts=parts)
