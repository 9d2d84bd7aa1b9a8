"""Is a low error sight, or staying near the mean?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.asked import ALL, Asked, asked, score_terms_planted, scores
from aqa_eval.findings.reading import against, stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import Estimate, impossible
from aqa_eval.measures.rank import rank_correlation
from aqa_eval.measures.regression import Trap, mean_guesser, trap
from aqa_eval.measures.scores import Scores
from aqa_eval.vocabulary import Finding, Task

NAME = "regression_trap"

_VERDICTS = {
    "mean-guesser": "Mean-guesser: it stays near the mean, and its scores carry next to nothing of the clip.",
    "not a mean-guesser": "Not a mean-guesser.",
    "undecided": "Undecided whether it is a mean-guesser.",
}


def find(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Skill with (r, s, b) and R-l2 x100, over all criteria and for each."""
    return [finding for trials in asked(table, Task.SCORE) for finding in _of(trials, settings)]


def _of(trials: Asked, settings: Settings) -> Iterator[Finding]:
    whole = scores(trials.answered(), settings)
    yield from _findings(trials, ALL, whole, settings)
    for criterion in trials.criteria:
        own = whole if len(trials.criteria) == 1 else scores(trials.answered(criterion), settings)
        yield from _findings(trials, criterion, own, settings)


def _findings(trials: Asked, criterion: str, own: Scores, settings: Settings) -> Iterator[Finding]:
    found = trap(own, settings.plan)
    skill = _planted_skill(score_terms_planted(trials, settings, criterion))
    yield statement(
        NAME,
        "skill",
        trials,
        criterion,
        found.skill,
        _skill_reading(found, own, settings),
        chance=0.0,
        parts=_parts(found),
        planted=skill,
    )
    of_mean = found.r_l2_of_mean
    pinned = all(name in settings.scales for name in own.criteria)
    scale = "pinned by the dataset" if pinned else "of the true scores here"
    yield statement(
        NAME,
        "r_l2",
        trials,
        criterion,
        found.r_l2,
        _error_reading(found.r_l2, of_mean, scale),
        chance=of_mean,
        parts={"r_l2_of_mean": of_mean},
        planted=(1.0 - skill) * of_mean if skill is not None and of_mean is not None else None,
    )


def _skill_reading(found: Trap, own: Scores, settings: Settings) -> str:
    skill = against(
        found.skill,
        0.0,
        "Closer to the truth than answering the mean every time, in skill",
        "Further from the truth than answering the mean every time, in skill",
        "whether it is closer to the truth than answering the mean every time",
    )
    if found.skill.value is None:
        return skill
    made = f"Made of r {stated(found.r)}, s {stated(found.s)}, b {stated(found.b)};"
    made = f"{made} distinct scores: {found.distinct}."
    return words(_VERDICTS[_verdict(found, own, settings)], skill, made)


def _verdict(found: Trap, own: Scores, settings: Settings) -> str:
    """The rule must hold for rho over all clips and, where there are events, within them. Where s or skill
    alone rules a mean-guesser out, no rho is needed.
    """
    unknown = impossible("not needed", len(own), own.clusters.count)
    if mean_guesser(unknown, found.s, found.skill) == "not a mean-guesser":
        return "not a mean-guesser"
    ranks = rank_correlation(own, settings.plan)
    rhos = [ranks.pooled] if ranks.within.value is None else [ranks.pooled, ranks.within]
    verdicts = {mean_guesser(rho, found.s, found.skill) for rho in rhos}
    for verdict in ("not a mean-guesser", "undecided"):
        if verdict in verdicts:
            return verdict
    return "mean-guesser"


def _error_reading(error: Estimate, of_mean: float | None, scale: str) -> str:
    if error.value is None:
        return f"Cannot be estimated: {error.reason}."
    beside = (
        ""
        if of_mean is None
        else f"Answering the mean of the true scores every time would get {of_mean:.2f}."
    )
    said = f"R-l2 x100 is {stated(error)} on the range {scale}."
    return words(said, beside, "By itself it does not tell sight from staying near the mean: see skill.")


def _parts(found: Trap) -> dict[str, float | None]:
    return {
        "r": found.r.value,
        "s": found.s.value,
        "b": found.b.value,
        "distinct": float(found.distinct),
    }


def _planted_skill(planted: tuple[float, float, float] | None) -> float | None:
    """2 r s - s^2 - b^2 of the planted values; None unless all three are known."""
    if planted is None:
        return None
    r, s, b = planted
    return 2.0 * r * s - s**2 - b**2
