"""How a diving panel of seven judges makes a score, and how well one of them agrees with the others.

World Aquatics (formerly FINA) diving rules, calculating the result: each judge awards 0 to 10; with seven
judges the two highest and the two lowest awards are cancelled, and the sum of the remaining three is
multiplied by the degree of difficulty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aqa_eval.measures import raters
from aqa_eval.measures.clusters import FloatArray
from aqa_eval.measures.panels import middle_three

JUDGES = 7
CANCELLED = 2  # at either end


Dive = tuple[int, int]
"""(event, dive): the numbers that name a dive in every file of the release."""


@dataclass(frozen=True, slots=True)
class Awards:
    """Seven awards (0-10) a dive, where they come from, and in words what could not be read."""

    source: str
    panels: dict[Dive, tuple[float, ...]]
    problems: dict[Dive, str]


def is_panel(awards: Sequence[float]) -> bool:
    """Say whether these are seven awards from 0 to 10."""
    return len(awards) == JUDGES and all(0.0 <= award <= 10.0 for award in awards)


def execution(awards: Sequence[float]) -> float:
    """Sum the middle three of seven awards: the dive's execution, 0-30 points."""
    return middle_three(awards)


def one_against_the_rest(panels: Sequence[Sequence[float]]) -> list[float]:
    """Correlate each seat's awards with the execution given by the other six, over dives (Spearman).

    `panels` is dives x 7 awards. Of six awards the two highest and two lowest are cancelled as well, which
    leaves the middle two. Gives seven correlations. A seat is a column: the people on it change with the
    event. Raises ValueError for fewer than three dives or where a seat never varies.
    """
    awards = np.asarray(panels, dtype=float)
    if awards.ndim != 2 or awards.shape[0] < 3 or awards.shape[1] != JUDGES:
        raise ValueError(f"panels of shape {awards.shape}: expected at least 3 dives of {JUDGES} awards")
    return raters.one_against_the_rest(awards, _execution_of_six)


def _execution_of_six(awards: FloatArray) -> FloatArray:
    middle: FloatArray = np.sort(awards, axis=1)[:, CANCELLED:-CANCELLED].sum(axis=1)
    return middle
