"""Verdicts in, findings out: what is wrong with a judge, one file a failure mode.

A finding is a function of the verdict table and the settings. To add one, write its file and put its
`find` into `FINDINGS`.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from aqa_eval.findings import (
    acquiescence,
    calibration,
    ceilings,
    chance,
    choices,
    comparisons,
    contamination,
    contrast,
    controls,
    correctness_bias,
    cost,
    coverage,
    covert,
    cues,
    detection,
    examples,
    failures,
    framing,
    locate,
    looking,
    mitigations,
    rank,
    regression_trap,
    strategies,
    traces,
    wording,
)
from aqa_eval.findings.baselines import narrowed, with_baselines
from aqa_eval.findings.roads import with_roads
from aqa_eval.findings.settings import Settings
from aqa_eval.vocabulary import Finding

FINDINGS: tuple[Callable[[pl.DataFrame, Settings], list[Finding]], ...] = (
    chance.find,
    choices.find,
    contrast.find,
    correctness_bias.find,
    acquiescence.find,
    detection.find,
    framing.find,
    wording.find,
    rank.find,
    regression_trap.find,
    looking.find,
    cues.find,
    strategies.find,
    examples.find,
    comparisons.find,
    locate.find,
    traces.find,
    covert.find,
    calibration.find,
    ceilings.find,
    contamination.find,
    mitigations.find,
    cost.find,
)
"""In the order in which a report shows them, between the controls before and the failures after."""

__all__ = ["FINDINGS", "Settings", "find_all"]


def find_all(table: pl.DataFrame, settings: Settings) -> list[Finding]:
    """Every finding on a verdict table (columns as in `findings.table.COLUMNS`), reference judges beside.

    All but `coverage` keep to clips that pass the gate of pose coverage.
    """
    seen = coverage.passing(table, settings.pose_gate)
    found = [*controls.find(seen, settings), *coverage.find(table, settings), *_registered(seen, settings)]
    found = with_baselines(found, narrowed(table, seen, lambda rows: _registered(rows, settings)))
    return with_roads(found)


def _registered(rows: pl.DataFrame, settings: Settings) -> list[Finding]:
    """What the registry finds, and the failures."""
    found = [finding for find in FINDINGS for finding in find(rows, settings)]
    return [*found, *failures.find(rows, settings)]
