"""The verdict table cut into what one judge was asked in one way, and the arrays that measures read."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import polars as pl

from aqa_eval.findings.consistency import BY_RATERS
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.table import UNASKED
from aqa_eval.judges.simulated import push
from aqa_eval.measures.agreement import AgreementByCriterion, agreement
from aqa_eval.measures.choices import Choices
from aqa_eval.measures.judgements import NEGATIVE, NEUTRAL, POSITIVE, Judgements
from aqa_eval.measures.observer import Observer
from aqa_eval.measures.planted import Way, d_prime, gain, score_terms, sight, slope
from aqa_eval.measures.rank import RankCorrelation, rank_correlation
from aqa_eval.measures.resampling import Resampling
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
    _kept: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was cut out of the rows or counted in them, since every statement asks for it again."""

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
        return list(self._counts)

    def of(self, criterion: str) -> pl.DataFrame:
        """The rows of one criterion, or all."""
        return self.rows if criterion == ALL else self.rows.filter(pl.col("criterion") == criterion)

    def answered(self, criterion: str = ALL) -> pl.DataFrame:
        """The rows that carry a judgement."""
        if "answered" not in self._kept:
            self._kept["answered"] = self.rows.filter(pl.col("status") == str(Status.OK))
        answered: pl.DataFrame = self._kept["answered"]
        return answered if criterion == ALL else answered.filter(pl.col("criterion") == criterion)

    def judged(self) -> Judgements:
        """The yes/no judgements of all answered rows."""
        if "judged" not in self._kept:
            self._kept["judged"] = judgements(self.answered())
        judged: Judgements = self._kept["judged"]
        return judged

    def agreed(self, plan: Resampling) -> AgreementByCriterion:
        """Balanced accuracy of all answered rows."""
        if ("agreed", plan) not in self._kept:
            self._kept["agreed", plan] = agreement(self.judged(), plan)
        agreed: AgreementByCriterion = self._kept["agreed", plan]
        return agreed

    def ranked(self, criterion: str, settings: Settings) -> RankCorrelation:
        """Spearman's rho of the answered rows of a criterion, or of all."""
        place = ("ranked", criterion, settings.plan, str(settings.scales))
        if place not in self._kept:
            given = scores(self.answered(criterion), settings)
            self._kept[place] = rank_correlation(given, settings.plan)
        ranked: RankCorrelation = self._kept[place]
        return ranked

    def planned(self, criterion: str = ALL) -> int:
        """How many rows there are, answered or not."""
        return self.rows.height if criterion == ALL else self._counts.get(criterion, (0, 0))[0]

    def failures(self, criterion: str = ALL) -> int:
        """How many rows were asked and carry no judgement."""
        if criterion == ALL:
            return sum(failures for _, failures in self._counts.values())
        return self._counts.get(criterion, (0, 0))[1]

    @property
    def _counts(self) -> dict[str, tuple[int, int]]:
        """Criterion -> how many rows are planned, and how many failed; in plan order."""
        if "counts" not in self._kept:
            failed = ~pl.col("status").is_in([str(Status.OK), *UNASKED])
            counted = self.rows.group_by("criterion", maintain_order=True).agg(pl.len(), failed.sum())
            self._kept["counts"] = {name: (planned, lost) for name, planned, lost in counted.iter_rows()}
        counts: dict[str, tuple[int, int]] = self._kept["counts"]
        return counts

    def about(self, criterion: str) -> dict[str, str]:
        """Where a statement about `criterion` holds."""
        way = self.way
        before = {key: way[key] for key in ("judge", "protocol", "dataset", "task")}
        after = {key: way[key] for key in ("representation", "strategy", "frames", "setting")}
        return {**before, "criterion": criterion, **after}


def asked(table: pl.DataFrame, task: Task) -> Iterator[Asked]:
    """Every way a judge was asked `task`, in plan order. A table that is asked for again and again is cut
    once, and what was cut is kept as long as the table is.
    """
    if _CUT.get("table", _gone)() is not table:
        _CUT.clear()
        _CUT["table"] = weakref.ref(table, _forget)
    if task not in _CUT:
        _CUT[task] = list(_cut(table, task))
    yield from _CUT[task]


_CUT: dict[str, Any] = {}
"""The table that was cut last, and by task the ways it was cut into."""


def _gone() -> None:
    return None


def _forget(table: weakref.ref[pl.DataFrame]) -> None:
    if _CUT.get("table") is table:
        _CUT.clear()


def _cut(table: pl.DataFrame, task: Task) -> Iterator[Asked]:
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
