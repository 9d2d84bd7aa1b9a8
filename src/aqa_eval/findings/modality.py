"""What moves the verdict more: the clip, or what is said of it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, POLARITY, Asked
from aqa_eval.findings.contrasts import contrasts
from aqa_eval.findings.reading import against, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import impossible
from aqa_eval.measures.modality import Modality, cells, modality
from aqa_eval.prompts import CUES
from aqa_eval.vocabulary import Finding, Task

_PUSHES = {"fault": 1, "no fault": -1}


def indices(name: str, ways: Sequence[Asked], settings: Settings) -> Iterator[Finding]:
    """For every way to verify that was asked with cues and without: the modality index over all cues that
    push towards a fault or away from it.
    """
    cued: dict[int, tuple[Asked, list[Asked]]] = {}
    for contrast in contrasts(ways, "cue", base="none"):
        if _push(contrast.value):
            cued.setdefault(id(contrast.second), (contrast.second, []))[1].append(contrast.first)
    for plain, others in cued.values():
        yield _finding(name, plain, others, settings)


def _push(cue: str) -> int:
    """1 where the cue says that there is a fault, -1 where it says that there is none, else 0."""
    return _PUSHES.get(CUES[cue].pushes.get(Task.VERIFY, "none"), 0)


def _finding(name: str, plain: Asked, others: Sequence[Asked], settings: Settings) -> Finding:
    cues = [str(other.rows["cue"][0]) for other in others]
    trials = Asked(plain.way, pl.concat([plain.rows, *(other.rows for other in others)]))
    found = _modality(trials.answered().drop_nulls(["fault", "truth_fault"]), settings)
    coefficients = {"sight": found.sight, "cue": found.cue, "polarity": found.polarity}
    return statement(
        name,
        "modality_index",
        trials,
        ALL,
        found.index,
        _reading(found),
        chance=0.5,
        parts={
            **{f"{key}_logit": each.value for key, each in coefficients.items()},
            **{f"{key}_low": each.low for key, each in coefficients.items()},
            **{f"{key}_high": each.high for key, each in coefficients.items()},
        },
        versus=f"cues {', '.join(cues)}",
    )


def _modality(rows: pl.DataFrame, settings: Settings) -> Modality:
    pushes = {cue: _push(cue) for cue in rows["cue"].unique()}
    lacking = _lacking(rows, pushes)
    if lacking:
        nothing = impossible(lacking, rows.height, rows["cluster"].n_unique())
        return Modality(nothing, nothing, nothing, nothing)
    counts = cells(
        rows["fault"].to_numpy().astype(np.int64),
        rows["truth_fault"].to_numpy().astype(np.int64),
        rows["cue"].replace_strict(pushes, return_dtype=pl.Int64).to_numpy(),
        rows["cluster"].to_numpy(),
        rows["framing"].replace_strict(POLARITY, return_dtype=pl.Int64).to_numpy(),
        rows["criterion"].to_numpy(),
    )
    return modality(counts, settings.plan)


def _lacking(rows: pl.DataFrame, pushes: dict[str, int]) -> str:
    if rows.is_empty():
        return "no answered trials"
    if rows["truth_fault"].n_unique() < 2:
        return "only one class is present in the truth"
    return "" if len(set(pushes.values())) > 1 else "nothing was answered with a cue and without one"


def _reading(found: Modality) -> str:
    said = against(
        found.index,
        0.5,
        "What is said of the clip moves the verdict more than the clip does, by the cue's part of both",
        "The clip moves the verdict more than what is said of it, by the cue's part of both",
        "which moves the verdict more, the clip or what is said of it, by the cue's part of both",
    )
    if found.sight.value is None or found.cue.value is None:
        return said
    return words(
        said,
        f"From no fault to a fault the log-odds move by {stated(found.sight)}, from a cue that says there is "
        f"none to one that says there is by {stated(found.cue)}.",
    )
