"""No verdict of blindness over a broken road: where a judge's positive controls do not show that what was
sent reached it, findings that would say "no better than chance" or "undecided" say that instead.

What a judge does better, or worse, than chance stands: something must have reached it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aqa_eval.findings import controls
from aqa_eval.findings.controls import PARTLY
from aqa_eval.findings.reading import words
from aqa_eval.vocabulary import Finding

NOT_SHOWN = "The road to this judge is not shown to be intact"

_OF_SIGHT = {
    "chance": {"balanced_accuracy"},
    "choice": {"choice_skill"},
    "contrast": {"choice_skill", "d_prime_gain_of_pairs", "tournament_spearman"},
    "detection": {"d_prime", "f1", "mcc"},
    "rank": {"spearman", "spearman_pooled"},
    "regression_trap": {"skill"},
    "locate": {"temporal_iou"},
}
"""Failure mode -> the measures of what a judge sees."""
_TRANSPORT = "transport "


@dataclass(frozen=True, slots=True)
class _Road:
    """What was asked of it: control -> what it says."""

    said: Mapping[str, controls.State]

    @property
    def unshown(self) -> list[str]:
        """The controls that leave open whether anything arrives, with what they say."""
        return [f"{name} {state}" for name, state in self.said.items() if state in {"broken", "undecided"}]

    @property
    def impaired(self) -> list[str]:
        """The controls that show a part to be lost."""
        return [f"{name} {state}" for name, state in self.said.items() if state == "impaired"]


def with_roads(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, numbers unchanged, with the readings of those about sight replaced where the road to the
    judge is not shown to be intact, and cautioned where it is impaired.

    The road is that of the same dataset and transport; a dataset without controls has the judge's others. A
    judge that was asked no controls is left as it is, and so is what was asked without a picture.
    """
    roads = _roads(findings)
    return [_told(finding, _of(finding, roads)) for finding in findings]


def replaced(finding: Finding) -> bool:
    """Whether the finding says that the road is not shown to be intact, and nothing of sight."""
    return finding.reading.startswith(NOT_SHOWN)


def _roads(findings: Sequence[Finding]) -> dict[tuple[str, ...], _Road]:
    said: dict[tuple[str, ...], dict[str, controls.State]] = {}
    for finding in findings:
        if finding.name == controls.NAME:
            judge, dataset, by = _place(finding)
            for place in ((judge, dataset, by), (judge, by)):
                own = said.setdefault(place, {})
                criterion, state = finding.about["criterion"], controls.state(finding)
                own[criterion] = max(own.get(criterion, state), state, key=_WORSE.index)
    return {place: _Road(own) for place, own in said.items()}


_WORSE: tuple[controls.State, ...] = ("intact", "impaired", "undecided", "broken")


def _place(finding: Finding) -> tuple[str, str, str]:
    parts = finding.about["setting"].split(", ")
    by = next((part for part in parts if part.startswith(_TRANSPORT)), "")
    return finding.about["judge"], finding.about["dataset"], by


def _of(finding: Finding, roads: Mapping[tuple[str, ...], _Road]) -> _Road | None:
    if finding.measure not in _OF_SIGHT.get(finding.name, ()) or finding.about["representation"] == "none":
        return None
    judge, dataset, by = _place(finding)
    return roads.get((judge, dataset, by)) or roads.get((judge, by))


def _told(finding: Finding, road: _Road | None) -> Finding:
    if road is None or not _blind(finding):
        return finding
    if road.unshown:
        return replace(finding, reading=_instead(finding, [*road.unshown, *road.impaired]))
    if road.impaired:
        caution = f"The road to this judge is impaired (controls: {', '.join(road.impaired)}). {PARTLY}"
        return replace(finding, reading=words(finding.reading, caution))
    return finding


def _blind(finding: Finding) -> bool:
    """Whether the finding has a number and it does not lie apart from chance, or it calls a mean-guesser."""
    low, high, line = finding.low, finding.high, finding.chance
    if finding.estimate is None:
        return False
    if finding.name == "regression_trap":
        return not finding.reading.startswith("Not a mean-guesser")
    if line is None:
        return False
    return not ((low is not None and low > line) or (high is not None and high < line))


def _instead(finding: Finding, failed: Sequence[str]) -> str:
    value = f"{finding.estimate:.2f}"
    if finding.low is not None and finding.high is not None:
        value = f"{value} [{finding.low:.2f}, {finding.high:.2f}]"
    line = "" if finding.chance is None else f", where chance is {finding.chance:.2f}"
    return words(
        f"{NOT_SHOWN} (controls: {', '.join(failed)}): nothing is concluded about its sight from "
        f"{value}{line}.",
        f"{finding.failures:,} trials gave no verdict and are not in it." if finding.failures else "",
        "Fragile: it rests on too few independent clusters." if finding.fragile else "",
    )
