"""Is what the reasoning says of the body true of it? Observations held against the pose."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from aqa_eval.findings.beside_another import beside
from aqa_eval.findings.claimed import Claimed, placed
from aqa_eval.findings.reading import stated, words
from aqa_eval.findings.settings import Settings
from aqa_eval.findings.statement import statement
from aqa_eval.measures.estimate import impossible
from aqa_eval.measures.shares import share
from aqa_eval.vocabulary import Finding

NAME = "traces"
DECIDED = ("supported", "contradicted")
_CHECKS = ("check", "partner_check")


def find(claimed: Claimed, settings: Settings) -> Iterator[Finding]:
    """Of the observations that geometry decides, the share that is so, for each kind of trace; beside it how
    many of the same claims would be so of another clip of the same criterion. Whether that is fewer, the
    difference of both says, claim by claim, of those that both clips decide.
    """
    for trace, rows in claimed.traces():
        yield placed(_supported(claimed, rows, settings), trace)
        if trace == "cited":
            yield placed(_cited(claimed, rows, settings, "point"), trace)
            yield placed(_cited(claimed, rows, settings, "time"), trace)


def _supported(claimed: Claimed, rows: pl.DataFrame, settings: Settings) -> Finding:
    seen = rows.filter(pl.col("kind") == "observation")
    decided = seen.filter(pl.col("check").is_in(DECIDED))
    other = beside(claimed, decided.with_columns(_so("check"), _so("partner_check")), *_CHECKS, settings)
    parts: dict[str, float | None] = {
        "observations": float(seen.height),
        "checkable": decided.height / seen.height if seen.height else None,
        **other.parts,
    }
    for name, rest in _stretches(decided):
        parts[f"supported_{name}"] = _share(rest) if rest.height else None
    if decided.is_empty():
        why = "it makes no observation" if seen.is_empty() else f"no observation can be checked: {_why(seen)}"
        estimate = impossible(why, 0, 0)
        reading = f"Cannot be estimated: {estimate.reason}."
    else:
        right = (decided["check"] == "supported").to_numpy()
        estimate = share(right, decided["cluster"].to_numpy(), settings.plan)
        reading = words(
            f"Of what it says it sees {stated(estimate)} is so.",
            other.reading("what it says it sees", "is so"),
            f"{decided.height:,} of {seen.height:,} observations can be checked by geometry.",
        )
    return statement(NAME, "supported_share", claimed.trials, "all", estimate, reading, other.other, parts)


def _so(column: str) -> pl.Expr:
    """Whether an observation is so; null where that is not decided."""
    return pl.when(pl.col(column).is_in(DECIDED)).then(pl.col(column) == "supported").alias(column)


def _stretches(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every step, not only the last: thirds of the text, and the tagged steps where there are any."""
    yield "first_third", rows.filter(pl.col("depth") < 1 / 3)
    yield "middle_third", rows.filter((pl.col("depth") >= 1 / 3) & (pl.col("depth") < 2 / 3))
    yield "last_third", rows.filter(pl.col("depth") >= 2 / 3)
    for step in ("look", "decompose", "analyse"):
        tagged = rows.filter(pl.col("step") == step)
        if tagged.height:
            yield f"in_{step}", tagged


def _share(rows: pl.DataFrame) -> float:
    return float((rows["check"] == "supported").to_numpy().mean())


def _why(seen: pl.DataFrame) -> str:
    counted = (
        seen.group_by("reason", maintain_order=True).len().sort("len", descending=True, maintain_order=True)
    )
    return "; ".join(f"{reason or 'unknown'} ({n:,})" for reason, n in counted.head(3).iter_rows())


def _cited(claimed: Claimed, rows: pl.DataFrame, settings: Settings, what: str) -> Finding:
    """Of the cited points (times) that can be held against a keypoint (a span), the share that is right."""
    measure = {"point": "cited_points", "time": "cited_times"}[what]
    decided = rows.drop_nulls(f"{what}_right")
    other = beside(claimed, decided, f"{what}_right", f"partner_{what}", settings)
    if decided.is_empty():
        lacking = {
            "point": "no cited point names a keypoint of a body that was found",
            "time": "no cited time can be held against the span of a fault",
        }[what]
        estimate = impossible(lacking, 0, 0)
        reading = f"Cannot be estimated: {estimate.reason}."
    else:
        right = decided[f"{what}_right"].to_numpy()
        estimate = share(right, decided["cluster"].to_numpy(), settings.plan)
        good = {
            "point": "lie at the body part that they name (within 0.2 of the trunk's length)",
            "time": "lie in the time in which the fault can be seen",
        }[what]
        short = {"point": "lie at their body part", "time": "lie in the time of the fault"}[what]
        reading = words(
            f"Of the {what}s that it cites {stated(estimate)} {good}.",
            other.reading(f"the {what}s that it cites", short),
        )
    return statement(NAME, measure, claimed.trials, "all", estimate, reading, other.other, other.parts)
