"""How several raters' marks make one truth, and what one rater's mark is on the scale of that truth.

A panel's rule is kept where one rater is left out: by it the others' marks make the truth that the one is
held against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

Marks = Sequence[float]

TRIMMED_FROM = 5
"""With fewer marks none is left out."""


@dataclass(frozen=True, slots=True)
class Panel:
    """`together`: what marks make, on the truth's scale; `factor`: what a single mark is multiplied by to be
    on it.
    """

    together: Callable[[Marks], float]
    factor: float = 1.0


def mean(marks: Marks) -> float:
    """The mean. Raises ValueError for no marks."""
    _some(marks)
    return float(sum(marks)) / len(marks)


def trimmed_mean(marks: Marks) -> float:
    """The mean without one highest and one lowest mark, of at least five; else of them all.

    ISU Special Regulations & Technical Rules, Single & Pair Skating, rule 353. Raises ValueError for no
    marks.
    """
    _some(marks)
    kept = sorted(marks)[1:-1] if len(marks) >= TRIMMED_FROM else marks
    return float(sum(kept)) / len(kept)


def middle_three(marks: Marks) -> float:
    """Three times the mean of the marks that are left when the two highest and two lowest are cancelled.

    Of seven marks that is the sum of the middle three (World Aquatics diving rules); of six, with one judge
    left out, the middle two count as three. Of fewer than five marks all count. Raises ValueError for no
    marks.
    """
    _some(marks)
    kept = sorted(marks)[2:-2] if len(marks) >= TRIMMED_FROM else list(marks)
    return float(sum(kept)) * (3 / len(kept))


def majority(marks: Marks) -> float | None:
    """The mark given most often, None where two or more are given equally often. Raises ValueError for
    none.
    """
    _some(marks)
    (first, most), *others = Counter(marks).most_common(2)
    return None if any(times == most for _, times in others) else float(first)


PANELS: Mapping[str, Panel] = MappingProxyType(
    {
        "": Panel(mean),
        "trimmed-mean": Panel(trimmed_mean),
        "middle-three": Panel(middle_three, 3.0),
    }
)
"""Name -> how marks on a scale make a score. Marks of a category have `majority`."""


def _some(marks: Marks) -> None:
    if not len(marks):
        raise ValueError("no marks, so there is nothing that they make together")
