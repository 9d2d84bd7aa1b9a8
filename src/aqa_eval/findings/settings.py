"""What the findings need beside the table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from aqa_eval.measures.resampling import Resampling
from aqa_eval.study import POSE_GATE, PREVALENCE
from aqa_eval.traces import empty


@dataclass(frozen=True, slots=True)
class Settings:
    """Seed and number of resamples; the range of scores pinned in a dataset's description (criterion ->
    (min, max)), by which R-l2 divides; and what was planted in simulated judges (judge -> parameter ->
    value, all of them, named as in `measures.planted`). `pose_gate`: clips in
    which the body was found in a smaller share of the frames are left out where pictures rest on poses.
    `prevalence`: the share of faults where a judge is to be used, by which predictive values are taken.
    `prices`: judge -> US dollars for a million tokens, read and written. `units`: criterion -> the unit in
    which its scores, or amounts of its fault, are told.
    `claims`: what the judges' words say, columns as in `traces.COLUMNS`.

    `thinking`: judge that thinks before it answers -> the same model when it does not (see
    `findings.thinking`). `left_out`: judge -> why it was not asked something -> of how many pairs of an item
    and a condition. `lower_is_better`: the criteria of which a lower score is the better one.
    """

    seed: int = 0
    resamples: int = 2000
    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    planted: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    pose_gate: float = POSE_GATE
    prevalence: float = PREVALENCE
    prices: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    claims: pl.DataFrame = field(default_factory=empty, compare=False)
    thinking: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lower_is_better: Collection[str] = ()

    @property
    def plan(self) -> Resampling:
        """How intervals are drawn: every statement under the same seed, so that none depends on another."""
        return Resampling(self.seed, self.resamples)
