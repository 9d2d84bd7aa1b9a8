"""The verdict table cut into what one judge was asked in one way, and the arrays that measures read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import polars as pl

from aqa_eval.findings.consistency import BY_RATERS
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.table import UNASKED
from aqa_eval.judges.simulated import push
from aqa_eval.measures.choices import Choices
from aqa_eval.measures.judgements import NEGATIVE, NEUTRAL, POSITIVE, Judgements
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.planted import Way, d_prime, gain, score_terms, sight, slope
from aqa_eval.measures.scores import Scores
from aqa_eval.vocabulary import Status, Task

ALL = "all"
"""The criterion of a statement about all criteria together."""

_WAY = ("judge", "protocol", "dataset", "task", "representation", "strategy", "frames", "setting")
POLARITY = {"positive": POSITIVE, "negative": NEGATIVE, "neutral": NEUTRAL}
_CONSTANT_BY_CONSTRUCTION = ("constant", "prior")


@dataclass(frozen=True, slots=True)
class Asked:
    """All planned trials of one judge on one dataset and task in one way, in plan order."""

    way: Mapping[str, str]
    rows: pl.DataFrame

    @property
    def judge(self) -> str:
        """The judge's name."""
        return self.way["judge"]

    @property
    def simulated(self) -> bool:
        """Whether the judge is a simulated observer, which is told the truth."""
        return self.way["protocol"] == "simulated"

    @property
    def constant_by_construction(self) -> bool:
        """Whether the judge is known to answer a criterion alike whatever is shown."""
        return self.way["protocol"] in _CONSTANT_BY_CONSTRUCTION

    @property
    def repeats_are_raters(self) -> bool:
        """Whether each repeat is another rater, held against another truth, and not the judge asked again."""
        return self.way["protocol"] in BY_RATERS

    @property
    def criteria(self) -> list[str]:
        """The criteria asked about, in plan order."""
        return self.rows["criterion"].unique(maintain_order=True).to_list()

    def of(self, criterion: str) -> pl.DataFrame:
        """The rows of one criterion, or all."""
        return self.rows if criterion == ALL else self.rows.filter(pl.col("criterion") == criterion)

    def answered(self, criterion: str = ALL) -> pl.DataFrame:
        """The rows that carry a judgement."""
        return self.of(criterion).filter(pl.col("status") == str(Status.OK))

    def failed(self, criterion: str = ALL) -> pl.DataFrame:
        """The rows that were asked and carry none."""
        return self.of(criterion).filter(~pl.col("status").is_in([str(Status.OK), *UNASKED]))

    def about(self, criterion: str) -> dict[str, str]:
        """Where a statement about `criterion` holds."""
        way = self.way
        before = {key: way[key] for key in ("judge", "protocol", "dataset", "task")}
        after = {key: way[key] for key in ("representation", "strategy", "frames", "setting")}
        return {**before, "criterion": criterion, **after}


def asked(table: pl.DataFrame, task: Task) -> Iterator[Asked]:
    """Every way a judge was asked `task`, in plan order."""
    chosen = table.filter(pl.col("task") == str(task))
    for key, rows in chosen.partition_by(*_WAY, as_dict=True, maintain_order=True).items():
        yield Asked(dict(zip(_WAY, (str(part or "") for part in key), strict=True)), rows)


def judgements(rows: pl.DataFrame) -> Judgements:
    """The yes/no judgements of answered rows."""
    kept = rows.drop_nulls(["truth_fault", "fault"])
    return Judgements.of(
        truth=kept["truth_fault"].to_numpy(),
        fault=kept["fault"].to_numpy(),
        cluster=kept["cluster"].to_numpy(),
        criterion=kept["criterion"].to_numpy(),
        polarity=kept["framing"].replace_strict(POLARITY, return_dtype=pl.Int64).to_numpy(),
        item=kept["item"].to_numpy(),
    )


def scores(rows: pl.DataFrame, settings: Settings) -> Scores:
    """The scores of answered rows."""
    kept = rows.drop_nulls(["truth_score", "score"])
    return Scores.of(
        truth=kept["truth_score"].to_numpy(),
        prediction=kept["score"].to_numpy(),
        cluster=kept["cluster"].to_numpy(),
        criterion=kept["criterion"].to_numpy(),
        event=kept["event"].fill_null("").to_numpy(),
        item=kept["item"].to_numpy(),
        ranges=settings.scales,
    )


def choices(rows: pl.DataFrame) -> Choices:
    """The choices of answered rows."""
    kept = rows.drop_nulls(["truth_choice", "choice"])
    columns = ("truth_choice", "choice", "criterion", "cluster", "cluster_b")
    return Choices.of(*(kept[column].to_list() for column in columns))


def observer(trials: Asked, settings: Settings) -> Observer | None:
    """The planted observer of a simulated judge as it is in this way of asking; None for any other judge,
    or if nothing is known of it.
    """
    planted = settings.planted.get(trials.judge, {})
    if not trials.simulated or "d_prime" not in planted or not trials.rows.height:
        return None
    first = trials.rows.row(0, named=True)
    return Observer(
        d_prime(planted, _way(first)),
        planted.get("criterion", 0.0),
        planted.get("acquiescence", 0.0),
        lapse=planted.get("lapse", 0.0),
        sampling=planted.get("sampling", 1.0),
        push=planted.get("cue", 0.0) * push(first["cue"] or "none", Task(trials.way["task"])),
        order_bias=planted.get("order_bias", 0.0),
        slope=slope(planted, _way(first)),
        added=gain(planted, _way(first)) * sight(planted, _way(first)),
    )


def score_terms_planted(
    trials: Asked, settings: Settings, criterion: str = ALL
) -> tuple[float, float, float] | None:
    """The planted (r, s, b) of a simulated judge's scores in this way of asking; None for any other, and
    where a cue raises the scores of some criteria and lowers those of others, so that b is not one number.
    """
    planted = settings.planted.get(trials.judge, {})
    if not trials.simulated or not trials.rows.height:
        return None
    first = trials.rows.row(0, named=True)
    pushed = planted.get("cue", 0.0) * push(first["cue"] or "none", Task.SCORE)
    criteria = trials.criteria if criterion == ALL else [criterion]
    lower = [name in settings.lower_is_better for name in criteria]
    if pushed and any(lower):
        if not all(lower):
            return None
        pushed = -pushed
    return score_terms(planted, _way(first), pushed)


def _way(row: Mapping[str, Any]) -> Way:
    """One row's way of asking, as far as strength depends on it; it is the same in all rows of an `Asked`.
    What a table does not say is as it is by default.
    """
    return Way(**{part.name: row[part.name] for part in fields(Way) if row[part.name] is not None})


def polarities(rows: pl.DataFrame) -> list[int]:
    """The polarities in which rows were put, each once."""
    return [POLARITY[name] for name in rows["framing"].unique(maintain_order=True).to_list()]
