"""The same measure of the reference judges, put beside every finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aqa_eval.vocabulary import Finding

REFERENCES = ("constant", "prior", "metadata", "pose-rules", "human")
"""Protocols whose judges are yardsticks. A simulated one calibrates the measures and is no yardstick."""

_SAME = ("dataset", "task", "criterion")
_WAY = ("representation", "strategy", "frames", "setting")


def with_baselines(findings: Sequence[Finding]) -> list[Finding]:
    """Each finding with the estimates of the other reference judges on the same dataset and criterion.

    A reference judge asked in several ways stands beside the finding with the way it shares; if it was
    not asked in that way, with the first it was asked in.
    """
    yardsticks: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        if finding.about["protocol"] in REFERENCES:
            yardsticks.setdefault(_kind(finding), []).append(finding)
    return [replace(f, baselines=_beside(f, yardsticks.get(_kind(f), []))) for f in findings]


def _kind(finding: Finding) -> tuple[str, ...]:
    return (finding.name, finding.measure, *(finding.about[key] for key in _SAME))


def _beside(finding: Finding, yardsticks: Sequence[Finding]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for same_way in (True, False):
        for yardstick in yardsticks:
            name = yardstick.about["judge"]
            shares = all(yardstick.about[key] == finding.about[key] for key in _WAY)
            if name != finding.about["judge"] and shares is same_way:
                found.setdefault(name, yardstick.estimate)
    return {y.about["judge"]: found[y.about["judge"]] for y in yardsticks if y.about["judge"] in found}
