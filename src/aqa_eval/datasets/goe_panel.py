"""How a figure skating panel's grades of execution make one, and how well one judge agrees with the others.

ISU Special Regulations & Technical Rules, Single & Pair Skating, rule 353: each judge grades an element from
-5 to +5; the highest and the lowest grade are left out and the others' mean is taken (the trimmed mean).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aqa_eval.measures.rank import WeightedRanks

LOWEST, HIGHEST = -5, 5
TRIMMED_FROM = 5  # with fewer judges nothing is left out
USUAL_SIZES = range(7, 10)


def trimmed_mean(grades: Sequence[float]) -> float:
    """Take the mean without one highest and one lowest grade, of at least five grades; else of them all.

    Raises ValueError for no grades.
    """
    if not grades:
        raise ValueError("no grades to take the mean of")
    kept = sorted(grades)[1:-1] if len(grades) >= TRIMMED_FROM else grades
    return float(sum(kept)) / len(kept)


def one_against_the_rest(panels: Sequence[Sequence[float]]) -> list[float]:
    """Correlate each seat's grades with the trimmed mean of the other seats', over elements (Spearman).

    `panels` is elements x grades; panels may differ in size, and a seat is compared over the elements it
    graded. Who sits on a seat changes with the event. Gives one correlation a seat. Raises ValueError where a
    seat graded fewer than three elements, or never varies, or the others never do.
    """
    correlations = []
    for seat in range(max(map(len, panels), default=0)):
        graded = [panel for panel in panels if len(panel) > seat]
        own = np.array([panel[seat] for panel in graded], dtype=float)
        rest = np.array([trimmed_mean([*panel[:seat], *panel[seat + 1 :]]) for panel in graded])
        if len(graded) < 3 or np.ptp(own) == 0 or np.ptp(rest) == 0:
            raise ValueError(f"seat {seat + 1}: {len(graded)} elements without enough variation to rank them")
        ranks = WeightedRanks(own, rest, np.zeros(len(own), np.int64))
        correlations.append(float(ranks.correlations(np.ones((1, len(own))))[0, 0]))
    if not correlations:
        raise ValueError("no panel at all")
    return correlations
