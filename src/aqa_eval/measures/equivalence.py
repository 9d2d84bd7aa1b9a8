"""Is it chance? That an interval contains chance only says that one does not know.

Two one-sided tests (Schuirmann 1987, J. Pharmacokinetics and Biopharmaceutics 15): a value is equivalent to
a line, at a level of 5%, if its 90% interval lies wholly within a margin about the line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from scipy import special

from aqa_eval.measures.estimate import Estimate
from aqa_eval.measures.resampling import Resampling

MARGIN = 0.05
"""Of balanced accuracy: a judge between 0.45 and 0.55 is of no more use than a coin."""

Verdict = Literal["equivalent", "not equivalent", "undecided"]


@dataclass(frozen=True, slots=True)
class Equivalence:
    """The `verdict`: "equivalent" to `line` within `margin`, "not equivalent" where the 90% interval (`low`,
    `high`) lies wholly beyond the margin, else "undecided". `reason` says why there is no interval.
    """

    verdict: Verdict
    line: float
    margin: float
    low: float | None
    high: float | None
    reason: str = ""


def at_90(plan: Resampling) -> Resampling:
    """The same draws, giving 90% intervals: what `equivalence` expects its estimate to be made with."""
    return replace(plan, level=0.90)


def equivalence(estimate_at_90: Estimate, line: float, margin: float = MARGIN) -> Equivalence:
    """Whether a value is as good as `line`, by its 90% interval (of an estimate under `at_90`).

    Raises ValueError for a margin that is not over 0.
    """
    if not margin > 0.0:
        raise ValueError(f"margin {margin}: expected a number over 0")
    low, high = estimate_at_90.low, estimate_at_90.high
    verdict: Verdict = "undecided"
    if low is not None and high is not None and line - margin < low and high < line + margin:
        verdict = "equivalent"
    elif (low is not None and low > line + margin) or (high is not None and high < line - margin):
        verdict = "not equivalent"
    reason = estimate_at_90.reason if low is None or high is None else ""
    return Equivalence(verdict, line, margin, low, high, reason)


def p_equivalent(estimate: Estimate, line: float, margin: float = MARGIN) -> float:
    """The p of both one-sided tests together, the larger one, from a 95% interval: where many are made and p
    is to be corrected. 1 where the value lies outside of the margin or has no interval.
    """
    if estimate.value is None or abs(estimate.value - line) >= margin:
        return 1.0
    sides = (estimate.p_value(line - margin), estimate.p_value(line + margin))
    return max(1.0 if p is None else p / 2.0 for p in sides)


def detectable(estimate: Estimate, power: float = 0.8) -> float | None:
    """The smallest true difference of which an interval of this width excludes 0 with the given `power`:
    half-width times 1 + z(power) / z(0.975). None without an interval.
    """
    if estimate.low is None or estimate.high is None:
        return None
    half = (estimate.high - estimate.low) / 2.0
    return float(half * (1.0 + special.ndtri(power) / special.ndtri(0.975)))
