"""What is known of a judge beyond how often it is right: the failure modes that its intervals decide.

One line a failure mode and measure, of the plainest way of asking in which it was found; nothing is said here
that is not the finding's own reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aqa_eval.report.evidence import overall, standing
from aqa_eval.vocabulary import Finding

TRAITS = (
    *(
        "correctness_bias",
        "acquiescence",
        "regression_trap",
        "framing",
        "wording",
        "looking",
        "cues",
        "strategies",
    ),
    *("examples", "traces", "covert", "calibration", "contamination", "locate"),
)
"""The failure modes that make a profile, in this order."""

MOST = 10
"""So many lines a judge has on the first screen."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The findings that are decided, at most `MOST`; how many more are, and how many are undecided."""

    decided: tuple[Finding, ...]
    more: int
    undecided: int


def profile(findings: Iterable[Finding], judge: str) -> Profile:
    """The profile of `judge`."""
    of_judge = [
        f
        for f in overall(findings)
        if f.about.get("judge") == judge and (f.name in TRAITS or f.measure == "first_bias")
    ]
    first: dict[tuple[str, str, str], Finding] = {}
    for finding in of_judge:
        first.setdefault((finding.name, finding.measure, finding.about.get("versus", "")), finding)
    order = (*TRAITS[:2], "contrast", *TRAITS[2:])
    lines = sorted(first.values(), key=lambda f: order.index(f.name))
    decided = [f for f in lines if standing(f) in {"above", "below"}]
    undecided = sum(standing(f) == "within" for f in lines)
    return Profile(tuple(decided[:MOST]), max(len(decided) - MOST, 0), undecided)
