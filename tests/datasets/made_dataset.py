"""Datasets made up for tests: clips with what they share, and their labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aqa_eval.datasets.dataset import Dataset, Terms
from aqa_eval.vocabulary import Clip, Criterion, Label, LabelValue, Scale, Still, VideoFile

TERMS = Terms("CC0", "nobody", "made up", may_embed=True, may_send=True)
KNEES = Criterion("knees", "squat", "The knees stay out.", "The knees cave in.")
GRIP = Criterion("grip", "squat", "", "", question="Which grip?", options=("wide", "narrow", "none"))
SCORE = Criterion("score", "squat", "perfect", "poor", scale=Scale(0, 100, "points"))
ERRORS = Criterion("errors", "squat", "none", "many", scale=Scale(0, 100, "errors", higher_is_better=False))
MOVING, STILL = VideoFile(Path("a.mp4")), Still(Path("a.jpg"))


def clip(n: int, **fields: Any) -> Clip:
    """A moving clip of its own cluster; `fields` say otherwise."""
    given = {"action": "squat", "media": MOVING, "cluster": f"k{n}"} | fields
    return Clip(f"c{n:05d}", "made", **given)


def made(rows: Sequence[tuple[Clip, Criterion, LabelValue]]) -> Dataset:
    """A dataset of clips with one label each."""
    return Dataset(
        "made",
        "Made",
        TERMS,
        {criterion.id: criterion for _, criterion, _ in rows},
        [clip for clip, _, _ in rows],
        [[Label(clip.id, criterion.id, value)] for clip, criterion, value in rows],
    )
