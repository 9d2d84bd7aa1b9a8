"""Other decisions from the same answers: each takes what a judge was asked and says, row by row, what it
would have decided, and at which price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from aqa_eval.findings.asked import Asked
from aqa_eval.findings.confidence import LEAST_REPEATS
from aqa_eval.findings.evidence_of_fault import IN_WORDS, SAMPLES, graded
from aqa_eval.findings.pairing import QUESTION
from aqa_eval.measures.clusters import BoolArray
from aqa_eval.measures.thresholds import cross_fitted
from aqa_eval.vocabulary import FIRST, SECOND, TIE, Status

NO_EVIDENCE = (
    "its answers carry no graded evidence (no token probabilities, no three repeats, no stated confidence)"
)


@dataclass(frozen=True, slots=True)
class Material:
    """The plain answers of one way of asking, all ways in which the same judge verified or compared on the
    same dataset, and the seed of what is drawn.
    """

    plain: Asked
    verified: Sequence[Asked]
    compared: Sequence[Asked]
    seed: int

    @property
    def answered(self) -> pl.DataFrame:
        """The plain rows with a verdict."""
        return self.plain.answered().drop_nulls(["truth_fault", "fault"])


@dataclass(frozen=True, slots=True)
class Decided:
    """The rows that a decision covers and what it says of each (n,); its requests a decision and those of the
    plain one; and what it rests on, in words.
    """

    rows: pl.DataFrame
    fault: BoolArray
    requests: float
    plain_requests: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotPossible:
    """Why a decision cannot be made from these answers."""

    reason: str


def prior_corrected(material: Material) -> Decided | NotPossible:
    """Fault where the log-odds with the clip exceed those without a picture, or over mismatched clips: what
    the question alone makes the judge say is taken off, by criterion and polarity (Zhao et al. 2021, ICML,
    "Calibrate before use").
    """
    source, rows = graded(material.answered)
    if not source:
        return NotPossible(NO_EVIDENCE)
    without = _without_the_clip(material)
    if not without:
        return NotPossible("it was asked neither about mismatched clips nor without a picture")
    for other in without:
        same, priors = graded(other.answered().drop_nulls(["fault", "truth_fault"]), (source,))
        if same:
            return _less_prior(rows, priors, source, mismatched=other.way["setting"] == "swapped")
    return NotPossible(f"without the clip its answers do not carry {IN_WORDS[source]}")


def _less_prior(
    rows: pl.DataFrame, priors: pl.DataFrame, source: str, *, mismatched: bool
) -> Decided | NotPossible:
    """What the evidence of `rows` says beyond the mean of `priors`, taken by criterion and polarity."""
    question = ["criterion", "framing"]
    mean = pl.col("evidence").mean()
    if mismatched:
        # A mismatched clip has the other label, so that among 15% of faults 85% of them are faulty: the two
        # classes of what was shown weigh alike, or the faults themselves would be taken for a prior.
        by_class = priors.group_by(*question, "truth_fault").agg(mean)
        both = by_class.filter(pl.len().over(question) == 2)
        means = both.group_by(question).agg(mean.alias("_prior"))
    else:
        means = priors.group_by(question).agg(mean.alias("_prior"))
    joined = rows.join(means, on=question, how="inner", maintain_order="left")
    if joined.is_empty():
        lacking = " over mismatched clips of both classes" if mismatched else " without the clip"
        return NotPossible(f"no criterion was asked in the same words{lacking}")
    fault = (joined["evidence"] > joined["_prior"]).to_numpy().astype(np.bool_)
    where = (
        "over mismatched clips, those with the fault and those without weighing alike (this needs labels)"
        if mismatched
        else "without a picture"
    )
    asked = float(priors["requests"].fill_null(1).sum()) / joined.select(QUESTION).unique().height
    note = f"The prior is taken {where}, from {IN_WORDS[source]}."
    return Decided(joined, fault, _requests(rows, source) + asked, 1.0, note)


def _without_the_clip(material: Material) -> list[Asked]:
    """The same question without a picture, which needs no labels, and about mismatched clips."""
    way = material.plain.way
    swapped = {**way, "setting": "swapped"}
    none = ("none", way["strategy"], "")
    blind = [
        other
        for other in material.verified
        if (other.way["representation"], other.way["strategy"], other.way["setting"]) == none
    ]
    mismatched = [other for other in material.verified if dict(other.way) == swapped]
    return [other for other in (*blind, *mismatched) if other.answered().height]


def polarity_averaged(material: Material) -> Decided | NotPossible:
    """Fault where the log-odds averaged over both polarities of a question are above 0."""
    source, rows = graded(material.answered)
    if not source:
        return NotPossible(NO_EVIDENCE)
    both = rows.filter(
        pl.col("framing").is_in(["positive", "negative"]), pl.col("framing").n_unique().over("item") == 2
    )
    if both.is_empty():
        return NotPossible("no question was put in both polarities")
    means = both.group_by("item", "framing").agg(pl.col("evidence").mean())
    averaged = means.group_by("item").agg(pl.col("evidence").mean().alias("_mean"))
    joined = both.join(averaged, on="item", how="left", maintain_order="left")
    # Exactly 0 speaks for neither: those questions are left out, so that no answer is preferred.
    decided = joined.filter(pl.col("_mean") != 0.0)
    if decided.is_empty():
        return NotPossible("both polarities speak against each other with the same strength everywhere")
    plain = _requests(rows, source)
    fault = (decided["_mean"] > 0.0).to_numpy().astype(np.bool_)
    return Decided(decided, fault, 2.0 * plain, 1.0, f"It rests on {IN_WORDS[source]}.")


def threshold(material: Material) -> Decided | NotPossible:
    """Fault where the log-odds exceed a threshold fitted, by criterion and polarity, on other clusters."""
    source, rows = graded(material.answered)
    if not source:
        return NotPossible(NO_EVIDENCE)
    group = rows.select(pl.struct("criterion", "framing").rank("dense")).to_series().to_numpy()
    found = cross_fitted(
        rows["truth_fault"].to_numpy().astype(np.bool_),
        rows["evidence"].to_numpy(),
        group.astype(np.int64),
        rows["cluster"].to_numpy(),
        material.seed,
    )
    if not found.fitted.any():
        return NotPossible("no threshold can be fitted: the other clusters lack one of the classes")
    kept = rows.filter(pl.Series(found.fitted))
    note = f"Fitted in {found.folds} folds of clusters, from {IN_WORDS[source]}; it needs labels."
    return Decided(kept, found.above[found.fitted], _requests(rows, source), 1.0, note)


def tournament(material: Material) -> Decided | NotPossible:
    """Fault where a clip loses more comparisons in a criterion than it wins.

    Not where each pair was made of one clip with the fault and one without: who loses there is settled by
    labels that a user has not.
    """
    way = {**material.plain.way, "task": "compare"}
    duels = [other.rows for other in material.compared if dict(other.way) == way]
    if not duels:
        return NotPossible("it was not asked to compare in the same way")
    free = _not_drawn_by_label(duels[0], material.plain.rows)
    if not free:
        return NotPossible(
            "its pairs were drawn by label, one clip with the fault and one without it in each"
        )
    rows = duels[0].filter((pl.col("status") == str(Status.OK)) & pl.col("criterion").is_in(free))
    rows = rows.drop_nulls(["choice"])
    won = pl.when(pl.col("choice") == TIE).then(0.0)
    first = rows.select(
        "criterion",
        pl.col("clip"),
        won.when(pl.col("choice") == FIRST).then(1.0).otherwise(-1.0).alias("_won"),
    )
    second = rows.select(
        "criterion",
        pl.col("clip_b").alias("clip"),
        won.when(pl.col("choice") == SECOND).then(1.0).otherwise(-1.0).alias("_won"),
    )
    balance = pl.concat([first, second]).group_by("criterion", "clip").agg(pl.col("_won").sum())
    answered = material.answered
    joined = answered.join(balance, on=["criterion", "clip"], how="inner", maintain_order="left")
    decided = joined.filter(pl.col("_won") != 0.0)
    if decided.is_empty():
        return NotPossible("no clip that was judged by itself won or lost more than half of its comparisons")
    clips = decided.select("criterion", "clip").unique().height
    asked = float(rows["requests"].fill_null(1).sum())
    note = f"{clips:,} clips by {rows.height:,} comparisons."
    return Decided(decided, (decided["_won"] < 0.0).to_numpy().astype(np.bool_), asked / clips, 1.0, note)


def _not_drawn_by_label(duels: pl.DataFrame, judged: pl.DataFrame) -> list[str]:
    """The criteria in which the labels of both clips of a pair are known to be the same at least once."""
    labels = judged.drop_nulls("truth_fault").select("criterion", "clip", "truth_fault")
    labels = labels.unique(["criterion", "clip"], maintain_order=True)
    seconds = labels.rename({"clip": "clip_b", "truth_fault": "_second"})
    known = duels.select("criterion", "clip", "clip_b").join(labels, on=["criterion", "clip"])
    alike = known.join(seconds, on=["criterion", "clip_b"]).filter(pl.col("truth_fault") == pl.col("_second"))
    return sorted(alike["criterion"].unique().to_list())


def majority(material: Material) -> Decided | NotPossible:
    """What most repeats of a question say; ties are left out."""
    faults, times = pl.col("fault").sum().over(QUESTION), pl.len().over(QUESTION)
    rows = material.answered.with_columns(_faults=faults, _times=times)
    repeated = rows.filter(pl.col("_times") >= LEAST_REPEATS)
    if repeated.is_empty():
        return NotPossible(f"no question was answered {LEAST_REPEATS} times or more")
    decided = repeated.filter(2 * pl.col("_faults") != pl.col("_times"))
    if decided.is_empty():
        return NotPossible("the repeats of every question are tied")
    fault = (2 * decided["_faults"] > decided["_times"]).to_numpy().astype(np.bool_)
    return Decided(decided.drop("_faults", "_times"), fault, _repeats(repeated), 1.0)


def _requests(rows: pl.DataFrame, source: str) -> float:
    """Requests that the evidence of one question takes."""
    return _repeats(rows) if source == SAMPLES else 1.0


def _repeats(rows: pl.DataFrame) -> float:
    return rows.height / rows.select(QUESTION).unique().height
