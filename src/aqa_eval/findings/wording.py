"""How far does the verdict move with the wording alone?

The same questions in several wordings (paraphrases, explicit negation, answer keys, answer formats) have
rows of their own everywhere; here they stand side by side, and none is hidden in an average. The p of each
statement is corrected over all statements of the report, one a judge and place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked
from aqa_eval.findings.families import LEVEL
from aqa_eval.findings.reading import chance_of, left_out, words
from aqa_eval.findings.setting import AXES, POOLED
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.clusters import coded
from aqa_eval.measures.components import Reworded, reworded
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.multiplicity import holm
from aqa_eval.measures.wordings import Spread, estimable, spread
from aqa_eval.vocabulary import Condition, Finding, Status, Task

NAME = "wording"
WORDINGS = ("negated", "answer_key", "answer_format", "paraphrase")
"""The axes that change the words and not what is asked."""

_PLACE = ("judge", "protocol", "dataset", "task", "representation", "strategy", "frames")
_OTHER = tuple(axis for axis in AXES if axis not in {*WORDINGS, *POOLED})
_QUESTION = ("item", "framing", "order", "permuted", "repeat")
_INDEX = (*_QUESTION, "criterion", "truth", "cluster")


@dataclass(frozen=True, slots=True)
class _Wordings:
    """The wordings of one judge in one place, and what their spread is; None where no criterion has both
    classes. `left_out`: the criteria that the spread does not contain.
    """

    trials: Asked
    questions: int
    clusters: int
    spread: Spread | None
    left_out: tuple[str, ...]
    paraphrases: Reworded | None


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """The range of balanced accuracy over the wordings in which the same questions were put."""
    chosen = table.filter(pl.col("task").is_in([str(Task.VERIFY), str(Task.CHOOSE), str(Task.COMPARE)]))
    groups = chosen.partition_by(*_PLACE, *_OTHER, as_dict=True, maintain_order=True)
    found = [each for rows in groups.values() if (each := _measured(rows, settings)) is not None]
    known = [each.spread.p for each in found if each.spread is not None]
    corrected = iter(holm(known))
    return [
        _unknown(each)
        if each.spread is None
        else _finding(each, each.spread, float(next(corrected)), len(known))
        for each in found
    ]


def _measured(rows: pl.DataFrame, settings: Settings) -> _Wordings | None:
    named = rows.with_columns(
        wording=pl.concat_str([pl.col(axis).cast(pl.String) for axis in WORDINGS], separator=", "),
        right=pl.coalesce(
            pl.col("fault") == pl.col("truth_fault"), pl.col("choice") == pl.col("truth_choice")
        ),
        truth=pl.coalesce(pl.col("truth_fault").cast(pl.String), pl.col("truth_choice")),
    )
    if named["wording"].n_unique() < 2:
        return None
    answered = named.filter(pl.col("status") == str(Status.OK))
    wide = answered.pivot("wording", index=_INDEX, values="right", maintain_order=True)
    asked = wide.columns[len(_INDEX) :]
    whole = wide.drop_nulls(asked)
    if whole.is_empty() or len(asked) < 2:
        return None
    names = whole["criterion"].unique().sort()
    truth, criterion, cluster = (
        coded(whole[column].to_numpy()) for column in ("truth", "criterion", "cluster")
    )
    used, rest = estimable(truth, criterion, cluster)
    kept = np.isin(criterion, used)
    return _Wordings(
        Asked({key: str(rows[key][0]) for key in (*_PLACE, "setting")}, rows),
        int(kept.sum()),
        len(np.unique(cluster[kept])),
        spread(
            whole.select(asked).to_numpy().astype(np.bool_)[kept], truth[kept], criterion[kept], settings.seed
        )
        if len(used)
        else None,
        tuple(names[int(code)] for code in rest),
        _paraphrased(answered, settings),
    )


def _paraphrased(answered: pl.DataFrame, settings: Settings) -> Reworded | None:
    """The variance over paraphrases, all else in the wording at its default."""
    others = (pl.col(axis) == getattr(Condition(), axis) for axis in WORDINGS if axis != "paraphrase")
    plain = answered.filter(*others)
    if plain["paraphrase"].n_unique() < 2:
        return None
    question = plain.select(pl.struct("item", "framing", "order", "permuted").rank("dense")).to_series()
    return reworded(
        plain["right"].cast(pl.Float64).to_numpy(),
        question.to_numpy(),
        plain["paraphrase"].to_numpy(),
        plain["cluster"].to_numpy(),
        settings.plan,
    )


def _unknown(found: _Wordings) -> Finding:
    why = "only one class is present in the truth of every criterion"
    nothing = impossible(why, found.questions, found.clusters)
    return statement(
        NAME, "balanced_accuracy_range", found.trials, ALL, nothing, f"Cannot be estimated: {why}."
    )


def _finding(found: _Wordings, spread: Spread, corrected: float, statements: int) -> Finding:
    estimate = Estimate(
        value=spread.span,
        low=None,
        high=None,
        boot_low=None,
        boot_high=None,
        method="range over wordings; permutation of wordings within questions",
        n=found.questions,
        clusters=found.clusters,
        noise_floor=spread.by_chance,
        reason="a range has no interval here; what chance would make of it is the noise floor",
    )
    parts: dict[str, float | None] = {"lowest": float(spread.accuracies.min()), "p": spread.p}
    parts |= {"highest": float(spread.accuracies.max()), "wordings": float(len(spread.accuracies))}
    parts |= {"p_holm": corrected, "statements": float(statements)}
    if found.paraphrases is not None:
        parts |= {
            "paraphrase_variance": found.paraphrases.wording.value,
            "paraphrase_interaction": found.paraphrases.interaction.value,
            "paraphrase_sampling": found.paraphrases.sampling.value,
        }
    reading = words(
        _reading(spread, parts, corrected, statements),
        left_out(found.left_out, "no two of their true answers are in two clusters each"),
        _component_reading(found.paraphrases),
    )
    return statement(NAME, "balanced_accuracy_range", found.trials, ALL, estimate, reading, parts=parts)


def _reading(spread: Spread, parts: Mapping[str, float | None], corrected: float, statements: int) -> str:
    span = f"from {parts['lowest']:.2f} to {parts['highest']:.2f}"
    said = f"Over {len(spread.accuracies)} wordings of the same questions balanced accuracy runs {span}."
    over = (
        f", {chance_of(corrected)} after Holm over {statements} statements of this kind"
        if statements > 1
        else ""
    )
    if corrected < LEVEL:
        rare = "Wordings that meant nothing would rarely spread as far"
        return f"{said} {rare} ({chance_of(spread.p)}{over}): wording matters."
    if spread.p < LEVEL:
        return f"{said} A hint only ({chance_of(spread.p)}{over}): undecided."
    return f"{said} Wordings that meant nothing would spread as far in {spread.p:.0%} of cases: undecided."


def _component_reading(found: Reworded | None) -> str:
    if found is None or found.wording.value is None:
        return ""
    if found.wording.value <= 0.0:
        return (
            "The paraphrases vary no more than answers to one question do: no variance is left for wording."
        )
    spread = found.wording.value**0.5
    return f"Paraphrases of one question differ with a standard deviation of {spread:.3f} in accuracy."
