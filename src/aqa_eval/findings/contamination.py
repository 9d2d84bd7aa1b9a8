"""Does anything point to the answers having been learnt, and not seen?

A judge that is shown nothing can know a performance only by what it is told of it, or remembers. One that
knows more than the records do, or answers otherwise when the picture is mirrored, behaves as one that recalls
would; so may others. Nothing here is proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, choices, judgements, scores
from aqa_eval.findings.baselines import REFERENCES
from aqa_eval.findings.families import corrected
from aqa_eval.findings.pairing import QUESTION, compared
from aqa_eval.findings.re_asking import LEAST_REPEATS, excess_reading, least_repeats
from aqa_eval.findings.reading import against, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.agreement import agreement
from aqa_eval.measures.choices import skill
from aqa_eval.measures.crossed import Between
from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.rank import rank_correlation
from aqa_eval.measures.repeats import Repeats, flips
from aqa_eval.vocabulary import Finding, Status, Task

NAME = "contamination"
METADATA = "metadata"
"""The protocol of the judge that is told a performance's records and shown nothing."""
MIRRORED = "mirrored"
NO_PROOF = "That is consistent with recall; it is no proof of it."

_JUDGED = {Task.VERIFY: "fault", Task.CHOOSE: "choice"}
_SAME = ("judge", "dataset", "task", "representation", "strategy", "frames")


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """What a judge knows without a picture, by itself and beyond the records, and what mirroring changes."""
    found: list[Finding] = []
    for task in (Task.VERIFY, Task.CHOOSE, Task.SCORE):
        ways = list(asked(table, task))
        judged = [trials for trials in ways if trials.way["protocol"] not in REFERENCES]
        records = [trials for trials in ways if trials.way["protocol"] == METADATA]
        for trials in judged:
            if trials.way["representation"] == "none" and not trials.way["setting"]:
                found += _blind(trials, task, records, settings)
        if task in _JUDGED:
            for plain, mirrored in _mirrored(judged):
                found.append(_flips(mirrored, plain, _JUDGED[task], settings))
    return corrected(
        found, lambda finding: finding.about["judge"], "statements of this kind about this judge"
    )


def _blind(trials: Asked, task: Task, records: Sequence[Asked], settings: Settings) -> Iterator[Finding]:
    measure, line, estimate = _without_sight(trials, task, settings)
    knows = "ranks performances" if task is Task.SCORE else "is right more often than by guessing"
    reading = against(
        estimate,
        line,
        f"Without a picture it {knows}, so that it knows them from what it is told or remembers; {measure}",
        f"Without a picture its answers go against the truth; {measure}",
        f"whether it {knows} without a picture ({measure})",
    )
    note = NO_PROOF if estimate.low is not None and estimate.low > line else ""
    about = measure.replace(" ", "_")
    yield statement(
        NAME, f"blind_{about}", trials, ALL, estimate, words(reading, note), chance=line, tested=True
    )
    known = _nearest(trials, records)
    if known is not None:
        yield _beyond_records(trials, known, task, settings)


def _without_sight(trials: Asked, task: Task, settings: Settings) -> tuple[str, float, Estimate]:
    """The headline measure of the task in words, its line of chance, and it itself."""
    rows = trials.answered()
    if task is Task.VERIFY:
        found = agreement(judgements(rows), settings.plan).overall.balanced_accuracy
        return "balanced accuracy", 0.5, found
    if task is Task.CHOOSE:
        return "choice skill", 0.0, skill(choices(rows), settings.plan).overall
    ranks = rank_correlation(scores(rows, settings), settings.plan)
    eventful = trials.rows["event"].fill_null("").ne("").any()
    return "spearman", 0.0, ranks.within if eventful else ranks.pooled


def _nearest(trials: Asked, records: Sequence[Asked]) -> Asked | None:
    """The metadata judge's answers on the same dataset, asked as alike as there are."""
    keys = ("representation", "setting", "strategy", "frames")
    same = [other for other in records if other.way["dataset"] == trials.way["dataset"]]
    return max(same, key=lambda other: [other.way[k] == trials.way[k] for k in keys], default=None)


def _beyond_records(trials: Asked, records: Asked, task: Task, settings: Settings) -> Finding:
    estimate = compared(trials.rows, records.rows, task, settings)
    reading = against(
        estimate,
        0.0,
        "Without a picture it knows more of these clips than their records tell",
        "Without a picture it knows less of these clips than their records tell",
        "whether it knows more of these clips without a picture than their records tell",
    )
    note = NO_PROOF if estimate.low is not None and estimate.low > 0.0 else ""
    return statement(
        NAME,
        "blind_beyond_records",
        trials,
        ALL,
        estimate,
        words(reading, note),
        chance=0.0,
        tested=True,
        versus=f"{records.judge}, which is told the records",
    )


def _mirrored(ways: Sequence[Asked]) -> Iterator[tuple[Asked, Asked]]:
    """Plain ways with the same asked of mirrored pictures."""
    plain = {_key(trials): trials for trials in ways if not trials.way["setting"]}
    for trials in ways:
        if trials.way["setting"] == MIRRORED and _key(trials) in plain:
            yield plain[_key(trials)], trials


def _key(trials: Asked) -> tuple[str, ...]:
    return tuple(trials.way[name] for name in _SAME)


def _flips(mirrored: Asked, plain: Asked, judged: str, settings: Settings) -> Finding:
    """How much more often the answer changes when the picture is mirrored than when it is asked again."""
    rows = pl.concat([plain.rows, mirrored.rows])
    rows = rows.filter(pl.col("status") == str(Status.OK)).drop_nulls([judged])
    rows = rows.with_columns(question=pl.struct(QUESTION).rank("dense"))
    first, item = np.unique(rows["question"].to_numpy(), return_index=True, return_inverse=True)[1:]
    answer = np.unique(rows[judged].cast(pl.String).to_numpy(), return_inverse=True)[1]
    clusters = rows["cluster"].to_numpy()[first].tolist()
    of = Repeats(
        answer.reshape(-1).astype(np.int64),
        item.reshape(-1).astype(np.int64),
        (rows["perturbation"] == MIRRORED).to_numpy().astype(np.bool_),
        Between.of(clusters),
    )
    found = flips(of, settings.plan)
    least = least_repeats(rows, "question", "perturbation")
    reading = excess_reading(
        found.excess,
        least,
        "Mirroring the picture changes its answer more often than asking again does, by",
        "Mirroring the picture changes its answer less often than asking again does, by",
        "whether mirroring changes its answer beyond what asking again does",
    )
    note = (
        "No question here names a side, so that a judge of the movement has no reason to. " + NO_PROOF
        if least >= LEAST_REPEATS and found.excess.low is not None and found.excess.low > 0.0
        else ""
    )
    return statement(
        NAME,
        "mirror_excess_flips",
        mirrored,
        ALL,
        found.excess,
        words(reading, note),
        chance=0.0 if least >= LEAST_REPEATS else None,
        tested=least >= LEAST_REPEATS,
        parts={
            "flips_when_mirrored": found.between.value,
            "flips_of_re_asking": found.within.value,
            "questions": float(found.items),
            "questions_asked_again": float(found.re_asked),
            "least_repeats": float(least),
        },
        versus="the same pictures, not mirrored",
    )
