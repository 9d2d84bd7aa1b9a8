"""How far does the verdict move with the wording alone?

The same questions in several wordings (paraphrases, explicit negation, answer keys, answer formats) have
rows of their own everywhere; here they stand side by side, and none is hidden in an average.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.wordings import spread
from aqa_eval.vocabulary import Finding, Status, Task

NAME = "wording"
WORDINGS = ("negated", "answer_key", "answer_format", "paraphrase")
"""The axes that change the words and not what is asked."""

_PLACE = ("judge", "protocol", "dataset", "task", "representation", "strategy", "frames")
_OTHER = ("perturbation", "keypoints", "transport", "cue", "shots", "shot_labels", "ties")
_QUESTION = ("item", "framing", "order", "permuted", "repeat")


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The range of balanced accuracy over the wordings in which the same questions were put."""
    chosen = table.filter(pl.col("task").is_in([str(Task.VERIFY), str(Task.CHOOSE), str(Task.COMPARE)]))
    groups = chosen.partition_by(*_PLACE, *_OTHER, as_dict=True, maintain_order=True)
    return [f for rows in groups.values() for f in _of(rows, settings)]


def _of(rows: pl.DataFrame, settings: Settings) -> Iterator[Finding]:
    named = rows.with_columns(
        wording=pl.concat_str([pl.col(axis).cast(pl.String) for axis in WORDINGS], separator=", "),
        right=pl.coalesce(
            pl.col("fault") == pl.col("truth_fault"), pl.col("choice") == pl.col("truth_choice")
        ),
        truth=pl.coalesce(pl.col("truth_fault").cast(pl.String), pl.col("truth_choice")),
    )
    wordings = named["wording"].unique(maintain_order=True).to_list()
    if len(wordings) < 2:
        return
    answered = named.filter(pl.col("status") == str(Status.OK))
    wide = answered.pivot(
        "wording", index=[*_QUESTION, "criterion", "truth", "cluster"], values="right", maintain_order=True
    )
    asked = [wording for wording in wordings if wording in wide.columns]
    whole = wide.drop_nulls(asked)
    trials = Asked({key: str(rows[key][0]) for key in (*_PLACE, "setting")}, rows)
    if whole.is_empty() or len(asked) < 2:
        return
    found = spread(
        whole.select(asked).to_numpy().astype(np.bool_),
        _codes(whole["truth"]),
        _codes(whole["criterion"]),
        settings.seed,
    )
    estimate = Estimate(
        value=found.span,
        low=None,
        high=None,
        boot_low=None,
        boot_high=None,
        method="range over wordings; permutation of wordings within questions",
        n=whole.height,
        clusters=whole["cluster"].n_unique(),
        noise_floor=found.by_chance,
        reason="a range has no interval here; what chance would make of it is the noise floor",
    )
    parts: dict[str, float | None] = {"lowest": float(found.accuracies.min()), "p": found.p}
    parts |= {"highest": float(found.accuracies.max()), "wordings": float(len(asked))}
    yield statement(
        NAME,
        "balanced_accuracy_range",
        trials,
        ALL,
        estimate,
        _reading(len(asked), found.p, parts),
        parts=parts,
    )


def _reading(wordings: int, p: float, parts: dict[str, float | None]) -> str:
    span = f"from {parts['lowest']:.2f} to {parts['highest']:.2f}"
    said = f"Over {wordings} wordings of the same questions balanced accuracy runs {span}."
    if p < 0.05:
        rare = f"Wordings that meant nothing would rarely spread as far (p = {p:.3f}, this statement alone)"
        return f"{said} {rare}: wording matters."
    return f"{said} Wordings that meant nothing would spread as far in {p:.0%} of cases: undecided."


def _codes(values: pl.Series) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return values.rank("dense").to_numpy().astype(np.int64)
