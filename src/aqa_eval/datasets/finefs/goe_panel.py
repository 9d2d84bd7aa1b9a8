"""How the grades of execution of a figure skating panel make one.

ISU Special Regulations & Technical Rules, Single & Pair Skating, rule 353: each judge grades an element from
-5 to +5; the highest and the lowest grade are left out and the others' mean is taken (the trimmed mean).
"""

from __future__ import annotations

from aqa_eval.measures.panels import TRIMMED_FROM, trimmed_mean

LOWEST, HIGHEST = -5, 5
USUAL_SIZES = range(7, 10)

__all__ = ["HIGHEST", "LOWEST", "TRIMMED_FROM", "USUAL_SIZES", "trimmed_mean"]
