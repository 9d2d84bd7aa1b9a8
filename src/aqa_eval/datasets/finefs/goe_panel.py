"""How the grades of execution of a figure skating panel make one.

ISU Special Regulations & Technical Rules, Single & Pair Skating, rule 353: each judge grades an element from
-5 to +5; the highest and the lowest grade are left out and the others' mean is taken (the trimmed mean).
"""

from __future__ import annotations

from collections.abc import Sequence

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
